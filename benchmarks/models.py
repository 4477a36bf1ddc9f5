"""What a reader of this payload does anyway: a strict pydantic model of the same fields, and nothing else."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Medium(_Strict):
    """One item of `input.media`."""

    type: Literal["reference_image", "reference_video", "first_frame"]
    url: str
    reference_voice: str | None = None


class Input(_Strict):
    """What is said and shown."""

    prompt: str
    negative_prompt: str | None = None
    media: tuple[Medium, ...]


class Parameters(_Strict):
    """What is asked for."""

    resolution: Literal["720P", "1080P"] | None = None
    ratio: Literal["16:9", "9:16", "1:1", "4:3", "3:4"] | None = None
    duration: int | None = None
    prompt_extend: bool | None = None
    watermark: bool | None = None
    seed: int | None = None


class Payload(_Strict):
    """A payload in Alibaba's shape."""

    model: str
    input: Input
    parameters: Parameters
