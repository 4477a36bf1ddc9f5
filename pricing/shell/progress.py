"""How far a long run is, on stderr, where a person is looking at a terminal; nothing at all anywhere else."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Final, Self

_EVERY_ROWS: Final = 1_000
_FIRST_S: Final = 1.0
_EVERY_S: Final = 0.25
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Rows so far and rows a second, on one line that is written over, and gone at the end."""

    def __init__(self) -> None:
        """The clock starts here."""
        self._shown = False
        self._seen = sys.stderr is not None and sys.stderr.isatty()
        self._start = perf_counter()
        self._next = self._start + _FIRST_S

    def tell(self, rows: int) -> None:
        """Shows the line, where it is time to."""
        if not self._seen or rows % _EVERY_ROWS:
            return
        now = perf_counter()
        if now >= self._next:
            self._next, self._shown = now + _EVERY_S, True
            self._write(f"{_CLEAR}{rows:,} rows, {int(rows / (now - self._start)):,} rows/s")

    def __enter__(self) -> Self:
        """Shows nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clears the line."""
        if self._shown:
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._seen = self._shown = False
