"""Rules on reference clips: container, size, sides and length."""

from __future__ import annotations

from typing import Final

from wan_rules.limits import Limits
from wan_rules.media_facts import MediaFacts
from wan_rules.request import DraftReference
from wan_rules.rule import Among, Example, Findings, MediumRule, Within
from wan_rules.rules.demands import (
    CLIP,
    VIDEO,
    both_sides,
    refuse_aspect,
    refuse_bytes,
    refuse_format,
    refuse_length,
    refuse_sides,
)

_DANCER: Final = "https://media.example.com/dancer.mp4"
_SOURCE: Final = "docs/explanation/references.md#media"


def _video_format(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is in a container that the host reads."""
    return refuse_format(facts, limits.video_formats, "url", VIDEO)


VIDEO_FORMAT: Final = MediumRule(
    id="WAN311",
    name="video-format",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("format",),
    plain=(Among("format", lambda limits: limits.video_formats.value),),
    check=_video_format,
    passes=(Example({}, facts={_DANCER: {"format": "MOV"}}),),
    fails=(Example({}, facts={_DANCER: {"format": "webm"}}),),
)


def _video_bytes(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is no larger than the host downloads."""
    return refuse_bytes(facts, limits.video_bytes, "url", VIDEO)


VIDEO_BYTES: Final = MediumRule(
    id="WAN312",
    name="video-bytes",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("bytes",),
    plain=(Within("bytes", lambda limits: (1, limits.video_bytes.value)),),
    check=_video_bytes,
    passes=(Example({}, facts={_DANCER: {"bytes": 100 * 1024 * 1024}}),),
    fails=(Example({}, facts={_DANCER: {"bytes": 100 * 1024 * 1024 + 1}}),),
)


def _video_sides(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """Both sides of a clip lie within the host's range of pixels."""
    return refuse_sides(facts, limits.video_side_px, VIDEO)


VIDEO_SIDES: Final = MediumRule(
    id="WAN313",
    name="video-sides",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("width_px", "height_px"),
    plain=both_sides(lambda limits: limits.video_side_px.value),
    check=_video_sides,
    passes=(Example({}, facts={_DANCER: {"width_px": 4096, "height_px": 2160}}),),
    fails=(Example({}, facts={_DANCER: {"width_px": 4097, "height_px": 2160}}),),
)


def _video_aspect(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is not narrower than the host's most extreme ratio of sides."""
    return refuse_aspect(facts, limits.aspect_max, VIDEO)


VIDEO_ASPECT: Final = MediumRule(
    id="WAN314",
    name="video-aspect",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("width_px", "height_px"),
    check=_video_aspect,
    passes=(Example({}, facts={_DANCER: {"width_px": 2400, "height_px": 300}}),),
    fails=(Example({}, facts={_DANCER: {"width_px": 2401, "height_px": 300}}),),
)


def _video_length(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is neither shorter nor longer than the host takes; its seconds may be billed."""
    return refuse_length(facts, limits.video_seconds, "url", CLIP)


VIDEO_LENGTH: Final = MediumRule(
    id="WAN315",
    name="video-length",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("duration_s",),
    plain=(Within("duration_s", lambda limits: limits.video_seconds.value),),
    check=_video_length,
    passes=(Example({}, facts={_DANCER: {"duration_s": "30"}}), Example({}, facts={_DANCER: {"duration_s": "1"}})),
    fails=(Example({}, facts={_DANCER: {"duration_s": "30.04"}}), Example({}, facts={_DANCER: {"duration_s": "0.9"}})),
)

RULES: Final = (VIDEO_FORMAT, VIDEO_BYTES, VIDEO_SIDES, VIDEO_ASPECT, VIDEO_LENGTH)
