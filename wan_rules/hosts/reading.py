"""A host's payload to a draft of the canonical request: `read` walks the host's table, and judges nothing.

This runs for every request, so the way of a payload in which everything fits makes no call that it can do without:
the types of an object's fields are looked at all at once, and one by one only where they were never seen together.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from wan_rules.decimals import show_digits
from wan_rules.facts import NO_FACTS, Facts
from wan_rules.hosts.host import WANTED, Host, ReadField, Section, Size
from wan_rules.hosts.media_reading import MediaReader, Places
from wan_rules.hosts.oddities import Oddities
from wan_rules.labels import label_texts
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import Template
from wan_rules.payloads import JsonObject, name_type
from wan_rules.plain_values import is_kin, simplify
from wan_rules.request import Cast, Draft, DraftReference, Evidence, Output, Unreadable

if TYPE_CHECKING:
    from wan_rules.request import AspectRatio, Resolution

REQUIRED: Final = frozenset({"model", "prompt", "resolution", "duration_s"})
"""Fields that are not taken out to mend them: they are required, or set the cost."""
EVIDENCE_MEDIA: Final = 64
"""How many media of one request are looked at one by one; a request with more is over every host's limit anyway."""
ONE_RESULT: Final = Template("fields.one-result", "1 (one result a request)").fill()
_NONE: Final[frozenset[str]] = frozenset()
_EMPTY: Final[JsonObject] = {}


class Reading(NamedTuple):
    """What the caller sent, as far as it can be read, and where in the payload each medium stands.

    `places` run parallel to the draft's `references + first_frames`.
    """

    host: Host
    payload: JsonObject
    draft: Draft
    places: Places

    def __repr__(self) -> str:
        """To which host: the payload may hold secrets, and files."""
        return f"<Reading of a payload to {self.host.name}>"

    def pointer(self, path: str) -> str:
        """The JSON Pointer into the payload for a canonical path such as `references/0/url` or `seed`."""
        known = self.host.pointers.get(path)
        if known is not None:
            return known
        name, _, rest = path.partition("/")
        if not name or not rest:
            return path if not name else ""
        number, _, part = rest.partition("/")
        index = int(number) + (len(self.draft.references) if name == "first_frames" else 0)
        return self.places.voices[index] if part == "voice" else self.places.urls[index]


def read(payload: JsonObject, host: Host, facts: Facts = NO_FACTS) -> Reading:
    """What `payload` asks of `host`, its defaults resolved. Never raises: what does not fit is in the draft.

    A tuple, or a member of an enumeration, is read as what JSON writes for it.
    """
    reader = _Reader(host)
    for section, keys, known, fitting in host.tables:
        found = payload if not section.path else reader.enter(payload, section)
        values = list(map(found.get, keys))
        if tuple(map(type, values)) not in fitting:
            values = reader.fit_all(values, section, fitting)
        reader.values += values
        for media in section.media:
            reader.media.read(found, section, media)
        if section.size is not None:
            reader.read_size(found, section.size)
        for key in section.counted:
            reader.read_count(found.get(key), f"{section.pointer}/{key}")
        if not found.keys() <= known:
            reader.oddities.note_strays(found, section, host)
    if reader.oddities.misfits and any(is_kin(misfit.raw) for misfit in reader.oddities.misfits):
        return read(cast("JsonObject", simplify(payload)), host, facts)
    return reader.assemble(payload, facts)


def find_idle_facts(reading: Reading, facts: Facts) -> tuple[str, ...]:
    """The keys of facts that are about no medium of the payload, by place or by URL: misspelt, most often."""
    draft, places = reading.draft, reading.places
    sent = [draft.voice, *(part for _, url, voice in draft.references + draft.first_frames for part in (url, voice))]
    used = {reading.host.pointers.get("voice"), *places.items, *places.urls, *places.voices}
    used.update(part for part in sent if isinstance(part, str))
    return tuple(key for key in facts if key not in used)


