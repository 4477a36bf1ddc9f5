"""What an invoice says, what was expected of each row of usage, and the two brought together, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing.breaks import MatchedBy
from pricing.catalogue import Catalogue, Pricing
from pricing.charges import Charged
from pricing.lines import Consumed
from pricing.meters import MeterId
from pricing.money import ZERO
from pricing.rating import describe_job, find_pricing, rate
from pricing.usage import UsageRow, list_consumed
from wan_rules.request import Resolution


class Invoiced(NamedTuple):
    """One line of an invoice; `None` is not said. `begin` and `until` (exclusive) are the time that it covers."""

    line: str
    amount: Decimal
    currency: str
    task_id: str | None = None
    account: str | None = None
    environment: str | None = None
    host: str | None = None
    region: str | None = None
    at: datetime | None = None
    begin: datetime | None = None
    until: datetime | None = None
    resolution: Resolution | None = None
    meter: MeterId | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None


class Expected(NamedTuple):
    """A row of usage and what it comes to under the terms of its own instant."""

    row: UsageRow
    pricing: Pricing
    consumed: Consumed
    charged: Charged

    @property
    def total(self) -> Decimal:
        """What the row comes to; `expect` gives nothing but exact charges."""
        return self.charged.total or ZERO

    @property
    def currency(self) -> str:
        """The currency that its terms bill in."""
        return self.pricing.terms.currency


class Unrated(NamedTuple):
    """A row of usage that nothing prices, and why: nothing is expected of it."""

    row: UsageRow
    reason: str


class Matched(NamedTuple):
    """Rows of usage and lines of an invoice that are about the same, and by which rule they met; either may be none."""

    rows: tuple[Expected, ...]
    lines: tuple[Invoiced, ...]
    matched_by: MatchedBy
    unrated: tuple[Unrated, ...] = ()


def expect(catalogue: Catalogue, row: UsageRow) -> Expected:
    """What the row comes to. Raises PricingError where nothing, or no one price, says so."""
    pricing, consumed = find_pricing(catalogue, row), list_consumed(row)
    return Expected(row, pricing, consumed, rate(describe_job(row, pricing.terms, consumed), pricing))


def is_due(row: UsageRow, lines: Sequence[Invoiced], period: tuple[datetime, datetime] | None) -> bool:
    """Whether the row is expected on this invoice: its instant lies in the period that the invoice, or a line, covers.

    Where no period is said, the time that the lines cover counts, of those that say one; and else every row is due.
    """
    if period is not None:
        return period[0] <= row.at < period[1]
    spans = [(line.begin, line.until) for line in lines if line.begin and line.until]
    return not spans or any(begin <= row.at < until for begin, until in spans)
