"""Which stages a valid request runs: one render, or a 720P render and then FlashVSR super-resolution, by table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from wan_rules.hosts.host import Host
from wan_rules.request import RENDERED_AT, AspectRatio, Resolution
from wan_rules.validation import ValidRequest

FRAMES_PER_SECOND: Final = 30
"""Of every video of this model (Alibaba's API reference)."""

StageName: TypeAlias = Literal["render", "upscale"]

STAGES: Final[Mapping[Resolution, tuple[StageName, ...]]] = MappingProxyType(
    {tier: ("render",) if rendered == tier else ("render", "upscale") for tier, rendered in RENDERED_AT.items()}
)
"""What a tier runs, in order: the render alone, or a render at RENDERED_AT and super-resolution behind it."""


class Stage(NamedTuple):
    """One stage: what runs, on what, to which tier, and how large and long its result is.

    `width_px` and `height_px` are `None` where a first frame decides the shape. `expected` says that the sizes, frames
    and seconds are what the arithmetic gives, not what a host promises: FlashVSR's stock code rounds sides down to
    multiples of 128 and trims frames.
    """

    name: StageName
    model: str
    input: str
    output: Resolution
    width_px: int | None
    height_px: int | None
    seconds: int
    frames: int
    expected: bool


class Plan(NamedTuple):
    """The stages of one request, in the order in which they run; the last one's output is what is delivered."""

    stages: tuple[Stage, ...]


def plan(valid: ValidRequest) -> Plan:
    """The stages that the request runs at its host."""
    request = valid.request
    return _stages(valid.host, request.resolution, None if request.first_frame else request.ratio, request.duration_s)


@lru_cache(maxsize=4096)
def _stages(host: Host, resolution: Resolution, ratio: AspectRatio | None, seconds: int) -> Plan:
    outputs: Mapping[StageName, Resolution] = {"render": RENDERED_AT[resolution], "upscale": resolution}
    stages = [(name, outputs[name]) for name in STAGES[resolution]]
    return Plan(tuple(_stage(name, output, _size(host, output, ratio), seconds) for name, output in stages))


def _size(host: Host, resolution: Resolution, ratio: AspectRatio | None) -> tuple[int | None, int | None]:
    return host.frame_sizes[resolution, ratio] if ratio else (None, None)


def _stage(name: StageName, output: Resolution, size: tuple[int | None, int | None], seconds: int) -> Stage:
    upscale = name == "upscale"
    return Stage(
        name=name,
        model="FlashVSR" if upscale else "wan2.7-r2v",
        input=f"{RENDERED_AT[output]} render" if upscale else "references",
        output=output,
        width_px=size[0],
        height_px=size[1],
        seconds=seconds,
        frames=seconds * FRAMES_PER_SECOND,
        expected=upscale or size[0] is None,
    )


__all__ = ["FRAMES_PER_SECOND", "RENDERED_AT", "STAGES", "Plan", "Stage", "StageName", "plan"]
