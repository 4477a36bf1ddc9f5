"""How much is used: lengths that are known, lengths between the host's limits, lengths without a limit."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.lines import Line
from pricing.metering import Quantity, describe_work, find_clips
from pricing.money import ZERO
from pricing.quotes import Quote
from pricing.schemes import Span
from tests.oracle import Row
from tests.quoting import alibaba, atlas, clip, image, lengths, per_unit, quoted, reading_of, unlimited
from tests.terms import FIRST_DAY, terms_of
from wan_rules import HOSTS, validate
from wan_rules.staging import plan

PRICE: Final = Decimal("0.1")


def clips_of(rule: Row, *known: str, clips: int = 2) -> Quantity:
    """The quantity of clips at a host without a limit, the first of them `known`."""
    found = quote_of(rule, *known, clips=clips)
    return found.lines[1].quantity


def quote_of(rule: Row, *known: str, clips: int = 2) -> Quote:
    host = unlimited("atlas")
    return quoted(host, atlas(clips=clips), terms_of({"any": "0.1"}, rule=rule), lengths(*known))


def test_a_length_is_known_or_between_the_limits() -> None:
    valid = validate(reading_of("atlas", atlas(clips=2), lengths("7.25")))
    assert find_clips(valid) == (Span(Decimal("7.25"), Decimal("7.25")), Span(Decimal(1), Decimal(30)))
    assert find_clips(validate(reading_of("atlas", atlas(clips=1)))) == (Span(Decimal(1), Decimal(30)),)
    assert find_clips(validate(reading_of("atlas", atlas()))) == ()


@pytest.mark.parametrize(
    ("ends", "span"),
    [
        ({"duration_min_s": "1.5", "duration_max_s": "5"}, ("1.5", "5")),
        ({"duration_min_s": "1.5"}, ("1.5", "30")),
        ({"duration_max_s": "5"}, ("1", "5")),
        ({"duration_min_s": "5", "duration_max_s": "5"}, ("5", "5")),
        ({"duration_min_s": "40", "duration_max_s": "50"}, ("40", "50")),
        ({"duration_min_s": "40"}, ("40", None)),
        ({"duration_max_s": "0.5"}, ("0", "0.5")),
        ({"duration_max_s": "1"}, ("1", "1")),
        ({"duration_min_s": "30"}, ("30", "30")),
    ],
)
def test_a_disputed_length_is_between_its_ends(ends: Row, span: tuple[str, str | None]) -> None:
    """The host's limits stand in for an end that is not said, unless the other one contradicts them."""
    valid = validate(reading_of("atlas", atlas(clips=1), {clip(1): ends}))
    low, high = span
    assert find_clips(valid) == (Span(Decimal(low), None if high is None else Decimal(high)),)


def test_a_quote_says_how_many_lengths_are_disputed_and_how_many_unknown() -> None:
    apart, equal = {"duration_min_s": "2", "duration_max_s": "4"}, {"duration_min_s": "3", "duration_max_s": "3"}
    facts = {clip(1): apart, clip(2): equal, clip(3): {"kind": "video"}}
    found = quoted("atlas", atlas(clips=3), terms_of({"any": "0.1"}), facts)
    said = [one.message for one in found.priced.assumptions if one.code.startswith("clip-length")]
    assert said == [
        "the length of 1 clip is unknown: bounded by the host's limits",
        "the length of 1 clip is disputed: bounded by what facts say",
    ]


@pytest.mark.parametrize(
    ("ends", "disputed"),
    [
        pytest.param([("2", "4")], 1, id="one"),
        pytest.param([("2", "4"), ("3", "9"), ("3", "3")], 2, id="two-and-one-that-is-known"),
        pytest.param([("3", "3")], 0, id="none"),
    ],
)
def test_lengths_with_two_ends_are_counted(ends: list[tuple[str, str]], disputed: int) -> None:
    facts = {
        clip(number): {"duration_min_s": low, "duration_max_s": high} for number, (low, high) in enumerate(ends, 1)
    }
    valid = validate(reading_of("atlas", atlas(clips=len(ends)), facts))
    assert describe_work(valid, plan(valid)).disputed == disputed


def test_no_length_that_is_known_is_disputed() -> None:
    valid = validate(reading_of("atlas", atlas(clips=2), {clip(1): {"duration_s": "3"}, clip(2): {"duration_s": "4"}}))
    assert describe_work(valid, plan(valid)).disputed == 0


