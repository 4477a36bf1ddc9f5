"""Layers of agreements: which hold, in which order, what each starts from, and what the last one says."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import AmbiguousTermsError, Catalogue, ClashingTermsError, Market, Pricing, parse_catalogue, resolve
from pricing.conditions import Conversion
from pricing.keys import EntryKey
from tests.contracting import agreement_text
from tests.oracle import Row
from tests.terms import HEAD, card_toml, instant, terms_of

AT: Final = instant("2026-06-01")
OUTPUT: Final = EntryKey("output_video_seconds", "720P")


def agreement(name: str, *rows: Row, account: str = "", **head: str) -> str:
    """An agreement at Atlas: everyone's, unless it names an account."""
    return agreement_text(rows, id=name, title=name, account=account, **head)


def catalogue(*agreements: str, price: str = "0.1", **card: str) -> Catalogue:
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({"720P": price}), **card)}
    return parse_catalogue(files | {f"{index}.toml": text for index, text in enumerate(agreements)})


def terms(*agreements: str, account: str = "acme", environment: str = "production", **card: str) -> Pricing:
    return resolve(catalogue(*agreements, **card), Market(account, environment, "atlas"), AT)


def price(pricing: Pricing) -> Decimal:
    return pricing.terms.rates[OUTPUT].contracted_unit_price


PRODUCTION: Final = '["production"]'


def discount(percent: str) -> Row:
    return {"kind": "discount", "percent": percent}


def override(price: str, **more: str) -> Row:
    return {"kind": "override", "meter": "output_video_seconds", "price": price} | more


EVERYONE: Final = agreement("everyone", discount("10"))
PLACE: Final = agreement("place", discount("20"), environments=PRODUCTION)
ACCOUNT: Final = agreement("account", discount("30"), account="acme")
BOTH: Final = agreement("both", discount("40"), account="acme", environments=PRODUCTION)
LAYERS: Final = (EVERYONE, PLACE, ACCOUNT, BOTH)


@pytest.mark.parametrize(
    ("account", "environment", "names", "factor"),
    [
        pytest.param("globex", "staging", ["everyone"], "0.9", id="one"),
        pytest.param("globex", "production", ["everyone", "place"], "0.72", id="two"),  # 0.9 x 0.8
        pytest.param("acme", "staging", ["everyone", "account"], "0.63", id="two-others"),  # 0.9 x 0.7
        pytest.param("acme", "production", ["everyone", "place", "account", "both"], "0.3024", id="all-four"),
    ],
)
def test_each_layer_starts_from_what_the_one_before_has_left(
    account: str, environment: str, names: list[str], factor: str
) -> None:
    """All four: 0.9 x 0.8 x 0.7 x 0.6 = 0.3024, whatever the order of the files."""
    for texts in (LAYERS, LAYERS[::-1]):
        found = terms(*texts, account=account, environment=environment)
        assert [one.agreement.id for one in found.agreements] == names
        assert price(found) == Decimal("0.1") * Decimal(factor)


@pytest.mark.parametrize(
    ("alone", "names"),
    [
        pytest.param("place", ["place", "account", "both"], id="second"),
        pytest.param("account", ["account", "both"], id="third"),
        pytest.param("both", ["both"], id="last"),
    ],
)
def test_one_that_does_not_inherit_is_the_first(alone: str, names: list[str]) -> None:
    texts = [text.replace(f'id = "{alone}"', f'id = "{alone}"\ninherit = false') for text in LAYERS]
    found = terms(*texts)
    assert [one.agreement.id for one in found.agreements] == names


def test_two_of_one_rank_are_never_chosen_between() -> None:
    with pytest.raises(AmbiguousTermsError) as caught:
        terms(EVERYONE, agreement("other", discount("5")), ACCOUNT)
    assert str(caught.value) == (
        "'everyone' (0.toml:3) and 'other' (1.toml:3) both hold for account acme, environment production, host atlas: "
        "end one, or let one name the environment"
    )


