"""How a quantity becomes an amount, where that is more than price times quantity: packages, ladders, plugins' models.

A ladder counts what was used in the calendar month before the request. Where that is not known, or a clip's length is
not, both ends are worked out: no amount that the terms can come to lies outside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from pricing.algebra import DECIMALS
from pricing.extensions import Extension, charge_between, charge_extension
from pricing.formulas import (
    Band,
    charge,
    charge_by_spend,
    charge_graduated,
    count_packages,
    find_price_after,
    find_price_at,
)
from pricing.money import EXACT, ZERO

CountedBy: TypeAlias = Literal["units", "spend"]


class Span(NamedTuple):
    """A quantity or amount between two ends; both are the same where it is known. `high` is `None` without a limit."""

    low: Decimal
    high: Decimal | None


UNKNOWN: Final = Span(ZERO, None)
"""What was used before, where nobody said."""


class Package(NamedTuple):
    """The price is of each `size` units that were begun."""

    size: Decimal


class Ladder(NamedTuple):
    """The price depends on the month so far, in units of the meter or in what was spent; the last band has no end.

    `graduated` prices each unit by the band that it falls in, `volume` the whole line by one band: that in which its
    last unit falls, or what was spent before it. `counter` names the running total.
    """

    model: Literal["graduated", "volume"]
    by: CountedBy
    counter: str
    bands: tuple[Band, ...]


Scheme: TypeAlias = Package | Ladder | Extension


class Tariff(NamedTuple):
    """A price, and how it is charged; without a scheme, by the unit. Of a ladder it is the first band's price."""

    unit_price: Decimal
    scheme: Scheme | None = None


class Use(NamedTuple):
    """What of one line is charged for, out of what was used; and the running total before it."""

    charged: Span
    used: Span
    before: Span


def scale(tariff: Tariff, factor: Decimal) -> Tariff:
    """Every price of the tariff times the factor. Raises decimal.Inexact where that has more digits than are kept."""
    price, scheme = EXACT.multiply(tariff.unit_price, factor), tariff.scheme
    if isinstance(scheme, Ladder):
        bands = tuple(band._replace(unit_price=EXACT.multiply(band.unit_price, factor)) for band in scheme.bands)
        return Tariff(price, scheme._replace(bands=bands))
    return Tariff(price, scheme)


def exchange(tariff: Tariff, rate: Decimal) -> Tariff:
    """The tariff in another currency: its prices, and the money that its bands are counted in, times the rate.

    Raises decimal.Inexact as `scale` does.
    """
    price, scheme = scale(tariff, rate)
    if not isinstance(scheme, Ladder) or scheme.by == "units":
        return Tariff(price, scheme)
    ends = [None if up_to is None else EXACT.multiply(up_to, rate) for up_to, _ in scheme.bands]
    bands = tuple(band._replace(up_to=end) for band, end in zip(scheme.bands, ends, strict=True))
    return Tariff(price, scheme._replace(bands=bands))


def list_prices(tariff: Tariff) -> tuple[Decimal, ...]:
    """Every unit price that the tariff has."""
    scheme = tariff.scheme
    return tuple(band.unit_price for band in scheme.bands) if isinstance(scheme, Ladder) else (tariff.unit_price,)


def charge_use(tariff: Tariff, use: Use) -> Span:
    """The least and the most that the use comes to."""
    scheme, charged = tariff.scheme, use.charged
    if isinstance(scheme, Ladder):
        return _charge_ladder(scheme, use)
    if isinstance(scheme, Extension) and charged.high is not None and charged.high != charged.low:
        return Span(*charge_between(scheme, (charged.low, charged.high), tariff.unit_price))
    low = charge_quantity(tariff, charged.low)
    high = (
        low if charged.high == charged.low else None if charged.high is None else charge_quantity(tariff, charged.high)
    )
    return Span(low, high)


class Share(NamedTuple):
    """What of a line lies in one band of a ladder."""

    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


def split_use(tariff: Tariff, use: Use) -> tuple[Share, ...]:
    """How a line is made up by the bands of its ladder; nothing where a number is unknown, or money parts the units."""
    ladder, (charged, used, before) = tariff.scheme, use
    if not isinstance(ladder, Ladder) or any(span.low != span.high for span in use):
        return ()
    end = EXACT.add(before.low, used.low)
    if ladder.model == "volume":
        find, at = (find_price_after, before.low) if ladder.by == "spend" else (find_price_at, end)
        return (_share(charged.low, find(DECIMALS, at, ladder.bands)),)
    if ladder.by == "spend":
        return ()
    return tuple(_shares(EXACT.subtract(end, charged.low), end, ladder.bands))


def _shares(start: Decimal, end: Decimal, bands: tuple[Band, ...]) -> Iterator[Share]:
    floor = ZERO
    for up_to, unit_price in bands:
        last = end if up_to is None else min(end, up_to)
        if last > max(start, floor):
            yield _share(EXACT.subtract(last, max(start, floor)), unit_price)
        floor = up_to or floor


def _share(quantity: Decimal, unit_price: Decimal) -> Share:
    return Share(quantity, unit_price, charge(DECIMALS, quantity, unit_price))


