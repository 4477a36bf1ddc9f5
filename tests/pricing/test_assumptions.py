"""What a quote takes for granted: each thing once, under its own code, in words that count."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import Market, parse_catalogue, quote, resolve
from tests.oracle import Row, Terms
from tests.quoting import ON, atlas, lengths, per_unit, quoted, reading_of, unlimited
from tests.tables import resolved
from tests.terms import FIRST_DAY, card_toml, instant, terms_of
from wan_rules import validate

OUTPUT: Final = "output_video_seconds"
PLAIN: Final[Row] = {"round_to_s": "1"}
"""A rule for clips that says how part seconds round: nothing of these is assumed then."""


def said(terms: Terms, *, clips: int = 0, known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = quoted("atlas", atlas(clips=clips), terms, lengths(*known))
    return [(one.code, one.message) for one in found.priced.assumptions]


def test_a_doubtful_price_is_told_once_and_so_is_the_next() -> None:
    """Output and clips are priced by one entry; the request by another."""
    terms = terms_of({}, rule=PLAIN)
    doubts = {"confidence": "second-hand", "note": "as a reseller says"}
    flat: Row = {"from": FIRST_DAY, "model": "flat", "price": "0.03", "note": "since the spring"}
    terms["entries"] = [per_unit(OUTPUT, "any", "0.1", **doubts), flat]
    per_second, per_request = f"made-up:{OUTPUT}/any@2026-01-01", "made-up:requests/any@2026-01-01"
    source = "https://example.com/prices"
    assert said(terms, clips=1, known=("4",)) == [
        ("price-second-hand", f"{per_second}: the price comes from a reseller or client, not from {source}"),
        ("price-note", f"{per_second}: as a reseller says"),
        ("price-note", f"{per_request}: since the spring"),
    ]


def test_totals_that_nobody_told_are_assumed_to_be_any() -> None:
    terms = terms_of({})
    bands = {"model": "graduated", "bands": "10:0.10 :0.05"}
    terms["entries"] = [{"from": FIRST_DAY, "meter": OUTPUT, "resolution": "720P"} | bands]
    message = (
        f"what was used before is not known ({OUTPUT}/720P; calendar months of Asia/Shanghai): "
        "bounded over every such amount"
    )
    assert said(terms) == [("consumed-before-unknown", message)]


@pytest.mark.parametrize(("clips", "counted"), [(1, "1 clip"), (2, "2 clips"), (3, "3 clips")])
def test_clips_of_unknown_length_are_counted(clips: int, counted: str) -> None:
    message = f"the length of {counted} is unknown: bounded by the host's limits"
    assert said(terms_of({"any": "0.1"}, rule=PLAIN), clips=clips) == [("clip-length-unknown", message)]


@pytest.mark.parametrize(("clips", "counted"), [(1, "1 clip"), (2, "2 clips"), (3, "3 clips")])
def test_clips_of_disputed_length_are_counted(clips: int, counted: str) -> None:
    ends = {"duration_min_s": "2", "duration_max_s": "4"}
    facts = dict.fromkeys(lengths(*(["3"] * clips)), ends)
    found = quoted("atlas", atlas(clips=clips), terms_of({"any": "0.1"}, rule=PLAIN), facts)
    message = f"the length of {counted} is disputed: bounded by what facts say"
    assert [(one.code, one.message) for one in found.priced.assumptions] == [("clip-length-disputed", message)]


def test_a_region_that_nobody_named_is_told() -> None:
    head = 'schema_version = "1"\n[catalogue]\nname = "a list"\n[catalogue.regions]\natlas = "mainland"\n'
    cards = {
        f"{region}.toml": card_toml(terms_of({"720P": "0.1"}), id=region, region=region)
        for region in ("mainland", "abroad")
    }
    pricing = resolve(parse_catalogue({"catalogue.toml": head, **cards}), Market(None, None, "atlas"), instant(ON))
    found = quote(validate(reading_of("atlas", atlas())), pricing, instant(ON))
    assert [(one.code, one.message) for one in found.priced.assumptions] == [
        ("region-assumed", "no region was named: mainland is taken for atlas")
    ]


def test_only_totals_that_the_request_looks_at_are_named() -> None:
    """1080P has a ladder, and the request is for 720P."""
    terms = terms_of({"720P": "0.1"})
    ladder = {"model": "graduated", "meter": OUTPUT, "resolution": "1080P", "bands": "10:0.15 :0.12"}
    terms["entries"].append({"from": FIRST_DAY} | ladder)
    assert said(terms) == []
    found = quoted("atlas", atlas(resolution="1080P"), terms)
    assert [one.code for one in found.priced.assumptions] == ["consumed-before-unknown"]


@pytest.mark.parametrize(
    ("others", "named"),
    [
        pytest.param((), "credit/gift; the grant of a credit, since it began", id="alone"),
        pytest.param(
            ({"kind": "cap", "amount": "3", "per": "month"},),
            "credit/gift, spend; calendar months of Asia/Shanghai, the grant of a credit, since it began",
            id="beside-one-of-the-month",
        ),
    ],
)
def test_what_was_used_of_a_credit_is_not_of_the_month(others: tuple[Row, ...], named: str) -> None:
    """Who said what was used of it in this month would be quoted more of the credit than is left."""
    credit: Row = {"kind": "credit", "name": "gift", "amount": "5"}
    message = f"what was used before is not known ({named}): bounded over every such amount"
    assert said(terms_of({"720P": "0.1"}, agreement=[credit, *others])) == [("consumed-before-unknown", message)]


SAME: Final = "the total is the same for every such amount"
LEAST: Final = "the least is over every such amount"
OVER: Final = "bounded over every such amount"


@pytest.mark.parametrize(
    ("agreement", "named", "bounds"),
    [
        pytest.param([{"kind": "allowance", "meter": OUTPUT, "units": "3"}], OUTPUT, OVER, id="an-allowance"),
        pytest.param(
            [{"kind": "allowance", "meter": OUTPUT, "resolution": "1080P", "units": "3"}], "", "", id="of-another-tier"
        ),
        pytest.param([{"kind": "allowance", "meter": "requests", "units": "3"}], "", "", id="of-another-meter"),
        pytest.param([{"kind": "cap", "amount": "3", "per": "month"}], "spend", OVER, id="an-adjuster"),
        pytest.param(
            [{"kind": "cap", "amount": "3", "per": "month"}, {"kind": "discount", "percent": "100"}],
            "spend",
            SAME,
            id="an-adjuster-of-nothing",
        ),
    ],
)
def test_totals_are_named_with_what_not_knowing_them_does(agreement: list[Row], named: str, bounds: str) -> None:
    message = f"what was used before is not known ({named}; calendar months of Asia/Shanghai): {bounds}"
    expected = [("consumed-before-unknown", message)] if named else []
    assert said(terms_of({"720P": "0.1", "1080P": "0.15"}, agreement=agreement)) == expected


def test_a_ladder_that_the_list_price_alone_has_is_named() -> None:
    """5 s at the override's 0.2, whatever was used before; at list price 0.5 or less."""
    terms = terms_of({}, agreement=[{"kind": "override", "meter": OUTPUT, "resolution": "720P", "price": "0.2"}])
    bands = {"model": "graduated", "bands": "10:0.10 :0.05"}
    terms["entries"] = [{"from": FIRST_DAY, "meter": OUTPUT, "resolution": "720P"} | bands]
    message = f"what was used before is not known ({OUTPUT}/720P; calendar months of Asia/Shanghai): {SAME}"
    assert said(terms) == [("consumed-before-unknown", message)]