@pytest.mark.parametrize(
    ("below", "above", "paid", "said"),
    [
        pytest.param(
            [discount("50")],
            [override("0.2"), discount("10")],
            "0.2",
            ["discount 50 percent: 0.05", "override: 0.2"],
            id="an-override-is-final-in-its-layer",
        ),
        pytest.param(
            [override("0.2")],
            [discount("10")],
            "0.18",
            ["override: 0.2", "discount 10 percent: 0.18"],
            id="and-not-in-the-next",
        ),
        pytest.param(
            [override("0.2")],
            [{"kind": "markup", "percent": "10"}],
            "0.11",
            ["override: 0.2", "markup 10 percent: 0.11"],
            id="a-markup-starts-again-from-the-card",
        ),
        pytest.param(
            [discount("50")],
            [discount("10"), {"kind": "markup", "percent": "20"}, {"kind": "markup", "percent": "50"}],
            "0.162",  # 0.1 x 1.2 x 1.5 x 0.9
            [
                "discount 50 percent: 0.05",
                "markup 20 percent: 0.12",
                "markup 50 percent: 0.18",
                "discount 10 percent: 0.162",
            ],
            id="markups-come-before-discounts",
        ),
        pytest.param(
            [discount("100")],
            [{"kind": "surcharge", "percent": "50"}],
            "0",
            ["discount 100 percent: free", "surcharge 50 percent: free"],
            id="free-stays-free",
        ),
        pytest.param(
            [override("0.2", resolution="1080P")],
            [discount("10")],
            "0.09",
            ["discount 10 percent: 0.09"],
            id="another-tiers-override-is-nothing-here",
        ),
    ],
)
def test_prices_through_two_layers(below: list[Row], above: list[Row], paid: str, said: list[str]) -> None:
    rate = terms(agreement("below", *below), agreement("above", *above, account="acme")).terms.rates[OUTPUT]
    assert rate.contracted_unit_price == Decimal(paid)
    assert [step.said for step in rate.steps] == said


def test_where_nothing_is_listed_a_percentage_has_nothing_to_be_of() -> None:
    found = terms(
        agreement("below", discount("10")), agreement("above", {"kind": "markup", "percent": "10"}, account="acme")
    )
    assert EntryKey("output_video_seconds", "1080P") not in found.terms.rates


def test_a_markup_over_an_override_that_the_card_has_no_price_for_is_of_the_override() -> None:
    own = agreement("below", override("0.2", resolution="1080P"))
    found = terms(own, agreement("above", {"kind": "markup", "percent": "50"}, account="acme"))
    rate = found.terms.rates[EntryKey("output_video_seconds", "1080P")]
    assert (rate.list_unit_price, rate.contracted_unit_price) == (None, Decimal("0.3"))
    assert (rate.is_own, rate.source) == (True, "below:term/0")


def test_what_is_said_once_is_the_last_layers_and_what_adds_up_is_everyones() -> None:
    below: tuple[Row, ...] = (
        {"kind": "rebate", "amount": "1"},
        {"kind": "minimum", "amount": "2"},
        {"kind": "cap", "amount": "9"},
        {"kind": "credit", "name": "one", "amount": "3"},
        {"kind": "unfinished", "outcome": "failed", "owed": "full"},
        {"kind": "unfinished", "outcome": "moderated", "owed": "full"},
    )
    above: tuple[Row, ...] = (
        {"kind": "rebate", "amount": "4"},
        {"kind": "minimum", "amount": "5"},
        {"kind": "credit", "name": "two", "amount": "6"},
        {"kind": "unfinished", "outcome": "failed", "owed": "free"},
    )
    found = terms(agreement("below", *below), agreement("above", *above, account="acme")).terms
    assert [(one.kind, str(one.amount), one.source) for one in found.adjusters] == [
        ("rebate", "1", "below:term/0"),
        ("rebate", "4", "above:term/0"),
        ("minimum", "5", "above:term/1"),
        ("cap", "9", "below:term/2"),
        ("credit", "3", "below:term/3"),
        ("credit", "6", "above:term/2"),
    ]
    assert found.outcomes == {"failed": "free", "moderated": "full"}
    assert found.counters == ("credit/one", "credit/two")


def test_months_are_those_of_the_last_layer_that_says_a_zone() -> None:
    cap: Row = {"kind": "cap", "per": "month", "amount": "9"}
    below = agreement("below", cap, zone="Asia/Tokyo")
    assert terms(below, zone="UTC").terms.zone == "Asia/Tokyo"
    assert terms(below, agreement("above", cap, account="acme", zone="Asia/Seoul")).terms.zone == "Asia/Seoul"
    assert terms(below, agreement("above", account="acme"), zone="UTC").terms.zone == "Asia/Tokyo"
    assert terms(zone="UTC").terms.zone == "UTC"


def exchange(currency: str, rate: str) -> Row:
    return {"kind": "exchange", "currency": currency, "rate": rate, "date": "2026-01-01", "source": "a contract"}


