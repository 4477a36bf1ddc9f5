"""What is known about one medium, and what a detector saw in it."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wan_rules.decimals import CONFIDENCE_PATTERN, Seconds

MediaKind: TypeAlias = Literal["image", "video", "voice"]


class Sighting(BaseModel):
    """One thing that a detector saw: its kind, how sure it is, and the box around it, in pixels of the upright picture.

    The box begins at `left_px`, `top_px` and ends before `right_px`, `bottom_px`.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    kind: Annotated[str, Field(min_length=1, max_length=32)]
    confidence: Annotated[str, Field(pattern=CONFIDENCE_PATTERN)]
    left_px: Annotated[int, Field(ge=0)]
    top_px: Annotated[int, Field(ge=0)]
    right_px: Annotated[int, Field(ge=0)]
    bottom_px: Annotated[int, Field(ge=0)]


class Detection(BaseModel):
    """That a detector counted, and what it saw. It knows few kinds, so it warns, and refuses only if `trusted`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    seen: Annotated[tuple[Sighting, ...], Field(strict=False, max_length=100)]
    trusted: bool = False


class MediaFacts(BaseModel):
    """What is known about one medium; `None` is not known. A rule that needs an unknown fact stays unverified.

    Pixels are of the upright picture, `bytes` is the file's size, `duration_s` is in seconds (exact, up to six
    decimals) and `subjects` counts the persons, animals or objects that somebody saw in it. Of a length that is not
    known, as where a file claims several, `duration_min_s` and `duration_max_s` are the ends that it lies between.
    Where a detector counted the subjects, `detected` says so. None of these three is a fact by itself.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    kind: MediaKind | None = None
    format: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    bytes: Annotated[int, Field(ge=0)] | None = None
    width_px: Annotated[int, Field(ge=1)] | None = None
    height_px: Annotated[int, Field(ge=1)] | None = None
    duration_s: Seconds | None = None
    has_alpha: bool | None = None
    subjects: Annotated[int, Field(ge=0)] | None = None
    duration_min_s: Seconds | None = None
    duration_max_s: Seconds | None = None
    detected: Detection | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        low, high = self.duration_min_s, self.duration_max_s
        if low is None and high is None:
            return self
        if self.duration_s is not None:
            msg = "duration_s is known: leave duration_min_s and duration_max_s out"
            raise ValueError(msg)
        if low is not None and high is not None and low > high:
            msg = f"duration_min_s {low} is more than duration_max_s {high}: swap them"
            raise ValueError(msg)
        return self

    @property
    def unknown(self) -> frozenset[str]:
        """The names of the facts that are not known; what is said about a fact is none."""
        return frozenset([name for name, value in self.__dict__.items() if value is None]) - _ABOUT_FACTS


_ABOUT_FACTS: Final = frozenset({"duration_min_s", "duration_max_s", "detected"})
