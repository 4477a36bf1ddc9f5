"""What each row of usage comes to, by the scalar engine: in order of time, with the month's running totals kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing import Catalogue, Market, Pricing
from pricing.charges import Charged
from pricing.keys import EntryKey
from pricing.lines import Consumed, Line, counts
from pricing.months import find_month
from pricing.rating import describe_job, find_pricing, rate
from pricing.usage import UsageRow


class Rated(NamedTuple):
    """A row, the terms of its instant, where the month's totals stood before it, and what it comes to."""

    row: UsageRow
    pricing: Pricing
    consumed: Consumed
    charged: Charged

    @property
    def task(self) -> str:
        """The id of the task."""
        return str(self.row.id)

    @property
    def total(self) -> Decimal:
        """What it comes to: `rate` gives nothing but exact charges."""
        return self.charged.total or Decimal()

    @property
    def currency(self) -> str:
        """What its terms bill in."""
        return self.pricing.terms.currency


def rate_all(catalogue: Catalogue, rows: Iterable[UsageRow]) -> list[Rated]:
    """Every row rated, in order of their instants. Totals are counted for each market and month of its terms' zone."""
    totals: dict[tuple[Market, datetime, str], Decimal] = defaultdict(Decimal)
    rated = []
    for row in sorted(rows, key=lambda row: row.at):
        pricing = find_pricing(catalogue, row)
        terms = pricing.terms
        month = find_month(row.at, terms.zone or "UTC").begin
        consumed = tuple((name, totals[pricing.market, month, name]) for name in terms.counters)
        charged = rate(describe_job(row, terms, consumed), pricing)
        for name in terms.counters:
            totals[pricing.market, month, name] += sum((_count(line, name) for line in charged.lines), Decimal())
        rated.append(Rated(row, pricing, consumed, charged))
    return rated


def _count(line: Line, counter: str) -> Decimal:
    """What of the line the running total counts: all that was used, before any allowance."""
    quantity = line.quantity
    if not counts(counter, EntryKey(quantity.priced_by, quantity.resolution)):
        return Decimal()
    return quantity.used.low if quantity.used else quantity.pricing_min
