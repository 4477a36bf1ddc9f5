"""What a prompt calls its references: `character1` counts all of them; `Image 2`, `Video 1`, 图1, 视频1 count apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from wan_rules.request import ReferenceKind

LabelStyle: TypeAlias = Literal["character", "counted"]

# The first letter is a plain class so that the engine can skip to candidates; the word boundary is looked at after it.
_LABEL: Final = re.compile(
    r"([CcIiVv图视])(?<![A-Za-z0-9_][A-Za-z])((?i:haracter|mage|ideo)|片|频|) ?([0-9]{1,4})(?![0-9A-Za-z_]|[:./%][0-9])"
)
_WORDS: Final[Mapping[str, tuple[LabelStyle, ReferenceKind | None]]] = MappingProxyType(
    {
        "character": ("character", None),
        "image": ("counted", "image"),
        "video": ("counted", "video"),
        "图": ("counted", "image"),
        "图片": ("counted", "image"),
        "视频": ("counted", "video"),
    }
)


class Label(NamedTuple):
    """One label in a prompt: whom it names, and where it stands (`start` and `end` in code points).

    `kind` is `None` for `character`, which counts images and clips together. `number` counts from 1.
    """

    style: LabelStyle
    kind: ReferenceKind | None
    number: int
    start: int
    end: int
    text: str


@lru_cache(maxsize=1024)
def find_labels(prompt: str, end: int) -> tuple[Label, ...]:
    """The labels in the first `end` code points of a prompt, in order; what a host cuts off names nobody."""
    return tuple(label for match in _LABEL.finditer(prompt, 0, end) if (label := _label(match)))


def _label(match: re.Match[str]) -> Label | None:
    first, rest, number = match.groups()
    known = _WORDS.get((first + rest).lower())
    if known is None:
        return None
    return Label(known[0], known[1], int(number), match.start(), match.end(), match.group())


def named_index(label: Label, kinds: Sequence[object]) -> int | None:
    """Which reference (from 0) the label names, of references of those `kinds` in order; `None` for nobody."""
    if label.kind is None:
        return label.number - 1 if 1 <= label.number <= len(kinds) else None
    places = [index for index, kind in enumerate(kinds) if kind == label.kind]
    return places[label.number - 1] if 1 <= label.number <= len(places) else None


def label_for(index: int, kinds: Sequence[ReferenceKind], style: LabelStyle) -> str:
    """What the reference at `index` is called in that style."""
    if style == "character":
        return f"character{index + 1}"
    kind = kinds[index]
    return f"{kind.capitalize()} {sum(1 for other in kinds[: index + 1] if other == kind)}"


def rewrite(prompt: str, replacements: Iterable[tuple[Label, str]]) -> str:
    """The prompt with each of those labels, in order of place, written otherwise."""
    parts, at = [], 0
    for label, text in replacements:
        parts += [prompt[at : label.start], text]
        at = label.end
    return "".join([*parts, prompt[at:]])
