"""One reading of one file: `Reading` fetches it in blocks, few at a time, within a budget, and keeps what is odd.

Every reader asks through it alone. It turns many small questions into few calls of the source, each of which may be a
request over the network, and it is where a hostile file's appetite ends: bytes, steps and notes are all counted here.
"""

from __future__ import annotations

from typing import Final

from wan_rules.shell.found import Bytes, UnreadableError

BLOCK: Final = 16 * 1024
"""Bytes that are fetched together: positions are rounded to it, so that a source may keep the same blocks."""
AHEAD: Final = 1024
"""Whatever is fetched, this much is: the headers of one track, which would else straddle two blocks."""
FEW: Final = 4
"""Blocks that are fetched of most files at most, 64 KB."""
READ_MAX: Final = 32 * 1024 * 1024
"""Bytes of a file that are fetched at most."""
ONCE_MAX: Final = 4 * 1024 * 1024
"""Bytes that are asked for at once at most."""
KEPT_BLOCKS: Final = 256
STEPS_MAX: Final = 20_000
"""Boxes, chunks and segments that are looked at in one file at most."""
ROWS_MAX: Final = 200_000
"""Entries of all tables that are read in one file at most: an hour of pictures that all last differently."""
NOTES_MAX: Final = 20
FAR: Final = 1 << 48
"""No file reaches this far: a place beyond it is a lie, and isn't asked for."""


def bytes_as_text(count: int) -> str:
    """So many bytes, as a sentence says it."""
    return "1 byte" if count == 1 else f"{count:,} bytes"


class Reading:
    """A file while it is read: its blocks, what of the budget is left, and the notes so far."""

    def __init__(self, source: Bytes) -> None:
        """Nothing is fetched yet."""
        self._source = source
        self._blocks: dict[int, bytes] = {}
        self._read = 0
        self._steps = 0
        self._rows = 0
        self._notes: dict[str, None] = {}
        self.size: Final = source.size

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found odd, in the order it was found."""
        return tuple(self._notes)

    def note(self, sentence: str) -> None:
        """Keep a sentence on what is odd, once."""
        if len(self._notes) < NOTES_MAX:
            self._notes[sentence] = None

    def step(self) -> None:
        """Count one part of the file that is looked at. Raises UnreadableError past STEPS_MAX."""
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise UnreadableError(f"it has more than {STEPS_MAX:,} parts, more than are looked at")

    def take_rows(self, count: int) -> None:
        """Count the entries of a table before it is read. Past ROWS_MAX, raises UnreadableError and counts none."""
        if self._rows + count > ROWS_MAX:
            raise UnreadableError(f"its tables have more than the {ROWS_MAX:,} entries that are read")
        self._rows += count

    def read(self, at: int, count: int) -> bytes:
        """The bytes from `at`, `count` of them (ONCE_MAX at most) or as many as the file has."""
        count = min(count, ONCE_MAX, (FAR if self.size is None else self.size) - at)
        if count <= 0:
            return b""
        first, last = at // BLOCK, (at + count - 1) // BLOCK
        missing = [number for number in range(first, last + 1) if number not in self._blocks]
        if missing:
            self._make_room(range(first, last + 1))
            self._fetch(missing[0], max(missing[-1], (at + AHEAD - 1) // BLOCK))
        start = at - first * BLOCK
        if first == last:
            return self._blocks[first][start : start + count]
        return self._join(first, last)[start : start + count]

    def need(self, at: int, count: int, what: str) -> bytes:
        """The `count` bytes from `at`. Raises UnreadableError that names `what` they belong to where the file ends."""
        data = self.read(at, count)
        if len(data) < count:
            raise UnreadableError(f"the file ends in the middle of {what}, at byte {at + len(data):,}: it is cut short")
        return data

    def fetch_few(self, at: int, end: int) -> None:
        """Fetch all from `at` to `end` in one call if no more than FEW blocks come together; else leave it to later."""
        blocks = range(at // BLOCK, (end - 1) // BLOCK + 1)
        if len(blocks) <= FEW and len(self._blocks.keys() | blocks) <= FEW:
            self.read(at, end - at)

    def has(self, at: int, count: int) -> bool:
        """Whether these bytes cost nothing, since they were fetched along with others."""
        return all(number in self._blocks for number in range(at // BLOCK, (at + count - 1) // BLOCK + 1))

    def _join(self, first: int, last: int) -> bytes:
        parts: list[bytes] = []
        for number in range(first, last + 1):
            parts.append(self._blocks[number])
            if len(parts[-1]) < BLOCK:
                break  # the file ends here
        return b"".join(parts)

    def _make_room(self, wanted: range) -> None:
        """Forget blocks, the oldest first, but none that is wanted."""
        surplus = len(self._blocks) + len(wanted) - KEPT_BLOCKS
        for number in [number for number in self._blocks if number not in wanted][: max(surplus, 0)]:
            del self._blocks[number]

    def _fetch(self, first: int, last: int) -> None:
        at, end = first * BLOCK, (last + 1) * BLOCK
        end = end if self.size is None else min(end, self.size)
        self._read += end - at
        if self._read > READ_MAX:
            raise UnreadableError(f"more than {bytes_as_text(READ_MAX)} of it would have to be read")
        data = self._source.read(at, end - at)
        for number in range(first, last + 1):
            start = (number - first) * BLOCK
            self._blocks[number] = data[start : start + BLOCK]
