"""What a host accepts, as data: each limit with its unit, source and grade. No number here is inside a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from wan_rules.request import AspectRatio, Resolution
from wan_rules.urls import MediaForm

T = TypeVar("T")

Severity: TypeAlias = Literal["error", "warning"]
Grade: TypeAlias = Literal["published", "transcribed", "second-hand", "derived", "product"]
"""How sure a figure is: the host's own page; a dated transcription of it; a reseller's or client's code; arithmetic
on the others; or the product's own description."""


class Range(NamedTuple):
    """Both ends are allowed."""

    low: int
    high: int

    def __str__(self) -> str:
        """The range as people write it."""
        return f"{self.low}..{self.high}"


class Limit(NamedTuple, Generic[T]):
    """One limit of one host. `severity` is what breaking it does there: refuse (error) or lose something (warning)."""

    value: T
    unit: str
    source: str
    grade: Grade
    severity: Severity = "error"
    inherited: bool = False


NO_FORMS: Final[Limit[tuple[MediaForm, ...]]] = Limit((), "form", "", "published")
"""A host that takes URLs alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits of one host; a limit that its pages do not state is inherited from the model, and says so."""

    models: Limit[tuple[str, ...]]
    prompt_chars: Limit[int]
    negative_prompt_chars: Limit[int]
    references: Limit[Range]
    images_max: Limit[int]
    videos_max: Limit[int]
    first_frames_max: Limit[int]
    url_schemes: Limit[tuple[str, ...]]
    media_forms: Limit[tuple[MediaForm, ...]] = NO_FORMS
    image_formats: Limit[tuple[str, ...]]
    image_side_px: Limit[Range]
    image_bytes: Limit[int]
    video_formats: Limit[tuple[str, ...]]
    video_side_px: Limit[Range]
    video_bytes: Limit[int]
    video_seconds: Limit[Range | None]
    aspect_max: Limit[int]
    subjects: Limit[int]
    voices: Limit[Literal["reference", "request", "none"]]
    voice_formats: Limit[tuple[str, ...]]
    voice_bytes: Limit[int]
    voice_seconds: Limit[Range]
    resolutions: Limit[tuple[Resolution, ...]]
    tier_words: Limit[Mapping[Resolution, str]]
    ratios: Limit[tuple[AspectRatio, ...]]
    duration_s: Limit[Range]
    duration_with_video_s: Limit[Range]
    seed: Limit[Range]
    labels: Limit[Literal["character", "counted"]]


def inherit(model: Limits, **own: Limit[object]) -> Limits:
    """The limits of a host that states only `own`; the rest is the model's, each marked as inherited."""
    taken = {f.name: getattr(model, f.name)._replace(inherited=True) for f in fields(model) if f.name not in own}
    return replace(model, **taken, **own)  # type: ignore[arg-type]  # the names are those of Limits' own fields
