"""A host as data: where each part of the request stands in its payload, what it calls things, and its limits.

A host is added by writing one such table (docs/how-to/add-a-host.md); reading and writing walk it, in `reading` and
`writing`. A field's slot is the part of the request that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from wan_rules.limits import Limits
from wan_rules.messages import Message
from wan_rules.request import ASPECT_RATIOS, AspectRatio, ReferenceKind, Resolution
from wan_rules.rule import Rule

FrameSizes: TypeAlias = Mapping[tuple[Resolution, AspectRatio], tuple[int, int]]
"""Output width and height in pixels, by tier and ratio."""

Slot: TypeAlias = Literal[
    "model",
    "prompt",
    "negative_prompt",
    "voice",
    "resolution",
    "ratio",
    "duration_s",
    "prompt_extend",
    "watermark",
    "seed",
]
SLOTS: Final[tuple[Slot, ...]] = get_args(Slot)
WANTED: Final[Mapping[type, str]] = MappingProxyType(
    {str: "a string", int: "a whole number", bool: "true or false", list: "an array", dict: "an object"}
)
SAME: Final[Mapping[str, str]] = MappingProxyType({ratio: ratio for ratio in ASPECT_RATIOS})


class ReadField(NamedTuple):
    """A scalar field: its key in the payload, the part of the request it is, its type.

    `choices` maps the host's spelling of each value to ours; `None` lets any value of the type through.
    """

    key: str
    slot: Slot
    type: type = str
    choices: Mapping[str, str] | Mapping[str, int] | None = None


class Size(NamedTuple):
    """Width and height, where a host asks for pixels instead of a tier and a ratio."""

    width: str
    height: str


class MediaArray(NamedTuple):
    """One array of objects, each with a type: order is kept. `types` maps the host's words to our kinds."""

    key: str
    type_key: str
    url_key: str
    voice_key: str
    types: Mapping[str, ReferenceKind | Literal["first_frame"]]


class UrlArray(NamedTuple):
    """An array of bare URLs of one kind: order between two such arrays is not said."""

    key: str
    kind: ReferenceKind | Literal["first_frame"]


class Section(NamedTuple):
    """One object of the payload: its path from the top, what it holds, and whether it must be there.

    `counted` names fields that multiply what is rendered and billed: only 1 is checked and quoted.
    `passed` names fields that the host knows and that change neither the rules nor the price; `outdated` maps fields of
    other models or versions to what to use instead.
    """

    path: tuple[str, ...]
    fields: tuple[ReadField, ...] = ()
    media: tuple[MediaArray | UrlArray, ...] = ()
    size: Size | None = None
    passed: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    outdated: Mapping[str, str | Message] = MappingProxyType({})
    required: bool = False

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the object itself; empty for the payload as a whole."""
        return "".join(f"/{part}" for part in self.path)


class Table(NamedTuple):
    """What reading needs of a section.

    The keys of its fields, in order; every key that may stand there; the types that were seen in the fields and fit.
    """

    section: Section
    keys: tuple[str, ...]
    known: frozenset[str]
    fitting: set[tuple[type, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Host:
    """Everything that differs from host to host, and nothing that does not.

    `ordered` says whether the payload itself says in which order images and videos come; `added_rules` are those that
    plugins add to the built-in ones, here or everywhere.
    """

    name: str
    title: str
    sections: tuple[Section, ...]
    limits: Limits
    frame_sizes: FrameSizes
    defaults: Mapping[str, str | int]
    constants: Mapping[str, str] = field(default_factory=dict)
    distinctive: frozenset[str] = frozenset()
    added_rules: tuple[Rule, ...] = ()
    known: Mapping[tuple[str, ...], frozenset[str]] = field(init=False)
    tables: tuple[Table, ...] = field(init=False)
    pick: Callable[[list[object]], tuple[object, ...]] = field(init=False)
    choices: tuple[tuple[int, Mapping[str, object]], ...] = field(init=False)
    fill: tuple[tuple[int, Slot, str | int], ...] = field(init=False)
    ordered: bool = field(init=False)
    pointers: Mapping[str, str] = field(init=False)
    spelling: Mapping[str, Mapping[object, str]] = field(init=False)
    sizes: Mapping[tuple[int, int], tuple[Resolution, AspectRatio]] = field(init=False)

    def __post_init__(self) -> None:
        """Derive what reading looks up: the keys of each object, the order of the slots, where each field stands."""
        write = object.__setattr__
        write(self, "known", {section.path: frozenset(known_keys(section, self)) for section in self.sections})
        write(
            self,
            "tables",
            tuple(Table(s, tuple(f.key for f in s.fields), self.known[s.path], set()) for s in self.sections),
        )
        write(self, "pick", _pick(self))
        write(self, "choices", tuple(_choices(self)))
        write(
            self, "fill", tuple((i, slot, self.defaults[slot]) for i, slot in enumerate(SLOTS) if slot in self.defaults)
        )
        write(self, "ordered", not any(isinstance(m, UrlArray) for section in self.sections for m in section.media))
        write(self, "pointers", _pointers(self))
        write(self, "spelling", {f.slot: _words(f) for section in self.sections for f in section.fields})
        write(self, "sizes", _sizes(self))

    def has_field(self, slot: str) -> bool:
        """Whether one field of the payload holds that part of the request."""
        return slot in self.spelling

    def spell(self, slot: str, value: str | int | None) -> str | int | None:
        """The host's own word for one of our values."""
        return self.spelling.get(slot, {}).get(value, value)


