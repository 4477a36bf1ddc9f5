"""A host's payload to a draft of the canonical request: `read` walks the host's table, and judges nothing.

This runs for every request, so the way of a payload in which everything fits makes no call that it can do without.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Final, Literal, NamedTuple, cast

from wan_rules.facts import NO_FACTS, Facts
from wan_rules.hosts.host import WANTED, Host, MediaArray, ReadField, Section, Size, UrlArray, known_keys
from wan_rules.labels import label_texts
from wan_rules.payloads import JsonObject, name_type
from wan_rules.request import (
    Draft,
    DraftReference,
    Evidence,
    MediaFacts,
    Misfit,
    ReferenceKind,
    ReferenceOf,
    Shape,
    Stray,
    Unreadable,
)

REQUIRED: Final = frozenset({"model", "prompt", "resolution", "duration_s"})
"""Fields that are not taken out to mend them: they are required, or set the cost."""
EVIDENCE_MEDIA: Final = 64
"""How many media of one request are looked at one by one; a request with more is over every host's limit anyway."""
_WITHOUT_VOICE, _WITH_VOICE = 2, 3
"""Parts of a medium in which everything fits: its type and URL, and its voice."""
_NONE: Final[frozenset[str]] = frozenset()
_EMPTY: Final[JsonObject] = {}


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


def read(payload: JsonObject, host: Host, facts: Facts = NO_FACTS) -> Reading:
    """What `payload` asks of `host`, its defaults resolved. Never raises: what does not fit is in the draft."""
    reader = _Reader(host)
    for section in host.sections:
        found = payload if not section.path else reader.enter(payload, section)
        reader.read_fields(found, section)
        for media in section.media:
            reader.read_media(found, section, media)
        if section.size is not None:
            reader.read_size(found, section.size)
        for key in section.counted:
            reader.read_count(found.get(key), f"{section.pointer}/{key}")
        if not found.keys() <= host.known[section.path]:
            reader.note_strays(found, section)
    return reader.assemble(payload, facts)


@lru_cache(maxsize=512)
def _places(path: tuple[str, ...], array: str, count: int, key: str) -> tuple[str, ...]:
    """Where each of so many media of one array stands, or the part `key` of each."""
    pointer = "/".join(("", *path, array))
    return tuple(f"{pointer}/{index}/{key}" if key else f"{pointer}/{index}" for index in range(count))


