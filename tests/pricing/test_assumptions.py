"""What a quote takes for granted: each thing once, under its own code, in words that count."""

from __future__ import annotations

from typing import Final

import pytest

from pricing import Market, parse_catalogue, quote, resolve
from tests.oracle import Row, Terms
from tests.quoting import ON, atlas, lengths, per_unit, quoted, reading_of, unlimited
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
