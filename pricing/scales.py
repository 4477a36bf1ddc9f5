"""Where instants and prices lie on a picture, and which of them its axes name: whole numbers throughout.

Time is in whole seconds, a price in units of its last possible decimal, and both become whole pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.money import EXACT, format_amount
from pricing.pictures import CHARACTER_PX

WIDTH_PX: Final = 480
HEIGHT_PX: Final = 260
TOP_PX: Final = 92
LEFT_LEAST_PX: Final = 64
"""So that the name of an instant at the left edge is whole."""
DATES_MAX: Final = 5
PRICES_MAX: Final = 5
DECIMALS: Final = 12
"""Of a price, at most: a price in units of the last one is whole."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_LAST_S: Final = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH) // _SECOND
_LEAST_S: Final = 15 * 86_400
"""A picture spans at least so much, and shows at least so much (where the calendar has it) after the last change."""
_STEPS: Final = (
    *(("day", step) for step in (1, 2, 5, 10)),
    *(("month", step) for step in (1, 2, 3, 6)),
    *(("year", step * power) for power in (1, 10, 100, 1000) for step in (1, 2, 5)),
)


class Frame(NamedTuple):
    """The seconds and the prices that a picture spans, prices from 0 on, and the pixel at which it begins."""

    first_s: int
    last_s: int
    price_top: int
    price_step: int
    left_px: int

    def x(self, at: datetime | None) -> int:
        """The pixel of an instant; for ever is the right edge."""
        seconds = self.last_s if at is None else _seconds(at)
        return self.left_px + (seconds - self.first_s) * WIDTH_PX // (self.last_s - self.first_s)

    def y(self, price: Decimal) -> int:
        """The pixel of a price."""
        return TOP_PX + HEIGHT_PX - to_whole(price) * HEIGHT_PX // self.price_top


def lay_out(prices: Sequence[Decimal], instants: Sequence[datetime], currency: str) -> Frame:
    """The frame that these prices and instants fit, with room after the last instant."""
    most = to_whole(max(prices))
    step = _price_step(most)
    top = max(-(-most // step), 1) * step
    first, last = _seconds(min(instants)), _seconds(max(instants))
    last = min(last + max((last - first) // 6, _LEAST_S), _LAST_S)
    longest = max(len(_price_label(price, step, currency)) for price in (step, top))
    return Frame(min(first, last - _LEAST_S), last, top, step, max(28 + CHARACTER_PX * longest, LEFT_LEAST_PX))


def _seconds(at: datetime) -> int:
    return (at - _EPOCH) // _SECOND


def to_whole(price: Decimal) -> int:
    """The price in units of its last possible decimal."""
    return int(price.scaleb(DECIMALS, EXACT))


def _price_step(most: int) -> int:
    """The least of 1, 2, 5, 10, 20, ... that divides up to the highest price into so many parts or fewer."""
    power = 1 if most else 10**DECIMALS
    while True:
        for factor in (1, 2, 5):
            if most <= factor * power * PRICES_MAX:
                return factor * power
        power *= 10


def mark_prices(frame: Frame, currency: str) -> Iterator[tuple[Decimal, str]]:
    """The prices to name, from 0 to the top, all with as many decimals."""
    for price in range(0, frame.price_top + 1, frame.price_step):
        yield Decimal(price).scaleb(-DECIMALS, EXACT), _price_label(price, frame.price_step, currency)


def _price_label(price: int, step: int, currency: str) -> str:
    _, _, decimals = format_amount(Decimal(step).scaleb(-DECIMALS, EXACT), currency).partition(".")
    return f"{Decimal(price).scaleb(-DECIMALS, EXACT):.{len(decimals)}f}"


def mark_dates(frame: Frame) -> list[tuple[datetime, str]]:
    """The days, months or years to name: the finest of them that there is room for."""
    first, last = (_EPOCH + timedelta(seconds=seconds) for seconds in (frame.first_s, frame.last_s))
    return next(
        marks
        for unit, step in _STEPS
        if _index(last, unit) - _index(first, unit) <= step * (DATES_MAX + 1)
        and len(marks := _marks_between(first, last, unit, step)) <= DATES_MAX
    )


def _marks_between(first: datetime, last: datetime, unit: str, step: int) -> list[tuple[datetime, str]]:
    every = range(-(-_index(first, unit) // step) * step, _index(last, unit) + 1, step)
    return [mark for mark in (_date_mark(unit, index) for index in every) if mark[0] >= first]


def _index(at: datetime, unit: str) -> int:
    """Which day, month or year of the calendar an instant lies in."""
    return {"day": at.toordinal(), "month": at.year * 12 + at.month - 1, "year": at.year}[unit]


def _date_mark(unit: str, index: int) -> tuple[datetime, str]:
    """The first instant of that day, month or year, and its name."""
    match unit:
        case "day":
            day, length = date.fromordinal(index), 10
        case "month":
            day, length = date(index // 12, index % 12 + 1, 1), 7
        case _:
            day, length = date(index, 1, 1), 4
    return datetime.combine(day, time(), UTC), day.isoformat()[:length]
