"""One editor of a folder at a time, of a report or of signing keys: whoever comes meanwhile waits, and loses nothing.

The system holds the lock for a process, and lets go of it when that ends, however it ends: none is ever left over.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wan_rules.payloads import UnusableInputError

LOCK: Final = ".lock"
"""Stays in the folder, empty: to remove it would let two in, one by the old file and one by a new one. Where it goes
with the folder, nobody waits for it, and whoever has it looks whether it is still there."""
PATIENCE_S: Final = 30
_PAUSE_S: Final = 0.02


@contextmanager
def hold(folder: Path, *, waits: bool = True) -> Iterator[None]:
    """Keeps all others who would hold the folder out of it.

    Raises UnusableInputError where one stays too long; at once, where nobody is waited for.
    """
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise UnusableInputError(str(folder), f"it can't be edited: {error.strerror}") from None
    try:
        if waits:
            _wait(handle, folder)
        elif not (_take(handle) and _is_there(handle, folder)):
            raise UnusableInputError(str(folder), "another run is at work there: try again when that has ended")
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while not _take(handle):
        if time.monotonic() >= until:
            reason = f"another command has been editing it for {PATIENCE_S} s: try again when that has ended"
            raise UnusableInputError(str(folder), reason)
        time.sleep(_PAUSE_S)


def _is_there(handle: int, folder: Path) -> bool:
    """Whether the lock is still the folder's, which whoever held it may have removed."""
    try:
        return os.path.samestat(os.fstat(handle), (folder / LOCK).stat())
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
