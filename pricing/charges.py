"""What a planned request costs under given terms: lines by meter and stage, adjustments, totals, with their least."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from pricing.cards import PricingError
from pricing.formulas import DECIMALS, charge, raise_to_minimum
from pricing.metering import Billable, Quantity, Work, itemise, measure
from pricing.meters import METERS
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
    return charge_billable(measure(work, terms), terms)


def charge_billable(billable: Billable, terms: Terms) -> Charged:
    """What is charged for what the terms bill. Raises MissingRateError as `charge_work` does."""
    lines = tuple([_line(quantity, terms) for quantity in itemise(billable, terms)])
    contracted = _Ends(_sum(line.amount for line in lines), _sum(line.amount_min for line in lines) or ZERO)
    ends = contracted
    adjustments: tuple[Adjustment, ...] = ()
    if terms.minimum is not None:
        ends, adjustments = _adjust(ends, "minimum", terms)
    if terms.rounding is not None and terms.rounding.place == "quote":
        ends, rounding = _adjust(ends, "rounding", terms)
        adjustments += rounding
    kind: Kind = "unbounded" if ends.high is None else "exact" if ends.high == ends.low else "bounded"
    return Charged(
        kind,
        lines,
        adjustments,
        ends.high,
        ends.low,
        _sum(line.list_amount for line in lines),
        _sum(line.list_amount_min for line in lines),
        contracted.high,
    )


def _line(quantity: Quantity, terms: Terms) -> Line:
    rate = terms.rates.get((quantity.priced_by, quantity.resolution))
    if rate is None:
        raise MissingRateError(quantity.priced_by, quantity.resolution)
    low, high = quantity.pricing_min, quantity.pricing
    amount_min = _amount(low, rate.contracted_unit_price, terms)
    list_min = _amount_or_none(low, rate.list_unit_price, terms)
    if high is low:
        amount: Decimal | None = amount_min
        list_amount = list_min
    else:
        amount = _amount_or_none(high, rate.contracted_unit_price, terms)
        list_amount = _amount_or_none(high, rate.list_unit_price, terms)
    return Line(quantity, METERS[quantity.meter].unit, rate, amount, amount_min, list_amount, list_min)


def _amount_or_none(quantity: Decimal | None, unit_price: Decimal | None, terms: Terms) -> Decimal | None:
    return None if quantity is None or unit_price is None else _amount(quantity, unit_price, terms)


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


class _Ends(NamedTuple):
    """The most and the least that something comes to; no most where nothing bounds it."""

    high: Decimal | None
    low: Decimal


def _adjust(ends: _Ends, kind: Literal["minimum", "rounding"], terms: Terms) -> tuple[_Ends, tuple[Adjustment, ...]]:
    """Both ends after the adjustment, and the adjustment, unless it changes neither."""
    by_low = _difference(kind, ends.low, terms)
    by_high = None if ends.high is None else _difference(kind, ends.high, terms)
    if not by_low and not by_high:
        return ends, ()
    source = (terms.minimum_from if kind == "minimum" else terms.rounding_from) or ""
    high = None if ends.high is None or by_high is None else EXACT.add(ends.high, by_high)
    return _Ends(high, EXACT.add(ends.low, by_low)), (Adjustment(kind, by_high, by_low, source),)


def _difference(kind: Literal["minimum", "rounding"], total: Decimal, terms: Terms) -> Decimal:
    if kind == "minimum":
        return raise_to_minimum(DECIMALS, total, terms.minimum or ZERO)
    return EXACT.subtract(round_amount(total, terms.rounding), total) if terms.rounding else ZERO
