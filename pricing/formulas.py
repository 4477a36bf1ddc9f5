"""The arithmetic of every charge model and adjustment, written once, for numbers and for columns alike.

Each function takes the algebra that it runs in: one of exact Decimals (`DECIMALS`), and later one of table columns.
It uses nothing else: no operator, no branch on a value, no context. Only constants of the rate card decide which
operations there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from pricing.algebra import Algebra, C, T
from pricing.money import EXACT

_ZERO: Final = Decimal(0)


class Band(NamedTuple):
    """The price of each unit up to and with `up_to`, counted from the start of the month; the last band has no end."""

    up_to: Decimal | None
    unit_price: Decimal


def charge(a: Algebra[T, C], quantity: T, unit_price: T) -> T:
    """The amount of one line: price times quantity, exact."""
    return a.mul(quantity, unit_price)


def count_packages(a: Algebra[T, C], quantity: T, size: Decimal) -> T:
    """How many packages of so many units hold the quantity; one that was begun counts whole."""
    whole, rest = a.count(quantity, size), a.mod(quantity, size)
    return a.where(a.less(a.number(_ZERO), rest), a.add(whole, a.number(Decimal(1))), whole)


def charge_graduated(a: Algebra[T, C], start: T, end: T, bands: Sequence[Band]) -> T:
    """The amount of the units from `start` to `end` of the month, each at the price of the band that it lies in."""
    total, floor = a.number(_ZERO), _ZERO
    for up_to, unit_price in bands:
        part = _part_within(a, (start, end), (floor, up_to))
        total, floor = a.add(total, a.mul(part, a.number(unit_price))), up_to or floor
    return total


def _part_within(a: Algebra[T, C], units: tuple[T, T], band: tuple[Decimal, Decimal | None]) -> T:
    """How many of the units lie in the band."""
    (start, end), (floor, up_to) = units, band
    last = end if up_to is None else a.least(end, a.number(up_to))
    return a.greatest(a.sub(last, a.greatest(start, a.number(floor))), a.number(_ZERO))


def find_price_at(a: Algebra[T, C], last_unit: T, bands: Sequence[Band]) -> T:
    """The price of the band that the last unit lies in; a band's own end belongs to it."""
    price = a.number(bands[0].unit_price)
    for below, band in pairwise(bands):
        price = a.where(a.less(a.number(below.up_to or _ZERO), last_unit), a.number(band.unit_price), price)
    return price


def find_price_after(a: Algebra[T, C], spent: T, bands: Sequence[Band]) -> T:
    """The price of what comes after so much was spent; at a band's end the next one begins."""
    price = a.number(bands[0].unit_price)
    for below, band in pairwise(bands):
        price = a.where(a.less(spent, a.number(below.up_to or _ZERO)), price, a.number(band.unit_price))
    return price


def charge_by_spend(a: Algebra[T, C], quantity: T, spent: T, bands: Sequence[Band]) -> T:
    """The amount of the quantity after so much was spent, each unit at the price of the band that its money lies in.

    What goes beyond a band is worth the next price to this one: a ratio of two constants, exact by the card's check.
    """
    zero = a.number(_ZERO)
    total, rest, floor = zero, zero, _ZERO
    for band, above in pairwise(bands):
        up_to = a.number(band.up_to or _ZERO)
        begun_here = a.where(a.less(spent, up_to), a.mul(quantity, a.number(band.unit_price)), zero)
        value = a.where(a.less(spent, a.number(floor)), rest, begun_here)
        taken = a.least(value, a.greatest(a.sub(up_to, a.greatest(spent, a.number(floor))), zero))
        total = a.add(total, taken)
        rest = a.mul(a.sub(value, taken), a.number(_ratio(above.unit_price, band.unit_price)))
        floor = band.up_to or _ZERO
    begun_last = a.mul(quantity, a.number(bands[-1].unit_price))
    return a.add(total, a.where(a.less(spent, a.number(floor)), rest, begun_last))


def _ratio(price: Decimal, below: Decimal) -> Decimal:
    """What money at the price below is worth at this one; nothing where a discount has left no price at all."""
    return EXACT.divide(price, below) if below else _ZERO


def take_allowance(a: Algebra[T, C], quantity: T, before: T, included: Decimal) -> T:
    """What of the quantity is charged for, when the first `included` units of the month are not."""
    beyond = a.sub(a.add(before, quantity), a.number(included))
    return a.least(quantity, a.greatest(beyond, a.number(_ZERO)))


def raise_to_minimum(a: Algebra[T, C], total: T, minimum: Decimal) -> T:
    """What is added so that the total is no less than the minimum."""
    return a.sub(a.greatest(total, a.number(minimum)), total)


def lower_to_cap(a: Algebra[T, C], total: T, most: T) -> T:
    """What is added, which is not above zero, so that the total is no more than the cap."""
    return a.sub(a.least(total, most), total)


def leave_of(a: Algebra[T, C], whole: Decimal, used: T) -> T:
    """What is left of a monthly amount after so much of it was used."""
    return a.greatest(a.sub(a.number(whole), used), a.number(_ZERO))


def charge_overage(a: Algebra[T, C], total: T, left: T, rate: Decimal) -> T:
    """What is added to the part of the total that goes beyond what is left of a commitment: so much of each unit."""
    return a.mul(a.sub(total, a.least(total, left)), a.number(rate))
