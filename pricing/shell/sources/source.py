"""What a source is: what an opener is asked for, what it gives, how it fails, and the limits that hold for every kind.

    CardError
    └── SourceError             it answered, and what it said can't be used: nothing stands in for it
        └── UnreachableError    it gave no answer: a copy that was kept may stand in, where that was asked for

Imports nothing heavy: every command that takes a catalogue comes by here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from pricing.errors import CardError

FILE_BYTES_MAX: Final = 32 * 1024 * 1024
"""The largest archive or file that is read or downloaded."""
SECONDS_MAX: Final = 60
"""How long a source has for its whole answer."""


class SourceError(CardError):
    """A source that can't be used: its name without credentials, what was seen, what is wanted."""

    def __init__(self, name: str, reason: str) -> None:
        """Keep both parts."""
        super().__init__(reason, file=label(name))


class UnreachableError(SourceError):
    """No answer, or none that is whole: the network, the server or the storage fails, and may work again later."""


class Asked(NamedTuple):
    """What an opener is to bring: the name after its scheme (`scheme://` names whole), unless it still is as tagged."""

    name: str
    etag: str | None = None
    bytes_max: int = FILE_BYTES_MAX


class Folder(NamedTuple):
    """The texts of a folder of TOML files, by the names that messages show."""

    texts: Mapping[str, str]


class File(NamedTuple):
    """The bytes of an archive or of one TOML file, and the server's tag for them."""

    data: bytes
    etag: str | None = None


class Unchanged(NamedTuple):
    """The answer that it still is as tagged; only for those who asked with a tag."""


Opened: TypeAlias = Folder | File | Unchanged


class Opener(NamedTuple):
    """How sources of one scheme are opened. What is `remote` can be out of reach, and copies of it can be kept.

    `open` raises UnreachableError or SourceError, keeps to the limits and to its own time, and runs nothing it reads.
    """

    open: Callable[[Asked], Opened]
    remote: bool = False


Openers: TypeAlias = Mapping[str, Opener]


class Key(NamedTuple):
    """A public key and its id."""

    id: bytes
    key: bytes


class Keep(NamedTuple):
    """For how long a copy may stand in for a source that is out of reach, and where copies lie."""

    age_max: timedelta
    folder: Path


class Copy(NamedTuple):
    """What a source gave at an instant: its bytes, the server's tag for them, and their signature."""

    data: bytes
    at: datetime
    etag: str | None = None
    signature: bytes | None = None


_USER: Final = re.compile(r"://[^/?#]*@")
_MARKED: Final = re.compile(r"://[^/?#@]*:[^/?#@]*[/?#].*@", re.DOTALL)


def label(name: str) -> str:
    """The name as messages and places show it: no user or password, no query; bytes of no encoding are spelt out."""
    shown = name.encode(errors="backslashreplace").decode()
    if "://" not in shown:
        return shown
    if is_unclear(shown):
        return f"{shown.partition('://')[0]}://..."
    return _USER.sub("://", shown).partition("#")[0].partition("?")[0]


def is_unclear(url: str) -> bool:
    """Whether nobody can tell a password with a / in it from a port and a path with an @ in it."""
    return bool(_MARKED.search(url))


def beside(name: str, suffix: str) -> str:
    """The name of the file beside that one: `prices.zip` and `.minisig` give `prices.zip.minisig`, before any query."""
    if "://" not in name:
        return f"{name}{suffix}"
    path, mark, query = name.partition("?")
    return f"{path}{suffix}{mark}{query}"
