"""What the service is set beside, under the same server: `python -m benchmarks.service.others NAME PORT`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import uvicorn
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

if TYPE_CHECKING:
    from fastapi import FastAPI

PATH: Final = "/v1/estimates"


async def _echo(request: Request) -> Response:
    await request.json()
    return Response(await request.body(), media_type="application/json")


def make_echo() -> Router:
    """A bare Starlette handler that parses a body and sends the same bytes back."""
    return Router([Route(PATH, _echo, methods=["POST"])])


class Medium(BaseModel):
    """One item of `input.media`."""

    type: Literal["reference_image", "reference_video", "first_frame"]
    url: str = Field(pattern="^https?://")
    reference_voice: str | None = None


class Input(BaseModel):
    """What is said and shown."""

    prompt: str = Field(min_length=1, max_length=5000)
    negative_prompt: str | None = Field(None, max_length=500)
    media: list[Medium] = Field(min_length=1, max_length=5)


class Parameters(BaseModel):
    """What is asked for."""

    resolution: Literal["720P", "1080P"] = "1080P"
    ratio: Literal["16:9", "9:16", "1:1", "4:3", "3:4"] = "16:9"
    duration: int = Field(5, ge=2, le=10)
    prompt_extend: bool = True
    watermark: bool = False
    seed: int | None = Field(None, ge=0, le=2**31 - 1)


class Payload(BaseModel):
    """A payload in Alibaba's shape."""

    model: Literal["wan2.7-r2v"]
    input: Input
    parameters: Parameters


class Fact(BaseModel):
    """What is known of one file."""

    kind: Literal["image", "video", "voice"]
    format: Literal["png", "jpeg", "webp", "mp4", "mov", "mp3", "wav"]
    bytes: int = Field(ge=1, le=104_857_600)
    width_px: int | None = Field(None, ge=240, le=8000)
    height_px: int | None = Field(None, ge=240, le=8000)
    duration_s: str | None = Field(None, pattern=r"^[0-9]{1,6}(\.[0-9]{1,6})?$")
    has_alpha: bool | None = None
    subjects: int | None = Field(None, ge=0, le=1)


class Envelope(BaseModel):
    """A request as the service takes it."""

    payload: Payload
    facts: dict[str, Fact] = {}


class Verdict(BaseModel):
    """All that is answered."""

    verdict: str


def make_validation() -> FastAPI:
    """A FastAPI endpoint as one writes it by hand: pydantic models that validate, and nothing else."""
    from fastapi import FastAPI

    application = FastAPI()

    @application.post(PATH)  # type: ignore[untyped-decorator, unused-ignore]  # without the extra `bench` it has no types
    async def _validate(_: Envelope) -> Verdict:
        return Verdict(verdict="accepted")

    return application


MAKERS: Final[Mapping[str, Callable[[], Any]]] = MappingProxyType({"echo": make_echo, "validation": make_validation})


def main() -> None:
    """Serve one of MAKERS until told to stop, with the server's settings of `wan-rules serve`."""
    name, port = sys.argv[1:]
    uvicorn.run(
        MAKERS[name](),
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        loop="uvloop",
        http="httptools",
    )


if __name__ == "__main__":
    main()