def test_a_first_frame_decides_the_shape() -> None:
    media = [("reference_image", image())]
    plain = validate(reading_of("alibaba", alibaba(*media, ratio="9:16")))
    assert describe_work(plain, plan(plain)).ratio == "9:16"
    framed = validate(reading_of("alibaba", alibaba(*media, ("first_frame", image(2)))))
    assert describe_work(framed, plan(framed)).ratio is None


@pytest.mark.parametrize(
    ("tier", "priced", "stages"),
    [
        pytest.param("720P", "tier", ["render", "render"], id="rendered"),
        pytest.param("1080P-SR", "tier", [None, "render"], id="both-stages-in-one-price"),
        pytest.param("1080P-SR", "stages", ["render", "upscale", "render"], id="each-stage-by-itself"),
    ],
)
def test_each_line_says_its_stage(tier: str, priced: str, stages: list[str | None]) -> None:
    terms = terms_of({"any": "0.1"}, rule={"priced_as": "render"}, super_resolution=priced)
    if priced == "stages":
        terms["entries"].append(per_unit("super_resolution_seconds", "any", "0.05"))
    found = quoted("atlas", atlas(clips=1, resolution=tier), terms, lengths("3"))
    assert [line.quantity.stage for line in found.lines] == stages


def test_a_length_without_a_limit_has_no_end() -> None:
    host = unlimited("atlas")
    assert find_clips(validate(reading_of(host, atlas(clips=1)))) == (Span(ZERO, None),)
    assert HOSTS["atlas"].limits.video_seconds.value == (1, 30)


def test_without_a_cap_nothing_bounds_the_charge() -> None:
    """One clip of 4 s, one that may be as long as it likes."""
    found = quote_of({}, "4")
    assert found.consumed(found.lines[1]) == (Decimal(4), None)
    quantity = found.lines[1].quantity
    assert (quantity.pricing_min, quantity.pricing) == (Decimal(4), None)


def test_a_minimum_bounds_no_charge_from_above() -> None:
    assert clips_of({"minimum_s": "3"}).pricing is None


@pytest.mark.parametrize(
    ("rule", "least", "most"),
    [
        pytest.param({"cap_per_clip_s": "5"}, "4", "9", id="cap"),
        pytest.param({"cap_per_clip_s": "3"}, "3", "6", id="cap-below-the-known-one"),
        pytest.param({"cuts_s": "5 2.5"}, "2.5", "5", id="cuts"),
        pytest.param({"cuts_s": "5 2.5", "cap_per_clip_s": "2"}, "2", "4", id="cap-below-cuts"),
        pytest.param({"cap_per_clip_s": "5", "minimum_s": "12"}, "12", "12", id="minimum-above-both"),
        pytest.param(
            {"cap_per_clip_s": "5", "round_to_s": "2", "round_mode": "down", "round_place": "clip"},
            "4",
            "8",
            id="rounded-down-each",
        ),
    ],
)
def test_a_cap_of_each_clip_bounds_the_charge(rule: Row, least: str, most: str) -> None:
    """One clip of 4 s and one without a limit."""
    quantity = clips_of(rule, "4")
    assert (quantity.pricing_min, quantity.pricing) == (Decimal(least), Decimal(most))


@pytest.mark.parametrize(
    ("rule", "least", "most"),
    [
        pytest.param({}, "4", "5", id="cap"),
        pytest.param({"cuts_s": "5 3"}, "3", "5", id="cap-and-cuts"),
        pytest.param({"cuts_s": "4 3"}, "3", "5", id="cap-above-cuts"),
        pytest.param({"cap_per_clip_s": "2"}, "2", "4", id="cap-and-cap-of-each"),
        pytest.param({"minimum_s": "6"}, "6", "6", id="cap-below-the-minimum"),
        pytest.param({"round_to_s": "2", "round_mode": "up"}, "4", "6", id="cap-rounded-up"),
        pytest.param({"round_to_s": "3", "round_mode": "down"}, "3", "3", id="cap-rounded-down"),
        pytest.param(
            {"round_to_s": "2", "round_mode": "down", "round_place": "clip"},
            "4",
            "5",
            id="cap-after-clips-rounded-down",
        ),
        pytest.param(
            {"round_to_s": "2", "round_mode": "up", "round_place": "clip"}, "4", "5", id="cap-after-clips-rounded-up"
        ),
    ],
)
def test_a_cap_in_total_bounds_the_charge(rule: Row, least: str, most: str) -> None:
    """One clip of 4 s and one without a limit, at most 5 s in total."""
    found = quote_of({"cap_total_s": "5"} | rule, "4")
    assert found.consumed(found.lines[1]) == (Decimal(4), None)
    quantity = found.lines[1].quantity
    assert (quantity.pricing_min, quantity.pricing) == (Decimal(least), Decimal(most))


