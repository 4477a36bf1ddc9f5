"""A source: bytes that are read where it is wanted, with what that has cost so far and what tells its content apart."""

from __future__ import annotations

from typing import Protocol

from wan_rules.shell.found import Bytes, UnreadableError


class Source(Bytes, Protocol):
    """`Bytes`, and the figures of reading them."""

    @property
    def requests(self) -> int:
        """Requests sent to servers, redirects included; reads of a local file; 0 for what lies in memory."""

    @property
    def bytes_read(self) -> int:
        """Bytes that were read of the medium itself."""

    def identify(self) -> str | None:
        """What stays the same as long as the content does: a digest, or what a server says; `None` if it says nothing.

        Raises UnreadableError. A digest reads the whole of a local file.
        """


def clip(at: int, count: int, size: int | None) -> tuple[int, int]:
    """The part that can be read, from its first byte to behind its last. Raises UnreadableError before the start."""
    if at < 0:
        raise UnreadableError("it points to a place before its own beginning. Write the file anew.")
    end = at + max(count, 0)
    return at, end if size is None else max(at, min(end, size))
