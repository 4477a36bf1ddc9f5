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
    r"[CcIiVv图视](?<![A-Za-z0-9_][A-Za-z])(?:(?i:haracter|mage|ideo)|片|频|) ?[0-9]{1,4}(?![0-9A-Za-z_]|[:./%][0-9])"
)
_PARTS: Final = re.compile(r"(\D+?) ?([0-9]+)")
_WORD: Final = re.compile(r"[A-Za-z0-9_]")
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


def label_texts(prompt: str, end: int) -> tuple[str, ...]:
    """What looks like a label in the first `end` code points of a prompt, in order; what is cut off names nobody."""
    return tuple(_LABEL.findall(prompt, 0, end))


def find_labels(prompt: str, end: int) -> tuple[Label, ...]:
    """The labels in the first `end` code points of a prompt, in order, with their places."""
    found = (parse_label(match.group(), match.start()) for match in _LABEL.finditer(prompt, 0, end))
    return tuple(label for label in found if label is not None)


def parse_labels(texts: Iterable[str]) -> tuple[Label, ...]:
    """The labels that such texts are, each once; their places are not known, and 0."""
    return tuple(label for text in dict.fromkeys(texts) if (label := parse_label(text, 0)))


@lru_cache(maxsize=4096)
def parse_label(text: str, start: int) -> Label | None:
    """The label that a text beginning at `start` is, or `None` for a look-alike such as `C 1`."""
    parts = _PARTS.fullmatch(text)
    known = _WORDS.get(parts.group(1).lower()) if parts else None
    if parts is None or known is None:
        return None
    return Label(known[0], known[1], int(parts.group(2)), start, start + len(text), text)


def named_index(label: Label, kinds: Sequence[object]) -> int | None:
    """Which reference (from 0) the label names, of references of those `kinds` in order; `None` for nobody."""
    if label.kind is None:
        return label.number - 1 if 1 <= label.number <= len(kinds) else None
    places = [index for index, kind in enumerate(kinds) if kind == label.kind]
    return places[label.number - 1] if 1 <= label.number <= len(places) else None


def label_for(index: int, kinds: Sequence[ReferenceKind | None], style: LabelStyle) -> str:
    """What the reference at `index`, of a known kind, is called in that style."""
    if style == "character":
        return f"character{index + 1}"
    kind = kinds[index]
    return f"{(kind or '').capitalize()} {sum(1 for other in kinds[: index + 1] if other == kind)}"


def rewrite(prompt: str, replacements: Iterable[tuple[Label, str]]) -> str:
    """The prompt with each of those labels, in order of place, written otherwise, and apart from what stands before it.

    No letter or digit follows a label.
    """
    parts, at = [], 0
    for label, text in replacements:
        touches = at == label.start > 0 or _WORD.match(prompt[label.start - 1 : label.start])
        parts += [prompt[at : label.start], " " if touches else "", text]
        at = label.end
    return "".join([*parts, prompt[at:]])
