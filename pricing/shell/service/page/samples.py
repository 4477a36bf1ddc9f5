"""Payloads to start from: one for each host, and some in which something is wrong, or not known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from wan_rules.hosts import HOSTS
from wan_rules.samples import SAMPLE_FACTS, SAMPLES


class Sample(NamedTuple):
    """A payload as text, the facts about its media as text (empty where none are known), and what it is."""

    title: str
    payload: str
    facts: str = ""


def write_json(value: object) -> str:
    """The value as people edit it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _facts_for(payload: object) -> str:
    """The sample facts about the media that the payload names."""
    text = json.dumps(payload)
    return write_json({url: known for url, known in SAMPLE_FACTS.items() if json.dumps(url) in text})


def _mistakes() -> str:
    """A payload of Alibaba with what people get wrong."""
    image, clip, _ = SAMPLES["alibaba"]["input"]["media"]  # type: ignore[index]  # a sample of that shape
    written = {"prompt": "Image 1 sings while Video 1 dances", "negativ_prompt": "blurred", "media": [image, clip]}
    parameters = {"resolution": "1080p", "ratio": "16:9", "duration": 12, "seed": -1}
    return write_json({"model": "wan2.7-r2v", "input": written, "parameters": parameters})


def _mine() -> dict[str, Sample]:
    atlas = {**SAMPLES["atlas"], "resolution": "1080P-SR"}
    known = {
        name: Sample(HOSTS[name].title, write_json(payload), _facts_for(payload)) for name, payload in SAMPLES.items()
    }
    return known | {
        "mistakes": Sample("Alibaba, with mistakes", _mistakes(), _facts_for(SAMPLES["alibaba"])),
        "unknown": Sample("Alibaba, lengths of clips not known", write_json(SAMPLES["alibaba"])),
        "stages": Sample("Atlas, super-resolution", write_json(atlas), _facts_for(atlas)),
    }


STARTS: Final[Mapping[str, Sample]] = MappingProxyType(_mine())
FIRST: Final = "alibaba"
"""What the page opens with."""
