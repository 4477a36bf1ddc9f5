"""What a quote says of itself, and what it takes for granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from pricing import Market, NoRateError, parse_catalogue, quote, quotes, resolve
from pricing.charges import find_worth
from pricing.keys import EntryKey
from pricing.lines import MissingRateError
from pricing.quotes import tell_no_rate
from pricing.terms import Worth
from tests.oracle import Terms
from tests.quoting import ON, alibaba, atlas, clip, image, lengths, per_unit, quoted, reading_of, unlimited
from tests.settling import LADDER, MONTH, held
from tests.tables import catalogue_files
from tests.terms import FIRST_DAY, instant, resolved, terms_of
from wan_rules import HOSTS, UnusableInputError, read, validate

LADDERED: Final = terms_of({"1080P": "0.16"})


def test_an_exact_quote() -> None:
    """5 s and 4 s of clip at 0.10 USD."""
    found = quoted("atlas", atlas(clips=1), terms_of({"720P": "0.10"}), lengths("4"))
    assert (found.kind, found.currency) == ("exact", "USD")
    assert found.total == found.total_min == 9 * Decimal("0.10")
    assert [line.amount for line in found.lines] == [5 * Decimal("0.10"), 4 * Decimal("0.10")]


def test_a_bounded_quote() -> None:
    """A clip of unknown length has 1 to 30 s."""
    found = quoted("atlas", atlas(clips=1), terms_of({"720P": "0.10"}))
    assert found.kind == "bounded"
    assert (found.total_min, found.total) == (6 * Decimal("0.10"), 35 * Decimal("0.10"))


def test_an_unbounded_quote() -> None:
    """Where no limit bounds a clip nothing bounds the total; the least is the output alone."""
    found = quoted(unlimited("atlas"), atlas(clips=1), terms_of({"720P": "0.10"}))
    assert (found.kind, found.total, found.total_min) == ("unbounded", None, 5 * Decimal("0.10"))
    assert found.priced.charged.list_total is None
    assert found.consumed(found.lines[0]) == (Decimal(5), Decimal(5))
    worth = find_worth(found.priced.charged, Worth("USD", Decimal("0.1"), "made-up"))
    assert worth == (Decimal("0.05"), None)


def test_a_price_by_agreement_alone_is_said() -> None:
    terms = terms_of(
        {"720P": "0.10"},
        agreement=[{"kind": "override", "meter": "output_video_seconds", "resolution": "1080P", "price": "0.2"}],
    )
    found = quoted("atlas", atlas(resolution="1080P"), terms)
    assert found.total == 5 * Decimal("0.2")
    assert found.priced.charged.list_total is None
    assert [assumption.code for assumption in found.priced.assumptions] == ["no-list-price"]


def test_what_is_assumed_of_clips_is_said() -> None:
    terms = terms_of({"720P": "0.10"}, rule={"billed": "unknown", "assumed": "nobody says how"})
    found = quoted(
        "alibaba", alibaba(("reference_video", clip(1)), ("reference_image", image())), terms, lengths("2.5")
    )
    assert [(a.code, a.message) for a in found.priced.assumptions] == [
        ("reference-rule-assumed", "nobody says how"),
        ("reference-billing-unknown", "whether reference clips are billed is unknown: from nothing to all of it"),
        ("part-seconds-exact", "part seconds are billed exactly: the card does not say how they round"),
    ]


@pytest.mark.parametrize(
    ("day", "nearest"),
    [
        pytest.param("2026-01-01", "It has one for 720P", id="another-tier"),
        pytest.param("2026-05-01", "Entries for it begin on 2026-05-01", id="later"),
        pytest.param(None, "It has none for this meter", id="never"),
    ],
)
def test_no_rate_says_what_would_help(day: str | None, nearest: str) -> None:
    terms = terms_of({})
    tier = "720P" if day == "2026-01-01" else "1080P"
    terms["entries"] = [per_unit("output_video_seconds", tier, "1") | {"from": day}] if day else []
    with pytest.raises(NoRateError) as caught:
        quoted("atlas", atlas(resolution="1080P"), terms)
    assert caught.value.reason == (
        "made-up (A made-up card) has no price for output_video_seconds at 1080P, for account acme in production"
    )
    assert caught.value.nearest == f"{nearest}; an agreement with an override for 1080P would price it."


def test_no_rate_names_each_price_once_where_some_name_clips() -> None:
    terms = terms_of({"720P": "1"})
    terms["entries"] += [
        per_unit("output_video_seconds", "1080P", "2") | {"has_reference_video": "false"},
        per_unit("output_video_seconds", "720P", "3") | {"has_reference_video": "true"},
    ]
    with pytest.raises(NoRateError, match="has no price for output_video_seconds at 1080P, with clips") as caught:
        quoted("atlas", atlas(resolution="1080P", clips=1), terms)
    assert caught.value.nearest == (
        "It has one for 1080P, without clips; 720P; 720P, with clips; "
        "an agreement with an override for 1080P, with clips would price it."
    )


@pytest.mark.parametrize(
    ("entries", "nearest"),
    [
        pytest.param((("2026-01-01", "1"), ("2026-01-15", None)), "It has none for this meter", id="ended"),
        pytest.param(((ON, None),), "It has none for this meter", id="absent-from-that-day-on"),
        pytest.param((("2026-05-01", None),), "It has none for this meter", id="absence-to-come"),
        pytest.param(
            (("2026-01-01", "1"), ("2026-01-15", None), ("2026-02-02", "2")),
            "Entries for it begin on 2026-02-02",
            id="ended-and-to-come",
        ),
        pytest.param(
            (("2026-02-01T16:00:00Z", "1"), ("2026-02-01T20:00:00Z", "2")),
            "Entries for it begin on 2026-02-01T16:00:00Z, 2026-02-01T20:00:00Z",
            id="later-on-the-day",
        ),
    ],
)
def test_entries_that_would_help_are_yet_to_begin_and_name_a_price(
    entries: tuple[tuple[str, str | None], ...], nearest: str
) -> None:
    """Asked as of 2026-02-01."""
    terms = terms_of({})
    common = {"model": "per_unit", "meter": "output_video_seconds", "resolution": "720P"}
    terms["entries"] = [common | {"from": day} | ({"price": price} if price else {}) for day, price in entries]
    with pytest.raises(NoRateError) as caught:
        quoted("atlas", atlas(), terms)
    assert caught.value.nearest == f"{nearest}; an agreement with an override for 720P would price it."


def test_a_day_on_which_two_entries_begin_is_named_once() -> None:
    terms = terms_of({})
    begins = per_unit("output_video_seconds", "720P", "1") | {"from": "2026-05-01"}
    terms["entries"] = [begins, begins | {"ratio": "16:9", "price": "2"}]
    with pytest.raises(NoRateError, match=r" begin on 2026-05-01; an agreement"):
        quoted("atlas", atlas(), terms)


@pytest.mark.parametrize("first", ["2026-01-20", "2026-03-01"])
def test_what_is_to_come_is_told_alike_whoever_asked_first(first: str) -> None:
    """Terms are resolved once for all of the time between two changes."""
    terms = terms_of({})
    shape = per_unit("output_video_seconds", "720P", "1")
    terms["entries"] = [shape | {"from": "2026-05-01"}]
    market, prices = Market("acme", "production", "atlas"), parse_catalogue(catalogue_files(terms))
    resolve(prices, market, instant(first))
    pricing = resolve(prices, market, instant(ON))
    with pytest.raises(NoRateError, match=r" begin on 2026-05-01; an agreement"):
        quote(validate(reading_of("atlas", atlas())), pricing, instant(ON))


def test_charges_that_are_forgotten_are_worked_out_again() -> None:
    terms = terms_of({"720P": "0.10"})
    before = [quoted("atlas", atlas(clips=1), terms, facts).priced.charged for facts in (lengths("4"), None)]
    quotes.forget_charges()
    assert quotes._price_billable.cache_info().currsize == quotes._price_bounded.cache_info().currsize == 0
    assert [quoted("atlas", atlas(clips=1), terms, facts).priced.charged for facts in (lengths("4"), None)] == before


def test_a_missing_price_says_for_whom() -> None:
    pricing = resolved(terms_of({"720P": "0.10"}), ON)
    missing = MissingRateError(EntryKey("output_video_seconds", "1080P"))
    assert ", for account acme in production. " in str(tell_no_rate(pricing, missing))
    anyone = replace(pricing, market=pricing.market._replace(account=None, environment=None))
    assert ", for anyone. " in str(tell_no_rate(anyone, missing))


@pytest.mark.parametrize(("assumed", "later"), [("at first", "later on"), ("at first", None), (None, "later on")])
@pytest.mark.parametrize("turn", [1, -1])
def test_the_assumption_is_that_of_the_rule_in_force(assumed: str | None, later: str | None, turn: int) -> None:
    """Two rules that charge alike, in either order of the file; the second begins after the quote."""
    terms = terms_of({"720P": "0.10"})
    said = [{"assumed": text} if text else {} for text in (assumed, later)]
    rules = [{"from": day, "billed": "yes"} | more for day, more in zip((FIRST_DAY, "2026-05-01"), said, strict=True)]
    terms["reference_video"] = rules[::turn]
    found = quoted("atlas", atlas(clips=1), terms, lengths("3"))
    assert [a.message for a in found.priced.assumptions] == ([assumed] if assumed else [])


NO_ZONE: Final = datetime(2026, 2, 1)  # noqa: DTZ001 - meant
MARKET: Final = Market("acme", "production", "atlas")


def turning() -> Terms:
    """A price that doubles in May."""
    terms = terms_of({"720P": "1"})
    terms["entries"].append(per_unit("output_video_seconds", "720P", "2") | {"from": "2026-05-01"})
    return terms


OTHER_TERMS: Final = "the terms are of atlas from 2026-01-01 until 2026-05-01, and the request is to "


@pytest.mark.parametrize(
    ("at", "said", "nearest"),
    [
        pytest.param(instant("2026-05-01"), "atlas, at 2026-05-01T00:00:00+00:00", "", id="later"),
        pytest.param(instant("2025-12-31"), "atlas, at 2025-12-31T00:00:00+00:00", "", id="earlier"),
        pytest.param(NO_ZONE, "atlas, at 2026-02-01T00:00:00", ", with its zone", id="no-zone"),
    ],
)
def test_terms_that_are_not_in_force_price_nothing(at: datetime, said: str, nearest: str) -> None:
    pricing = resolve(parse_catalogue(catalogue_files(turning())), MARKET, instant("2026-02-01"))
    request = validate(read(atlas(), HOSTS["atlas"]))
    with pytest.raises(NoRateError) as caught:
        quote(request, pricing, at)
    assert caught.value.reason == OTHER_TERMS + said
    assert caught.value.nearest == f"Resolve the market of that host at that instant{nearest}."


def test_terms_of_another_host_price_nothing() -> None:
    pricing = resolve(parse_catalogue(catalogue_files(turning())), MARKET, instant("2026-02-01"))
    request = validate(read(alibaba(("reference_image", image())), HOSTS["alibaba"]))
    with pytest.raises(NoRateError, match=r"the terms are of atlas from .*, and the request is to alibaba"):
        quote(request, pricing, instant("2026-02-01"))


def test_terms_hold_for_all_of_their_time() -> None:
    catalogue = parse_catalogue(catalogue_files(turning()))
    pricing = resolve(catalogue, MARKET, instant("2026-02-01"))
    request = validate(read(atlas(), HOSTS["atlas"]))
    for at in (instant("2026-01-01"), instant("2026-05-01") - timedelta(microseconds=1)):
        assert quote(request, pricing, at).total == quote(request, resolve(catalogue, MARKET, at), at).total
    last = resolve(catalogue, MARKET, instant("2026-05-01"))
    assert (quote(request, last, instant("9999-12-31")).total, last.until) == (Decimal(10), None)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        pytest.param(None, None, "", id="always"),
        pytest.param("2026-01-01", None, " from 2026-01-01 on", id="from"),
        pytest.param(None, "2026-05-01", " until 2026-05-01", id="until"),
        pytest.param("2026-01-01", "2026-05-01", " from 2026-01-01 until 2026-05-01", id="both"),
    ],
)
def test_the_time_of_terms_of_another_host_is_told(since: str | None, until: str | None, said: str) -> None:
    begin, end = (instant(day) if day else None for day in (since, until))
    pricing = replace(
        resolve(parse_catalogue(catalogue_files(turning())), MARKET, instant("2026-02-01")), since=begin, until=end
    )
    request = validate(read(alibaba(("reference_image", image())), HOSTS["alibaba"]))
    with pytest.raises(NoRateError) as caught:
        quote(request, pricing, instant("2026-02-01"))
    assert caught.value.reason == (
        f"the terms are of atlas{said}, and the request is to alibaba, at 2026-02-01T00:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (98.0, "98.0"),
        (98, "98"),
        ("98", "'98'"),
        (True, "true"),
        (Decimal(-1), "-1"),
        (Decimal("NaN"), "NaN"),
        (Decimal("sNaN"), "sNaN"),
        (Decimal("Infinity"), "Infinity"),
        (Decimal(10) ** 18, "1" + 18 * "0"),
        (Decimal("1e-25"), "1E-25"),
        (Decimal("1e999999"), "1E+999999"),
    ],
)
def test_a_running_total_that_is_no_exact_amount_is_refused(said: Any, seen: str) -> None:  # noqa: ANN401 - whatever a caller says
    with pytest.raises(UnusableInputError) as refused:
        held(terms=LADDERED, more=LADDER, before={MONTH: said})
    assert str(refused.value) == (
        f"consumed_before: {MONTH}: a running total is a Decimal of digits, at most 18 before and 24 after a point, "
        f'like Decimal("80.50"), not {seen}'
    )


@pytest.mark.parametrize("said", ["0", "98", "999999999999999999.999999999999999999999999", "80.50"])
def test_a_running_total_is_taken_to_its_last_digit(said: str) -> None:
    found = held(terms=LADDERED, more=LADDER, before={MONTH: Decimal(said), "another": Decimal("NaN")})
    assert found.consumed_before == ((MONTH, Decimal(said)),)
