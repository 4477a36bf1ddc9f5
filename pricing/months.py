"""What a month owes beside its requests: up to its minimum, and up to what was committed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pricing.adjustments import AdjusterKind
from pricing.algebra import DECIMALS
from pricing.formulas import raise_to_minimum
from pricing.money import EXACT
from pricing.terms import Terms


class Month(NamedTuple):
    """A calendar month of a zone, from `begin` (inclusive) until `end` (exclusive), in UTC."""

    begin: datetime
    end: datetime


class Due(NamedTuple):
    """What is owed when a month is closed, in the terms' currency."""

    kind: AdjusterKind
    amount: Decimal
    source: str


def find_month(at: datetime, zone: str) -> Month:
    """The calendar month of that zone which the instant (aware) lies in."""
    local = at.astimezone(ZoneInfo(zone))
    begin = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    year, month = divmod(begin.year * 12 + begin.month, 12)
    return Month(begin.astimezone(UTC), begin.replace(year=year, month=month + 1).astimezone(UTC))


def close_month(terms: Terms, spent: Decimal) -> tuple[Due, ...]:
    """What is owed beside what a month's requests `spent`: what the commitment lacks, then up to the minimum."""
    return tuple(_dues(terms, spent))


def _dues(terms: Terms, spent: Decimal) -> Iterator[Due]:
    owed = spent
    for adjuster in terms.adjusters:  # a commitment stands before a minimum
        if adjuster.per == "month" and adjuster.kind in ("commitment", "minimum"):
            lacking = raise_to_minimum(DECIMALS, owed, adjuster.amount)
            owed = EXACT.add(owed, lacking)
            if lacking:
                yield Due(adjuster.kind, lacking, adjuster.source)
