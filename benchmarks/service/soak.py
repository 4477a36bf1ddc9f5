"""Half of the most load for minutes, with a new catalogue every few seconds: no error, and memory that stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Final

from benchmarks.service.bodies import make_bodies
from benchmarks.service.load import Load, Pace, run_load, tune_pace
from benchmarks.service.running import aim, read_memory
from benchmarks.service.workers import rename
from tests.served import CATALOGUE, Served, serving

SHAPE: Final = "clip"
EVERY_S: Final = 3.0
GROWTH: Final = 0.05
"""By which share memory may grow after the first minute."""


class Reloads:
    """A catalogue that is changed and loaded again every few seconds, in a thread."""

    def __init__(self, served: Served, key: str, catalogue: Path) -> None:
        self._served, self._key, self._catalogue = served, key, catalogue
        self._end = Event()
        self.done, self.failed = 0, 0

    @contextmanager
    def keep_going(self) -> Iterator[None]:
        """While it is open."""
        thread = Thread(target=self._go_on)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    def _go_on(self) -> None:
        while not self._end.wait(EVERY_S):
            rename(self._catalogue, f"Northlight, number {self.done % 2}")
            try:
                status, document = self._served.ask("POST", "/v1/catalogue:reload", self._key)
            except OSError:
                status, document = 0, {}
            self._count(status, document)

    def _count(self, status: int, document: Any) -> None:  # noqa: ANN401 - parsed JSON
        self.done += 1
        self.failed += status != 200 or not document["changed"]


def soak(minutes: int) -> int:
    """Prints a line a minute, and at the end what it came to; an exit code."""
    with TemporaryDirectory() as folder:
        catalogue = Path(folder) / "catalogue"
        shutil.copytree(CATALOGUE, catalogue)
        with serving(Path(folder), catalogue=catalogue) as served:
            key = served.key()
            sent = aim(served, key, make_bodies(SHAPE))
            most = run_load(sent, Pace(5)).rate
            print(f"the most: {most:,.0f} a second; now half of it, and a reload every {EVERY_S:g} s", flush=True)
            pace = tune_pace(sent, Pace(60, rate=most / 2))
            reloads = Reloads(served, key, catalogue)
            memory, errors = [], 0
            with reloads.keep_going():
                for minute in range(1, minutes + 1):
                    load = run_load(sent, pace)
                    errors += load.refused + load.broken
                    memory.append(read_memory(served))
                    _print_minute(minute, load, memory[-1], reloads)
    return _judge(errors + reloads.failed, memory)


def _print_minute(minute: int, load: Load, memory: int, reloads: Reloads) -> None:
    print(
        f"minute {minute}: {load.rate:,.0f} a second, p50 {load.p50 * 1000:.2f} ms, p99 {load.p99 * 1000:.2f} ms, "
        f"{load.refused + load.broken} errors, {reloads.done} reloads ({reloads.failed} failed), {memory / 1e6:.1f} MB",
        flush=True,
    )


def _judge(errors: int, memory: list[int]) -> int:
    grown = memory[-1] / memory[0] - 1
    met = errors == 0 and grown <= GROWTH
    limit = f"at most {GROWTH:+.0%}"
    print(f"{errors} errors; memory {grown:+.1%} since the first minute ({limit}): {'met' if met else 'NOT MET'}")
    return 0 if met else 1
