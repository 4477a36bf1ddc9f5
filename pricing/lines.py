"""The lines of a request: each quantity at its price, by its charge model, after allowances, with its least.

Where prices or allowances look at the month so far, the lines are drawn in order, and each counts for those after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from pricing.adjustments import SPEND
from pricing.algebra import DECIMALS
from pricing.conditions import Allowed
from pricing.errors import PricingError
from pricing.formulas import charge, count_packages, take_allowance
from pricing.keys import EntryKey, name_key
from pricing.metering import Billable, Quantity, Work, find_names, itemise
from pricing.meters import METERS
from pricing.money import EXACT, format_decimal, round_amount
from pricing.rates import Rate
from pricing.schemes import UNKNOWN, Ladder, Package, Share, Span, Tariff, Use, charge_use, split_use
from pricing.terms import Terms

Consumed: TypeAlias = tuple[tuple[str, Decimal], ...]
"""What was used in the month before, by the name of the running total, in order of the names."""
Before: TypeAlias = dict[str, Span]
"""The same for every running total that the terms look at, unknown where nobody said."""


class MissingRateError(PricingError):
    """The terms have no price for a meter at a tier that the request uses; `key` says which."""

    def __init__(self, key: EntryKey) -> None:
        """Keep what was looked up."""
        super().__init__(f"no price for {name_key(key)}")
        self.key = key


class Line(NamedTuple):
    """One line of a quote. Amounts are in the terms' currency; `..._min` is the least that it can come to.

    `list_amount` is what the card alone would charge, `None` where it has no price. Ends without a bound are `None`.
    `shares` says how a ladder's bands make up the line, where all of it is known.
    """

    quantity: Quantity
    unit: str
    rate: Rate
    amount: Decimal | None
    amount_min: Decimal
    list_amount: Decimal | None
    list_amount_min: Decimal | None
    shares: tuple[Share, ...] = ()


def count_before(terms: Terms, consumed: Consumed) -> Before:
    """Where each running total of the terms stands before the request."""
    said = dict(consumed)
    return {name: Span(said[name], said[name]) if name in said else UNKNOWN for name in terms.counters}


def draw_lines(billable: Billable, terms: Terms, consumed: Consumed = ()) -> tuple[Line, ...]:
    """The lines, in the order of the quantities. Raises MissingRateError where the terms do not price one."""
    if terms.counters:
        return tuple(_draw_in_month(billable, terms, count_before(terms, consumed)))
    return tuple(
        [_draw(quantity, find_rate(quantity, billable, terms), terms) for quantity in itemise(billable, terms)]
    )


def find_rate(quantity: Quantity, billable: Billable, terms: Terms) -> Rate:
    """The price of one quantity. Raises MissingRateError where the terms have none."""
    key = key_of(quantity, billable)
    rate = terms.rates.get(key)
    if rate is None:
        raise MissingRateError(key)
    return rate


def key_of(quantity: Quantity, billable: Billable) -> EntryKey:
    """What the quantity is priced by, and counted by within its request."""
    return EntryKey(quantity.priced_by, quantity.resolution, *billable.named)


def counted_as(quantity: Quantity, work: Work) -> EntryKey:
    """What the quantity counts for in its month: all its names, since a later price may name what today's do not."""
    return EntryKey(quantity.priced_by, quantity.resolution, *find_names(work))


def _draw(quantity: Quantity, rate: Rate, terms: Terms) -> Line:
    """A line that depends on nothing but its own quantity."""
    if rate.scheme is not None or rate.list_scheme is not None:
        used = Span(quantity.pricing_min, quantity.pricing)
        return _draw_use(quantity, rate, terms, (Use(used, used, UNKNOWN), Use(used, used, UNKNOWN)))
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
    return _round(charge(DECIMALS, quantity, unit_price), terms)


def _round(amount: Decimal, terms: Terms) -> Decimal:
    if terms.rounding is not None and terms.rounding.place == "line":
        return round_amount(amount, terms.rounding)
    return amount


def _draw_in_month(billable: Billable, terms: Terms, before: Before) -> Iterator[Line]:
    for quantity in itemise(billable, terms):
        rate = find_rate(quantity, billable, terms)
        key = key_of(quantity, billable)
        used = Span(quantity.pricing_min, quantity.pricing)
        charged = _take_allowance(used, key, terms, before)
        own, listed = (_before(tariff, before) for tariff in (rate.contracted, rate.listed))
        line = _draw_use(quantity, rate, terms, (Use(charged, used, own), Use(used, used, listed)))
        for name in before:
            if counts(name, key):
                before[name] = _add(before[name], used)
        if SPEND in before:
            before[SPEND] = _add(before[SPEND], Span(line.amount_min, line.amount))
        yield line


def counts(counter: str, key: EntryKey) -> bool:
    """Whether the running total is of what the key covers: its meter, at all that the total's name names."""
    meter, *names = counter.split("/")
    return meter == key.meter and set(names) <= set(key[1:])


def _add(one: Span, other: Span) -> Span:
    high = None if one.high is None or other.high is None else EXACT.add(one.high, other.high)
    return Span(EXACT.add(one.low, other.low), high)


def _before(tariff: Tariff | None, before: Before) -> Span:
    scheme = tariff.scheme if tariff else None
    return before[scheme.counter] if isinstance(scheme, Ladder) else UNKNOWN


def _take_allowance(used: Span, key: EntryKey, terms: Terms, before: Before) -> Span:
    """What is charged for of what was used: the least after nothing was used before, the most after all of it was."""
    allowed = find_allowance(terms.allowances, key)
    if allowed is None:
        return used
    first, last = before[allowed.counter]
    low = take_allowance(DECIMALS, used.low, first, allowed.units)
    if used.high is None or last is None:
        return Span(low, used.high)
    return Span(low, take_allowance(DECIMALS, used.high, last, allowed.units))


def find_allowance(allowances: tuple[Allowed, ...], key: EntryKey) -> Allowed | None:
    """The allowance that is about the key: of those that are, the one that names the most."""
    fitting = [allowed for allowed in allowances if allowed.key.covers(key)]
    return max(fitting, key=lambda allowed: allowed.key.names, default=None)


def _draw_use(quantity: Quantity, rate: Rate, terms: Terms, uses: tuple[Use, Use]) -> Line:
    """A line by charge models: of what is charged to the account, and of what the card alone would charge for."""
    own, listed = uses
    amount = _round_span(charge_use(rate.contracted, own), terms)
    quantity, unit = _count(quantity, rate.contracted, own)
    line = Line(quantity, unit, rate, amount.high, amount.low, None, None, split_use(rate.contracted, own))
    if rate.listed is None:
        return line
    least, most = _round_span(charge_use(rate.listed, listed), terms)
    return line._replace(list_amount=most, list_amount_min=least)


def _round_span(amount: Span, terms: Terms) -> Span:
    return Span(_round(amount.low, terms), None if amount.high is None else _round(amount.high, terms))


def _count(quantity: Quantity, tariff: Tariff, use: Use) -> tuple[Quantity, str]:
    """What the price is of, and how much of it is charged for: packages where it is of a package."""
    unit, charged, packed = METERS[quantity.meter].unit, use.charged, None
    if isinstance(tariff.scheme, Package):
        size, packed = tariff.scheme.size, charged
        unit = f"{format_decimal(size)} {unit}s"
        high = None if charged.high is None else count_packages(DECIMALS, charged.high, size)
        charged = Span(count_packages(DECIMALS, charged.low, size), high)
    return quantity._replace(pricing=charged.high, pricing_min=charged.low, used=use.used, packed=packed), unit
