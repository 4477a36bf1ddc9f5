"""The walk from what some work costs under one set of terms to what it costs under another, by cause.

The terms turn from old to new one aspect after the other, always in the order of CAUSES, and each cause is the step
that its aspect takes: the causes sum to the difference, to the last digit, because they are the steps between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from pricing.catalogue import Pricing
from pricing.errors import PricingError
from pricing.jobs import Job, charge_job
from pricing.money import EXACT, ZERO
from pricing.terms import Terms, build_terms

Cause: TypeAlias = Literal["list_price", "agreement", "reference_video", "adjustments", "rounding"]
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
"""In the order of the walk: the card's prices, by tier or by stage, under the old agreement; what the new agreement
makes of them; the rule for reference clips; minimums and whatever else is added; how amounts are rounded."""


class Bridge(NamedTuple):
    """What some work costs before and after, and the difference by cause, in the order of CAUSES.

    `causes` is empty between two currencies, where there is no difference.
    """

    before: Decimal
    after: Decimal
    causes: tuple[Decimal, ...]


Step: TypeAlias = tuple[Terms, ...]
"""The terms that a cause leads to, the first of which that prices the work counts; none where it changes nothing."""


class Ends(NamedTuple):
    """The terms of both sides, and an instant at which each of them is in force; equal only to itself."""

    old: Pricing
    new: Pricing
    old_at: datetime
    new_at: datetime


def list_steps(ends: Ends) -> tuple[Step, ...]:
    """One step for each cause, from the old terms to the new ones; none between two currencies.

    Amounts that do not compare differ by no cause.
    """
    a, b = ends.old.terms, ends.new.terms
    if a.currency != b.currency:
        return ()
    listed = _relist(ends)._replace(super_resolution=b.super_resolution)
    agreed = _with_prices(listed, b)._replace(allowances=b.allowances)
    ruled = agreed._replace(billed=b.billed, priced_as=b.priced_as, clip_rule=b.clip_rule)
    adjusted = b._replace(rounding=a.rounding, rounding_from=a.rounding_from)
    walked = (a, listed, agreed, ruled, adjusted, b)
    return tuple(() if after == before else _step(after, a) for before, after in pairwise(walked))


def _step(terms: Terms, old: Terms) -> Step:
    """The terms, and after them the same with the old prices where they have none: not every aspect stands alone."""
    return (terms, terms._replace(rates={**old.rates, **terms.rates}))


def _relist(ends: Ends) -> Terms:
    """The old terms with the new card's prices under the old agreement, as they are where these do not go together.

    Each holds as of its own side's instant: an agreement that has ended by then is no cause of the list's.
    """
    own = ends.old.terms
    try:
        hybrid = build_terms(ends.new.card, ends.old.agreements, ends.new_at, agreed_at=ends.old_at)
    except PricingError:
        return own
    return _with_prices(own, hybrid) if hybrid else own


def _with_prices(terms: Terms, priced: Terms) -> Terms:
    """The terms with the other one's prices, and the running totals that both look at."""
    counters = tuple(sorted({*terms.counters, *priced.counters}))
    return terms._replace(rates=priced.rates, by_ratio=priced.by_ratio, by_clips=priced.by_clips, counters=counters)


def walk(job: Job, ends: tuple[Terms, Terms], steps: Sequence[Step]) -> Bridge:
    """What the job costs at both ends, which price it exactly, and by which causes the two differ.

    A step whose terms do not price the work changes nothing yet: the next one that does takes it over.
    """
    before, after = (_total(job, terms) or ZERO for terms in ends)
    reached, causes = before, []
    for step in steps:
        total = _first_total(job, step, reached)
        causes.append(EXACT.subtract(total, reached))
        reached = total
    return Bridge(before, after, tuple(causes))


def _first_total(job: Job, step: Step, otherwise: Decimal) -> Decimal:
    for terms in step:
        total = _total(job, terms)
        if total is not None:
            return total
    return otherwise


def _total(job: Job, terms: Terms) -> Decimal | None:
    """`None` where nothing prices the job, or nothing bounds it."""
    try:
        return charge_job(job, terms).total
    except PricingError:
        return None
