"""What the rows of courses come to: totals of stages as sums by cause, and rejected rows by reason and side.

Law: the causes of a sum are the steps between its stages, so that before and all causes make up after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pricing.backtests import Bucket, Rejected, SideName
from pricing.course_kinds import PLACES, split_by_cause
from pricing.courses import Course, Walked
from pricing.money import EXACT, ZERO
from pricing.rating import Reason
from pricing.tallies import Sum


class Turned(NamedTuple):
    """So many rows that are rejected alike: the first of them, by its file's number and its place there, and its id."""

    rejected: Rejected
    rows: int
    at: tuple[int, int]
    id: str | None


class StageTotals:
    """What rows of courses come to at places of the walk, as it is found out, in any order."""

    def __init__(self) -> None:
        """Nothing is known."""
        self._found: dict[tuple[int, int], tuple[int, Decimal]] = {}

    def add(self, number: int, place: int, rows: int, total: Decimal) -> None:
        """So many rows of the course of that number come to so much there, beside those that were added before."""
        known, before = self._found.get((number, place), (0, ZERO))
        self._found[number, place] = known + rows, EXACT.add(before, total)

    def list_uneven(self) -> list[tuple[int, int]]:
        """Numbers and places at which other rows were rated than at the first: none, unless a query lost some."""
        return [key for key, (rows, _) in self._found.items() if rows != self._count(key[0])]

    def sum_courses(self, courses: Sequence[Course]) -> Iterator[tuple[Bucket, Sum]]:
        """The sum of each course that has rows."""
        for number, one in enumerate(courses):
            if isinstance(one.said, Walked) and self._count(number):
                yield one.said.bucket, self._sum(number, one.said)

    def _count(self, number: int) -> int:
        return self._found.get((number, PLACES[0]), (0, ZERO))[0]

    def _sum(self, number: int, walked: Walked) -> Sum:
        reached = list(self._reach(number))
        return Sum(self._count(number), reached[0], reached[-1], split_by_cause(walked, reached))

    def _reach(self, number: int) -> Iterator[Decimal]:
        """The totals at all places: a stage that was not rated comes to what the one before does."""
        reached = ZERO
        for place in PLACES:
            _, reached = self._found.get((number, place), (0, reached))
            yield reached


class TurnedRows:
    """Rejected rows as they are met, in any order: how many for each reason and side, and the first of each."""

    def __init__(self) -> None:
        """None was met."""
        self._found: dict[tuple[Reason, SideName | None], Turned] = {}

    def add(self, turned: Turned) -> None:
        """Counts them."""
        key = turned.rejected[:2]
        known = self._found.get(key)
        first = turned if known is None or turned.at < known.at else known
        self._found[key] = first._replace(rows=turned.rows + (known.rows if known else 0))

    def list_all(self) -> list[Turned]:
        """One for each reason and side, in the order of their first rows."""
        return sorted(self._found.values(), key=lambda one: one.at)
