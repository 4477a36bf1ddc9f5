"""Catalogues from texts: the shipped list prices, a folder of TOML files, and what builds on the shipped ones."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from stat import S_ISREG
from typing import Final

import tomli

from pricing.assembly import parse_catalogue
from pricing.catalogue import Catalogue
from pricing.errors import CardError
from pricing.fields import MAX_CARD_BYTES
from pricing.shell.plugin_set import NO_PLUGINS, Plugins

MAX_FILES: Final = 10_000
"""Files of one catalogue that are read; more is another folder by mistake."""
MAX_TEXT_BYTES: Final = 128 * 1024 * 1024
"""Bytes of all files of one catalogue together: a hundred times what 10,000 entries have."""


@lru_cache(maxsize=1)
def load_published() -> Catalogue:
    """The shipped catalogue of published list prices, for anyone."""
    return parse_catalogue(published_texts())


def load_catalogue(folder: Path, plugins: Plugins = NO_PLUGINS) -> Catalogue:
    """The catalogue in a folder: every `*.toml` below it. Raises CardError for what can't be read."""
    return join_published(read_folder(folder), plugins)


def join_published(texts: Mapping[str, str], plugins: Plugins = NO_PLUGINS) -> Catalogue:
    """The catalogue that these texts hold, on top of the shipped one where it says so. Raises CardError."""
    included = published_texts() if any(_includes_published(text) for text in texts.values()) else {}
    try:
        return parse_catalogue(texts, included=included, hosts=plugins.hosts, models=plugins.models)
    except CardError as error:
        raise plugins.explain(error) from None


def published_texts() -> dict[str, str]:
    """The shipped files by name."""
    folder = files("pricing") / "published"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {f"published/{item.name}": item.read_text(encoding="utf-8") for item in found}


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of every `*.toml` below a folder, by path. Raises CardError."""
    if not folder.is_dir():
        raise CardError("no such folder: a catalogue is a folder of TOML files", file=str(folder))
    listed = list_files(folder)
    check_count(len(listed), str(folder))
    left, texts = MAX_TEXT_BYTES, {}
    for path in listed:
        data = _read(path)
        left -= len(data)
        if left < 0:
            raise too_much(str(folder))
        texts[_spell(path)] = decode_text(data, str(path))
    if list_files(folder) != listed:
        raise CardError("files changed while they were read: load it again when it is written", file=str(folder))
    return texts


def list_files(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Every TOML file below a folder, in order, with what changes when it is written; links are followed.

    Hidden names are no part of it: editors and mounts keep copies there. Raises CardError.
    """
    found, path = {}, folder
    try:
        for path in sorted(_walk(folder)):  # of which a folder may be moved away while they are listed
            stat = path.stat()
            if not S_ISREG(stat.st_mode):
                raise CardError("no file, though it is named like one: give it another name", file=str(path))
            found[path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise CardError(f"can't be read: {error}", file=str(path)) from None
    return found


def _walk(folder: Path) -> Iterator[Path]:
    """Whatever is named `*.toml` and is no folder; each folder once. Raises OSError for one that can't be listed."""
    seen: set[str] = set()
    for at, folders, names in os.walk(folder, followlinks=True, onerror=_raise):
        real = os.path.realpath(at)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith("."))
        if real not in seen:
            yield from (Path(at, name) for name in names if name.endswith(".toml") and not name.startswith("."))
        seen.add(real)


def _raise(error: OSError) -> None:
    raise error


def check_count(count: int, folder: str) -> None:
    """Whether a folder has TOML files, and not too many. Raises CardError."""
    if not count:
        raise CardError("no *.toml file in it: begin a catalogue with `wan-rules cards init`", file=folder)
    if count > MAX_FILES:
        raise CardError(f"{count:,} TOML files: at most {MAX_FILES:,} are read", file=folder)


def too_much(folder: str) -> CardError:
    """The error for more text than one catalogue has."""
    return CardError(f"more than {MAX_TEXT_BYTES:,} bytes of TOML: no more are read", file=folder)


def check_size(size: int, file: str) -> None:
    """Whether a card file is small enough. Raises CardError."""
    if size > MAX_CARD_BYTES:
        raise CardError(f"{size:,} bytes: at most {MAX_CARD_BYTES:,} are read", file=file)


def decode_text(data: bytes, file: str) -> str:
    """The text of a file, its lines ended as here. Raises CardError for what is no UTF-8."""
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        reason = f"the byte 0x{data[error.start]:02x} is no UTF-8: save the text as UTF-8"
        raise CardError(reason, file=file, line=line) from None


def _spell(path: Path) -> str:
    """The path as text that any document can hold: bytes of no encoding are spelt out."""
    return str(path).encode(errors="backslashreplace").decode()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CARD_BYTES + 1)
        check_size(max(len(data), path.stat().st_size), str(path))
    except OSError as error:
        raise CardError(f"can't be read: {error}", file=str(path)) from None
    return data


def _includes_published(text: str) -> bool:
    """Whether the text is a catalogue's head that builds on the shipped prices; what is not TOML is reported later."""
    if "include" not in text:
        return False
    try:
        head = tomli.loads(text).get("catalogue")
    except tomli.TOMLDecodeError:
        return False
    return isinstance(head, dict) and "published" in (head.get("include") or ())
