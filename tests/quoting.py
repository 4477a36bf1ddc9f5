"""Quotes of small requests under terms made up on the spot, for tests that work each price out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pricing import Quote, quote
from tests.documents import JsonObject
from tests.oracle import Row, Terms
from tests.terms import FIRST_DAY, instant, resolved
from wan_rules import HOSTS, Host, Reading, parse_facts, read, validate
from wan_rules.limits import Limit, Range

ON: Final = "2026-02-01"
NO_LIMIT: Final[Limit[Range | None]] = Limit(None, "seconds", "made up", "product")


def image(number: int = 1) -> str:
    return f"https://media.example.com/{number}.png"


def clip(number: int = 1) -> str:
    return f"https://media.example.com/{number}.mp4"


def lengths(*seconds: str) -> dict[str, JsonObject]:
    """Facts that say how long `clip(1)`, `clip(2)`, ... are."""
    return {clip(number): {"duration_s": text} for number, text in enumerate(seconds, start=1)}


def atlas(*, images: int = 1, clips: int = 0, **fields: object) -> JsonObject:
    """A request to Atlas for 5 s of 720P; `fields` change it."""
    payload: JsonObject = {
        "model": "alibaba/wan-2.7/reference-to-video",
        "prompt": "They dance",
        "images": [image(number) for number in range(1, images + 1)],
        "videos": [clip(number) for number in range(1, clips + 1)],
        "resolution": "720P",
        "duration": 5,
    }
    return payload | fields


def alibaba(*media: tuple[str, str], prompt: str = "They dance", **parameters: object) -> JsonObject:
    """A request to Alibaba with media such as `("reference_image", url)`, for 5 s of 720P; `parameters` change it."""
    said: JsonObject = {"resolution": "720P", "duration": 5}
    return {
        "model": "wan2.7-r2v",
        "input": {"prompt": prompt, "media": [{"type": word, "url": url} for word, url in media]},
        "parameters": said | parameters,
    }


def reading_of(host: str | Host, payload: JsonObject, facts: Mapping[str, object] | None = None) -> Reading:
    return read(payload, HOSTS[host] if isinstance(host, str) else host, parse_facts(facts or {}))


def quoted(host: str | Host, payload: JsonObject, terms: Terms, facts: Mapping[str, object] | None = None) -> Quote:
    reading = reading_of(host, payload, facts)
    return quote(validate(reading), resolved(terms, ON, host=reading.host.name), instant(ON))


def unlimited(host: str) -> Host:
    """The host as if nothing limited how long a reference clip is."""
    found = HOSTS[host]
    return replace(found, limits=replace(found.limits, video_seconds=NO_LIMIT))


def per_unit(meter: str, tier: str, price: str, **more: str) -> Row:
    return {"from": FIRST_DAY, "model": "per_unit", "meter": meter, "resolution": tier, "price": price} | more
