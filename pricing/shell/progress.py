"""How far a long run is, on stderr, where a person is looking at a terminal; nothing at all anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from threading import Event, Thread
from time import perf_counter
from typing import Final, Self, TypeVar

from pricing.shell.printing import complain
from pricing.shell.terminals import is_able

_EVERY_ROWS: Final = 1_000
_FIRST_S: Final = 1.0
_EVERY_S: Final = 0.25
_CLEAR: Final = "\r\x1b[K"
Item = TypeVar("Item")


class _Line:
    """One line on a terminal that is written over; nothing where stderr is none."""

    def __init__(self) -> None:
        self.seen = sys.stderr is not None and is_able(sys.stderr)
        self._shown = False

    def show(self, text: str) -> None:
        if self.seen:
            self._shown = True
            self._write(f"{_CLEAR}{text}")

    def clear(self) -> None:
        if self._shown:
            self._shown = False
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self.seen = self._shown = False


class Progress:
    """Rows so far and rows a second, on one line that is written over, and gone at the end.

    Where it is known how many rows there are in all, the line says how much time is left. A name says what goes on.
    """

    def __init__(self, total: int | None = None, name: str = "") -> None:
        """The clock starts here."""
        self._total = total
        self._name = f"{name}: " if name else ""
        self._line = _Line()
        self._start = perf_counter()
        self._next = self._start + _FIRST_S

    def tell(self, rows: int) -> None:
        """Shows the line, where it is time to."""
        if not self._line.seen or rows % _EVERY_ROWS:
            return
        now = perf_counter()
        if now >= self._next:
            self._show(rows, now)

    def follow(self, numbered: Iterable[tuple[int, Item]]) -> Iterator[tuple[int, Item]]:
        """The same, each told by its number."""
        for number, item in numbered:
            yield number, item
            self.tell(number)

    def tell_now(self, rows: int) -> None:
        """Shows the line, once a first second has gone by."""
        now = perf_counter()
        if self._line.seen and now >= self._start + _FIRST_S:
            self._show(rows, now)

    def _show(self, rows: int, now: float) -> None:
        self._next = now + _EVERY_S
        rate = rows / (now - self._start)
        if self._total is None:
            self._line.show(f"{self._name}{rows:,} rows, {int(rate):,} rows/s")
            return
        left = f", {int((self._total - rows) / rate):,} s left" if rate else ""
        self._line.show(f"{self._name}{rows:,} of {self._total:,} rows, {int(rate):,} rows/s{left}")

    def __enter__(self) -> Self:
        """Shows nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clears the line."""
        self._line.clear()


class Steps:
    """Which step of a run goes on, on one line that is written over, and gone at the end.

    Where it is known how many parts a step has, the line says how many of them are done.
    """

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self._line = _Line()
        self._name, self._total, self._next = "", 0, 0.0

    def begin(self, name: str, total: int = 0) -> None:
        """A step begins, with so many parts."""
        self._name, self._total = name, total
        self._line.show(f"{name} ...")
        self._next = perf_counter() + _EVERY_S

    def tell(self, done: int) -> None:
        """So many parts are done. Shows it, where it is time to."""
        if self._line.seen and (now := perf_counter()) >= self._next:
            self._next = now + _EVERY_S
            self._line.show(f"{self._name}: {done:,} of {self._total:,}")

    def note(self, message: str) -> None:
        """Says something on a line of its own, which stays, wherever stderr goes."""
        self._line.clear()
        complain(f"wan-rules: {message}")

    def __enter__(self) -> Self:
        """Shows nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clears the line."""
        self._line.clear()


class Watch:
    """Progress of queries that say nothing of themselves: a thread asks the engine how far each one is."""

    def __init__(self, name: str, total: int | None, find_share: Callable[[], float]) -> None:
        """`find_share` gives how much of the query that runs is done, from 0 to 1."""
        self._progress, self._find_share = Progress(total, name), find_share
        self._done, self._current = 0, 0
        self._ended = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def begin(self, rows: int) -> None:
        """A query over so many rows begins."""
        self._current = rows

    def end(self) -> None:
        """It has ended."""
        self._done, self._current = self._done + self._current, 0

    def __enter__(self) -> Self:
        """Looks from now on, where somebody sees it."""
        if sys.stderr is not None and is_able(sys.stderr):
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Looks no more, and clears the line."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self._progress.__exit__()

    def _look(self) -> None:
        while not self._ended.wait(_EVERY_S):
            self._progress.tell_now(self._done + int(self._current * self._find_share()))
