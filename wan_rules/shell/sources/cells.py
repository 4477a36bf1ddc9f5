"""What has been read of a file by parts, in cells of equal size, and which part to ask for next."""

from __future__ import annotations

from typing import Final

CELL: Final = 1024
"""Bytes of a cell: small, so that a part may begin close to where it is wanted."""
AHEAD: Final = 16 * 1024
"""Bytes that are asked for at the least, if so many are not yet here: a request costs more than they do."""


class Cells:
    """The cells that are here. The last one of a file may be short."""

    def __init__(self) -> None:
        """Begin with none."""
        self._cells: dict[int, bytes] = {}

    def find_gap(self, start: int, end: int, size: int) -> tuple[int, int] | None:
        """The part to ask for so that the one wanted is here; `None` where it is here already.

        One part covers all that lacks, and reaches on to `AHEAD` bytes, or to what is here, or to the end of the file.
        """
        lacking = [cell for cell in range(start // CELL, -(-end // CELL)) if cell not in self._cells]
        if not lacking:
            return None
        first, last = lacking[0], lacking[-1]
        while last - first + 1 < AHEAD // CELL and last + 1 not in self._cells and (last + 1) * CELL < size:
            last += 1
        return first * CELL, min((last + 1) * CELL, size)

    def put(self, start: int, data: bytes) -> None:
        """Keeps the part that begins there, at a cell's beginning."""
        for at in range(0, len(data), CELL):
            self._cells[(start + at) // CELL] = data[at : at + CELL]

    def take(self, start: int, end: int) -> bytes:
        """The bytes of a part that is here."""
        first = start // CELL
        whole = b"".join(self._cells[cell] for cell in range(first, -(-end // CELL)))
        return whole[start - first * CELL : end - first * CELL]
