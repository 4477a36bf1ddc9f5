"""What is measured as whole processes: the command over JSON Lines, and the command from a cold start."""

from __future__ import annotations

import compileall
import gc
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import pricing
from benchmarks import way
from benchmarks.payloads import make_lines
from benchmarks.results import Row, Subject, gate, gate_rate, skip
from benchmarks.timing import Timing, run, summarise

ROOT: Final = Path(pricing.__file__).parent.parent
EXAMPLE: Final = ROOT / "examples" / "fal-one-clip.payload.json"
COMMAND: Final = Path(sys.executable).with_name("wan-rules")
LINES: Final = 100_000
LINE_PAIRS: Final = 5
PYDANTIC: Final = "from pydantic import BaseModel\nclass M(BaseModel): x: int"


def measure_lines(_pairs: int) -> list[Row]:
    """100,000 requests through the command, starting it included, against the same work in this process."""
    subject = Subject(f"{LINES:,} JSON Lines requests through `wan-rules quote -`", "the same in process", LINES)
    if not COMMAND.exists():
        return [skip(subject, _missing(COMMAND))]
    lines = make_lines(LINES)
    assert way.answer_line(lines[0]).startswith(b'{"id":"0","quote":{')
    with TemporaryDirectory() as folder:
        source = Path(folder) / "requests.jsonl"
        source.write_bytes(b"\n".join(lines) + b"\n")
        pairs = [(_time_command(source), _time_in_process(lines)) for _ in range(LINE_PAIRS)]
    timing = summarise([ours for ours, _ in pairs], [theirs for _, theirs in pairs])
    return [gate_rate(subject, timing, 0.6)]


def _missing(path: Path) -> str:
    return f"there is no {path.name}; the command is there once the project is installed into the Python that runs this"


def _time_command(source: Path) -> float:
    """Seconds of the command over the file, its answers counted as they are written."""
    answers = source.with_suffix(".out")
    begin = perf_counter()
    with source.open("rb") as stdin, answers.open("wb") as stdout:
        command = [str(COMMAND), "quote", "-", "--format", "jsonl"]
        subprocess.run(command, check=True, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, env=_environment())
    seconds = perf_counter() - begin
    with answers.open("rb") as written:
        assert sum(1 for line in written if b'"quote":' in line) == LINES
    return seconds


def _time_in_process(lines: Sequence[bytes]) -> float:
    """Seconds of the same work here; garbage is collected as in any process, since the command does so too."""
    gc.collect()
    begin = perf_counter()
    for line in lines:
        way.answer_line(line)
    return perf_counter() - begin


def measure_start(pairs: int) -> list[Row]:
    """The command's help, and one quote, against a process that imports pydantic and defines one model."""
    beside = "a process that defines one pydantic model"
    helping = Subject("`wan-rules --help`, cold", beside)
    quoting = Subject("`wan-rules quote` of one payload, cold", beside)
    missing = [path for path in (COMMAND, EXAMPLE) if not path.exists()]
    if missing:
        return [skip(subject, _missing(missing[0])) for subject in (helping, quoting)]
    for package in ("wan_rules", "pricing"):
        compileall.compile_dir(ROOT / package, quiet=1)
    return [
        gate(helping, _compare_start(("--help",), pairs), 1.3),
        gate(quoting, _compare_start(("quote", str(EXAMPLE)), pairs), 1.6),
    ]


def _compare_start(arguments: Sequence[str], pairs: int) -> Timing:
    ours, theirs = [str(COMMAND), *arguments], [sys.executable, "-c", PYDANTIC]
    measured = [_run_pair(ours, theirs, first=bool(number % 2)) for number in range(pairs + 1)][1:]
    return summarise([a for a, _ in measured], [b for _, b in measured])


def _run_pair(ours: Sequence[str], theirs: Sequence[str], *, first: bool) -> tuple[float, float]:
    if first:
        return run(ours, _environment()), run(theirs, _environment())
    later = run(theirs, _environment())
    return run(ours, _environment()), later


def _environment() -> dict[str, str]:
    """The environment, with the packages measured here before any installed, and nothing that slows on purpose."""
    slowing = ("PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONPROFILEIMPORTTIME")
    kept = {name: value for name, value in os.environ.items() if name not in slowing}
    return {**kept, "PYTHONPATH": str(ROOT)}
