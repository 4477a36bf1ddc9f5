"""What a shell offers for names that a catalogue knows. It reads as little as it can, and is silent where it can't.

Shells expand and evaluate what they are offered, and a catalogue may be a stranger's: only plain names are given out.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

HEAD_BYTES_MAX: Final = 1_000_000
_CARDS_MAX: Final = 200
_FOLDERS_MAX: Final = 100
_ENTRIES_MAX: Final = 1000
"""Entries of a folder that are looked at: whoever presses Tab waits, and may have named the root of a disk."""
_UNREADABLE: Final = (OSError, ValueError, RecursionError)
"""What reading TOML raises: the last one for arrays in arrays in arrays."""


def offer_names(said: Mapping[str, object], kind: str, incomplete: str) -> list[str]:
    """The accounts or environments that the catalogue of the command line so far knows, and that begin so."""
    folder = said.get("catalogue")
    names = _read(Path(str(folder), "catalogue.toml")).get(kind, []) if folder else ()  # no such names are shipped
    return _choose(map(str, names), incomplete)


def _choose(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete) and _PLAIN_NAME.fullmatch(name)]


_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def _read(head: Path) -> Mapping[str, list[object]]:
    """The lists in the head of a catalogue that is a folder; an archive or a URL has none to read at once."""
    try:
        with head.open("rb") as file:
            found = tomllib.loads(file.read(HEAD_BYTES_MAX).decode()).get("catalogue", {})
    except _UNREADABLE:
        return {}
    return {key: value for key, value in found.items() if isinstance(value, list)} if isinstance(found, dict) else {}


def offer_cards(said: Mapping[str, object], incomplete: str) -> list[str]:
    """The ids of the cards in that folder, or of the shipped ones, that begin so."""
    from importlib.resources import files

    folder = said.get("catalogue")
    root = Path(str(folder)) if folder else Path(str(files("pricing") / "published"))
    return _choose(map(_read_id, islice(_find_files(root), _CARDS_MAX)), incomplete)


def _find_files(root: Path) -> Iterator[Path]:
    """The files of TOML below a folder, those near to it first; of a tree that is large only a part."""
    folders = [root]
    for folder in folders:  # it grows meanwhile
        try:
            with os.scandir(folder) as entries:
                found = sorted(islice(entries, _ENTRIES_MAX), key=lambda entry: entry.name)
            below = [Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False)]
            files = [Path(entry.path) for entry in found if entry.name.endswith(".toml") and entry.is_file()]
        except OSError:
            continue
        yield from files
        folders += below[: _FOLDERS_MAX - len(folders)]


def _read_id(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            card = tomllib.loads(opened.read(HEAD_BYTES_MAX).decode()).get("card", {})
    except _UNREADABLE:
        return ""
    return str(card.get("id", "")) if isinstance(card, dict) else ""
