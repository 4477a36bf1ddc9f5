"""A test's request in short to the payload of its host, and the facts about its media that the test states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from pricing.catalogue_tests import RequestAsked
from wan_rules.facts import Facts
from wan_rules.hosts.host import Host
from wan_rules.hosts.writing import write
from wan_rules.media_facts import MediaFacts
from wan_rules.payloads import JsonObject
from wan_rules.request import AspectRatio, Reference, ReferenceOf, Request, Resolution

PROMPT: Final = "A quiet street at dawn"
"""Names no reference: whom a label names is no matter of price."""
MEDIA: Final = "https://media.example.com"


class WrittenRequest(NamedTuple):
    """The payload, the facts about its media, and why the host can't be asked for some of it."""

    payload: JsonObject
    facts: Facts
    refusals: tuple[str, ...]


def write_request(asked: RequestAsked, host: Host) -> WrittenRequest:
    """The request as the host is sent it; what was left out is left out there too."""
    if _is_half_a_size(asked, host):
        reason = f"{host.title} takes width and height: say both resolution and ratio"
        return WrittenRequest({}, {}, (reason,))
    written = write(_request(asked), host)
    lengths = enumerate(asked.clips_s)
    facts = {_clip(number): MediaFacts(kind="video", duration_s=length) for number, length in lengths}
    return WrittenRequest(written.payload, facts, tuple(lost.reason for lost in written.lost))


def _is_half_a_size(asked: RequestAsked, host: Host) -> bool:
    takes_pixels = any(section.size for section in host.sections)
    return takes_pixels and (asked.resolution is None) != (asked.ratio is None)


def _request(asked: RequestAsked) -> Request:
    """The writer leaves out what is `None`, and the host's reader puts its default there."""
    return Request(
        prompt=PROMPT,
        negative_prompt=None,
        references=tuple(_references(asked)),
        first_frame=f"{MEDIA}/first-frame.jpg" if asked.first_frame else None,
        voice=None,
        resolution=cast("Resolution", asked.resolution),
        ratio=cast("AspectRatio", asked.ratio),
        duration_s=cast("int", asked.duration_s),
        prompt_extend=None,
        watermark=None,
        seed=None,
    )


def _references(asked: RequestAsked) -> Iterator[Reference]:
    for number in range(asked.images):
        yield ReferenceOf("image", f"{MEDIA}/image-{number + 1}.jpg", None)
    for number in range(len(asked.clips_s) + asked.clips):
        yield ReferenceOf("video", _clip(number), None)


def _clip(number: int) -> str:
    return f"{MEDIA}/clip-{number + 1}.mp4"
