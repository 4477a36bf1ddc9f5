"""What a planned request costs under given terms: lines by meter and stage, adjustments, totals, with their least."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from pricing.cards import PricingError
from pricing.formulas import DECIMALS, charge, raise_to_minimum
from pricing.meters import METERS
from pricing.metering import Quantity, Work, measure
from pricing.money import EXACT, ZERO, round_amount
from pricing.terms import Rate, Terms

Kind: TypeAlias = Literal["exact", "bounded", "unbounded"]


class MissingRateError(PricingError):
    """The terms have no price for a meter at a tier that the request uses; `meter` and `resolution` say which."""

    def __init__(self, meter: str, resolution: str) -> None:
        """Keep both parts."""
        super().__init__(f"no price for {meter} at {resolution}")
        self.meter, self.resolution = meter, resolution


class Line(NamedTuple):
    """One line of a quote. Amounts are in the terms' currency; `..._min` is the least that it can come to.

    `list_amount` is what the card alone would charge, `None` where it has no price. Ends without a bound are `None`.
    """

    quantity: Quantity
    unit: str
    rate: Rate
    amount: Decimal | None
    amount_min: Decimal
    list_amount: Decimal | None
    list_amount_min: Decimal | None


class Adjustment(NamedTuple):
    """What is added to the lines as a whole: up to the minimum, then to the rounded total. Amounts may be negative."""

    kind: Literal["minimum", "rounding"]
    amount: Decimal | None
    amount_min: Decimal
    source: str


class Charged(NamedTuple):
    """Lines, adjustments and totals. Lines and adjustments sum to `total`, and their least to `total_min`."""

    kind: Kind
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    total: Decimal | None
    total_min: Decimal
    list_total: Decimal | None
    list_total_min: Decimal | None
    contracted_total: Decimal | None


def charge_work(work: Work, terms: Terms) -> Charged:
    """What the work costs. Raises MissingRateError for a meter and tier that the terms do not price."""
    lines = tuple(_line(quantity, terms) for quantity in measure(work, terms))
    high, low = _sum(line.amount for line in lines), _sum(line.amount_min for line in lines)
    total, total_min = high, low or ZERO
    adjustments: list[Adjustment] = []
    if terms.minimum is not None:
        total, total_min = _adjust(adjustments, "minimum", total, total_min, terms)
    if terms.rounding is not None and terms.rounding.place == "quote":
        total, total_min = _adjust(adjustments, "rounding", total, total_min, terms)
    kind: Kind = "unbounded" if total is None else "exact" if total == total_min else "bounded"
    return Charged(
        kind,
        lines,
        tuple(adjustments),
        total,
        total_min,
        _sum(line.list_amount for line in lines),
        _sum(line.list_amount_min for line in lines),
        high,
    )


def _line(quantity: Quantity, terms: Terms) -> Line:
    rate = terms.rates.get((quantity.priced_by, quantity.resolution))
    if rate is None:
        raise MissingRateError(quantity.priced_by, quantity.resolution)
    low, high = quantity.pricing_min, quantity.pricing
    amount_min = _amount(low, rate.contracted_unit_price, terms)
    list_min = None if rate.list_unit_price is None else _amount(low, rate.list_unit_price, terms)
    amount, list_amount = amount_min, list_min
    if high is not low:
        amount = None if high is None else _amount(high, rate.contracted_unit_price, terms)
        list_amount = None if high is None or rate.list_unit_price is None else _amount(high, rate.list_unit_price, terms)
    return Line(quantity, METERS[quantity.meter].unit, rate, amount, amount_min, list_amount, list_min)


def _amount(quantity: Decimal, unit_price: Decimal, terms: Terms) -> Decimal:
    amount = charge(DECIMALS, quantity, unit_price)
    if terms.rounding is not None and terms.rounding.place == "line":
        return round_amount(amount, terms.rounding)
    return amount


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total = EXACT.add(total, amount)
    return total


def _adjust(
    adjustments: list[Adjustment], kind: Literal["minimum", "rounding"], high: Decimal | None, low: Decimal, terms: Terms
) -> tuple[Decimal | None, Decimal]:
    """Both ends after the adjustment, which is noted unless it changes neither."""
    by_low = _difference(kind, low, terms)
    by_high = None if high is None else _difference(kind, high, terms)
    if by_low or by_high:
        source = terms.minimum_from or "" if kind == "minimum" else "rounding"
        adjustments.append(Adjustment(kind, by_high, by_low, source))
    return None if high is None or by_high is None else EXACT.add(high, by_high), EXACT.add(low, by_low)


def _difference(kind: Literal["minimum", "rounding"], total: Decimal, terms: Terms) -> Decimal:
    if kind == "minimum":
        return raise_to_minimum(DECIMALS, total, terms.minimum or ZERO)
    return EXACT.subtract(round_amount(total, terms.rounding), total) if terms.rounding else ZERO