class _Reader:
    """What is gathered while one payload is read; it lives no longer than that."""

    __slots__ = ("host", "media", "oddities", "size", "values")

    def __init__(self, host: Host) -> None:
        self.host = host
        self.oddities = Oddities()
        self.media = MediaReader(self.oddities)
        self.values: list[object] = [None]
        self.size: tuple[Resolution | Unreadable, AspectRatio | Unreadable] | None = None

    def enter(self, payload: JsonObject, section: Section) -> JsonObject:
        """The section's object; an empty one where there is none, so that all it would hold counts as left out."""
        found: object = payload
        for part in section.path:
            found = cast("JsonObject", found).get(part)
            if type(found) is not dict:
                if found is not None or section.required:
                    self.oddities.misfit(section.pointer, found, WANTED[dict])
                return _EMPTY
        return cast("JsonObject", found)

    def fit_all(self, values: list[object], section: Section, fitting: set[tuple[type, ...]]) -> list[object]:
        """Each value of an object as it was sent, `None`, or Unreadable; types that fit are remembered."""
        types = tuple(map(type, values))
        if all(seen is field.type or seen is _NOTHING for seen, field in zip(types, section.fields, strict=True)):
            fitting.add(types)
            return values
        return [self.fit(raw, field, section) for raw, field in zip(values, section.fields, strict=True)]

    def fit(self, raw: object, field: ReadField, section: Section) -> object:
        """A value that fits as it is, a number spelt as a word that the host knows, or what does not fit."""
        if raw is None or type(raw) is field.type:
            return raw
        if field.choices and type(raw) is str and field.type is int and raw in field.choices:
            return field.choices[raw]
        pointer = f"{section.pointer}/{field.key}"
        return self.oddities.misfit(pointer, raw, WANTED[field.type], removable=field.slot not in REQUIRED)

    def read_size(self, found: JsonObject, size: Size) -> None:
        """The tier and ratio of a size in pixels."""
        width, height = found.get(size.width), found.get(size.height)
        if width is None and height is None:
            return
        tier = self.host.sizes.get((width, height)) if isinstance(width, int) and isinstance(height, int) else None
        self.size = tier or (Unreadable((_side(width), _side(height))), Unreadable(None))

    def read_count(self, count: object, pointer: str) -> None:
        """A count of other than one is several jobs, each of them billed: that is not one request."""
        if count is not None and (type(count) is not int or count != 1):
            self.oddities.misfit(pointer, count, ONE_RESULT)

    def resolve_slots(self) -> tuple[_Slots, frozenset[str]]:
        """Each slot in our words, with the host's default where it was left out; and which those are."""
        slots, defaulted = list(self.host.pick(self.values)), []
        for index, words in self.host.choices:
            word = slots[index]
            if type(word) is str:
                slots[index] = words.get(word) or Unreadable(word)
        for index, slot, default in self.host.fill:
            if slots[index] is None:
                slots[index] = default
                defaulted.append(slot)
        # Each slot holds a value of the type that the host's table says, or Unreadable: the table, not mypy, knows.
        return slots, frozenset(defaulted) if defaulted else _NONE  # type: ignore[return-value]

    def assemble(self, payload: JsonObject, facts: Facts) -> Reading:
        """The draft, its defaults resolved and its words ours."""
        host, media = self.host, self.media
        slots, left_out = self.resolve_slots()
        model, prompt, negative, voice, resolution, ratio, seconds, extend, watermark, seed = slots
        if self.size is not None:
            resolution, ratio = self.size
        references, kinds, frames = tuple(media.references), tuple(media.kinds), tuple(media.frames)
        has_prompt, labels = _look_into(prompt, host)
        cast_ = Cast(
            model,
            kinds,
            len(frames),
            bool(kinds) or not self.is_list_unreadable(),
            voice is not None,
            has_prompt,
            not host.ordered and len(set(kinds)) > 1,
            labels,
        )
        output = Output(resolution, ratio, seconds, left_out, "video" in kinds, len(frames))
        places = media.places.then(media.frame_places) if frames else media.places
        evidence: tuple[Evidence, ...] = ()
        voice_facts: MediaFacts | None = None
        if facts:
            evidence = _find_evidence(facts, references + frames, places)
            voice_facts = _look_up(facts, voice, host.pointers.get("voice", "")) if voice is not None else None
        draft = Draft(
            cast_,
            output,
            prompt,
            negative,
            references,
            frames,
            voice,
            extend,
            watermark,
            seed,
            evidence,
            voice_facts,
            tuple(self.oddities.misfits),
            tuple(self.oddities.strays),
        )
        return Reading(host, payload, draft, places)

    def is_list_unreadable(self) -> bool:
        """Whether an array or object of media may be what did not fit."""
        return any(misfit.wanted in (WANTED[list], WANTED[dict]) for misfit in self.oddities.misfits)


_NOTHING: Final = type(None)


class _Slots(NamedTuple):
    """The parts of a request that stand in one field each, as `Host.pick` gives them."""

    model: str | Unreadable | None
    prompt: str | Unreadable | None
    negative_prompt: str | Unreadable | None
    voice: str | Unreadable | None
    resolution: Resolution | Unreadable | None
    ratio: AspectRatio | Unreadable | None
    duration_s: int | Unreadable | None
    prompt_extend: bool | Unreadable | None
    watermark: bool | Unreadable | None
    seed: int | Unreadable | None


def _look_into(prompt: object, host: Host) -> tuple[bool, tuple[str, ...]]:
    """Whether a prompt says anything, and what in it looks like a label."""
    if not isinstance(prompt, str):
        return bool(prompt), ()
    return bool(prompt) and not prompt.isspace(), label_texts(prompt, host.limits.prompt_chars.value)


def _find_evidence(facts: Facts, media: tuple[DraftReference, ...], places: Places) -> tuple[Evidence, ...]:
    """The facts on each medium: those at its place, which are about it alone, else those of its URL."""
    get, found = facts.get, []
    for (_, url, voice), item, at, voice_at in islice(zip(media, *places, strict=True), EVIDENCE_MEDIA):
        known = get(item) or get(at) or (get(url) if isinstance(url, str) else None)
        found.append(Evidence(known, None if voice is None else _look_up(facts, voice, voice_at)))
    return tuple(found)


def _look_up(facts: Facts, url: object, place: str) -> MediaFacts | None:
    """The facts at a place in the payload, else those of its URL."""
    return facts.get(place) or facts.get(url) if isinstance(url, str) else None


def _side(value: object) -> str:
    """A width or height that is none, as it can be shown."""
    return value if isinstance(value, str) else show_digits(value) if type(value) is int else name_type(value)
