"""Processes of their own that rate usage once: how long each takes, and the most memory that it ever held."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.bulk_rating import connect, sum_by_sql

COMMAND = Path(sys.executable).with_name("wan-rules")
SOME_REJECTED = 2
"""How the command ends where a few rows name an account that nobody knows."""


class Measured(NamedTuple):
    """One process: seconds from its start to its end, and bytes."""

    seconds: float
    peak_bytes: int


def rate(usage: Path, catalogue: Path, output: Path | None = None, *more: str) -> Measured:
    """`wan-rules rate` over this usage, to sums alone without an output. Raises ChildProcessError where it fails."""
    words = [str(COMMAND), "rate", str(usage), "--zone", "UTC", "--catalogue", str(catalogue), *more]
    return _measure([*words, "-o", str(output)] if output else words, SOME_REJECTED)


def rate_by_sql(usage: Path) -> Measured:
    """The SQL written by hand over this usage. Raises ChildProcessError where it fails."""
    return _measure([sys.executable, "-m", "benchmarks.bulk_process", str(usage)], 0)


def _measure(command: Sequence[str], expected: int) -> Measured:
    begin = perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    _, status, used = os.wait4(os.posix_spawn(command[0], list(command), os.environ, file_actions=quiet), 0)
    if (code := os.waitstatus_to_exitcode(status)) != expected:
        raise ChildProcessError(f"{' '.join(command)} ended with {code}")
    return Measured(perf_counter() - begin, used.ru_maxrss * 1024)


if __name__ == "__main__":
    assert sum_by_sql(connect(Path(sys.argv[1]))).rated
