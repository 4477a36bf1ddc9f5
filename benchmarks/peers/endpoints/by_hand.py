"""By hand: a quote endpoint for one host in FastAPI, with models that validate, a table of prices, and floats."""

from __future__ import annotations

import sys
from typing import Literal

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

PRICES = {"720P": 0.10, "1080P": 0.15}
CLIP_CAP = 5.0
DISCOUNTS = {("acme", "production"): 0.10}
IN_CENTS = {"globex"}


class Medium(BaseModel):
    """One item of `input.media`."""

    type: Literal["reference_image", "reference_video", "first_frame"]
    url: str
    reference_voice: str | None = None


class Input(BaseModel):
    """What is said and shown."""

    prompt: str = Field(min_length=1, max_length=5000)
    negative_prompt: str | None = Field(None, max_length=500)
    media: list[Medium] = Field(min_length=1, max_length=6)


class Parameters(BaseModel):
    """What is asked for."""

    resolution: Literal["720P", "1080P"] = "1080P"
    ratio: Literal["16:9", "9:16", "1:1", "4:3", "3:4"] = "16:9"
    duration: int = Field(5, ge=2, le=15)
    seed: int | None = Field(None, ge=0, le=2147483647)


class Payload(BaseModel):
    """A payload in Alibaba's shape."""

    model: Literal["wan2.7-r2v"]
    input: Input
    parameters: Parameters


class Fact(BaseModel):
    """What is known of one file."""

    kind: Literal["image", "video", "voice"]
    duration_s: float | None = None


class Envelope(BaseModel):
    """A request for a quote."""

    payload: Payload
    facts: dict[str, Fact] = {}
    account: str
    environment: str = "production"


class Quote(BaseModel):
    """What is answered."""

    total: float
    currency: str = "USD"


APPLICATION = FastAPI()


@APPLICATION.post("/v1/estimates")  # type: ignore[untyped-decorator, unused-ignore]  # typed only where it is installed
async def estimate(asked: Envelope) -> Quote:
    """The price of a request."""
    clips = 0.0
    for medium in asked.payload.input.media:
        if medium.type == "reference_video":
            fact = asked.facts.get(medium.url)
            if fact is None or fact.duration_s is None:
                raise HTTPException(422, f"the length of {medium.url} is not known")
            clips += fact.duration_s
    seconds = asked.payload.parameters.duration + min(clips, CLIP_CAP)
    discount = DISCOUNTS.get((asked.account, asked.environment), 0.0)
    total = PRICES[asked.payload.parameters.resolution] * seconds * (1 - discount)
    return Quote(total=round(total, 2) if asked.account in IN_CENTS else total)


if __name__ == "__main__":
    uvicorn.run(
        APPLICATION, port=int(sys.argv[1]), access_log=False, log_level="warning", loop="uvloop", http="httptools"
    )