def test_a_cap_in_total_makes_the_quote_bounded() -> None:
    found = quoted(unlimited("atlas"), atlas(clips=1), terms_of({"any": "0.1"}, rule={"cap_total_s": "5"}))
    assert found.kind == "bounded"
    assert (found.total_min, found.total) == (5 * PRICE, 10 * PRICE)


def test_ends_without_a_bound_are_none_on_the_line() -> None:
    terms = terms_of({"any": "0.1"}, agreement=[{"kind": "minimum", "amount": "2"}])
    found = quoted(unlimited("atlas"), atlas(clips=1), terms)
    line: Line = found.lines[1]
    assert (line.amount_min, line.amount, line.list_amount) == (ZERO, None, None)
    adjustment = found.priced.charged.adjustments[0]
    assert (adjustment.kind, adjustment.amount_min, adjustment.amount) == ("minimum", 2 - 5 * PRICE, None)
    assert (found.kind, found.total_min, found.total) == ("unbounded", Decimal(2), None)


WHOLE: Final = {"from": FIRST_DAY, "model": "per_unit", "meter": "output_video_seconds"}


@pytest.mark.parametrize(
    ("price", "clips", "ratio", "prices"),
    [
        pytest.param({"ratio": "9:16"}, 1, "9:16", ["0.2", "0.2"], id="of-its-ratio"),
        pytest.param({"ratio": "9:16"}, 0, "9:16", ["0.2"], id="of-its-ratio-without-clips"),
        pytest.param({"ratio": "9:16"}, 1, "1:1", ["0.1", "0.1"], id="of-another-ratio"),
        pytest.param({"has_reference_video": "true"}, 1, "1:1", ["0.2", "0.2"], id="with-clips"),
        pytest.param({"has_reference_video": "true"}, 0, "1:1", ["0.1"], id="without-clips"),
        pytest.param({"has_reference_video": "false"}, 0, "1:1", ["0.2"], id="without-clips-by-name"),
    ],
)
def test_prices_that_look_at_the_shape_or_at_clips(price: Row, clips: int, ratio: str, prices: list[str]) -> None:
    """Any second at 0.1, and some at 0.2."""
    terms = terms_of({"any": "0.1"})
    terms["entries"].append(WHOLE | {"price": "0.2"} | price)
    found = quoted("atlas", atlas(clips=clips, ratio=ratio), terms, lengths(*["4"] * clips))
    assert [line.rate.contracted_unit_price for line in found.lines] == [*map(Decimal, prices)]


@pytest.mark.parametrize(
    ("priced_as", "price"),
    [
        pytest.param("output", "0.3", id="as-what-is-delivered"),
        pytest.param("render", "0.1", id="as-what-is-rendered"),
        pytest.param("own", "0.05", id="by-its-own-meter"),
    ],
)
def test_clips_are_priced_as_the_card_says(priced_as: str, price: str) -> None:
    terms = terms_of({"720P": "0.1", "1080P-SR": "0.3"}, rule={"priced_as": priced_as})
    terms["entries"].append(per_unit("reference_video_seconds", "any", "0.05"))
    found = quoted("atlas", atlas(clips=1, resolution="1080P-SR"), terms, lengths("4"))
    clip_line = found.lines[1]
    assert (clip_line.quantity.meter, clip_line.amount) == ("reference_video_seconds", 4 * Decimal(price))


def test_a_request_has_a_line_where_the_card_prices_one() -> None:
    terms = terms_of({"any": "0.1"})
    terms["entries"].append({"from": FIRST_DAY, "model": "flat", "price": "0.03"})
    found = quoted("atlas", atlas(), terms)
    assert [(line.quantity.meter, line.amount) for line in found.lines] == [
        ("output_video_seconds", 5 * Decimal("0.1")),
        ("requests", Decimal("0.03")),
    ]
    assert len(quoted("atlas", atlas(), terms_of({"any": "0.1"})).lines) == 1


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        pytest.param({"cuts_s": "5 2.5"}, "5", id="cut-to-what-one-clip-is-cut-to"),
        pytest.param(
            {"cap_total_s": "5", "round_to_s": "2", "round_mode": "down", "round_place": "clip"},
            "5",
            id="a-clip-of-seven-seconds-rounded-down-to-six-fills-the-cap",
        ),
    ],
)
def test_a_single_clip_without_a_limit_is_charged_for_what_one_may_come_to(rule: Row, most: str) -> None:
    quantity = clips_of(rule, clips=1)
    assert (quantity.pricing_min, quantity.pricing) == (ZERO, Decimal(most))
