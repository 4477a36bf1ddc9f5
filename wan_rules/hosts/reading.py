"""A host's payload to a draft of the canonical request: `read` walks the host's table, and judges nothing."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wan_rules.facts import NO_FACTS, Facts
from wan_rules.hosts.host import SLOTS, WANTED, Host, MediaArray, Section, Size, UrlArray, known_keys
from wan_rules.payloads import JsonObject
from wan_rules.request import Draft, DraftReference, Evidence, MediaFacts, Misfit, Stray, Unreadable

REQUIRED: Final = frozenset({"model", "prompt", "resolution", "duration_s"})
"""Fields that are not taken out to mend them: they are required, or set the cost."""
EVIDENCE_MEDIA: Final = 64
"""How many media of one request are looked at one by one; a request with more is over every host's limit anyway."""


class Reading(NamedTuple):
    """What the caller sent, as far as it can be read, and where in the payload each medium stands.

    `places` and `voice_places` run parallel to the draft's `references + first_frames`.
    """

    host: Host
    payload: JsonObject
    draft: Draft
    places: tuple[str, ...]
    voice_places: tuple[str, ...]

    def pointer(self, path: str) -> str:
        """The JSON Pointer into the payload for a canonical path such as `references/0/url` or `seed`."""
        if path.startswith("/") or not path:
            return path
        name, _, rest = path.partition("/")
        if not rest:
            return self.host.pointers.get(name, "")
        number, _, part = rest.partition("/")
        index = int(number) + (len(self.draft.references) if name == "first_frames" else 0)
        return self.voice_places[index] if part == "voice" else self.places[index]


class _Notes:
    """What is found on the way: everything that does not fit, gathered while one payload is read."""

    __slots__ = ("defaulted", "misfits", "places", "references", "first_frames", "strays", "voice_places")

    def __init__(self) -> None:
        self.misfits: list[Misfit] = []
        self.strays: list[Stray] = []
        self.references: list[tuple[DraftReference, str, str]] = []
        self.first_frames: list[tuple[DraftReference, str, str]] = []

    def misfit(self, pointer: str, raw: object, wanted: str, *, removable: bool = False) -> Unreadable:
        self.misfits.append(Misfit(pointer, raw, wanted, removable))
        return Unreadable(raw)


def read(payload: JsonObject, host: Host, facts: Facts = NO_FACTS) -> Reading:
    """What `payload` asks of `host`, its defaults resolved. Never raises: what does not fit is in the draft."""
    values = list(host.blank)
    notes = _Notes()
    given: set[str] = set()
    for section in host.sections:
        found = _enter(payload, section, notes)
        if found is None:
            continue
        _read_fields(found, section, values, given, notes)
        for media in section.media:
            _read_media(found, section, media, notes)
        if section.size:
            _read_size(found, section.size, host, values, given)
        if not found.keys() <= host.known[section.path]:
            _note_strays(found, section, host, notes)
    return _assemble(payload, host, facts, values, given, notes)


def _enter(payload: JsonObject, section: Section, notes: _Notes) -> JsonObject | None:
    found: object = payload
    for part in section.path:
        found = cast("JsonObject", found).get(part)
        if type(found) is not dict:
            if found is not None or section.required:
                notes.misfit(section.pointer, found, WANTED[dict])
            return None
    return cast("JsonObject", found)


def _read_fields(found: JsonObject, section: Section, values: list[object], given: set[str], notes: _Notes) -> None:
    for key, slot, wanted, choices in section.fields:
        raw = found.get(key)
        if raw is None:
            continue
        given.add(slot)
        if type(raw) is not wanted and not (choices and type(raw) is str and wanted is int and raw in choices):
            values[SLOTS[slot]] = notes.misfit(f"{section.pointer}/{key}", raw, WANTED[wanted], removable=slot not in REQUIRED)
        elif choices is None or type(raw) is int:
            values[SLOTS[slot]] = raw
        else:
            values[SLOTS[slot]] = choices.get(cast("str", raw)) or Unreadable(raw)


def _read_size(found: JsonObject, size: Size, host: Host, values: list[object], given: set[str]) -> None:
    width, height = found.get(size.width), found.get(size.height)
    if width is None and height is None:
        return
    given |= {"resolution", "ratio"}
    known = type(width) is int and type(height) is int
    tier = host.sizes.get((cast("int", width), cast("int", height))) if known else None
    both = tier or (Unreadable((width, height)), Unreadable((width, height)))
    values[SLOTS["resolution"]], values[SLOTS["ratio"]] = both


