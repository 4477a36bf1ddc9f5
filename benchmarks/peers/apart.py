"""A job in a process of its own: what it took from start to end, and the most memory that it held.

`python -m benchmarks.peers.apart FILE MODULE:FUNCTION ARGUMENTS...` calls the function as a command and writes the
memory to the file: what a system counts for a child process begins with its parent's.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple


class Ran(NamedTuple):
    """Seconds of a whole process, its start included, and the most that it held, in kB."""

    seconds: float
    peak_kb: int


def run_apart(called: str, arguments: Sequence[str]) -> Ran:
    """Runs `module:function` with these arguments. Raises CalledProcessError where it ends with a fault."""
    with TemporaryDirectory() as folder:
        peak = Path(folder) / "peak"
        command = [sys.executable, "-m", "benchmarks.peers.apart", str(peak), called, *arguments]
        begin = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return Ran(perf_counter() - begin, int(peak.read_text()))


def read_peak_kb(pid: int | str = "self") -> int:
    """The most that a process ever held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def read_family_kb(pid: int) -> int:
    """The most that a process and those that it started ever held, each for itself."""
    parents = {int(path.parent.name): _read_parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
    return sum(read_peak_kb(one) for one, parent in parents.items() if pid in (one, parent))


def _read_parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it has ended


def _main() -> None:
    peak, called, *arguments = sys.argv[1:]
    module, _, function = called.partition(":")
    sys.argv = [module, *arguments]
    try:
        getattr(import_module(module), function)()
    except SystemExit as end:
        if end.code not in (None, 0, 1):  # 1: there are differences, which is what was asked
            raise
    Path(peak).write_text(str(read_peak_kb()))


if __name__ == "__main__":
    _main()
