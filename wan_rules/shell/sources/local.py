"""A medium in a local file: a regular one, read where it is wanted, while nobody writes to it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from io import FileIO
from pathlib import Path
from typing import Final

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.source import Source, clip

FILE_BYTES_MAX: Final = 32 * 1024 * 1024
"""The most that is read of one local file."""
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class File:
    """An open file of the size that it had when it was opened."""

    def __init__(self, file: FileIO, bytes_max: int) -> None:
        """Take over an open file."""
        self._file = file
        self._bytes_max = bytes_max
        self._opened = _state(file)
        self.size = self._opened[0]
        self.requests = 0
        self.bytes_read = 0

    def identify(self) -> str:
        """The SHA-256 of the whole. Raises UnreadableError."""
        try:
            self._file.seek(0)
            digest = file_digest(self._file, "sha256").hexdigest()
        except OSError as error:
            raise _unreadable(error) from None
        self._require_unchanged()
        return f"sha256:{digest}"

    def read(self, at: int, count: int) -> bytes:
        """The bytes from `at`. Raises UnreadableError."""
        start, end = clip(at, count, self.size)
        if end - start > self._bytes_max - self.bytes_read:
            raise UnreadableError(
                f"{end - start:,} more bytes would be read, and {self._bytes_max - self.bytes_read:,} of "
                f"{self._bytes_max:,} are left. "
                "State its facts."
            )
        if end == start:
            return b""
        try:
            self._file.seek(start)
            data = self._file.read(end - start)
        except OSError as error:
            raise _unreadable(error) from None
        if len(data) < end - start:
            raise _changed()
        self._require_unchanged()
        self.requests += 1
        self.bytes_read += len(data)
        return data

    def _require_unchanged(self) -> None:
        if _state(self._file) != self._opened:
            raise _changed()


@contextmanager
def open_file(path: Path, bytes_max: int = FILE_BYTES_MAX) -> Iterator[Source]:
    """The file, until the block ends. Raises UnreadableError, later too."""
    file = _open(path)
    with file:
        yield File(file, bytes_max)


def _open(path: Path) -> FileIO:
    """The file, open and regular. What it is asked first, since to open a device may move it; and again after."""
    try:
        _require_regular(path.stat().st_mode)
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        file = FileIO(os.open(path, flags), closefd=True)
    except ValueError:  # a null character
        raise UnreadableError("its path is none. Name a file.") from None
    except OSError as error:
        raise _unreadable(error) from None
    try:
        _require_regular(os.fstat(file.fileno()).st_mode)
    except BaseException:
        file.close()
        raise
    return file


def _require_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        seen = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "no file")
        raise UnreadableError(f"it is {seen}, and only files are read. Name a file.")


def _state(file: FileIO) -> tuple[int, int]:
    now = os.fstat(file.fileno())
    return now.st_size, now.st_mtime_ns


def _changed() -> UnreadableError:
    return UnreadableError("it changed while it was read. Try again when it is complete.")


def _unreadable(error: OSError) -> UnreadableError:
    return UnreadableError(f"it can't be read: {error.strerror or type(error).__name__}. Name a file that can.")