def _pick(host: Host) -> Callable[[list[object]], tuple[object, ...]]:
    """What puts the fields in the order of the slots; before the first stands what a slot without a field holds."""
    order = [None, *(f.slot for section in host.sections for f in section.fields)]
    return itemgetter(*(order.index(slot) if slot in order else 0 for slot in SLOTS))


def _choices(host: Host) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The slots whose words are the host's own, and what they mean."""
    for section in host.sections:
        for f in section.fields:
            if f.choices and f.type is str:
                yield SLOTS.index(f.slot), f.choices


def _sizes(host: Host) -> dict[tuple[int, int], tuple[Resolution, AspectRatio]]:
    """What a size asks for, of what the host takes: super-resolution tiers that it has not can have the same sizes."""
    tiers, ratios = host.limits.resolutions.value, host.limits.ratios.value
    return {size: one for one, size in host.frame_sizes.items() if one[0] in tiers and one[1] in ratios}


def _words(field_: ReadField) -> dict[object, str]:
    """Our value -> the host's word; numbers are written as numbers."""
    return {ours: word for word, ours in (field_.choices or {}).items() if field_.type is str}


def known_keys(section: Section, host: Host) -> tuple[str, ...]:
    """Every key that may stand in that object, in the order of the table."""
    inner = {other.path[len(section.path)] for other in host.sections if _is_inside(other.path, section.path)}
    size = (section.size.width, section.size.height) if section.size else ()
    return (
        *(f.key for f in section.fields),
        *(media.key for media in section.media),
        *size,
        *sorted(inner),
        *section.passed,
        *section.counted,
    )


def _is_inside(path: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return len(path) == len(outer) + 1 and path[: len(outer)] == outer


def _pointers(host: Host) -> dict[str, str]:
    """Canonical path -> pointer into the payload, for everything that has one place; media get theirs when read."""
    found: dict[str, str] = {}
    for section in host.sections:
        found |= {f.slot: f"{section.pointer}/{f.key}" for f in section.fields}
        if section.size:
            width = f"{section.pointer}/{section.size.width}"
            found |= {"resolution": width, "ratio": width}
        if section.media:
            found["references"] = f"{section.pointer}/{section.media[0].key}"
    return found
