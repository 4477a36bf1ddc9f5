"""Running totals: where a market stands in its month, counted from its own rows in the order of their instants.

Units and spend begin anew with each calendar month of the terms' zone; a credit is used up once, however long it takes.
Money counts in its own currency: what was billed in USD is no part of a cap in EUR, nor of a credit in EUR.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

from pricing.adjustments import SPEND
from pricing.charges import Charged
from pricing.extensions import Extension
from pricing.jobs import Job, measure_job
from pricing.keys import EntryKey
from pricing.lines import Consumed, counted_as, counts
from pricing.metering import itemise
from pricing.money import EXACT, ZERO
from pricing.months import Month, find_month
from pricing.terms import Terms

UTC_ZONE: Final = "UTC"
"""The zone of months where the terms name none: nothing then looks at what is counted in them."""
Used: TypeAlias = tuple[EntryKey, Decimal]
"""Units that a job used, and what they are counted by."""


def looks_at_money(terms: Terms) -> bool:
    """Whether what a job costs depends on what those before it came to, or is a plugin's to say."""
    schemes = {scheme for rate in terms.rates.values() for scheme in (rate.scheme, rate.list_scheme)}
    by_money = any(name == SPEND or name.startswith("credit/") for name in terms.counters)
    return by_money or any(isinstance(scheme, Extension) for scheme in schemes)


def list_used(job: Job, terms: Terms) -> Iterator[Used]:
    """What the job counts for in the month, in the order of its lines; nothing where it is free."""
    if job.is_free:
        return
    for quantity in itemise(measure_job(job, terms), terms):
        yield counted_as(quantity, job.work), quantity.pricing_min


@dataclass(slots=True)
class _Monthly:
    """What was used and billed in one month."""

    units: dict[EntryKey, Decimal] = field(default_factory=dict)
    spend: dict[str, Decimal] = field(default_factory=dict)
    """By currency."""


class RunningTotals:
    """The totals of one market, to which its jobs are added in the order of their instants.

    Months are told apart by when they begin: two zones whose months begin together have them in common, and where the
    terms' zone changes and changes back, what was used before is still there.
    """

    def __init__(self) -> None:
        """Nothing was used before the first job."""
        self._months: dict[datetime, _Monthly] = {}
        self._known: tuple[str, Month] | None = None
        self._now = _Monthly()
        self._credits: dict[tuple[str, str], Decimal] = {}

    def stand(self, terms: Terms, at: datetime) -> Consumed:
        """What was used before the instant `at`, by the name of each total that the terms look at."""
        self._turn(terms.zone or UTC_ZONE, at)
        return tuple((name, self._total(name, terms.currency)) for name in terms.counters)

    def add(self, job: Job, terms: Terms, charged: Charged) -> None:
        """Counts a job that came to so much, and whose totals were asked for by `stand`."""
        for key, units in list_used(job, terms):
            self._now.units[key] = EXACT.add(self._now.units.get(key, ZERO), units)
        # Zeros at its end would become more with each ladder by spend that it goes through.
        spent = EXACT.add(self._now.spend.get(terms.currency, ZERO), charged.total_min)
        self._now.spend[terms.currency] = spent.normalize(EXACT)
        counters = {a.source: a.counter for a in terms.adjusters if a.counter}
        for kind, amount, _, source in charged.adjustments:
            if kind == "credit" and amount is not None:
                credit = counters[source], terms.currency
                self._credits[credit] = EXACT.subtract(self._credits.get(credit, ZERO), amount)

    def _turn(self, zone: str, at: datetime) -> None:
        if self._known is None or self._known[0] != zone or not self._known[1].begin <= at < self._known[1].end:
            self._known = (zone, find_month(at, zone))
            self._now = self._months.setdefault(self._known[1].begin, _Monthly())

    def _total(self, name: str, currency: str) -> Decimal:
        if name == SPEND:
            return self._now.spend.get(currency, ZERO)
        if (name, currency) in self._credits:
            return self._credits[name, currency]
        total = ZERO
        for key, units in self._now.units.items():
            total = EXACT.add(total, units) if counts(name, key) else total
        return total
