"""What a backtest comes to: rated rows summed for each market, tier and currency, rejected ones counted by reason.

Law: rated and rejected rows are all rows, and the causes of a sum make up its difference. Order changes no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing.backtests import Bucket, Outcome, Rated, Rejected, SideName
from pricing.bridges import CAUSES
from pricing.catalogue import Catalogue, Market
from pricing.money import EXACT, ZERO, is_apart, percent_change
from pricing.rating import Reason
from pricing.resolution import find_changes
from wan_rules.request import RESOLUTIONS


class Sum(NamedTuple):
    """So many rows: what they come to before and after, and the difference by cause, in the order of CAUSES.

    Between two currencies there is no difference, and so there are no causes of one.
    """

    rows: int
    before: Decimal
    after: Decimal
    causes: tuple[Decimal, ...]

    @property
    def difference(self) -> Decimal | None:
        """After less before; `None` between two currencies."""
        return EXACT.subtract(self.after, self.before) if self.causes else None

    @property
    def percent(self) -> Decimal | None:
        """By how many percent it moves, rounded to 0.1, to be shown; `None` from nothing and between currencies."""
        return percent_change(self.before, self.after) if self.causes and self.before else None


class Rejection(NamedTuple):
    """How many rows are not rated for a reason, and what was said of the first of them."""

    reason: Reason
    side: SideName | None
    rows: int
    message: str


class Summary(NamedTuple):
    """All rows of a backtest: the sums in the order of names and tiers; the rejections in that of their first rows."""

    rows: int
    sums: dict[Bucket, Sum]
    rejections: tuple[Rejection, ...]

    @property
    def rated(self) -> int:
        """How many rows are in the sums."""
        return sum(one.rows for one in self.sums.values())


def summarise(outcomes: Iterable[Outcome]) -> Summary:
    """The sums and counts of all outcomes, in one pass; memory grows with the markets, not with the rows."""
    rows = 0
    running: dict[Bucket, _Running] = {}
    rejected: dict[tuple[Reason, SideName | None], Rejection] = {}
    for rows, outcome in enumerate(outcomes, start=1):  # noqa: B007 - the last one is how many there were
        if isinstance(outcome, Rated):
            if outcome.bucket not in running:
                running[outcome.bucket] = _Running(len(outcome.bridge.causes))
            running[outcome.bucket].add(outcome)
        else:
            _count(outcome, rejected)
    return Summary(rows, join_sums((bucket, one.close()) for bucket, one in running.items()), tuple(rejected.values()))


def join_sums(parts: Iterable[tuple[Bucket, Sum]]) -> dict[Bucket, Sum]:
    """The sums of each bucket together, in the order of names and tiers."""
    found: dict[Bucket, Sum] = {}
    for bucket, own in parts:
        found[bucket] = _join(found[bucket], own) if bucket in found else own
    return {bucket: found[bucket] for bucket in sorted(found, key=_order)}


class _Running:
    """A sum as it grows."""

    __slots__ = ("_amounts", "_rows")

    def __init__(self, causes: int) -> None:
        self._rows = 0
        self._amounts = [ZERO] * (2 + causes)

    def add(self, rated: Rated) -> None:
        before, after, causes = rated.bridge
        self._rows += 1
        self._amounts = list(map(EXACT.add, self._amounts, (before, after, *causes)))

    def close(self) -> Sum:
        before, after, *causes = self._amounts
        return Sum(self._rows, before, after, tuple(causes))


def _count(outcome: Rejected, rejected: dict[tuple[Reason, SideName | None], Rejection]) -> None:
    key = (outcome.reason, outcome.side)
    known = rejected.get(key)
    rejected[key] = known._replace(rows=known.rows + 1) if known else Rejection(*key, 1, outcome.message)


def _order(bucket: Bucket) -> tuple[object, ...]:
    names = tuple(name or "" for name in bucket.market)
    return (*names, RESOLUTIONS.index(bucket.resolution), bucket.currency, bucket.new_currency)


def total_by_currency(summary: Summary) -> dict[tuple[str, str], Sum]:
    """The sums of each currency, and of each change of currency, together; by the old one and the new one."""
    totals: dict[tuple[str, str], Sum] = {}
    for bucket, own in summary.sums.items():
        key = (bucket.currency, bucket.new_currency)
        totals[key] = _join(totals[key], own) if key in totals else own
    return dict(sorted(totals.items()))


def _join(one: Sum, other: Sum) -> Sum:
    causes = tuple(map(EXACT.add, one.causes, other.causes))
    return Sum(one.rows + other.rows, EXACT.add(one.before, other.before), EXACT.add(one.after, other.after), causes)


def exceeds(moved: Sum, percent: Decimal) -> bool:
    """Whether a sum moves by more than so many percent, either way; from nothing, and to another currency, it does."""
    return moved.difference is None or is_apart(moved.before, moved.after, percent)


def find_next_change(catalogue: Catalogue, markets: Iterable[Market], after: datetime) -> datetime | None:
    """The first instant after the last row at which anything changes for these markets; `None` where nothing does."""
    later = (at for market in set(markets) for at in find_changes(catalogue, market) if at > after)
    return min(later, default=None)


def list_causes(sums: Sequence[Sum]) -> tuple[str, ...]:
    """The causes that move any of the sums, in the order of CAUSES."""
    return tuple(cause for index, cause in enumerate(CAUSES) if any(one.causes and one.causes[index] for one in sums))
