"""Where each value of a JSON text stands: JSON Pointer to offsets, for texts that the parser has taken already."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple


class Slot(NamedTuple):
    """Where a value stands, in characters from 0; `begin` is that of its key, or its own where it has none."""

    begin: int
    start: int
    end: int


_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class _Open(NamedTuple):
    """An object or array whose end is not reached yet."""

    pointer: str
    begin: int
    start: int
    is_object: bool


def locate(text: str) -> dict[str, Slot]:
    """Each value's slot by its pointer, the whole document at `""`. Of JSON alone; of anything else it is undefined."""
    found: dict[str, Slot] = {}
    stack: list[_Open] = []
    names: list[str] = []
    counts: list[int] = []
    key: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in ",:":
            continue
        if mark in "}]":
            closed = stack.pop()
            names.pop(), counts.pop()
            found[closed.pointer] = Slot(closed.begin, closed.start, token.end())
            continue
        if stack and stack[-1].is_object and key is None:
            key = token
            names[-1] = json.loads(mark)
            continue
        pointer = _point(stack, names, counts)
        begin = key.start() if key else token.start()
        key = None
        if mark in "{[":
            stack.append(_Open(pointer, begin, token.start(), mark == "{"))
            names.append(""), counts.append(0)
        else:
            found[pointer] = Slot(begin, token.start(), token.end())
    return found


def _point(stack: list[_Open], names: list[str], counts: list[int]) -> str:
    """The pointer of the value that begins here."""
    if not stack:
        return ""
    if stack[-1].is_object:
        return f"{stack[-1].pointer}/{names[-1].replace('~', '~0').replace('/', '~1')}"
    counts[-1] += 1
    return f"{stack[-1].pointer}/{counts[-1] - 1}"


def find_nearest(places: Mapping[str, Slot], pointer: str) -> tuple[str, Slot]:
    """The value at the pointer, or the innermost one around the place where it is missing."""
    while pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return pointer, places[pointer]


class Mark(NamedTuple):
    """A stretch of one line: the line from 1, and columns from 0 (`end` exclusive), in characters."""

    line: int
    start: int
    end: int


def mark(text: str, places: Mapping[str, Slot], pointer: str) -> Mark:
    """What to mark for a pointer: key and value as far as its line goes; only the bracket where the value is absent."""
    near, slot = find_nearest(places, pointer)
    end = slot.end if near == pointer and near else slot.start + 1
    begin = slot.begin if near == pointer else slot.start
    line_start = text.rfind("\n", 0, begin) + 1
    line_end = text.find("\n", begin)
    stop = min(end, len(text) if line_end < 0 else line_end)
    return Mark(text.count("\n", 0, begin) + 1, begin - line_start, stop - line_start)
