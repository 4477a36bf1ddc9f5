"""What was measured before, by what it was measured of: a URL and what its server says of its content, or a digest.

A cache only spares work: one that can't be read or written, or holds what nobody wrote, is as good as empty. The names
of its files are hashes, and nothing of a URL stands in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from wan_rules.shell.cache_folder import find_cache_folder

ENTRY_BYTES_MAX: Final = 64 * 1024
"""The longest value that is kept or read, as it lies in its file."""
_SUFFIX: Final = ".fact"
_UNFINISHED: Final = ".fact-new"


class FactCache(NamedTuple):
    """A folder of values, how old one may be, and how many there may be; the oldest go."""

    folder: Path
    age_max: timedelta = timedelta(days=30)
    entries_max: int = 1024


def default_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for measured facts below the one that the user's system has for caches."""
    return find_cache_folder(environment) / "facts"


def make_key(identity: str, url: str | None = None) -> str:
    """The key of what is measured of that content; a remote one's identity holds for its own URL alone."""
    return hashlib.sha256(json.dumps([identity, url]).encode()).hexdigest()


def find_fact(cache: FactCache, key: str, at: datetime) -> str | None:
    """The value that was kept under the key, no older than it may be at that instant; `None` for anything else."""
    try:
        said = json.loads(_read(_path(cache, key)))
        kept_at = datetime.fromisoformat(said["at"]).astimezone(UTC)
        value, digest, its_key = said["value"], said["sha256"], said["key"]
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if its_key != key or not isinstance(value, str) or digest != _digest(value):
        return None
    return value if timedelta(0) <= at - kept_at <= cache.age_max else None


def keep_fact(cache: FactCache, key: str, value: str, at: datetime) -> bool:
    """Whether the value is kept now; it takes the place of the one before in one step."""
    said = {"key": key, "at": at.astimezone(UTC).isoformat(), "sha256": _digest(value), "value": value}
    data = json.dumps(said).encode()
    if len(data) > ENTRY_BYTES_MAX:
        return False
    try:
        cache.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_own(cache.folder)
        _write(_path(cache, key), data)
        _prune(cache)
    except OSError:
        return False
    return True


def _path(cache: FactCache, key: str) -> Path:
    return cache.folder / f"{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}{_SUFFIX}"


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()


def _require_own(folder: Path) -> None:
    """Raises OSError for a folder into which others may write: what they put there would pass for measured."""
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or (os.name == "posix" and (seen.st_uid != os.getuid() or seen.st_mode & 0o022)):
        raise PermissionError


def _read(path: Path) -> bytes:
    """The file's bytes, if it is a regular one that is not too long. Raises OSError."""
    _require_own(path.parent)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        seen = os.fstat(file.fileno())
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > ENTRY_BYTES_MAX:
            raise PermissionError
        return file.read(ENTRY_BYTES_MAX)


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=_UNFINISHED)  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)  # not synced: half a file after a crash is no entry
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _prune(cache: FactCache) -> None:
    """Takes the oldest entries away, those beyond so many, and what was never finished among them."""
    with suppress(FileNotFoundError):  # another program does the same meanwhile
        entries = [(path.stat().st_mtime_ns, path) for path in cache.folder.glob(f"*{_SUFFIX}*")]
        for _, path in sorted(entries, reverse=True)[cache.entries_max :]:
            path.unlink()
