"""What counts a process's instructions here: perf where the machine lets it, else valgrind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple


class Counter(NamedTuple):
    """A program that runs a command and says on stderr how many instructions it took.

    `items` is how many payloads outweigh what two runs differ in by chance, `runs` how many runs give a median.
    """

    name: str
    command: tuple[str, ...]
    pattern: str
    items: int
    runs: int


PERF: Final = Counter("perf", ("perf", "stat", "-x,", "-e", "instructions:u"), r"^(\d+),[^,]*,instructions:u", 8192, 5)
VALGRIND: Final = Counter(
    "valgrind",
    ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
    r"I +refs: +([\d,]+)",
    2048,
    1,
)


def find_counter() -> Counter | None:
    """The first that works on this machine."""
    for counter in (PERF, VALGRIND):
        try:
            count_once(counter, [sys.executable, "-S", "-c", ""])
        except (OSError, subprocess.CalledProcessError, LookupError):
            continue
        return counter
    return None


def count(counter: Counter, command: Sequence[str]) -> float:
    """Instructions of the command, in user space."""
    return median(count_once(counter, command) for _ in range(counter.runs))


def count_once(counter: Counter, command: Sequence[str]) -> int:
    """Instructions of one run. Raises LookupError where the counter ran and counted nothing."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [*counter.command, *command], check=True, capture_output=True, text=True, encoding="utf-8", env=environment
    )
    found = re.search(counter.pattern, done.stderr, re.MULTILINE)
    if found is None:
        msg = f"{counter.name} counted nothing: {done.stderr[-200:]}"
        raise LookupError(msg)
    return int(found[1].replace(",", ""))
