"""Rows of courses rated one after the other: each stage has running totals of its own, counted from the rows before.

Only rows that both sides rate count, in the order in which they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple

from pricing.backtests import Outcome, Rated, reject
from pricing.bridges import Bridge
from pricing.catalogue import Market, Pricing
from pricing.charges import Charged
from pricing.course_kinds import PLACES, find_side, find_stage, find_turns, has_totals, split_by_cause
from pricing.courses import Walked
from pricing.errors import PricingError
from pricing.jobs import Job, charge_job
from pricing.rating import rate
from pricing.running import RunningTotals
from pricing.terms import Terms
from pricing.usage import UsageRow, describe_work


class _Asked(NamedTuple):
    """A job with what was used before it, under which terms, and the totals that it counts for once it is rated."""

    job: Job
    terms: Terms
    totals: RunningTotals

    def add(self, charged: Charged) -> Decimal:
        """What the job comes to, now counted: the most, where terms between the ends leave open what clips cost."""
        self.totals.add(self.job, self.terms, charged)
        return charged.total_min if charged.total is None else charged.total


class CourseRater:
    """Rates rows of courses that are walked, in the order of their instants."""

    def __init__(self, walks: Iterable[Walked]) -> None:
        """Of all the courses whose rows come; none did yet."""
        own = [*filter(has_totals, walks)]
        # A row that another course rates at a place counts there; so all rows of all courses have to.
        self._turns = find_turns(own) | {place for one in own for place, step in enumerate(one.steps, start=1) if step}
        self._totals: dict[tuple[int, Market], RunningTotals] = {}

    def rate(self, row: UsageRow, walked: Walked) -> Outcome:
        """What the row comes to on its course, or why it does not."""
        asked = [self._ask(row, walked, place) for place in (PLACES[0], PLACES[-1])]
        old, new = (_charge(one, side) for one, side in zip(asked, walked.ends[:2], strict=True))
        if isinstance(old, PricingError) or isinstance(new, PricingError):
            return reject(*(one if isinstance(one, PricingError) else None for one in (old, new)))
        before, after = asked[0].add(old), asked[1].add(new)
        reached = [before, *self._walk(row, walked, before), after]
        return Rated(walked.bucket, Bridge(before, after, split_by_cause(walked, reached)))

    def _walk(self, row: UsageRow, walked: Walked, reached: Decimal) -> Iterator[Decimal]:
        """What the row comes to at each place between the ends."""
        for place in PLACES[1:-1]:
            step = walked.steps[place - 1] if walked.steps else ()
            if step or place in self._turns:
                options = (*step, find_stage(walked, place).terms)
                total = _find_first(self._ask(row, walked, place, terms) for terms in options)
                reached = reached if total is None else total
            yield reached

    def _ask(self, row: UsageRow, walked: Walked, place: int, terms: Terms | None = None) -> _Asked:
        """The job at that place, under the side's own terms where no others are named."""
        side = find_side(walked, place)
        terms = terms or side.terms
        totals = self._totals.setdefault((place, side.market), RunningTotals())
        return _Asked(Job(describe_work(row), totals.stand(terms, row.at), row.billed_clips_s), terms, totals)


def _charge(asked: _Asked, side: Pricing) -> Charged | PricingError:
    try:
        return rate(asked.job, side)
    except PricingError as error:
        return error


def _find_first(options: Iterable[_Asked]) -> Decimal | None:
    """What the first of the terms that price the job make of it; `None` where none do."""
    for asked in options:
        with suppress(PricingError):
            return asked.add(charge_job(asked.job, asked.terms))
    return None