def test_the_least_of_what_has_no_bound_is_over_every_total() -> None:
    terms = terms_of({"720P": "0.1"}, rule=PLAIN, agreement=[{"kind": "allowance", "meter": OUTPUT, "units": "3"}])
    found = quoted(unlimited("atlas"), atlas(clips=1), terms)
    assert [one.message for one in found.priced.assumptions] == [
        f"what was used before is not known ({OUTPUT}; calendar months of Asia/Shanghai): {LEAST}",
        "the length of 1 clip is unknown: nothing bounds the total",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"billed": "no"}, id="not-billed"),
        pytest.param({"cap_total_s": "5", "minimum_s": "5"}, id="one-number-of-seconds"),
    ],
)
def test_a_length_that_counts_for_nothing_is_not_told(rule: Row) -> None:
    assert said(terms_of({"any": "0.1"}, rule=PLAIN | rule), clips=1) == []


def test_a_length_that_is_free_bounds_nothing() -> None:
    terms = terms_of({"any": "0.1"}, rule=PLAIN, agreement=[{"kind": "discount", "percent": "100"}])
    message = "the length of 2 clips is unknown: the total is the same for every such length"
    assert said(terms, clips=2) == [("clip-length-unknown", message)]


@pytest.mark.parametrize(
    ("rule", "agreement"),
    [
        pytest.param({"cap_total_s": "5"}, [], id="the-card"),
        pytest.param({}, [{"kind": "cap", "amount": "3"}], id="an-agreement"),
    ],
)
def test_a_length_that_no_host_limits_is_bounded_by_the_terms(rule: Row, agreement: list[Row]) -> None:
    terms = terms_of({"any": "0.1"}, rule=PLAIN | rule, agreement=agreement)
    found = quoted(unlimited("atlas"), atlas(clips=1), terms)
    message = "the length of 1 clip is unknown: bounded by what the terms cut or cap"
    assert [(one.code, one.message) for one in found.priced.assumptions] == [("clip-length-unknown", message)]


