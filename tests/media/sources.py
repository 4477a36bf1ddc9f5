"""Files that readers may ask: held in memory, mostly made of nothing, and counting what is asked of them."""

from __future__ import annotations

from typing import Final

from wan_rules.shell.found import Found, UnreadableError
from wan_rules.shell.readers import read_header

BLOCK: Final = 16 * 1024


class Held:
    """A file held in memory; `is_sized` says whether it tells its size."""

    def __init__(self, data: bytes, *, is_sized: bool = True) -> None:
        self._data = data
        self.size = len(data) if is_sized else None

    def read(self, at: int, count: int) -> bytes:
        return self._data[at : at + count]


class Sparse:
    """A large file of zeros with a few pieces in it, as (where, what): counts requests and bytes in whole blocks.

    A block that was sent once is kept, and neither counts again nor splits a request.
    """

    def __init__(self, size: int, *pieces: tuple[int, bytes]) -> None:
        self.size: int | None = size
        self._size = size
        self._pieces = pieces
        self._sent: set[int] = set()
        self.requests = 0

    @property
    def bytes_sent(self) -> int:
        return len(self._sent) * BLOCK

    def read(self, at: int, count: int) -> bytes:
        end = min(at + count, self._size)
        if end <= at:
            return b""
        new = set(range(at // BLOCK, (end - 1) // BLOCK + 1)) - self._sent
        self.requests += bool(new)
        self._sent |= new
        found = bytearray(end - at)
        for start, piece in self._pieces:
            first, last = max(start, at), min(start + len(piece), end)
            if first < last:
                found[first - at : last - at] = piece[first - start : last - start]
        return bytes(found)


def found_in(data: bytes, *, is_sized: bool = True) -> Found:
    """What its header says. Raises UnreadableError."""
    return read_header(Held(data, is_sized=is_sized))


def reason_of(data: bytes, *, is_sized: bool = True) -> str | None:
    """Why the file can't be read; `None` if it can. Anything else that is raised is a bug, and passes through."""
    try:
        found_in(data, is_sized=is_sized)
    except UnreadableError as error:
        return error.reason
    return None


def lengths_of(found: Found) -> dict[str, str]:
    """The lengths by who claims them, as text."""
    return {length.name: str(length.seconds) for length in found.lengths}
