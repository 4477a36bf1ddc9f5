"""A request from one host's payload to another's, labels rewritten, nothing dropped in silence and nobody swapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import Reading
from wan_rules.hosts.writing import Lost, find_kinds, write
from wan_rules.labels import find_labels, label_for, named_index, rewrite
from wan_rules.payloads import JsonObject, WanRulesError
from wan_rules.request import Reference, ReferenceKind, Request

Order: TypeAlias = Literal["images-first", "videos-first"]
ORDERS: Final[tuple[Order, ...]] = ("images-first", "videos-first")


class OrderNeededError(WanRulesError):
    """Images and videos come from, or go into, two arrays, and whom the labels name depends on their order."""


class Converted(NamedTuple):
    """The payload for the target, what it can't carry, and each label that was rewritten (from, to)."""

    payload: JsonObject
    lost: tuple[Lost, ...]
    labels: tuple[tuple[str, str], ...]


class Reworded(NamedTuple):
    """A request in the words and the order of its target, to be written yet: no tier and no length changes either."""

    request: Request
    source: Host
    target: Host
    places: tuple[int | None, ...]
    labels: tuple[tuple[str, str], ...]
    lost: tuple[Lost, ...]


def convert(request: Request, source: Host, target: Host, *, order: Order | None = None) -> Converted:
    """The request in the target's shape. What only repeats the source's own default is not said to be lost.

    `order` says in which order a host with two arrays counts them; without it a request with both kinds raises
    OrderNeededError whenever a `characterN` is read from, or written for, such a host.
    """
    return write_out(reword(request, source, target, order=order))


def reword(request: Request, source: Host, target: Host, *, order: Order | None = None) -> Reworded:
    """What `convert` writes, before it does: a long prompt is read once for all tiers and lengths. Raises the same."""
    _require_order(request, source, target, order)
    read_as = _arrange(request.references, source, order)
    written_as = _arrange(request.references, target, order) if not target.ordered else read_as
    kept = tuple(reference for reference in written_as if reference.kind in find_kinds(target))
    prompt, labels, unclear = _rewrite(request, read_as, kept, target)
    arranged = _carry_voice(request._replace(prompt=prompt, references=written_as), target)
    places = tuple(_places(request.references, written_as))
    return Reworded(arranged, source, target, places, labels, (*unclear, *_lost_end(prompt, target)))


def write_out(reworded: Reworded) -> Converted:
    """The request in the target's shape, as `convert` gives it."""
    request, source, target, places, labels, lost = reworded
    written = write(request, target)
    unwritten = tuple(_as_asked(item, places) for item in written.lost if not _is_default(item, source))
    return Converted(written.payload, (*unwritten, *lost), labels)


def _is_default(lost: Lost, source: Host) -> bool:
    return source.defaults.get(lost.path, lost) == lost.value


def _as_asked(lost: Lost, places: Sequence[int | None]) -> Lost:
    """What is lost, its reference named by its number in the request, not by where the target has it."""
    name, _, rest = lost.path.partition("/")
    if name != "references":
        return lost
    number, _, part = rest.partition("/")
    return lost._replace(path=f"{name}/{places.index(int(number))}/{part}")


def _require_order(request: Request, source: Host, target: Host, order: Order | None) -> None:
    kinds = {reference.kind for reference in request.references}
    if order is not None or len(kinds) < 2:  # noqa: PLR2004 - both kinds
        return
    counts_all = any(label.kind is None for label in find_labels(request.prompt, len(request.prompt)))
    by_character = kinds <= find_kinds(target) and target.limits.labels.value == "character"
    unclear_source = not source.ordered and (counts_all or target.ordered or by_character)
    unclear_target = not target.ordered and by_character
    if unclear_source or unclear_target:
        host = source if unclear_source else target
        msg = (
            f"{host.title} keeps images and videos in two arrays, and does not say which of them come first. "
            f"Say it: --order {' or --order '.join(ORDERS)}"
        )
        raise OrderNeededError(msg)


