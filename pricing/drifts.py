"""Drift: how far invoiced unit prices lie from those that were quoted, by host and tier, period by period.

A unit price is money over seconds, each summed first: a fraction, which is rounded only to be shown. The law: the
periods of a group sum to its total, and order changes no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.money import EXACT, ZERO, average, is_apart, percent_change
from pricing.plots import Plot, Stair, Track, Words

By: TypeAlias = Literal["day", "week", "month"]
WORDS: Final = Words("last period", "invoiced in the last period", "quoted")
_MONTHS: Final = 12
_LENGTHS: Final[Mapping[By, timedelta]] = MappingProxyType({"day": timedelta(days=1), "week": timedelta(weeks=1)})


class Key(NamedTuple):
    """Whose unit prices are set side by side; those in two currencies never are."""

    host: str
    resolution: str
    currency: str


class Volume(NamedTuple):
    """So many jobs, what was quoted and invoiced for them, and for how many seconds each."""

    jobs: int = 0
    quoted: Decimal = ZERO
    quoted_s: Decimal = ZERO
    invoiced: Decimal = ZERO
    invoiced_s: Decimal = ZERO

    @property
    def quoted_price(self) -> Decimal | None:
        """For a second, rounded to six decimals to be shown; `None` where there are none."""
        return average(self.quoted, self.quoted_s) if self.quoted_s else None

    @property
    def invoiced_price(self) -> Decimal | None:
        """The same of the invoice."""
        return average(self.invoiced, self.invoiced_s) if self.invoiced_s else None

    @property
    def percent(self) -> Decimal | None:
        """By how many percent the invoiced unit price is above the quoted one, rounded to 0.1; `None` above nothing."""
        quoted, invoiced = _cross(self)
        return percent_change(quoted, invoiced) if quoted else None


class Period(NamedTuple):
    """The jobs of a period from its begin until its end (exclusive), and all up to that end."""

    begin: datetime
    end: datetime
    own: Volume
    cumulative: Volume


class Drift(NamedTuple):
    """The unit prices of a group over time: periods in order, those without jobs left out, and all of them."""

    key: Key
    periods: tuple[Period, ...]

    @property
    def total(self) -> Volume:
        """All jobs of the group."""
        return self.periods[-1].cumulative


def trace(rows: Iterable[tuple[Key, datetime, Volume]], by: By) -> tuple[Drift, ...]:
    """The drift of each group, in the order of names, from sums by group and begin of the period."""
    sums: dict[Key, dict[datetime, Volume]] = {}
    for key, begin, volume in rows:
        periods = sums.setdefault(key, {})
        periods[begin] = add(periods.get(begin, Volume()), volume)
    return tuple(Drift(key, tuple(_run(sums[key], by))) for key in sorted(sums))


def _run(sums: dict[datetime, Volume], by: By) -> Iterable[Period]:
    begins = sorted(sums)
    own = [sums[begin] for begin in begins]
    ends = (find_end(begin, by) for begin in begins)
    return map(Period, begins, ends, own, accumulate(own, add))


def add(one: Volume, other: Volume) -> Volume:
    """Both together."""
    return Volume(one.jobs + other.jobs, *map(EXACT.add, one[1:], other[1:]))


def find_end(begin: datetime, by: By) -> datetime:
    """When the day, the week or the month that begins then is over."""
    if by != "month":
        return begin + _LENGTHS[by]
    months = begin.year * _MONTHS + begin.month
    return begin.replace(year=months // _MONTHS, month=months % _MONTHS + 1)


def exceeds(volume: Volume, percent: Decimal) -> bool:
    """Whether the invoiced unit price lies more than so many percent from the quoted one, either way.

    From a quote of nothing any charge does, and so does a charge for no seconds; without seconds on both sides there
    is no unit price that could.
    """
    return is_apart(*_cross(volume), percent)


def find_over(drift: Drift, percent: Decimal) -> tuple[Period, ...]:
    """The periods that drift too far, by themselves or with all before them."""
    return tuple(one for one in drift.periods if exceeds(one.own, percent) or exceeds(one.cumulative, percent))


def _cross(volume: Volume) -> tuple[Decimal, Decimal]:
    """Both unit prices times the seconds of both: they compare as the fractions do, and lose no digit."""
    return (
        EXACT.multiply(volume.quoted, volume.invoiced_s),
        EXACT.multiply(volume.invoiced, volume.quoted_s),
    )


def plot(drifts: Sequence[Drift], currency: str) -> Plot | None:
    """The unit prices of a currency as a picture: what was invoiced as lines. `None` where nothing can be drawn."""
    own = [drift for drift in drifts if drift.key.currency == currency]
    tracks = (Track(f"{drift.key.host} {drift.key.resolution}", *_stairs(drift.periods)) for drift in own)
    shown = tuple(track for track in tracks if track.contracted)
    if not shown:
        return None
    last = max(stair.begin for track in shown for stair in track.contracted)
    return Plot(f"Quoted and invoiced unit prices, {currency}", currency, "second", shown, last, WORDS)


def _stairs(periods: Sequence[Period]) -> tuple[tuple[Stair, ...], tuple[Stair, ...]]:
    """Invoiced and quoted prices over time, a quoted one where it is another: two equal lines would be drawn apart."""
    invoiced = (_draw(one, one.own.invoiced_price) for one in periods)
    quoted = (_draw(one, one.own.quoted_price) for one in periods if one.own.quoted_price != one.own.invoiced_price)
    return tuple(filter(None, invoiced)), tuple(filter(None, quoted))


def _draw(period: Period, price: Decimal | None) -> Stair | None:
    """A stair for the period; one without a unit price, or with a credit for one, leaves a gap."""
    return Stair(period.begin, period.end, price) if price is not None and price >= ZERO else None
