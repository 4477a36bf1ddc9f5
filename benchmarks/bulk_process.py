"""Processes of their own that rate usage to sums once: how long each takes, and the most memory that it ever held."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.bulk_rating import connect, sum_by_sql


class Measured(NamedTuple):
    """One process: seconds from its start to its end, and bytes."""

    seconds: float
    peak_bytes: int


def measure(how: str, usage: Path) -> Measured:
    """A process that rates this usage `by_sql` or `by_tables`. Raises ChildProcessError where it fails."""
    begin = perf_counter()
    command = [sys.executable, "-m", "benchmarks.bulk_process", how, str(usage)]
    _, status, used = os.wait4(os.posix_spawn(sys.executable, command, os.environ), 0)
    if status:
        raise ChildProcessError(f"rating {usage.name} {how} ended with {os.waitstatus_to_exitcode(status)}")
    return Measured(perf_counter() - begin, used.ru_maxrss * 1024)


def main(how: str, usage: Path) -> None:
    """Rate once, and say nothing."""
    if how == "by_sql":
        assert sum_by_sql(connect(usage)).rated
        return
    from benchmarks.bulk_catalogue import make_catalogue
    from benchmarks.bulk_tables import prepare

    _, rate = prepare(usage, make_catalogue())
    assert rate().rated


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
