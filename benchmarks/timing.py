"""Ratios of two things timed in turn, in one process: a slow moment of the machine falls on both."""

from __future__ import annotations

import gc
import subprocess
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter_ns
from typing import Final, NamedTuple, TypeAlias, TypeVar

PAIRS: Final = 15
"""Rounds that count; one more before them warms up."""

T = TypeVar("T")

Pass: TypeAlias = Callable[[int], object]
"""One pass over everything that the round of that number has prepared."""


class Timing(NamedTuple):
    """Medians over the rounds: ours and theirs in seconds a pass, and ours / theirs with its quartiles."""

    ours_s: float
    theirs_s: float
    ratio: float
    low: float
    high: float


def over(rounds: Sequence[Sequence[T]], work: Callable[[T], object]) -> Pass:
    """A pass that does the work on each item of its round."""

    def work_through(number: int) -> None:
        for item in rounds[number]:
            work(item)

    return work_through


def compare(ours: Pass, theirs: Pass, pairs: int = PAIRS) -> Timing:
    """Both timed in alternating rounds, who goes first alternating too. Round 0 is not counted; see `count_rounds`."""
    measured = [_measure_pair(ours, theirs, round_) for round_ in range(pairs + 1)][1:]
    return summarise([a for a, _ in measured], [b for _, b in measured])


def count_rounds(pairs: int = PAIRS) -> int:
    """How many rounds `compare` asks for."""
    return pairs + 1


def summarise(ours: Sequence[float], theirs: Sequence[float]) -> Timing:
    """Medians of times taken in pairs."""
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    quarter = len(ratios) // 4
    return Timing(median(ours), median(theirs), median(ratios), ratios[quarter], ratios[-1 - quarter])


def _measure_pair(ours: Pass, theirs: Pass, round_: int) -> tuple[float, float]:
    if round_ % 2:
        return _measure(ours, round_), _measure(theirs, round_)
    later = _measure(theirs, round_)
    return _measure(ours, round_), later


def _measure(work: Pass, round_: int) -> float:
    gc.collect()
    gc.disable()
    try:
        begin = perf_counter_ns()
        work(round_)
        return (perf_counter_ns() - begin) / 1e9
    finally:
        gc.enable()


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """Seconds that a whole process took, its output thrown away. Raises CalledProcessError where it fails."""
    begin = perf_counter_ns()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return (perf_counter_ns() - begin) / 1e9
