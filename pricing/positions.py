"""On which line of a TOML text a key stands: for errors and provenance, since the parser keeps no positions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

TEXTS_KEPT: Final = 64
"""Texts whose lines are remembered: of a catalogue's files few are asked about at the same time."""

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"^\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=")
_TRIPLE: Final = re.compile(r"[\s\[]*(\"\"\"|''')")


def find_line(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) of the deepest part of `path` that stands in a text which is known to be TOML.

    `path` is of keys and positions, as in `("entry", 3, "price")`. `None` where not even its first key is found.
    """
    lines = _index(text)
    deepest = (lines.get(tuple(path[:depth])) for depth in range(len(path), 0, -1))
    return next((line for line in deepest if line is not None), None)


@lru_cache(maxsize=TEXTS_KEPT)
def _index(text: str) -> dict[tuple[str | int, ...], int]:
    """The first line of every table and key, so that a text is walked through once however much is looked up in it."""
    lines: dict[tuple[str | int, ...], int] = {}
    for line, path in _walk(text):
        lines.setdefault(path, line)
    return lines


def _walk(text: str) -> list[tuple[int, tuple[str | int, ...]]]:
    """Every table header and key with its full path, line by line."""
    found: list[tuple[int, tuple[str | int, ...]]] = []
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if inside:
            inside = None if inside in line else inside
            continue
        header = _HEADER.match(line)
        if header:
            table = _table(header.group(1), header.group(2), counts)
            found.append((number, table))
        elif key := _KEY.match(line):
            found.append((number, (*table, key.group(1).strip("\"'"))))
            opened = _TRIPLE.match(line, key.end())
            inside = opened.group(1) if opened and opened.group(1) not in line[opened.end() :] else None
    return found


def _table(bracket: str, name: str, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    path: tuple[str | int, ...] = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, parts[-1])
    if bracket == "[[":
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path
