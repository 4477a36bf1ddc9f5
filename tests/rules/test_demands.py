"""What is demanded of any file: where its allowed range ends, and what is said beyond."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from wan_rules import HOSTS
from wan_rules.limits import Limit, Limits, Range
from wan_rules.media_facts import MediaFacts
from wan_rules.rule import Within
from wan_rules.rules.demands import (
    CLIP,
    IMAGE,
    VIDEO,
    both_sides,
    refuse_aspect,
    refuse_bytes,
    refuse_format,
    refuse_length,
    refuse_sides,
)

SECONDS: Final = Limit(Range(2, 30), "seconds", "", "product")
SIDES: Final = Limit(Range(240, 8000), "pixels", "", "product")
ASPECT: Final = Limit(8, "times", "", "product")
LONG: Final = "2 to 30 s are taken. Cut it to 30 s."
SHORT: Final = "2 to 30 s are taken. Use a longer one."
WIDE: Final = "each side 240 to 8000. Scale it down to 8000 px."
NARROW: Final = "each side 240 to 8000. Use one of at least 240 px a side."


@pytest.mark.parametrize(
    ("length", "told"),
    [
        ("2", []),
        ("30", []),
        ("1.999999", [f"The clip is 1.999999 s long: {SHORT}"]),
        ("30.000001", [f"The clip is 30.000001 s long: {LONG}"]),
    ],
)
def test_a_length_is_taken_up_to_both_ends(length: str, told: list[str]) -> None:
    found = refuse_length(MediaFacts(duration_s=Decimal(length)), SECONDS, "url", CLIP)
    assert [finding.message for finding in found] == told


def test_where_there_is_no_limit_or_no_length_nothing_is_refused() -> None:
    none: Limit[Range | None] = Limit(None, "seconds", "", "product")
    assert refuse_length(MediaFacts(duration_s=Decimal(900)), none, "url", CLIP) == ()
    assert refuse_length(MediaFacts(), SECONDS, "url", CLIP) == ()


@pytest.mark.parametrize(
    ("width", "height", "told"),
    [
        (240, 8000, []),
        (8000, 240, []),
        (8001, 240, [f"The image has 8001 x 240 pixels: {WIDE}"]),
        (240, 8001, [f"The image has 240 x 8001 pixels: {WIDE}"]),
        (239, 240, [f"The image has 239 x 240 pixels: {NARROW}"]),
        (8000, 239, [f"The image has 8000 x 239 pixels: {NARROW}"]),
        (100, 8001, [f"The image has 100 x 8001 pixels: {WIDE}"]),
    ],
)
def test_sides_are_taken_up_to_both_ends(width: int, height: int, told: list[str]) -> None:
    found = refuse_sides(MediaFacts(width_px=width, height_px=height), SIDES, IMAGE)
    assert [finding.message for finding in found] == told


@pytest.mark.parametrize(
    ("width", "height", "told"),
    [
        (300, 2400, []),
        (2400, 300, []),
        (300, 2401, ["The video is 300 x 2401: 1:8 to 8:1 are taken. Crop it."]),
        (2401, 300, ["The video is 2401 x 300: 1:8 to 8:1 are taken. Crop it."]),
    ],
)
def test_an_aspect_is_taken_up_to_the_limit_both_ways(width: int, height: int, told: list[str]) -> None:
    found = refuse_aspect(MediaFacts(width_px=width, height_px=height), ASPECT, VIDEO)
    assert [finding.message for finding in found] == told


def test_what_spares_a_rule_on_sides_is_that_both_lie_within() -> None:
    def ends(limits: Limits) -> Range:
        return limits.video_side_px.value

    assert both_sides(ends) == (Within("width_px", ends), Within("height_px", ends))


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (1, []),
        (20971520, []),
        (20971521, ["The image has 20,971,521 bytes: at most 20,971,520. Compress it or make it smaller."]),
        (0, ["The image is empty. Upload it again."]),
    ],
)
def test_a_file_is_taken_up_to_its_limit(size: int, told: list[str]) -> None:
    found = refuse_bytes(MediaFacts(bytes=size), HOSTS["alibaba"].limits.image_bytes, "url", IMAGE)
    assert [finding.message for finding in found] == told


def test_a_format_is_told_as_messages_write_it() -> None:
    limit = HOSTS["alibaba"].limits.video_formats
    assert refuse_format(MediaFacts(format="MOV"), limit, "url", VIDEO) == ()
    (finding,) = refuse_format(MediaFacts(format="WebM"), limit, "url", VIDEO)
    assert finding.message == "The video is webm: mp4, mov are taken. Convert it."
