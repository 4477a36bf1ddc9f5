"""An agreement says each thing once, except percentages, which apply one after the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing import CardError
from pricing.agreed_terms import counts_months, identify
from pricing.agreement_parsing import parse_agreement
from pricing.agreements import terms_held
from pricing.contracts import Step
from pricing.errors import UnwieldyPriceError
from pricing.keys import EntryKey
from tests.contracting import agreement_text
from tests.oracle import Row
from tests.quoting import ON
from tests.terms import agreement_toml, instant, resolved, terms_of

LONG: Row = {"kind": "discount", "percent": "3.123456789012"}
BANDS: Row = {"model": "graduated", "by": "units", "bands": "10:0.2 :0.1"}
OWN: Row = {"kind": "override", "meter": "requests", "resolution": "720P", "price": "0.1"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([OWN, OWN | {"price": "0.2"}], "override for requests at 720P", id="override"),
        pytest.param(
            [{"kind": "override", "meter": "requests", "free": "true"}, OWN | {"resolution": "any"}],
            "override for requests",
            id="override-of-any-tier",
        ),
        pytest.param(
            [{"kind": "minimum", "amount": "1"}, {"kind": "minimum", "amount": "2"}],
            "minimum for a request",
            id="minimum",
        ),
    ],
)
def test_which_of_two_counts_is_not_guessed(rows: list[Row], said: str) -> None:
    text = agreement_toml([{"kind": "discount", "percent": "10"}, *rows])
    with pytest.raises(CardError) as caught:
        parse_agreement(text, file="acme.toml")
    error = caught.value
    assert error.reason == f"a second {said}: which one counts?"
    last = max(number for number, line in enumerate(text.splitlines(), start=1) if line == "[[term]]")
    assert (error.file, error.line, error.key) == ("acme.toml", last, "term.2")


def test_the_same_price_at_two_tiers_is_said_twice() -> None:
    agreement = parse_agreement(agreement_toml([OWN, OWN | {"resolution": "1080P"}, OWN | {"resolution": "any"}]))
    assert len(agreement.term) == 3


def test_percentages_apply_one_after_the_other() -> None:
    """10 percent off, then 50 percent off what is left."""
    rows: list[Row] = [{"kind": "discount", "percent": "10"}, {"kind": "discount", "percent": "50"}]
    rate = resolved(terms_of({"720P": "0.2"}, agreement=rows), ON).terms.rates[EntryKey("output_video_seconds", "720P")]
    assert rate.contracted_unit_price == Decimal("0.2") * Decimal("0.9") * Decimal("0.5")
    assert rate.steps == (
        Step("acme-terms:term/0", "discount 10 percent: 0.18"),
        Step("acme-terms:term/1", "discount 50 percent: 0.09"),
    )


def refused(rows: list[Row], **head: str) -> tuple[str, int | None, str]:
    with pytest.raises(CardError) as caught:
        parse_agreement(agreement_text(rows, **head), file="acme.toml")
    return caught.value.reason, caught.value.line, caught.value.key


OUTPUT: Row = {"kind": "override", "meter": "output_video_seconds"}
EURO: Row = {"kind": "exchange", "currency": "EUR", "rate": "0.9", "date": "2026-01-01", "source": "a contract"}


def ladder(bands: str, model: str = "graduated", **more: str) -> Row:
    return OUTPUT | {"model": model, "bands": bands} | more


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(OUTPUT, "an override has a price, or says free = true", id="override-without-price"),
        pytest.param(
            OUTPUT | {"price": "1", "free": "true"}, "an override has a price, or says free = true", id="both-at-once"
        ),
        pytest.param(OUTPUT | {"price": "0"}, "a price of zero is written free = true", id="price-of-zero"),
        pytest.param(
            OUTPUT | {"model": "graduated"},
            "a graduated override has bands, and no price beside them",
            id="graduated-without-bands",
        ),
        pytest.param(
            ladder('[{ price = "1" }]', "volume", price="1"),
            "a volume override has bands, and no price beside them",
            id="bands-beside-a-price",
        ),
        pytest.param(
            ladder('[{ price = "1" }]', "per_unit"),
            "an override has a price, or says free = true",
            id="bands-of-no-ladder",
        ),
        pytest.param(
            ladder('[{ price = "1" }, { price = "2" }]'),
            "bands: the last band, and no other, has no up_to, so that every unit has a price",
            id="two-bands-without-an-end",
        ),
        pytest.param(
            ladder('[{ up_to = "5", price = "1" }]'),
            "bands: the last band, and no other, has no up_to, so that every unit has a price",
            id="bands-with-an-end",
        ),
        pytest.param(
            ladder('[{ up_to = "5", price = "0.3" }, { price = "0.1" }]', by="spend"),
            "bands: 0.1 is no part of 0.3 with 6 decimals at most, so that what goes beyond the band has no exact "
            'price: choose prices whose ratio ends, by = "units", or model = "volume"',
            id="bands-that-money-does-not-part",
        ),
        pytest.param(
            OUTPUT | {"price": "1", "model": "package"},
            'a package has a size, and nothing else has: write model = "package" and size',
            id="package-without-size",
        ),
        pytest.param(
            OUTPUT | {"price": "1", "size": "5"},
            'a package has a size, and nothing else has: write model = "package" and size',
            id="size-without-package",
        ),
        pytest.param(
            {"kind": "discount", "percent": "100.5"}, "a discount of 100.5 percent: at most 100", id="more-than-all"
        ),
        pytest.param(
            {"kind": "discount", "percent": "5", "from": "2026-05-01", "until": "2026-05-01"},
            "until 2026-05-01T00:00:00+00:00 is not after from 2026-05-01T00:00:00+00:00",
            id="a-promotion-of-no-time",
        ),
    ],
)
def test_a_term_that_means_nothing_is_refused(row: Row, reason: str) -> None:
    seen, line, key = refused([row], zone="UTC")
    assert (seen, key[:6]) == (reason, "term.0")
    assert line is not None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(
            {"kind": "rebate", "amount": "0"}, "0 leaves nothing: leave the key out, or write more", id="rebate"
        ),
        pytest.param(
            EURO | {"currency": "Euro"},
            "'Euro' is no currency of ISO 4217: write its three capital letters, like USD",
            id="exchange-into-no-currency",
        ),
        pytest.param({key: EURO[key] for key in EURO if key != "currency"}, "missing", id="exchange-without-currency"),
        pytest.param({key: EURO[key] for key in EURO if key != "source"}, "missing", id="exchange-without-source"),
        pytest.param({"kind": "credit", "amount": "5"}, "missing", id="credit-without-name"),
    ],
)
def test_a_key_of_a_term_is_told_by_its_name(row: Row, reason: str) -> None:
    seen, line, key = refused([row])
    assert reason in seen
    assert key.startswith("term.0.")
    assert line is not None


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param({"kind": "allowance", "meter": "requests", "units": "5"}, "allowance", id="allowance"),
        pytest.param({"kind": "commitment", "amount": "5"}, "commitment", id="commitment"),
        pytest.param({"kind": "minimum", "per": "month", "amount": "5"}, "minimum", id="monthly-minimum"),
        pytest.param({"kind": "cap", "per": "month", "amount": "5"}, "cap", id="monthly-cap"),
        pytest.param(ladder('[{ price = "1" }]'), "override", id="ladder"),
        pytest.param(ladder('[{ price = "1" }]', "volume"), "override", id="ladder-by-volume"),
    ],
)
def test_what_counts_by_months_needs_a_zone(row: Row, kind: str) -> None:
    reason, line, key = refused([row])
    assert reason == (
        f'this {kind} is counted by calendar months: say whose, as zone = "UTC" or "Asia/Shanghai" in [agreement]'
    )
    assert (line, key) == (10, "term.0")
    assert len(parse_agreement(agreement_text([row], zone="UTC")).term) == 1


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"kind": "rebate", "amount": "5"}, id="rebate"),
        pytest.param({"kind": "minimum", "amount": "5"}, id="minimum"),
        pytest.param({"kind": "cap", "amount": "5"}, id="cap"),
        pytest.param({"kind": "credit", "name": "x", "amount": "5"}, id="credit"),
        pytest.param(OUTPUT | {"price": "1"}, id="override"),
    ],
)
def test_beside_an_exchange_an_amount_says_its_currency(row: Row) -> None:
    reason, line, key = refused([EURO, row])
    assert reason == (
        f"beside an exchange this {row['kind']} could be in either currency: "
        'say which, as currency = "EUR" or the card\'s'
    )
    assert (line, key) == (17, "term.1")
    for currency in ("EUR", "USD"):
        assert len(parse_agreement(agreement_text([EURO, row | {"currency": currency}])).term) == 2


def test_free_is_free_in_any_currency() -> None:
    assert len(parse_agreement(agreement_text([EURO, OUTPUT | {"free": "true"}])).term) == 2


TIMES = ({"until": "2026-03-01"}, {"from": "2026-03-01"})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param({"kind": "cap", "amount": "5"}, "cap for a request", id="cap"),
        pytest.param({"kind": "minimum", "per": "month", "amount": "5"}, "minimum for a month", id="monthly-minimum"),
        pytest.param({"kind": "commitment", "amount": "5"}, "commitment", id="commitment"),
        pytest.param(EURO, "exchange", id="exchange"),
        pytest.param(
            {"kind": "unfinished", "outcome": "failed", "owed": "free"}, "unfinished for failed", id="outcome"
        ),
        pytest.param({"kind": "credit", "name": "gift", "amount": "5"}, "credit for gift", id="credit"),
        pytest.param(
            {"kind": "allowance", "meter": "requests", "units": "5"}, "allowance for requests", id="allowance"
        ),
        pytest.param(OUTPUT | {"price": "1"}, "override for output_video_seconds", id="override"),
    ],
)
def test_what_is_said_once_at_a_time_may_be_said_again_afterwards(row: Row, said: str) -> None:
    reason, _, key = refused([row, row], zone="UTC")
    assert (reason, key) == (f"a second {said}: which one counts?", "term.1")
    for first, second in (TIMES, TIMES[::-1]):
        assert len(parse_agreement(agreement_text([row | first, row | second], zone="UTC")).term) == 2


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"kind": "rebate", "amount": "5"}, id="rebate"),
        pytest.param({"kind": "markup", "percent": "5"}, id="markup"),
        pytest.param({"kind": "surcharge", "percent": "5"}, id="surcharge"),
    ],
)
def test_what_adds_up_may_be_said_twice(row: Row) -> None:
    assert len(parse_agreement(agreement_text([row, row])).term) == 2


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"kind": "rebate", "amount": "5"}, id="rebate"),
        pytest.param({"kind": "discount", "percent": "5"}, id="discount"),
    ],
)
def test_what_adds_up_has_no_name_to_be_said_once_by_and_counts_no_months(row: Row) -> None:
    (term,) = parse_agreement(agreement_text([row])).term
    assert identify(term) == ()
    assert counts_months(term) is False


def test_two_overrides_that_name_as_much_as_each_other_need_a_third() -> None:
    tall, large = OUTPUT | {"price": "1", "ratio": "9:16"}, OUTPUT | {"price": "2", "resolution": "1080P"}
    reason, _, key = refused([tall, large])
    assert reason == (
        "a request for output_video_seconds at 1080P, 9:16 fits this override and that for "
        "output_video_seconds at 9:16: add one for it that holds at 2026-01-01T00:00:00+00:00"
    )
    assert key == "term.1"
    both = tall | large | {"price": "3"}
    assert len(parse_agreement(agreement_text([tall, large, both])).term) == 3


@pytest.mark.parametrize(
    ("on", "holds"),
    [("2026-02-28", False), ("2026-03-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_a_promotion_begins_and_lapses_by_itself(on: str, *, holds: bool) -> None:
    row: Row = {"kind": "discount", "percent": "5", "from": "2026-03-01", "until": "2026-04-01"}
    agreement = parse_agreement(agreement_text([{"kind": "rebate", "amount": "1"}, row]))
    held = [one.source for one in terms_held(agreement, instant(on))]
    assert held == ["acme-terms:term/0", *(["acme-terms:term/1"] if holds else [])]


@pytest.mark.parametrize("model", ["per_unit", "graduated"])
@pytest.mark.parametrize("times", [1, 5, 6, 40])
def test_percentages_of_percentages_with_too_many_digits_are_refused(times: int, model: str) -> None:
    """Each has 14 digits, and a number here 60: what the sixth comes to is never worked out."""
    terms = terms_of({"720P": "0.15"}, agreement=[LONG] * times)
    if model == "graduated":
        terms["entries"] = [{"from": "2026-01-01", "meter": "output_video_seconds"} | BANDS]
    said = "discount 3.123456789012 percent.* has more digits than a price can have. Agree on a price by an override"
    with pytest.raises(UnwieldyPriceError, match=said):
        resolved(terms, ON)


def test_an_exchange_of_a_price_with_many_digits_is_refused() -> None:
    exchange = {
        "kind": "exchange",
        "currency": "CNY",
        "rate": "7.123456789012",
        "date": "2026-01-01",
        "source": "made up",
    }
    terms = terms_of({"720P": "0.15"}, agreement=[LONG] * 4 + [exchange])
    with pytest.raises(UnwieldyPriceError, match=r"exchange, 1 USD = 7\.123456789012 CNY .* has more digits"):
        resolved(terms, ON)


@pytest.mark.parametrize(
    ("row", "price"),
    [
        pytest.param({"kind": "override", "meter": "output_video_seconds", "price": "0.1"}, "0.1", id="override"),
        pytest.param({"kind": "markup", "percent": "10"}, "0.165", id="markup"),
    ],
)
def test_what_starts_again_has_no_digits_of_what_it_leaves(row: Row, price: str) -> None:
    """0.15, and 10 percent on top."""
    terms = terms_of({"720P": "0.15"}, agreement=[row])
    terms["others"] = [{"head": {}, "terms": [LONG] * 6}]
    rate = resolved(terms, ON).terms.rates[EntryKey("output_video_seconds", "720P")]
    assert rate.contracted_unit_price == Decimal(price)


def test_what_is_no_toml_is_told_with_its_file() -> None:
    with pytest.raises(CardError) as caught:
        parse_agreement("[agreement", file="acme.toml")
    assert caught.value.file == "acme.toml"


@pytest.mark.parametrize("times", [({}, {"until": "2026-03-01"}), ({}, {"from": "2026-03-01"})])
def test_what_is_said_for_all_time_is_said_again_by_what_ends_or_begins(times: tuple[Row, Row]) -> None:
    cap: Row = {"kind": "cap", "amount": "5"}
    for first, second in (times, times[::-1]):
        assert refused([cap | first, cap | second])[0] == "a second cap for a request: which one counts?"


TALL: Row = OUTPUT | {"price": "1", "ratio": "9:16"}
LARGE: Row = OUTPUT | {"price": "2", "resolution": "1080P"}


def test_overrides_that_compete_are_found_behind_one_that_does_not() -> None:
    reason, _, key = refused([OUTPUT | {"price": "3"}, TALL, LARGE])
    assert reason.startswith("a request for output_video_seconds at 1080P, 9:16 fits this override and that for")
    assert key == "term.2"


def test_overrides_do_not_compete_from_the_end_of_the_agreement_on() -> None:
    late = LARGE | {"from": "2026-06-01"}
    assert refused([TALL, late], until="2026-06-02")[2] == "term.1"
    assert len(parse_agreement(agreement_text([TALL, late], until="2026-06-01")).term) == 2
