"""The stages of a request by hand: what runs on what, how large and long its result is, and what is only expected."""

from __future__ import annotations

from typing import Any

from wan_rules import HOSTS, read, validate
from wan_rules.request import Resolution
from wan_rules.samples import SAMPLES
from wan_rules.staging import Stage, plan
from wan_rules.validation import ValidRequest


def asked(**fields: Any) -> ValidRequest:  # noqa: ANN401 - fields of any type
    """The sample of Atlas with those fields."""
    return validate(read({**SAMPLES["atlas"], **fields}, HOSTS["atlas"]))


def rendered(tier: Resolution, size: tuple[int | None, int | None], *, expected: bool = False) -> Stage:
    return Stage("render", "wan2.7-r2v", "references", tier, *size, 4, 4 * 30, expected)


def test_a_native_tier_is_one_render() -> None:
    assert plan(asked(resolution="1080P", ratio="9:16", duration=4)).stages == (rendered("1080P", (1080, 1920)),)


def test_super_resolution_follows_a_render_at_720p_and_gives_what_is_only_expected() -> None:
    assert plan(asked(resolution="1440P-SR", ratio="16:9", duration=4)).stages == (
        rendered("720P", (1280, 720)),
        Stage("upscale", "FlashVSR", "720P render", "1440P-SR", 2560, 1440, 4, 4 * 30, expected=True),
    )


def test_a_first_frame_decides_the_shape_which_is_not_known() -> None:
    valid = asked(resolution="720P", ratio="16:9", duration=4)
    framed = valid._replace(request=valid.request._replace(first_frame="https://media.example.com/door.jpg"))
    assert plan(framed).stages == (rendered("720P", (None, None), expected=True),)