def test_an_exchange_converts_what_is_in_the_cards_currency_and_nothing_else() -> None:
    """0.1 USD x 0.9 = 0.09 EUR; a rebate of 2 USD is 1.8 EUR, one of 2 EUR stays."""
    below = agreement(
        "below",
        exchange("EUR", "0.9"),
        {"kind": "rebate", "amount": "2", "currency": "USD"},
        {"kind": "rebate", "amount": "2", "currency": "EUR"},
        override("0.5", resolution="1080P", currency="EUR"),
        override("0.5", resolution="1080P-SR", currency="USD"),
    )
    found = terms(below).terms
    assert found.currency == "EUR"
    assert [one.amount for one in found.adjusters] == [Decimal("1.8"), Decimal(2)]
    rates = {key.resolution: rate for key, rate in found.rates.items() if key.meter == OUTPUT.meter}
    assert rates["720P"].list_unit_price == rates["720P"].contracted_unit_price == Decimal("0.09")
    assert (rates["1080P"].contracted_unit_price, rates["1080P-SR"].contracted_unit_price) == (
        Decimal("0.5"),
        Decimal("0.45"),
    )
    assert rates["720P"].steps[-1].said == "exchange, 1 USD = 0.9 EUR on 2026-01-01 (a contract): 0.09"
    assert rates["1080P"].steps[-1].said == "override: 0.5"


def test_the_last_exchange_counts() -> None:
    found = terms(agreement("below", exchange("EUR", "0.9")), agreement("above", exchange("CHF", "2"), account="acme"))
    assert (found.terms.currency, price(found)) == ("CHF", Decimal("0.2"))


def test_an_exchange_at_par_converts_by_nothing() -> None:
    found = terms(agreement("below", exchange("EUR", "1"))).terms.rates[OUTPUT]
    assert (found.contracted_unit_price, found.steps) == (Decimal("0.1"), ())


def test_the_money_that_bands_are_counted_in_is_converted_too() -> None:
    """Bands up to 100 USD at 0.10 end at 90 EUR, at 0.09."""
    row: Row = {
        "kind": "override",
        "meter": "output_video_seconds",
        "model": "volume",
        "by": "spend",
        "bands": '[{ up_to = "100", price = "0.10" }, { price = "0.05" }]',
        "currency": "USD",
    }
    below = agreement("below", exchange("EUR", "0.9"), row, zone="UTC")
    scheme = terms(below).terms.rates[OUTPUT].scheme
    assert [tuple(band) for band in getattr(scheme, "bands", ())] == [
        (Decimal(90), Decimal("0.09")),
        (None, Decimal("0.045")),
    ]


@pytest.mark.parametrize(
    ("rows", "currency", "reason"),
    [
        pytest.param(
            [{"kind": "rebate", "amount": "1", "currency": "GBP"}],
            "USD",
            "one:term/0 is in GBP: with this card an amount is in USD. Agree on an exchange, or write it in that",
            id="without-exchange",
        ),
        pytest.param(
            [exchange("EUR", "0.9"), {"kind": "rebate", "amount": "1", "currency": "GBP"}],
            "USD",
            "one:term/1 is in GBP: with this card an amount is in USD or EUR. "
            "Agree on an exchange, or write it in that",
            id="a-third-currency",
        ),
        pytest.param(
            [override("1", currency="GBP")],
            "USD",
            "one:term/0 is in GBP: with this card an amount is in USD. Agree on an exchange, or write it in that",
            id="an-override",
        ),
    ],
)
def test_amounts_in_a_currency_that_nothing_leads_to_clash(rows: list[Row], currency: str, reason: str) -> None:
    with pytest.raises(ClashingTermsError) as caught:
        terms(agreement("one", *rows), currency=currency)
    assert str(caught.value) == reason


@pytest.mark.parametrize("name", ["credits", "42"])
def test_credits_are_not_exchanged(name: str) -> None:
    """However they are called: a name of digits has no small letter."""
    card = card_toml(terms_of({"720P": "17"}), currency=name)
    card += '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "USD"\n'
    files = {"catalogue.toml": HEAD, "card.toml": card, "one.toml": agreement("one", exchange("EUR", "0.9"))}
    with pytest.raises(ClashingTermsError) as caught:
        resolve(parse_catalogue(files), Market("acme", "production", "atlas"), AT)
    assert str(caught.value) == (
        f"one:term/0: an exchange rate is of a currency, and the card is in {name}: it says their worth"
    )


