"""What is invoiced in another currency: which exchanges a catalogue knows, and whether one ties two amounts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Final

import pytest

from pricing import Market, parse_catalogue, resolve
from pricing.exchanges import Tie, describe_change, list_ties
from pricing.money import Money
from tests.contracting import agreement_text
from tests.oracle import Row
from tests.tables import agreement_toml, instant, resolved_in
from tests.terms import HEAD, card_toml, terms_of

CREDIT: Final = '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "USD"\n'
CENT: Final = Decimal("0.01")
TIED: Final = "known exchange"
UNTIED: Final = "other currency"


@pytest.mark.parametrize("account", ["acme", "globex"])
def test_a_card_in_credits_says_what_one_is_worth_and_agreements_of_the_account_their_exchange(account: str) -> None:
    """Of acme's jobs: what globex has agreed is none of its business."""
    card = card_toml(terms_of({"720P": "17"}), currency="credits")
    told = {"kind": "exchange", "currency": "EUR", "rate": "0.9", "date": "2026-01-01", "source": "a contract"}
    other = agreement_text([{"kind": "discount", "percent": "5"}, told], id="other", host="fal", account=account)
    listed = card_toml(terms_of({"720P": "0.1"}), host="fal", id="in-dollars")
    files = {"catalogue.toml": HEAD, "card.toml": f"{card}\n{CREDIT}", "fal.toml": listed, "other.toml": other}
    found = parse_catalogue(files)
    pricing = resolved_in(found, "2026-06-01")
    worth, exchange = Tie(CENT, "made-up:credit@2026-01-01"), Tie(Decimal("0.9"), "other:term/1")
    own = account == "acme"
    assert list(list_ties(found, pricing, "credits", "USD")) == [(worth, False)]
    assert list(list_ties(found, pricing, "USD", "EUR")) == [(exchange, False)][:own]
    assert list(list_ties(found, pricing, "EUR", "USD")) == [(worth, False), *[(exchange, True)][:own]]
    assert not list(list_ties(found, pricing, "credits", "CNY"))


TO_EUROS: Final[Row] = {"kind": "exchange", "currency": "EUR", "rate": "0.9", "date": "2026-01-01", "source": "a bank"}
LATEST: Final = '\n[[alias]]\nname = "latest"\ncard = "yuan"\nfrom = 2026-01-01\n'


def tied(head: Row, cards: dict[str, Row], market: Market) -> list[set[str]]:
    """The currencies that acme's exchange to EUR, over one of these cards, ties: from EUR, and to EUR."""
    files = {f"{name}.toml": card_toml(terms_of({"720P": "0.1"}), id=name, **card) for name, card in cards.items()}
    files |= {
        "catalogue.toml": HEAD + (LATEST if "yuan" in cards else ""),
        "a.toml": agreement_toml([TO_EUROS], **head),
    }
    found = parse_catalogue(files)
    held = resolve(found, market, instant("2026-06-01"))
    tie, others = Tie(Decimal("0.9"), "acme-terms:term/0"), ("USD", "CNY", "GBP")
    return [
        {one for one in others if list(list_ties(found, held, "EUR", one)) == [(tie, True)]},
        {one for one in others if list(list_ties(found, held, one, "EUR")) == [(tie, False)]},
    ]


YUAN: Final[Row] = {"currency": "CNY", "by_agreement": "true"}


@pytest.mark.parametrize(
    ("head", "cards", "expected"),
    [
        pytest.param({}, {"dollars": {}}, {"USD"}, id="the-only-card"),
        pytest.param({}, {"dollars": {}, "pounds": {"currency": "GBP", "host": "fal"}}, {"USD"}, id="of-its-host"),
        pytest.param({}, {"dollars": {}, "yuan": YUAN}, {"USD", "CNY"}, id="any-of-its-host"),
        pytest.param({"card": "dollars"}, {"dollars": {}, "yuan": YUAN}, {"USD"}, id="the-one-that-it-names"),
        pytest.param({"card": "latest"}, {"dollars": {}, "yuan": YUAN}, {"CNY"}, id="by-an-alias"),
    ],
)
def test_an_exchange_ties_the_currency_of_the_card_that_it_stands_on(
    head: Row, cards: dict[str, Row], expected: set[str]
) -> None:
    assert tied(head, cards, Market("acme", "production", "atlas")) == [expected, expected]