PARTS: Final = [("part-seconds-exact", "part seconds are billed exactly: the card does not say how they round")]


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        pytest.param({}, ("2.5",), id="a-part"),
        pytest.param({}, ("2.5", "2.5"), id="two-that-sum-to-5"),
        pytest.param({"cap_total_s": "5"}, ("2.5", "2.5"), id="2-and-2-would-be-4"),
        pytest.param({"minimum_s": "5"}, ("2.5", "2.5"), id="3-and-3-would-be-6"),
        pytest.param({"cap_total_s": "5", "cap_per_clip_s": "2.5"}, ("7.5", "2.5"), id="each-capped-and-2-below"),
        pytest.param({"cap_total_s": "5", "cuts_s": "2.5"}, ("7.5", "2.5"), id="each-cut-and-2-below"),
        pytest.param({"cap_total_s": "4.5"}, ("8",), id="billed-in-parts-by-the-card"),
        pytest.param({"cap_per_clip_s": "1.65"}, ("5", "5", "5"), id="4.95-of-15"),
    ],
)
def test_parts_that_a_card_could_round_are_told(rule: Row, known: tuple[str, ...]) -> None:
    assert said(terms_of({"any": "0.1"}, rule=rule), clips=len(known), known=known) == PARTS


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        pytest.param({}, (), id="no-clip"),
        pytest.param({}, ("3", "4"), id="whole"),
        pytest.param({"round_to_s": "1"}, ("2.5",), id="the-card-says-how"),
        pytest.param({"billed": "no"}, ("2.5",), id="not-billed"),
        pytest.param({"cap_total_s": "5"}, ("7.5",), id="capped"),
        pytest.param({"cap_per_clip_s": "5"}, ("7.5", "9.25"), id="each-capped"),
        pytest.param({"cap_total_s": "5"}, ("2.5", "9.5"), id="2-and-9-are-5-too"),
        pytest.param({"cap_total_s": "5"}, ("2.5", "3.5"), id="2-and-3-are-5-too"),
        pytest.param({"cap_total_s": "5", "minimum_s": "5"}, ("1.5",), id="1-and-2-are-raised-to-5-too"),
        pytest.param({"minimum_s": "3"}, ("2.5",), id="raised"),
    ],
)
def test_parts_that_count_for_nothing_are_not_told(rule: Row, known: tuple[str, ...]) -> None:
    assert said(terms_of({"any": "0.1"}, rule=rule), clips=len(known), known=known) == []


def of_month(units: str, known: str) -> tuple[str | None, list[str]]:
    """The total, and what is assumed, of 5 s and a clip at 0.1 a second, of which the month's first units are free."""
    terms = terms_of({"any": "0.1"}, agreement=[{"kind": "allowance", "meter": OUTPUT, "units": units}])
    valid = validate(reading_of("atlas", atlas(clips=1), lengths(known)))
    found = quote(valid, resolved(terms, ON), instant(ON), {OUTPUT: Decimal(0)})
    return str(found.total), [one.code for one in found.priced.assumptions]


def test_what_an_allowance_leaves_is_no_part_of_a_clip() -> None:
    assert of_month("0.5", "3") == ("0.75", [])  # 7.5 x 0.1: of 5 s half a second is free


def test_a_part_that_an_allowance_covers_is_told_all_the_same() -> None:
    """If part seconds were rounded up, the third second of the clip would cost what half of one does."""
    assert of_month("7.5", "2.5") == ("0.00", ["part-seconds-exact"])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param("2", "4", [], id="whole-ends"),
        pytest.param("2.5", "4", PARTS, id="least"),
        pytest.param("2", "4.5", PARTS, id="most"),
    ],
)
def test_of_a_length_between_ends_those_are_what_counts(low: str, high: str, expected: list[tuple[str, str]]) -> None:
    facts = {"duration_min_s": low, "duration_max_s": high}
    found = quoted("atlas", atlas(clips=1), terms_of({"any": "0.1"}), dict.fromkeys(lengths("3"), facts))
    assert [(one.code, one.message) for one in found.priced.assumptions][1:] == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param((("2.5", "5"), ("2.5", "5")), PARTS, id="the-least-of-each"),
        pytest.param((("2", "3.5"), ("2", "4.5")), PARTS, id="the-most-of-each"),
        pytest.param((("2", "3"), ("2", "5")), [], id="neither"),
    ],
)
def test_parts_of_the_ends_that_sum_to_whole_seconds_are_told(
    ends: tuple[tuple[str, str], ...], expected: list[tuple[str, str]]
) -> None:
    facts = {
        url: {"duration_min_s": low, "duration_max_s": high}
        for url, (low, high) in zip(lengths("1", "1"), ends, strict=True)
    }
    found = quoted("atlas", atlas(clips=2), terms_of({"any": "0.1"}), facts)
    assert [(one.code, one.message) for one in found.priced.assumptions][1:] == expected


def test_ends_that_are_equal_are_a_length() -> None:
    ends = {url: {"duration_min_s": "3", "duration_max_s": "3.0"} for url in lengths("3")}
    found = quoted("atlas", atlas(clips=1), terms_of({"any": "0.1"}), ends)
    assert (found.total, found.priced.assumptions) == (8 * Decimal("0.1"), ())


@pytest.mark.parametrize(("known", "expected"), [(("2.5", "2.5"), PARTS), (("2", "3"), [])])
def test_a_length_without_an_end_beside_parts(known: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    found = quoted(unlimited("atlas"), atlas(clips=3), terms_of({"any": "0.1"}), lengths(*known))
    assert [(one.code, one.message) for one in found.priced.assumptions][1:] == expected
