"""Rules on the first frame: how many there may be, and that it is not alone."""

from __future__ import annotations

from typing import Final

from wan_rules.limits import Limits
from wan_rules.messages import Message, Template
from wan_rules.request import Cast
from wan_rules.rule import CastRule, Example, Finding, Findings

_FRAME: Final = {"type": "first_frame", "url": "https://media.example.com/door.jpg"}

FIRST_FRAMES: Final = Template("WAN204.too-many", "{count} first frames: at most {limit}. Remove {surplus}.")
NO_FIRST_FRAME: Final = Template(
    "WAN204.none-taken", "{count} first frame: none is taken beside references. Remove {count}."
)
NO_FIRST_FRAMES: Final = Template(
    "WAN204.none-taken-of-several", "{count} first frames: none is taken beside references. Remove {count}."
)
ALONE: Final = Template(
    "WAN205.alone",
    "There is a first frame and no reference. Add a reference, or call the image-to-video model.",
).fill()


def _first_frame_count(cast: Cast, limits: Limits) -> Findings:
    """A request has at most one first frame, and none where the host lets references exclude it."""
    count, most = cast.frames, limits.first_frames_max.value
    if count <= most:
        return ()
    return (
        Finding(
            at=f"first_frames/{most}",
            observed=count,
            limit=most,
            unit="first frames",
            message=_tell_frames(count, most),
        ),
    )


FIRST_FRAME_COUNT: Final = CastRule(
    id="WAN204",
    name="first-frame-count",
    family="references",
    severity="error",
    source="docs/explanation/references.md#first-frame",
    check=_first_frame_count,
    passes=(Example({"/input/media/-": _FRAME}),),
    fails=(
        Example({"/input/media/3": _FRAME, "/input/media/4": {**_FRAME, "url": "https://media.example.com/2.jpg"}}),
        Example({"/inputs/frameImages": ["https://media.example.com/door.jpg"]}, host="runware"),
    ),
)


def _tell_frames(count: int, most: int) -> Message:
    if most:
        return FIRST_FRAMES.fill(count=count, limit=most, surplus=count - most)
    return NO_FIRST_FRAME.fill(count=count) if count == 1 else NO_FIRST_FRAMES.fill(count=count)


def _first_frame_alone(cast: Cast, _limits: Limits) -> Findings:
    """A first frame is where the video starts, not a subject: it is not enough without a reference."""
    if cast.kinds or not cast.frames or not cast.readable:
        return ()
    return (
        Finding(
            at="references",
            observed=0,
            limit=1,
            unit="references",
            message=ALONE,
        ),
    )


FIRST_FRAME_ALONE: Final = CastRule(
    id="WAN205",
    name="first-frame-alone",
    family="references",
    severity="error",
    source="docs/explanation/references.md#first-frame",
    check=_first_frame_alone,
    passes=(Example({"/input/media/-": _FRAME}),),
    fails=(Example({"/input/media": [_FRAME]}),),
)


RULES: Final = (FIRST_FRAME_COUNT, FIRST_FRAME_ALONE)
