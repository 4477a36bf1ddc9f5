"""Where catalogues come from: the shipped list prices, or a folder of TOML files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import tomli

from pricing.assembly import parse_catalogue
from pricing.catalogue import Catalogue
from pricing.errors import CardError
from pricing.fields import MAX_CARD_BYTES

MAX_FILES: Final = 10_000
"""Files of one catalogue folder that are read; more is another folder by mistake."""


@lru_cache(maxsize=1)
def load_published() -> Catalogue:
    """The shipped catalogue of published list prices, for anyone."""
    return parse_catalogue(_published_files())


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a folder: every `*.toml` below it. Raises CardError for what can't be read."""
    return join_published(_read_folder(folder))


def join_published(texts: Mapping[str, str]) -> Catalogue:
    """The catalogue that these texts hold, on top of the shipped one where it says so. Raises CardError."""
    included = _published_files() if any(_includes_published(text) for text in texts.values()) else {}
    return parse_catalogue(texts, included=included)


def _published_files() -> dict[str, str]:
    folder = files("pricing") / "published"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {f"published/{item.name}": item.read_text(encoding="utf-8") for item in found}


def _read_folder(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        reason = "no such folder: a catalogue is a folder of TOML files"
        raise CardError(reason, file=str(folder))
    paths = sorted(path for path in folder.rglob("*.toml") if path.is_file())
    if not paths:
        reason = "no *.toml file in it"
        raise CardError(reason, file=str(folder))
    if len(paths) > MAX_FILES:
        reason = f"{len(paths):,} TOML files: at most {MAX_FILES:,} are read"
        raise CardError(reason, file=str(folder))
    return {_spell(path): _read(path) for path in paths}


def _spell(path: Path) -> str:
    """The path as text that any document can hold: bytes of no encoding are spelt out."""
    return str(path).encode(errors="backslashreplace").decode()


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_CARD_BYTES:
            reason = f"{path.stat().st_size:,} bytes: at most {MAX_CARD_BYTES:,} are read"
            raise CardError(reason, file=str(path))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"can't be read: {error}"
        raise CardError(reason, file=str(path)) from None


def _includes_published(text: str) -> bool:
    """Whether the text is a catalogue's head that builds on the shipped prices; what is not TOML is reported later."""
    if "include" not in text:
        return False
    try:
        head = tomli.loads(text).get("catalogue")
    except tomli.TOMLDecodeError:
        return False
    return isinstance(head, dict) and "published" in (head.get("include") or ())
