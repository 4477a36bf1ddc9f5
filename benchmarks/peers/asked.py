"""What every solution is asked, and what an answer can be: the same values for all of them.

The solutions get tier, seconds and clips as they stand in the payload, read already; ours reads the payload itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
Span: TypeAlias = tuple[Decimal, Decimal]
Answer: TypeAlias = Decimal | float | Span
"""An amount in USD, or the least and the most that it can be."""


class Asked(NamedTuple):
    """One request that is to be priced. A tier or seconds of `None` are left out; a clip of `None` has no known length.

    `payload` is as the host takes it; the other fields say the same. `clips` are in seconds, in order.
    """

    host: str
    payload: JsonObject
    tier: str | None = None
    seconds: int | None = None
    clips: tuple[str | None, ...] = ()
    account: str = "acme"
    environment: str = "production"

    @property
    def facts(self) -> dict[str, JsonObject]:
        """What is known of the clips, by URL."""
        known = {name_clip(place): length for place, length in enumerate(self.clips) if length is not None}
        return {url: {"kind": "video", "duration_s": length} for url, length in known.items()}


PICTURE: Final = "https://media.example.com/face.png"


def name_clip(place: int) -> str:
    """The URL of a clip by its place among the clips."""
    return f"https://media.example.com/clip-{place + 1}.mp4"


def ask_alibaba(tier: str | None = None, seconds: int | None = None, *clips: str | None, **whose: str) -> Asked:
    """A request to Alibaba with one picture and these clips. Tier and seconds are left out where they are `None`."""
    media: list[JsonObject] = [{"type": "reference_image", "url": PICTURE}]
    media += [{"type": "reference_video", "url": name_clip(place)} for place in range(len(clips))]
    names = ["Image 1", *(f"Video {place + 1}" for place in range(len(clips)))]
    parameters = _leave_out({"resolution": tier, "duration": seconds})
    payload = {"model": "wan2.7-r2v", "input": {"prompt": f"{' and '.join(names)} dance", "media": media}}
    return Asked("alibaba", payload | {"parameters": parameters}, tier, seconds, clips, **whose)


def ask_atlas(tier: str, seconds: int, **whose: str) -> Asked:
    """A request to Atlas with one picture."""
    payload = {"model": "alibaba/wan-2.7/reference-to-video", "prompt": "character1 waves", "images": [PICTURE]}
    return Asked("atlas", payload | {"resolution": tier, "duration": seconds}, tier, seconds, (), **whose)


def ask_fal(tier: str, seconds: int, *clips: str | None, **whose: str) -> Asked:
    """A request to fal with these clips."""
    urls = [name_clip(place) for place in range(len(clips))]
    payload = {"prompt": "Video 1 dances", "reference_video_urls": urls, "resolution": tier.lower()}
    return Asked("fal", payload | {"duration": seconds}, tier, seconds, clips, **whose)


def ask_runware(tier: str, seconds: int, *clips: str | None, **whose: str) -> Asked:
    """A request to Runware with these clips, 16:9."""
    width, height = {"720P": (1280, 720), "1080P": (1920, 1080)}[tier]
    urls = [name_clip(place) for place in range(len(clips))]
    names = {"inputs": {"referenceVideos": urls}, "positivePrompt": "Video 1 dances"}
    payload = {"taskType": "videoInference", "model": "alibaba:wan@2.7", "width": width, "height": height, **names}
    return Asked("runware", payload | {"duration": seconds}, tier, seconds, clips, **whose)


def _leave_out(fields: Mapping[str, object]) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}


class Priced(NamedTuple):
    """A request with the amount that it costs, worked out from what the hosts publish, and how."""

    asked: Asked
    right: Decimal
    because: str


PRICED: Final = (
    Priced(ask_alibaba("1080P", 10, "7.2"), Decimal("2.025"), "(10 s + 5 s of 7.2) x 0.15, less 10 %"),
    Priced(ask_atlas("720P", 5), Decimal("0.45"), "5 s x 0.10, less 10 %"),
    Priced(ask_fal("720P", 3, "8"), Decimal("0.99"), "(3 s + 8 s) x 0.10, as on the host's own page, less 10 %"),
    Priced(ask_runware("720P", 2, "4"), Decimal("0.54"), "(2 s + 4 s) x 0.10, less 10 %"),
)
"""One request of each host, of an account with a discount."""