def test_a_card_in_the_billed_currency_is_not_exchanged() -> None:
    """A rate of the card before it, in dollars, would be taken of its euros."""
    with pytest.raises(ClashingTermsError) as caught:
        terms(agreement("one", exchange("EUR", "0.9")), currency="EUR")
    assert str(caught.value) == (
        "one:term/0 exchanges into EUR, which the card is in already: end it (`until`) where that card begins, or name "
        "a card in another currency"
    )


def test_a_rate_of_one_currency_is_taken_of_no_other() -> None:
    """What it is of need not be said; where it is, a card in a third currency is no business of it."""
    own = exchange("EUR", "0.9") | {"of": "USD"}
    assert terms(agreement("one", own)).terms.currency == "EUR"
    with pytest.raises(ClashingTermsError) as caught:
        terms(agreement("one", own), currency="CNY")
    assert str(caught.value) == (
        "one:term/0 is a rate of USD, and the card is in CNY: end it (`until`) where that card begins, and agree on "
        "another"
    )


def test_the_cards_least_charge_is_converted_and_gives_way_to_an_agreements() -> None:
    entry = '[[entry]]\nfrom = 2026-01-01\nmodel = "minimum"\namount = "2"\n'
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({"720P": "0.1"})) + entry}
    market = Market("acme", "production", "atlas")
    plain = resolve(parse_catalogue(files), market, AT).terms.adjusters
    assert [(one.amount, one.source) for one in plain] == [(Decimal(2), "made-up:minimum/any@2026-01-01")]
    converted = resolve(parse_catalogue(files | {"a.toml": agreement("a", exchange("EUR", "0.9"))}), market, AT)
    assert [one.amount for one in converted.terms.adjusters] == [Decimal("1.8")]
    monthly = agreement("a", {"kind": "minimum", "per": "month", "amount": "9"}, zone="UTC")
    both = resolve(parse_catalogue(files | {"a.toml": monthly}), market, AT).terms.adjusters
    assert [(one.per, one.amount) for one in both] == [("month", Decimal(9)), ("request", Decimal(2))]
    rebated = resolve(
        parse_catalogue(files | {"a.toml": agreement("a", {"kind": "rebate", "amount": "1"})}), market, AT
    )
    assert [one.kind for one in rebated.terms.adjusters] == ["rebate", "minimum"]
    agreed = agreement("a", {"kind": "minimum", "per": "request", "amount": "3"})
    own = resolve(parse_catalogue(files | {"a.toml": agreed}), market, AT).terms.adjusters
    assert [(one.per, one.amount, one.source) for one in own] == [("request", Decimal(3), "a:term/0")]


@pytest.mark.parametrize(("per", "counter"), [("request", None), ("month", "spend")])
def test_a_cap_says_of_what_it_is(per: str, counter: str | None) -> None:
    (cap,) = terms(agreement("a", {"kind": "cap", "per": per, "amount": "9"}, zone="UTC")).terms.adjusters
    assert (cap.kind, cap.per, cap.counter) == ("cap", per, counter)


def test_an_override_is_named_by_its_agreement_and_what_it_prices() -> None:
    own = terms(agreement("a", override("0.3", resolution="720P", ratio="16:9"))).terms.rates
    wide = own[OUTPUT._replace(ratio="16:9")]
    assert (wide.contracted_unit_price, wide.entry) == (Decimal("0.3"), "a:override/output_video_seconds/720P/16:9")
    assert wide.source == "a:term/0"
    assert own[OUTPUT].entry == own[OUTPUT].source == "made-up:output_video_seconds/720P@2026-01-01"


def test_a_markup_over_an_override_is_of_the_cards_price_and_says_so() -> None:
    layers = agreement("a", override("0.3")), agreement("b", {"kind": "markup", "percent": "10"}, account="acme")
    rate = terms(*layers).terms.rates[OUTPUT]
    assert rate.contracted_unit_price == Decimal("0.1") * Decimal("1.1")
    assert rate.source == rate.entry == "made-up:output_video_seconds/720P@2026-01-01"


def test_a_conversion_says_its_day_and_source() -> None:
    said = Conversion("EUR", Decimal("0.9"), "a:term/0", "1 USD = 0.9 EUR on 2026-01-01 (a contract)")
    assert (
        terms(agreement("a", exchange("EUR", "0.9"))).terms.rates[OUTPUT].steps[0].said
        == f"exchange, {said.said}: 0.09"
    )
