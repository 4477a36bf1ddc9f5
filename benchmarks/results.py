"""Rows of the table, the table itself, and the machine that it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NamedTuple

import pricing
from benchmarks.timing import Timing

README: Final = Path(__file__).with_name("README.md")
MARKS: Final = ("<!-- measured: begin, written by `python -m benchmarks.quote --write` -->", "<!-- measured: end -->")
_PACKAGES: Final = ("pydantic", "pydantic-core", "tomli", "typer", "genai-prices", "litellm", "zen-engine")
_NANO: Final = 1e-6
_UNITS: Final = ((1.0, "s"), (1e-3, "ms"), (_NANO, "us"))


class Row(NamedTuple):
    """One line of the table, as text."""

    what: str
    beside: str
    target: str
    measured: str
    verdict: str


class Subject(NamedTuple):
    """What is measured, and beside what. `per` is how many items one pass goes over."""

    what: str
    beside: str
    per: int = 1


def gate(subject: Subject, timing: Timing, at_most: float) -> Row:
    """A row with a target: `ours / theirs` is at most that."""
    verdict = "met" if timing.ratio <= at_most else "NOT MET"
    return Row(subject.what, subject.beside, _bound(at_most), _measured(timing, subject.per), verdict)


def gate_rate(subject: Subject, timing: Timing, at_least: float) -> Row:
    """A row with a target for our rate, as a share of theirs."""
    rate = 1 / timing.ratio
    measured = (
        f"{rate:.0%} ({1 / timing.high:.0%} to {1 / timing.low:.0%}): "
        f"{subject.per / timing.ours_s:,.0f} a second to {subject.per / timing.theirs_s:,.0f}"
    )
    verdict = "met" if rate >= at_least else "NOT MET"
    return Row(subject.what, subject.beside, f"at least {at_least:.0%} of its rate", measured, verdict)


def show(subject: Subject, timing: Timing) -> Row:
    """A row without a target."""
    return Row(subject.what, subject.beside, "none", _measured(timing, subject.per), "shown")


def skip(subject: Subject, reason: object) -> Row:
    """A row that could not be measured, and why."""
    return Row(subject.what, subject.beside, "", "NOT MEASURED", str(reason))


def _bound(at_most: float) -> str:
    return f"at most {at_most:g} x" if at_most >= 1 else f"at least {1 / at_most:.3g} x faster"


def _measured(timing: Timing, per: int) -> str:
    ours, theirs = _time(timing.ours_s / per), _time(timing.theirs_s / per)
    low, middle, high = timing.low, timing.ratio, timing.high
    if middle < 1:
        return f"{1 / middle:.3g} x faster ({1 / high:.3g} to {1 / low:.3g}): {ours} to {theirs}"
    return f"{middle:.3g} x ({low:.3g} to {high:.3g}): {ours} to {theirs}"


def _time(seconds: float) -> str:
    size, unit = next((unit for unit in _UNITS if seconds >= unit[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def write_table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    head = "| what | beside | target | measured | |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def describe_machine(load: float, packages: Sequence[str] = _PACKAGES) -> str:
    """Processor, cores, the load on them before anything ran, system, Python, packages, day and commit."""
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return (
        f"{_processor()}, {os.cpu_count()} cores (load {load:.1f} before), {platform.system()} {platform.machine()}; "
        f"{platform.python_implementation()} {platform.python_version()}; {versions}. "
        f"{datetime.now(UTC).date()}, commit {_commit()}.\n"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    """The commit of the packages that were imported, which need not be that of this file."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return f"{commit} with changes" if _git("status", "--porcelain", "--untracked-files=no") else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(Path(pricing.__file__).parent), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def rewrite_readme(text: str, marks: tuple[str, str] = MARKS, readme: Path = README) -> None:
    """Put `text` between the two marks in the README of the benchmarks, or in another one."""
    begin, end = marks
    before, _, rest = readme.read_text(encoding="utf-8").partition(begin)
    _, mark, after = rest.partition(end)
    assert mark, f"{readme} has lost its marks"
    readme.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
