"""What is sent: envelopes in Alibaba's shape, seeded, of three sizes; no two of a size have the same texts."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from benchmarks.payloads import write_json

COUNT: Final = 512
"""Bodies of a size, sent in turn."""
JsonObject = dict[str, Any]


class Shape(NamedTuple):
    """How many references a body has, whether its facts are sent with it, and how it is called in the table."""

    pictures: int
    clips: int
    with_facts: bool
    title: str


SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "small": Shape(1, 0, with_facts=False, title="one picture, no facts"),
        "clip": Shape(0, 1, with_facts=True, title="one clip, with facts"),
        "five": Shape(3, 2, with_facts=True, title="five references, with facts"),
    }
)


def make_bodies(name: str, count: int = COUNT) -> list[bytes]:
    """Bodies of one of SHAPES, the same ones whenever they are asked for."""
    chance = Random(name)  # noqa: S311 - traffic, not secrets
    return [write_json(_make_envelope(SHAPES[name], chance)) for _ in range(count)]


def _make_envelope(shape: Shape, chance: Random) -> JsonObject:
    folder = f"https://media.example.com/uploads/{chance.randrange(10**12):012x}"
    pictures = [f"{folder}/face-{number}.png" for number in range(1, shape.pictures + 1)]
    clips = [f"{folder}/clip-{number}.mp4" for number in range(1, shape.clips + 1)]
    media = [{"type": "reference_image", "url": url} for url in pictures]
    media += [{"type": "reference_video", "url": url} for url in clips]
    names = [f"Image {number + 1}" for number in range(len(pictures))]
    names += [f"Video {number + 1}" for number in range(len(clips))]
    payload = {
        "model": "wan2.7-r2v",
        "input": {"prompt": f"{', '.join(names)}: take {chance.randrange(10**9)}, by the old harbour", "media": media},
        "parameters": {
            "resolution": chance.choice(("720P", "1080P")),
            "ratio": chance.choice(("16:9", "9:16", "1:1")),
            "duration": chance.randint(2, 10),
            "seed": chance.randrange(2**31),
        },
    }
    if not shape.with_facts:
        return {"payload": payload}
    facts = {url: _describe_picture(chance) for url in pictures} | {url: _describe_clip(chance) for url in clips}
    return {"payload": payload, "facts": facts}


def _describe_picture(chance: Random) -> JsonObject:
    size = {"bytes": chance.randint(50_000, 5_000_000), "width_px": 1024, "height_px": chance.randint(480, 2048)}
    return {"kind": "image", "format": "png", **size, "has_alpha": False, "subjects": 1}


def _describe_clip(chance: Random) -> JsonObject:
    size = {"bytes": chance.randint(500_000, 50_000_000), "width_px": 1280, "height_px": 720}
    return {
        "kind": "video",
        "format": "mp4",
        **size,
        "duration_s": f"{chance.randint(25, 375) / 25:.2f}",
        "subjects": 1,
    }
