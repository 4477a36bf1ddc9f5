"""The four priced requests put to each solution: how many of the amounts are right, and what the others are."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from benchmarks.peers.asked import PRICED
from benchmarks.peers.matrix import Said, judge
from benchmarks.peers.solutions import Solution, list_solutions


class Amounts(NamedTuple):
    """What a solution says of the requests in `PRICED`, in their order."""

    name: str
    answers: tuple[Said, ...]

    @property
    def right(self) -> int:
        """How many are right."""
        return sum(one.outcome == "right" for one in self.answers)


def measure_amounts() -> list[Amounts]:
    """All solutions of the job."""
    return [ask(solution) for solution in list_solutions("prices")]


def ask(solution: Solution) -> Amounts:
    """One solution."""
    module = solution.load()
    return Amounts(solution.name, tuple(judge(partial(module.price, asked), right) for asked, right, _ in PRICED))
