"""The vocabulary of billable facts: each meter's id, unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

MeterId: TypeAlias = Literal["output_video_seconds", "reference_video_seconds", "super_resolution_seconds", "requests"]


class Meter(NamedTuple):
    """What is counted, in which unit, and what it means."""

    id: MeterId
    unit: str
    meaning: str


METERS: Final[Mapping[MeterId, Meter]] = MappingProxyType(
    {
        meter.id: meter
        for meter in (
            Meter("output_video_seconds", "second", "seconds of video rendered for the caller"),
            Meter("reference_video_seconds", "second", "seconds of reference clips, after the card's caps and cuts"),
            Meter("super_resolution_seconds", "second", "seconds of video put through the upscaling stage"),
            Meter("requests", "request", "requests, whatever they render"),
        )
    }
)
