"""CAT308 and CAT309, by hand: which changes of currency lose running totals or meet a rate of another, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.linting import BOUNDS, lint
from pricing.lints.lint import Lint
from tests.oracle import Row
from tests.tables import HEAD, agreement_toml, card_toml, terms_of

TODAY: Final = date(2026, 11, 15)
ONE: Final = HEAD.replace('["acme", "globex", "initech"]', '["acme"]').replace(
    '["production", "staging", "sandbox"]', '["production"]'
)
CAP: Final = {"kind": "cap", "per": "month", "amount": "100", "currency": "USD"}
UNITS: Final = {"kind": "allowance", "meter": "output_video_seconds", "units": "10"}
LADDER: Final = {"from": "2026-01-01", "meter": "requests", "model": "graduated", "by": "spend", "bands": "10:0.2 :0.1"}


def credit(name: str, **said: str) -> Row:
    return {"kind": "credit", "name": name, "amount": "5", "currency": "USD", **said}


def euros(day: str, **said: str) -> Row:
    """From that day on the invoice is in EUR."""
    return {
        "kind": "exchange",
        "currency": "EUR",
        "rate": "0.9",
        "date": day[:10],
        "source": "made up",
        "from": day,
        **said,
    }


def card(*entries: Row, **head: str) -> str:
    terms = terms_of({"720P": "0.10", "1080P": "0.15"})
    return card_toml({**terms, "entries": [*terms["entries"], *entries]}, **{"host": "runware", **head})


def turns(files: Mapping[str, str], head: str = ONE, *, check: str = "CAT308") -> list[Lint]:
    found = lint(parse_catalogue({"catalogue.toml": head, **files}), TODAY, BOUNDS._replace(max_age_days=10_000))
    return [one for one in found if one.id == check]


def agreed(*terms: Row, zone: str = "UTC", **head: str) -> str:
    return agreement_toml(terms, host="runware", zone=zone, **head)


@pytest.mark.parametrize(
    ("terms", "zone", "told"),
    [
        pytest.param((CAP, euros("2026-03-15")), "UTC", ["what was spent in that month before"], id="within a month"),
        pytest.param((CAP, euros("2026-04-01")), "UTC", [], id="as a month begins"),
        pytest.param((CAP, euros("2026-04-01")), "Asia/Shanghai", ["what was spent"], id="eight hours into its month"),
        pytest.param((CAP, euros("2026-03-31T16:00:00Z")), "Asia/Shanghai", [], id="as its month begins"),
        pytest.param((UNITS, euros("2026-03-15")), "UTC", [], id="units alone are looked at"),
        pytest.param((credit("gift"), euros("2026-04-01")), "UTC", ["the credit 'gift' is whole again"], id="a credit"),
        pytest.param(
            (credit("gift", until="2026-04-01"), credit("new", **{"from": "2026-04-01"}), euros("2026-04-01")),
            "UTC",
            [],
            id="another credit",
        ),
        pytest.param(
            (CAP, credit("gift"), credit("b"), euros("2026-03-15")),
            "UTC",
            [
                "the credit 'b' is whole again",
                "the credit 'gift' is whole again",
                "what was spent in that month before",
            ],
            id="all of them",
        ),
    ],
)
def test_which_changes_are_told(terms: tuple[Row, ...], zone: str, told: list[str]) -> None:
    found = turns({"card.toml": card(), "acme.toml": agreed(*terms, zone=zone)})
    lost = sorted(one.message.partition("in USD: ")[2] for one in found)
    assert len(lost) == len(told)
    assert all(one.startswith(start) for one, start in zip(lost, told, strict=True))


def test_it_says_since_when_and_what_mends_it() -> None:
    (found,) = turns({"card.toml": card(), "acme.toml": agreed(CAP, euros("2026-03-15"))})
    assert (found.part, found.file, found.line, found.key) == ("acme-terms", "acme.toml", 3, "agreement")
    assert found.message == (
        "From 2026-03-15 on it prices in EUR, and what held before did in USD: what was spent in that month before is "
        "no part of its totals. Begin it on 2026-04-01, or acknowledge it. It is so for acme / production / runware."
    )


def test_it_is_told_once_for_all_markets_that_have_it() -> None:
    own = agreed(CAP, euros("2026-03-15")).replace('account = "acme"\n', "")
    (found,) = turns({"card.toml": card(), "any.toml": own}, HEAD)
    assert "acme / production / runware, " in found.message
    assert found.message.endswith(" more.")


def test_a_card_that_is_left_alone_is_where_it_is_told() -> None:
    """Its own currency holds again once the agreement is over, in the month in which that happens."""
    ends = {"until": "2026-03-15"}
    (found,) = turns({"card.toml": card(LADDER, zone="UTC"), "acme.toml": agreed(euros("2026-01-01"), **ends)})
    assert (found.part, found.key) == ("made-up", "card")
    assert found.message.startswith("From 2026-03-15 on it prices in USD, and what held before did in EUR: ")


@pytest.mark.parametrize(
    ("begin", "terms", "told"),
    [
        pytest.param("2026-03-10", (), ["new-terms"], id="at once"),
        pytest.param("2026-03-20", (), ["new-terms"], id="later in the month"),
        pytest.param("2026-04-10", (), [], id="in a month in which nothing was spent before"),
        pytest.param("2026-03-10", (credit("swiss", currency="CHF"),), [], id="what clashes has a check of its own"),
    ],
)
def test_cards_of_two_currencies_turn_where_agreements_follow_each_other(
    begin: str, terms: tuple[Row, ...], told: list[str]
) -> None:
    files = {
        "old.toml": card(id="old", by_agreement="true"),
        "new.toml": card(id="new", currency="EUR", by_agreement="true"),
        "first.toml": agreed(CAP, id="first", card="old", until="2026-03-10"),
        "then.toml": agreed(CAP | {"currency": "EUR"}, *terms, id="new-terms", card="new", **{"from": begin}),
    }
    assert [one.part for one in turns(files)] == told


LATE: Final = {"from": "2026-03-20"}
SPENT: Final = "what was spent in that month before"


@pytest.mark.parametrize(
    ("entries", "terms", "told"),
    [
        pytest.param((), (CAP | LATE,), [SPENT], id="a cap that begins later in the month"),
        pytest.param((), (CAP | {"from": "2026-04-01"},), [], id="a cap that begins in the month after"),
        pytest.param((), (CAP | {"until": "2026-03-10"}, CAP | LATE), [SPENT], id="a cap that had a break"),
        pytest.param((LADDER | LATE,), (), [SPENT], id="bands of the card that begin later in the month"),
        pytest.param((LADDER | {"from": "2026-04-01"},), (), [], id="bands that begin in the month after"),
        pytest.param((), (CAP, credit("gift", **LATE)), [SPENT], id="a credit that there was not before"),
        pytest.param(
            (),
            (credit("gift", until="2026-03-10"), credit("gift", **LATE)),
            ["the credit 'gift' is whole again"],
            id="a credit that had a break",
        ),
    ],
)
def test_what_is_looked_at_later_is_told_of_the_day_of_the_turn(
    entries: tuple[Row, ...], terms: tuple[Row, ...], told: list[str]
) -> None:
    found = turns({"card.toml": card(*entries, zone="UTC"), "acme.toml": agreed(*terms, euros("2026-03-15"))})
    start = "From 2026-03-15 on it prices in EUR, and what held before did in USD: "
    assert len(found) == len(told)
    assert all(one.message.startswith(start + lost) for one, lost in zip(found, told, strict=True))


def test_a_credit_that_comes_back_to_its_currency_goes_on() -> None:
    """What was used of it in USD is still used: it is whole again in EUR alone."""
    ends = {"until": "2026-05-01"}
    found = turns({"card.toml": card(), "acme.toml": agreed(credit("gift"), euros("2026-04-01", **ends))})
    assert [one.message.partition(" on it")[0] for one in found] == ["From 2026-04-01"]


ALIASES: Final = ONE + "".join(
    f'\n[[alias]]\nname = "current"\ncard = "{name}"\nfrom = {day}\n'
    for name, day in (("dollars", "2026-01-01"), ("yuan", "2026-06-01"))
)


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        pytest.param([euros("2026-01-01")], ["term.1"], id="it goes on"),
        pytest.param([euros("2026-01-01", until="2026-06-01"), euros("2026-06-01")], [], id="one for each"),
        pytest.param([euros("2026-01-01", of="USD", until="2026-06-01"), euros("2026-06-01", of="CNY")], [], id="said"),
        pytest.param([euros("2026-01-01", of="USD")], [], id="said, and refused by another check"),
    ],
)
def test_a_rate_that_is_taken_of_two_currencies_is_told(rates: list[Row], told: list[str]) -> None:
    files = {
        "dollars.toml": card(id="dollars", by_agreement="true"),
        "yuan.toml": card(id="yuan", currency="CNY", by_agreement="true"),
        "acme.toml": agreed({"kind": "discount", "percent": "5"}, *rates, card="current"),
    }
    found = turns(files, ALIASES, check="CAT309")
    assert [one.key for one in found] == told
    for one in found:
        assert one.message == (
            'Its rate is taken of cards in USD and in CNY. Say which of them it is of, as of = "USD", and agree on a '
            "rate of its own for each."
        )
    clash = any(rate.get("of") == "USD" and "until" not in rate for rate in rates)
    assert bool(turns(files, ALIASES, check="CAT104")) is clash


def test_a_card_in_the_billed_currency_makes_no_second_one() -> None:
    """That is refused, and has a check of its own."""
    files = {
        "dollars.toml": card(id="dollars", by_agreement="true"),
        "yuan.toml": card(id="yuan", currency="EUR", by_agreement="true"),
        "acme.toml": agreed(euros("2026-01-01"), card="current"),
    }
    assert turns(files, ALIASES, check="CAT309") == []
    assert len(turns(files, ALIASES, check="CAT104")) == 1
