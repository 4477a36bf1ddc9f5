"""Plain pydantic: strict models with constraints on fields, and validators where one field depends on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

Url = Annotated[str, Field(pattern=r"(?i)^((https?|oss)://[^/\s]\S*|data:[^,\s]+;base64,\S+)$")]
Side = Annotated[int, Field(ge=240)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Medium(_Strict):
    """One item of `input.media`."""

    type: Literal["reference_image", "reference_video", "first_frame"]
    url: Url
    reference_voice: Url | None = None

    @model_validator(mode="after")
    def _check_voice(self) -> Self:
        if self.type == "first_frame" and self.reference_voice:
            raise ValueError("a first frame has no voice")
        return self


class Input(_Strict):
    """What is said and shown."""

    prompt: str = Field(pattern=r"\S", max_length=5000)
    negative_prompt: str | None = Field(None, max_length=500)
    media: list[Medium]

    @model_validator(mode="after")
    def _count(self) -> Self:
        frames = sum(medium.type == "first_frame" for medium in self.media)
        if frames > 1 or not 1 <= len(self.media) - frames <= 5:
            raise ValueError("1 to 5 references, and one first frame at most")
        if len({medium.url for medium in self.media}) < len(self.media):
            raise ValueError("a reference is repeated")
        return self


class Parameters(_Strict):
    """What is asked for."""

    resolution: Literal["720P", "1080P"]
    ratio: Literal["16:9", "9:16", "1:1", "4:3", "3:4"] | None = None
    duration: int = Field(5, ge=2, le=15)
    prompt_extend: bool | None = None
    watermark: bool | None = None
    seed: int | None = Field(None, ge=0, le=2147483647)


class Payload(_Strict):
    """A payload in Alibaba's shape."""

    model: Literal["wan2.7-r2v", "wan2.7-r2v-2026-06-12"]
    input: Input
    parameters: Parameters

    @model_validator(mode="after")
    def _relate(self) -> Self:
        kinds = {medium.type for medium in self.input.media}
        if "reference_video" in kinds and self.parameters.duration > 10:
            raise ValueError("10 s at most with a clip")
        if "first_frame" in kinds and self.parameters.ratio:
            raise ValueError("the ratio is ignored with a first frame")
        return self


class _Seen(_Strict):
    width_px: Side
    height_px: Side
    subjects: Literal[1] | None = None

    @model_validator(mode="after")
    def _check_aspect(self) -> Self:
        if max(self.width_px, self.height_px) > 8 * min(self.width_px, self.height_px):
            raise ValueError("1:8 to 8:1")
        return self


class Image(_Seen):
    """A picture."""

    kind: Literal["image"]
    format: Literal["jpeg", "png", "bmp", "webp"]
    bytes: int = Field(ge=1, le=20971520)
    width_px: int = Field(ge=240, le=8000)
    height_px: int = Field(ge=240, le=8000)
    has_alpha: Literal[False] | None = None


class Video(_Seen):
    """A clip."""

    kind: Literal["video"]
    format: Literal["mp4", "mov"]
    bytes: int = Field(ge=1, le=104857600)
    width_px: int = Field(ge=240, le=4096)
    height_px: int = Field(ge=240, le=4096)
    duration_s: Annotated[float, Field(ge=1, le=30, strict=False)]


class Voice(_Strict):
    """A voice."""

    kind: Literal["voice"]
    format: Literal["wav", "mp3"]
    bytes: int = Field(ge=1, le=15728640)
    duration_s: Annotated[float, Field(ge=1, le=10, strict=False)]


FACTS: TypeAdapter[Any] = TypeAdapter(dict[str, Annotated[Image | Video | Voice, Field(discriminator="kind")]])


def check(payload: bytes, facts: bytes) -> Sequence[object]:
    """All errors, each with its place and message."""
    found: list[object] = []
    for validate, text in ((Payload.model_validate_json, payload), (FACTS.validate_json, facts)):
        try:
            validate(text)
        except ValidationError as error:
            found += error.errors(include_url=False)
    return found


def is_valid(payload: bytes, facts: bytes) -> bool:
    """Whether there is no error."""
    try:
        Payload.model_validate_json(payload)
        FACTS.validate_json(facts)
    except ValidationError:
        return False
    return True
