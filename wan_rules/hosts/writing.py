"""A canonical request to a host's payload, and what that host has no place for: nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias, cast

from wan_rules.hosts.host import Host, MediaArray, Section, UrlArray
from wan_rules.payloads import JsonObject
from wan_rules.request import Reference, ReferenceKind, Request

_Kind: TypeAlias = ReferenceKind | Literal["first_frame"]
_Homes: TypeAlias = Mapping[_Kind, tuple[tuple[str, ...], MediaArray | UrlArray]]
"""The array that each kind of medium goes into, and the path of its section."""


class Lost(NamedTuple):
    """A part of the request that the host can't carry: its canonical path, its value, and why."""

    path: str
    value: object
    reason: str


class Written(NamedTuple):
    """A payload, and what is not in it."""

    payload: JsonObject
    lost: tuple[Lost, ...]


def write(request: Request, host: Host) -> Written:
    """The request in the shape of `host`, with every value said that sets the cost."""
    payload: JsonObject = dict(host.constants)
    placed = {"references", "first_frame"}
    homes = _find_homes(host)
    takes_frame = "first_frame" in homes
    # A first frame decides the shape of the video, and the ratio is moot, where the host takes one.
    shaped = request if takes_frame else request._replace(first_frame=None)
    for section in host.sections:
        found = _enter(payload, section)
        placed |= _write_fields(found, section, shaped, host)
        placed |= _write_size(found, section, request, host)
        for media in section.media:
            kinds = {kind for kind, home in homes.items() if home == (section.path, media)}
            _write_media(found, media, shaped, kinds)
    lost = [*_lost_scalars(request, placed, host), *_lost_references(request, host, homes)]
    if request.first_frame is not None and not takes_frame:
        lost.append(Lost("first_frame", request.first_frame, f"{host.title} takes no first frame beside references"))
    return Written(_without_empty(payload), tuple(lost))


def find_kinds(host: Host) -> frozenset[str]:
    """The kinds of media that the host has an array for, and takes."""
    return frozenset(_find_homes(host))


def _find_homes(host: Host) -> _Homes:
    """The first array that takes each kind; a kind that the host takes nowhere has none."""
    homes: dict[_Kind, tuple[tuple[str, ...], MediaArray | UrlArray]] = {}
    for section in host.sections:
        for media in section.media:
            kinds = media.types.values() if isinstance(media, MediaArray) else (media.kind,)
            for kind in kinds:
                homes.setdefault(kind, (section.path, media))
    if not host.limits.first_frames_max.value:
        homes.pop("first_frame", None)
    return homes


def _enter(payload: JsonObject, section: Section) -> JsonObject:
    found = payload
    for part in section.path:
        found = cast("JsonObject", found.setdefault(part, {}))
    return found


def _without_empty(payload: JsonObject) -> JsonObject:
    return {key: value for key, value in payload.items() if value != {}}


def _write_fields(found: JsonObject, section: Section, request: Request, host: Host) -> set[str]:
    placed: set[str] = set()
    for field in section.fields:
        value = getattr(request, field.slot, None)
        if field.choices and isinstance(value, str) and value not in field.choices.values():
            continue
        if field.slot == "voice" and host.limits.voices.value == "none":
            continue
        if field.slot == "seed" and not _is_seed(request.seed, host):
            continue
        placed.add(field.slot)
        if value is not None and not (field.slot == "ratio" and request.first_frame):
            found[field.key] = host.spell(field.slot, value)
    return placed


def _is_seed(seed: int | None, host: Host) -> bool:
    low, high = host.limits.seed.value
    return seed is None or low <= seed <= high


def _write_size(found: JsonObject, section: Section, request: Request, host: Host) -> set[str]:
    asked = (request.resolution, request.ratio)
    size = host.frame_sizes.get(asked)
    if not section.size or not size or host.sizes.get(size) != asked:
        return set()
    found[section.size.width], found[section.size.height] = size
    return {"resolution", "ratio"}


def _write_media(found: JsonObject, media: MediaArray | UrlArray, request: Request, kinds: set[_Kind]) -> None:
    """Those of the kinds alone that go into this array."""
    references = [reference for reference in request.references if reference.kind in kinds]
    frame = request.first_frame if "first_frame" in kinds else None
    if isinstance(media, MediaArray):
        words = {kind: word for word, kind in media.types.items()}
        items = [_item(reference, media, words[reference.kind]) for reference in references]
        if frame is not None:
            items.append({media.type_key: words["first_frame"], media.url_key: frame})
        found[media.key] = items
    elif urls := [reference.url for reference in references] + ([] if frame is None else [frame]):
        found[media.key] = urls


def _item(reference: Reference, media: MediaArray, word: str) -> JsonObject:
    item: JsonObject = {media.type_key: word, media.url_key: reference.url}
    return item if reference.voice is None else {**item, media.voice_key: reference.voice}


def _lost_scalars(request: Request, placed: set[str], host: Host) -> list[Lost]:
    reasons = {
        "resolution": _lost_tier(request, host),
        "ratio": f"{host.title} has no {request.ratio} at {request.resolution}",
        "voice": f"{host.title} takes no voice for the request as a whole",
        "seed": f"{host.title} takes a seed of {host.limits.seed.value}",
    }
    return [
        Lost(name, value, reasons.get(name, f"{host.title} has no such field"))
        for name, value in zip(Request._fields, request, strict=True)
        if name not in placed and value is not None
    ]


def _lost_tier(request: Request, host: Host) -> str:
    default = host.defaults.get("resolution")
    instead = f"; left out, its default {default} is rendered and billed" if default else ""
    return f"{host.title} has no {request.resolution}{instead}"


def _lost_references(request: Request, host: Host, homes: _Homes) -> Iterator[Lost]:
    takes_voices = host.limits.voices.value == "reference"
    for index, reference in enumerate(request.references):
        _, home = homes.get(reference.kind, ((), None))
        if home is None:
            kind = "images" if reference.kind == "image" else "clips"
            yield Lost(f"references/{index}/url", reference.url, f"{host.title} takes no {kind}")
        if reference.voice is not None and not (takes_voices and isinstance(home, MediaArray)):
            yield Lost(f"references/{index}/voice", reference.voice, f"{host.title} takes no voice of a reference")
