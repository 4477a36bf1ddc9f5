"""What each row of usage comes to, by the scalar engine: in order of time, with the month's running totals kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from pricing import Catalogue, Market, Pricing
from pricing.charges import Charged
from pricing.lines import Consumed
from pricing.rating import describe_job, find_pricing, rate
from pricing.running import RunningTotals
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
    """Every row rated, in order of their instants; each counts for those after it in its market."""
    running: dict[Market, RunningTotals] = defaultdict(RunningTotals)
    rated = []
    for row in sorted(rows, key=lambda row: row.at):
        pricing = find_pricing(catalogue, row)
        totals = running[pricing.market]
        consumed = totals.stand(pricing.terms, row.at)
        job = describe_job(row, pricing.terms, consumed)
        charged = rate(job, pricing)
        totals.add(job, pricing.terms, charged)
        rated.append(Rated(row, pricing, consumed, charged))
    return rated