def charge_quantity(tariff: Tariff, quantity: Decimal) -> Decimal:
    """The amount of a quantity, where nothing depends on the month."""
    match tariff.scheme:
        case Package(size):
            return charge(DECIMALS, count_packages(DECIMALS, quantity, size), tariff.unit_price)
        case Extension():
            return charge_extension(tariff.scheme, quantity, tariff.unit_price)
        case _:
            return charge(DECIMALS, quantity, tariff.unit_price)


def _charge_ladder(ladder: Ladder, use: Use) -> Span:
    if use.used.high is None or use.charged.high is None:
        return Span(_ladder_end(ladder, use, most=False), None)
    return Span(_ladder_end(ladder, use, most=False), _ladder_end(ladder, use, most=True))


def _ladder_end(ladder: Ladder, use: Use, *, most: bool) -> Decimal:
    """One end of what the use comes to: the most or the least of what is tried, which has it among it."""
    amounts = {
        ("graduated", "units"): _graduated,
        ("volume", "units"): _volume,
        ("graduated", "spend"): _graduated_by_spend,
        ("volume", "spend"): _volume_by_spend,
    }[ladder.model, ladder.by](ladder, use, most=most)
    return max(amounts) if most else min(amounts)


def _pick(span: Span, *, most: bool) -> Decimal:
    return cast("Decimal", span.high) if most else span.low


def _graduated(ladder: Ladder, use: Use, *, most: bool) -> Iterator[Decimal]:
    """More units never cost less; where the month stands matters where a band ends under the first or last unit."""
    used, charged = _pick(use.used, most=most), _pick(use.charged, most=most)
    ends = [up_to for up_to, _ in ladder.bands if up_to is not None]
    first = EXACT.add(use.before.low, used)
    top = EXACT.add(ends[-1] if ends else ZERO, EXACT.add(used, charged))
    last = max(top, first) if use.before.high is None else EXACT.add(use.before.high, used)
    turns = [turn for end in ends for turn in (end, EXACT.add(end, charged)) if first < turn < last]
    for last_unit in (first, last, *turns):
        yield charge_graduated(DECIMALS, EXACT.subtract(last_unit, charged), last_unit, ladder.bands)


def _volume(ladder: Ladder, use: Use, *, most: bool) -> Iterator[Decimal]:
    """For each band that the last unit can lie in, as many or as few units as can end there."""
    used, before, floor = use.used, use.before, ZERO
    for up_to, unit_price in ladder.bands:
        is_reached = up_to is None or EXACT.add(before.low, used.low) <= up_to
        last = None if before.high is None or used.high is None else EXACT.add(before.high, used.high)
        is_left = last is not None and last <= floor and floor > ZERO
        if is_reached and not is_left:
            yield EXACT.multiply(_units_ending(use, (floor, up_to), most=most), unit_price)
        floor = up_to or floor


def _units_ending(use: Use, band: tuple[Decimal, Decimal | None], *, most: bool) -> Decimal:
    """The most or the fewest units charged for when the last of those used lies in the band."""
    (floor, up_to), (charged, used, before) = band, use
    if most:
        room = _pick(used, most=True) if up_to is None else EXACT.subtract(up_to, before.low)
        return min(_pick(charged, most=True), room)
    if charged != used or before.high is None:
        return charged.low
    return max(charged.low, EXACT.subtract(floor, before.high))


def _graduated_by_spend(ladder: Ladder, use: Use, *, most: bool) -> Iterator[Decimal]:
    """Known spend is both ends, as are those of prices that only fall or rise; else any that is met may count."""
    quantity, bands, (low, high) = _pick(use.charged, most=most), ladder.bands, use.before
    prices = [band.unit_price for band in bands]
    if low == high or prices in (sorted(prices), sorted(prices, reverse=True)):
        yield charge_by_spend(DECIMALS, quantity, low, bands)
        last = EXACT.multiply(quantity, prices[-1])
        yield last if high is None else charge_by_spend(DECIMALS, quantity, high, bands)
    else:
        yield from (EXACT.multiply(quantity, price) for price in _prices_met(bands, use.before, quantity))


def _prices_met(bands: tuple[Band, ...], before: Span, quantity: Decimal) -> Iterator[Decimal]:
    """Those of the bands that the spend before the units can lie in, or comes to by them: to a free one's begin too."""
    high, floor = before.high, ZERO
    last = None if high is None else EXACT.add(high, charge_by_spend(DECIMALS, quantity, high, bands))
    for up_to, price in bands:
        if (up_to is None or before.low < up_to) and (last is None or floor <= last):
            yield price
        floor = up_to or floor


def _volume_by_spend(ladder: Ladder, use: Use, *, most: bool) -> Iterator[Decimal]:
    """One price for the line: of a band that the spend before it can be in."""
    quantity, floor = _pick(use.charged, most=most), ZERO
    for up_to, unit_price in ladder.bands:
        is_ahead = use.before.high is not None and use.before.high < floor
        if not is_ahead and (up_to is None or use.before.low < up_to):
            yield EXACT.multiply(quantity, unit_price)
        floor = up_to or floor
