"""Where each value of a JSON text stands: JSON Pointer to offsets, for texts that the parser has taken already."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from wan_rules.hosts.oddities import escape


class Slot(NamedTuple):
    """Where a value stands, in characters from 0; `begin` is that of its key, or its own where it has none."""

    begin: int
    start: int
    end: int


_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Open:
    """An object or array whose end is not reached yet; `key` is where the key stands whose value comes next."""

    pointer: str
    begin: int
    start: int
    is_object: bool
    count: int = 0
    name: str = ""
    key: int | None = None

    def enter(self, at: int) -> tuple[str, int]:
        """The pointer of the value that begins at a place, and where it begins with its key."""
        if self.is_object:
            begin, self.key = at if self.key is None else self.key, None
            return f"{self.pointer}/{self.name}", begin
        self.count += 1
        return f"{self.pointer}/{self.count - 1}", at


def locate(text: str) -> dict[str, Slot]:
    """Each value's slot by its pointer, the whole document at `""`. Of JSON alone; of anything else it is undefined."""
    found: dict[str, Slot] = {}
    stack: list[_Open] = []
    for token in _TOKEN.finditer(text):
        mark, inner = token[0], stack[-1] if stack else None
        if mark in ",:":
            continue
        if mark in "}]":
            closed = stack.pop()
            found[closed.pointer] = Slot(closed.begin, closed.start, token.end())
        elif inner is not None and inner.is_object and inner.key is None:
            inner.key, inner.name = token.start(), escape(json.loads(mark))
        else:
            pointer, begin = inner.enter(token.start()) if inner else ("", token.start())
            if mark in "{[":
                stack.append(_Open(pointer, begin, token.start(), mark == "{"))
            else:
                found[pointer] = Slot(begin, token.start(), token.end())
    return found


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


class Lines:
    """A text with the beginnings of its lines, so that the line of a place is found without counting again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._begins = [0, *(found.end() for found in re.finditer("\n", text))]

    def __getitem__(self, line: int) -> str:
        """The line of that number, from 1, without its end; the last one for a number beyond it."""
        begin = self.begin(line)
        return self.text[begin : self._begins[line] - 1] if line < len(self._begins) else self.text[begin:]

    def begin(self, line: int) -> int:
        """Where the line begins."""
        return self._begins[min(line, len(self._begins)) - 1]

    def find(self, at: int) -> int:
        """The number of the line that a place lies on."""
        return bisect_right(self._begins, at)


def mark(lines: Lines, places: Mapping[str, Slot], pointer: str) -> Mark:
    """What to mark for a pointer: key and value as far as their line goes; only the bracket where there is no value."""
    near, slot = find_nearest(places, pointer)
    is_there = near == pointer != ""
    begin, end = (slot.begin, slot.end) if is_there else (slot.start, slot.start + 1)
    line = lines.find(begin)
    start = lines.begin(line)
    return Mark(line, begin - start, min(end - start, len(lines[line])))