def _read_media(found: JsonObject, section: Section, media: MediaArray | UrlArray, notes: _Notes) -> None:
    items = found.get(media.key)
    if items is None:
        return
    pointer = f"{section.pointer}/{media.key}"
    if type(items) is not list:
        notes.misfit(pointer, items, WANTED[list])
    elif isinstance(media, MediaArray):
        for index, item in enumerate(items):
            _read_item(item, f"{pointer}/{index}", media, notes)
    else:
        for index, url in enumerate(items):
            _read_url(url, f"{pointer}/{index}", media, notes)


def _read_item(item: object, pointer: str, media: MediaArray, notes: _Notes) -> None:
    if type(item) is not dict:
        unreadable = notes.misfit(pointer, item, WANTED[dict])
        notes.references.append((DraftReference(unreadable, unreadable), pointer, pointer))
        return
    word, url, voice = item.get(media.type_key), item.get(media.url_key), item.get(media.voice_key)
    kind = media.types.get(word) if type(word) is str else None
    if type(url) is not str:
        url = notes.misfit(f"{pointer}/{media.url_key}", url, WANTED[str])
    if voice is not None and type(voice) is not str:
        voice = notes.misfit(f"{pointer}/{media.voice_key}", voice, WANTED[str], removable=True)
    _note_item_strays(item, pointer, media, notes)
    into = notes.first_frames if kind == "first_frame" else notes.references
    reference = DraftReference(
        "image" if kind == "first_frame" else kind or _unknown_type(word, pointer, media, notes), url, voice
    )
    into.append((reference, f"{pointer}/{media.url_key}", f"{pointer}/{media.voice_key}"))


def _unknown_type(word: object, pointer: str, media: MediaArray, notes: _Notes) -> Unreadable:
    return notes.misfit(f"{pointer}/{media.type_key}", word, "one of " + ", ".join(media.types))


def _note_item_strays(item: JsonObject, pointer: str, media: MediaArray, notes: _Notes) -> None:
    known = (media.type_key, media.url_key, media.voice_key)
    for key in item:
        if key not in known:
            notes.strays.append(Stray(f"{pointer}/{escape(key)}", key, known, None))


def _read_url(url: object, pointer: str, media: UrlArray, notes: _Notes) -> None:
    if type(url) is not str:
        url = notes.misfit(pointer, url, WANTED[str])
    kind, into = ("image", notes.first_frames) if media.kind == "first_frame" else (media.kind, notes.references)
    into.append((DraftReference(kind, cast("str | Unreadable", url)), pointer, pointer))


def _note_strays(found: JsonObject, section: Section, host: Host, notes: _Notes) -> None:
    known = host.known[section.path]
    for key in found:
        if key not in known:
            instead = section.outdated.get(key)
            names = known_keys(section, host)
            notes.strays.append(Stray(f"{section.pointer}/{escape(key)}", key, names, instead))


def _assemble(
    payload: JsonObject, host: Host, facts: Facts, values: list[object], given: set[str], notes: _Notes
) -> Reading:
    media = notes.references + notes.first_frames
    references, places, voice_places = zip(*media, strict=True) if media else ((), (), ())
    count = len(notes.references)
    values[SLOTS["references"]] = references[:count]
    values[SLOTS["first_frames"]] = references[count:]
    values[SLOTS["defaulted"]] = host.defaults.keys() - given
    if facts:
        values[SLOTS["evidence"]] = tuple(_find_evidence(facts, *medium) for medium in media[:EVIDENCE_MEDIA])
        voice = values[SLOTS["voice"]]
        values[SLOTS["voice_facts"]] = _look_up(facts, voice, host.pointers.get("voice", ""))
    values[SLOTS["mixed_order"]] = not host.ordered and len({r.kind for r in references[:count]}) > 1
    values[SLOTS["misfits"]] = tuple(notes.misfits)
    values[SLOTS["strays"]] = tuple(notes.strays)
    return Reading(host, payload, Draft._make(values), places, voice_places)


def _find_evidence(facts: Facts, reference: DraftReference, place: str, voice_place: str) -> Evidence:
    medium = _look_up(facts, reference.url, place) or facts.get(place.rpartition("/")[0])
    return Evidence(medium, _look_up(facts, reference.voice, voice_place))


def _look_up(facts: Facts, url: object, place: str) -> MediaFacts | None:
    if not isinstance(url, str):
        return None
    return facts.get(url) or facts.get(place)


def escape(key: str) -> str:
    """A key as one part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")