class _Reader:
    """What is gathered while one payload is read; it lives no longer than that."""

    __slots__ = (
        "defaulted",
        "frame_places",
        "frames",
        "host",
        "misfits",
        "places",
        "references",
        "strays",
        "values",
        "voice_places",
    )

    def __init__(self, host: Host) -> None:
        self.host = host
        self.values: dict[str, object] = host.blank.copy()
        self.defaulted: list[str] = []
        self.misfits: list[Misfit] = []
        self.strays: list[Stray] = []
        self.references: list[DraftReference] = []
        self.frames: list[DraftReference] = []
        self.places: tuple[str, ...] = ()
        self.voice_places: tuple[str, ...] = ()
        self.frame_places: tuple[tuple[str, str], ...] = ()

    def misfit(self, pointer: str, raw: object, wanted: str, *, removable: bool = False) -> Unreadable:
        self.misfits.append(Misfit(pointer, raw, wanted, removable))
        return Unreadable(raw)

    def enter(self, payload: JsonObject, section: Section) -> JsonObject:
        """The section's object; an empty one where there is none, so that all it would hold counts as left out."""
        found: object = payload
        for part in section.path:
            found = cast("JsonObject", found).get(part)
            if type(found) is not dict:
                if found is not None or section.required:
                    self.misfit(section.pointer, found, WANTED[dict])
                return _EMPTY
        return cast("JsonObject", found)

    def read_fields(self, found: JsonObject, section: Section) -> None:
        values, get = self.values, found.get
        for key, slot, wanted, choices in section.fields:
            raw = get(key)
            if raw is None:
                if slot in self.host.defaults:
                    self.defaulted.append(slot)
            elif type(raw) is not wanted:
                values[slot] = self.fit_otherwise(raw, section, ReadField(key, slot, wanted, choices))
            elif choices is None or wanted is int:
                values[slot] = raw
            else:
                values[slot] = choices.get(cast("str", raw)) or Unreadable(raw)

    def fit_otherwise(self, raw: object, section: Section, field: ReadField) -> object:
        """A number spelt as a word that the host knows, or what does not fit."""
        if field.choices and type(raw) is str and field.type is int and raw in field.choices:
            return field.choices[raw]
        pointer = f"{section.pointer}/{field.key}"
        return self.misfit(pointer, raw, WANTED[field.type], removable=field.slot not in REQUIRED)

    def read_size(self, found: JsonObject, size: Size) -> None:
        width, height = found.get(size.width), found.get(size.height)
        if width is None and height is None:
            return
        tier = self.host.sizes.get((width, height)) if type(width) is int and type(height) is int else None
        unknown = (Unreadable((_side(width), _side(height))), Unreadable(None))
        self.values["resolution"], self.values["ratio"] = tier or unknown

    def read_count(self, count: object, pointer: str) -> None:
        """A count of other than one is several jobs, each of them billed: that is not one request."""
        if count is not None and (type(count) is not int or count != 1):
            self.misfit(pointer, count, "1, one result a request,")

    def read_media(self, found: JsonObject, section: Section, media: MediaArray | UrlArray) -> None:
        items = found.get(media.key)
        if items is None:
            return
        if type(items) is not list:
            self.misfit(f"{section.pointer}/{media.key}", items, WANTED[list])
        elif isinstance(media, MediaArray):
            self.read_items(items, section, media)
        else:
            self.read_urls(items, section, media)

    def read_items(self, items: list[object], section: Section, media: MediaArray) -> None:
        array, type_key, url_key, voice_key, types = media
        path, count = section.path, len(items)
        frame_indexes = []
        for index, item in enumerate(items):
            if type(item) is dict:
                word, url, voice = item.get(type_key), item.get(url_key), item.get(voice_key)
                kind = types.get(word) if type(word) is str else None
                if kind == "first_frame":
                    frame_indexes.append(index)
                    self.frames.append(self.read_strange_item(item, f"{section.pointer}/{array}/{index}", media))
                    continue
                parts = _WITHOUT_VOICE if voice is None else _WITH_VOICE
                if kind and type(url) is str and len(item) == parts and (voice is None or type(voice) is str):
                    self.references.append(ReferenceOf(kind, url, voice))
                    continue
            self.references.append(self.read_strange_item(item, f"{section.pointer}/{array}/{index}", media))
        places, voice_places = _places(path, array, count, url_key), _places(path, array, count, voice_key)
        if frame_indexes:
            self.frame_places += tuple((places[index], voice_places[index]) for index in frame_indexes)
            places = tuple(place for index, place in enumerate(places) if index not in frame_indexes)
            voice_places = tuple(place for index, place in enumerate(voice_places) if index not in frame_indexes)
        self.places += places
        self.voice_places += voice_places

    def read_strange_item(self, item: object, pointer: str, media: MediaArray) -> DraftReference:
        """A first frame, or a medium of which some part does not fit."""
        if type(item) is not dict:
            unreadable = self.misfit(pointer, item, WANTED[dict])
            return ReferenceOf(unreadable, unreadable, None)
        word, url, voice = item.get(media.type_key), item.get(media.url_key), item.get(media.voice_key)
        kind: ReferenceKind | Literal["first_frame"] | Unreadable | None
        kind = media.types.get(word) if type(word) is str else None
        if kind is None:
            kind = self.misfit(f"{pointer}/{media.type_key}", word, "one of " + ", ".join(media.types))
        if type(url) is not str:
            url = self.misfit(f"{pointer}/{media.url_key}", url, WANTED[str])
        if voice is not None and type(voice) is not str:
            voice = self.misfit(f"{pointer}/{media.voice_key}", voice, WANTED[str], removable=True)
        known = (media.type_key, media.url_key, media.voice_key)
        self.strays += [
            Stray(f"{pointer}/{escape(key)}", key, known, None, is_bare=True) for key in item if key not in known
        ]
        return ReferenceOf("image" if kind == "first_frame" else kind, url, voice)

    def read_urls(self, items: list[object], section: Section, media: UrlArray) -> None:
        places = _places(section.path, media.key, len(items), "")
        kind: ReferenceKind = "image" if media.kind == "first_frame" else media.kind
        found: list[DraftReference] = [
            ReferenceOf(kind, url if type(url) is str else self.misfit(place, url, WANTED[str]), None)
            for url, place in zip(items, places, strict=True)
        ]
        if media.kind == "first_frame":
            self.frames += found
            self.frame_places += tuple(zip(places, places, strict=True))
        else:
            self.references += found
            self.places += places
            self.voice_places += places

    def note_strays(self, found: JsonObject, section: Section) -> None:
        known = self.host.known[section.path]
        names = known_keys(section, self.host)
        for key in found:
            if key not in known:
                place, is_bare = f"{section.pointer}/{escape(key)}", not isinstance(found[key], list | dict)
                self.strays.append(Stray(place, key, names, section.outdated.get(key), is_bare))

    def assemble(self, payload: JsonObject, facts: Facts) -> Reading:
        host, value, references = self.host, self.values.get, tuple(self.references)
        places, voice_places = self.places, self.voice_places
        frames: tuple[DraftReference, ...] = ()
        if self.frames:
            frames = tuple(self.frames)
            places += tuple([place for place, _ in self.frame_places])
            voice_places += tuple([place for _, place in self.frame_places])
        evidence: tuple[Evidence, ...] = ()
        if facts:
            media = zip(references + frames, places, voice_places, strict=True)
            evidence = tuple([_find_evidence(facts, *medium) for medium in islice(media, EVIDENCE_MEDIA)])
        prompt, voice = value("prompt"), value("voice")
        kinds = tuple([kind if isinstance(kind, str) else None for kind, _, _ in references])
        is_text = type(prompt) is str
        # Each slot holds a value of the type that the host's table says, or Unreadable: the table, not mypy, knows.
        shape = Shape(
            value("model"),  # type: ignore[arg-type]
            kinds,
            len(frames),
            bool(kinds) or not self.misfits or not self.is_list_unreadable(),
            voice is not None,
            not prompt.isspace() if is_text and prompt else bool(prompt),  # type: ignore[attr-defined]
            value("resolution"),  # type: ignore[arg-type]
            value("ratio"),  # type: ignore[arg-type]
            value("duration_s"),  # type: ignore[arg-type]
            frozenset(self.defaulted) if self.defaulted else _NONE,
            not host.ordered and len(set(kinds)) > 1,
            label_texts(prompt, host.limits.prompt_chars.value) if is_text else (),  # type: ignore[arg-type]
        )
        draft = Draft(
            shape,
            prompt,  # type: ignore[arg-type]
            value("negative_prompt"),  # type: ignore[arg-type]
            references,
            frames,
            voice,  # type: ignore[arg-type]
            value("prompt_extend"),  # type: ignore[arg-type]
            value("watermark"),  # type: ignore[arg-type]
            value("seed"),  # type: ignore[arg-type]
            evidence,
            _look_up(facts, voice, host.pointers.get("voice", "")) if facts else None,
            tuple(self.misfits) if self.misfits else (),
            tuple(self.strays) if self.strays else (),
        )
        return Reading(host, payload, draft, places, voice_places)

    def is_list_unreadable(self) -> bool:
        return any(misfit.wanted in (WANTED[list], WANTED[dict]) for misfit in self.misfits)


def _find_evidence(facts: Facts, medium: DraftReference, place: str, voice_place: str) -> Evidence:
    found = facts.get(place.rpartition("/")[0]) or _look_up(facts, medium.url, place)
    return Evidence(found, _look_up(facts, medium.voice, voice_place))


def _look_up(facts: Facts, url: object, place: str) -> MediaFacts | None:
    """The facts at a place in the payload, which are about this medium alone, else those of its URL."""
    if not isinstance(url, str):
        return None
    return facts.get(place) or facts.get(url)


def _side(value: object) -> str:
    """A width or height that is none, as it can be shown."""
    return value if isinstance(value, str) else str(value) if type(value) is int else name_type(value)


def escape(key: str) -> str:
    """A key as one part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")