def _arrange(references: tuple[Reference, ...], host: Host, order: Order | None) -> tuple[Reference, ...]:
    """The references in the order in which the host counts them."""
    if host.ordered or order is None:
        return references
    first: ReferenceKind = "image" if order == "images-first" else "video"
    return tuple(sorted(references, key=lambda reference: reference.kind != first))


def _rewrite(
    request: Request, read_as: Sequence[Reference], kept: Sequence[Reference], target: Host
) -> tuple[str, tuple[tuple[str, str], ...], tuple[Lost, ...]]:
    """The prompt with the target's labels; labels that name nobody stay, and are said.

    So are those of a reference that the target does not take: by its kind, of which there is none, it names nobody.
    """
    style = target.limits.labels.value
    before, after = [r.kind for r in read_as], [r.kind for r in kept]
    places = _places(read_as, kept)
    changes, lost = [], []
    for label in find_labels(request.prompt, len(request.prompt)):
        index = named_index(label, before)
        if index is None:
            lost.append(Lost("prompt", label.text, "it names no reference, and is left as it is"))
            continue
        place = places[index]
        if place is None:
            lost.append(Lost("prompt", label.text, f"{target.title} does not take the reference that it names"))
        new = label_for(index, before, "counted") if place is None else label_for(place, after, style)
        keep = place is not None and label.style == style and named_index(label, after) == place
        if not keep and new != label.text:
            changes.append((label, new))
    return rewrite(request.prompt, changes), tuple((label.text, new) for label, new in changes), tuple(lost)


def _lost_end(prompt: str, target: Host) -> Iterator[Lost]:
    """The end that the target cuts off without a word: new labels can be longer than those that stood there."""
    limit = target.limits.prompt_chars
    end = prompt[limit.value :]
    if end and limit.severity == "warning":
        plural = "s" if len(end) > 1 else ""
        reason = f"{target.title} cuts off the last {len(end):,} character{plural} without a word"
        yield Lost("prompt", end, reason)


def _places(before: Sequence[Reference], after: Sequence[Reference]) -> list[int | None]:
    """Where each reference stands afterwards, `None` where it does not; the same one twice keeps its turn."""
    free = list(enumerate(after))
    places: list[int | None] = []
    for reference in before:
        found = next((pair for pair in free if pair[1] == reference), None)
        if found is not None:
            free.remove(found)
        places.append(None if found is None else found[0])
    return places


def _carry_voice(request: Request, target: Host) -> Request:
    """The voice moved between request and reference where there is one reference; elsewhere it stays, and is lost."""
    kind = target.limits.voices.value
    if len(request.references) != 1:
        return request
    only = request.references[0]
    if kind == "reference" and request.voice is not None and only.voice is None:
        return request._replace(voice=None, references=(only._replace(voice=request.voice),))
    if kind == "request" and only.voice is not None and request.voice is None:
        return request._replace(voice=only.voice, references=(only._replace(voice=None),))
    return request


def left_behind(reading: Reading) -> tuple[Lost, ...]:
    """What stands in the payload that was read and is no part of a request: no target gets it."""
    host, draft = reading.host, reading.draft
    model = draft.cast.model
    named = (
        [Lost("model", model, "another host names its model otherwise")] if model != host.constants.get("model") else []
    )
    passed = [
        Lost(f"{section.pointer}/{key}", found[key], f"{host.title} alone has this field")
        for section in host.sections
        if isinstance(found := _object_at(reading.payload, section.path), dict)
        for key in (*section.passed, *section.counted)
        if key in found and key not in host.constants
    ]
    strays = [Lost(stray.pointer, stray.name, f"it is no field of {host.title}") for stray in draft.strays]
    return (*named, *passed, *strays)


def _object_at(payload: object, path: tuple[str, ...]) -> object:
    for part in path:
        payload = payload.get(part) if isinstance(payload, dict) else None
    return payload