def test_an_exchange_in_a_region_is_of_a_card_that_holds_there() -> None:
    """In dollars in one region, in yuan in the other; one in pounds is for any that name it."""
    cards: dict[str, Row] = {
        "there": {"region": "there"},
        "here": {"region": "here", "currency": "CNY"},
        "pounds": {"currency": "GBP", "by_agreement": "true"},
    }
    found = tied({"region": "here"}, cards, Market("acme", "production", "atlas", "here"))
    assert found == [{"CNY", "GBP"}, {"CNY", "GBP"}]


@pytest.mark.parametrize(
    ("invoiced", "detail"),
    [
        pytest.param("9", TIED, id="to-the-digit"),  # 10 x 0.9
        pytest.param("9.01", TIED, id="a-cent-above"),
        pytest.param("8.99", TIED, id="a-cent-below"),
        pytest.param("9.0101", UNTIED, id="more-than-a-cent-above"),
        pytest.param("8.9899", UNTIED, id="more-than-a-cent-below"),
    ],
)
def test_an_exchange_ties_amounts_within_the_slack_of_the_invoice(invoiced: str, detail: str) -> None:
    """At 0.9 EUR for one USD, 10 USD were expected, and EUR are invoiced."""
    tie = Tie(Decimal("0.9"), "acme:term/0")
    euros = Money(Decimal(invoiced), "EUR")
    one, other = describe_change(Money(Decimal(10), "USD"), euros, iter([(tie, False)]), CENT)
    assert (one.detail, other.detail) == (detail, detail)


@pytest.mark.parametrize(
    ("expected", "detail"),
    [
        pytest.param("9", TIED, id="to-the-digit"),  # 10 x 0.9
        pytest.param("9.009", TIED, id="a-cent-of-the-invoice"),  # (10 + 0.01) x 0.9
        pytest.param("9.0091", UNTIED, id="more-than-that"),
    ],
)
def test_an_exchange_into_what_was_expected_carries_the_slack_along(expected: str, detail: str) -> None:
    """At 0.9 EUR for one USD, EUR were expected, and 10 USD are invoiced."""
    tie = Tie(Decimal("0.9"), "acme:term/0")
    euros = Money(Decimal(expected), "EUR")
    one, other = describe_change(euros, Money(Decimal(10), "USD"), iter([(tie, True)]), CENT)
    assert (one.detail, other.detail) == (detail, detail)


def test_the_parts_of_a_change_are_what_leaves_and_what_enters() -> None:
    tie = Tie(CENT, "made-up:credit@2026-01-01")
    credits_, dollars = Money(Decimal(500), "credits"), Money(Decimal(5), "USD")
    one, other = describe_change(credits_, dollars, iter([(tie, False)]), CENT)
    assert (one.currency, one.amount) == ("credits", Decimal(-500))
    assert (other.currency, other.amount) == ("USD", Decimal(5))
    said = "500 credits expected, 5.00 USD invoiced: exchanged at 0.01, as made-up:credit@2026-01-01 says"
    assert one.evidence == other.evidence == said


def test_another_accounts_agreement_does_not_end_the_search() -> None:
    own = agreement_toml([TO_EUROS], id="z-own")
    foreign = agreement_toml([TO_EUROS], id="a-foreign", account="globex")
    card = card_toml(terms_of({"720P": "0.1"}))
    found = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, "own.toml": own, "foreign.toml": foreign})
    held = resolve(found, Market("acme", "production", "atlas"), instant("2026-06-01"))
    assert [tie.source for tie, _ in list_ties(found, held, "USD", "EUR")] == ["z-own:term/0"]


@pytest.mark.parametrize("of", ["USD", "CNY"])
def test_an_exchange_that_says_what_its_rate_is_of_ties_nothing_else(of: str) -> None:
    own = TO_EUROS | {"of": of}
    files = {
        "catalogue.toml": HEAD,
        "dollars.toml": card_toml(terms_of({"720P": "0.1"}), id="dollars"),
        "yuan.toml": card_toml(terms_of({"720P": "0.1"}), id="yuan", host="fal", currency="CNY"),
        "a.toml": agreement_toml([own], host="fal"),
        "b.toml": agreement_toml([own], id="there"),
    }
    found = parse_catalogue(files)
    held = resolve(found, Market("globex", "production", "atlas"), instant("2026-06-01"))
    held = replace(held, market=Market("acme", "production", "atlas"))
    ties = {
        (one, other) for one, other in permutations(("USD", "CNY", "EUR"), 2) if [*list_ties(found, held, one, other)]
    }
    assert ties == {(of, "EUR"), ("EUR", of)}
