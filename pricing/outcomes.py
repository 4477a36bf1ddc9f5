"""What rows of usage come to together, meter by meter, and what the lines of an invoice say of the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from pricing.adjustments import Adjustment
from pricing.charges import Charged
from pricing.invoices import Invoiced
from pricing.lines import Line
from pricing.money import EXACT, ONE, ZERO, add_up, format_amount, format_decimal
from pricing.wordings import name_units
from wan_rules.request import Resolution

Meter: TypeAlias = str
SECONDS: Final[Meter] = "seconds"
"""All seconds together, whatever was metered: of a line that names no meter."""


class Metered(NamedTuple):
    """How much of a meter was charged for, and at which price; `None` where there is no one price of a unit.

    Where a cap makes two quantities cost alike, `quantity` is the lower, and `more` what the other has on top.
    """

    quantity: Decimal
    unit_price: Decimal | None
    more: Decimal = ZERO

    def allows(self, quantity: Decimal) -> bool:
        """Whether so much may have been charged for."""
        return self.quantity <= quantity <= EXACT.add(self.quantity, self.more)


class Outcome(NamedTuple):
    """What rows come to together. `tier` is the one that all of them are priced at, `told` the sum in words."""

    total: Decimal
    currency: str
    meters: Mapping[Meter, Metered]
    tier: Resolution | None
    told: str

    def find(self, meter: Meter) -> Metered:
        """What was charged for of the meter; nothing where there is no line of it."""
        return self.meters.get(meter, _NOTHING)


_NOTHING: Final = Metered(ZERO, None)


class Stated(NamedTuple):
    """What the lines of an invoice say beside their amounts, by meter, in order of the meters.

    `tier` is the one that all lines name, where it is another than that of the usage.
    """

    quantities: tuple[tuple[Meter, Decimal], ...] = ()
    unit_prices: tuple[tuple[Meter, Decimal], ...] = ()
    tier: Resolution | None = None


def describe(charged: Charged, currency: str, tier: Resolution) -> Outcome:
    """What one row comes to, priced at that tier."""
    meters: dict[Meter, Metered] = {}
    for line in charged.lines:
        price = None if line.rate.scheme else line.rate.contracted_unit_price
        low, high = line.quantity.pricing_min, line.quantity.pricing
        meters[line.quantity.meter] = Metered(low, price, ZERO if high is None else EXACT.subtract(high, low))
    total = charged.total or ZERO
    return Outcome(total, currency, _with_seconds(meters), tier, _tell(charged, currency))


def _with_seconds(meters: Mapping[Meter, Metered]) -> dict[Meter, Metered]:
    """The meters, and all seconds together."""
    of_seconds = [metered for meter, metered in meters.items() if meter.endswith("_seconds")]
    return {**meters, SECONDS: _join(of_seconds)}


def _join(parts: Iterable[Metered]) -> Metered:
    """Quantities in sum, at the price that all have."""
    used = [part for part in parts if part.quantity or part.more]
    prices = {part.unit_price for part in used if part.quantity} or {part.unit_price for part in used}
    price = prices.pop() if len(prices) == 1 else None
    return Metered(add_up(part.quantity for part in used), price, add_up(part.more for part in used))


def _tell(charged: Charged, currency: str) -> str:
    total = f"{format_amount(charged.total or ZERO, currency)} {currency}"
    parts = [_tell_line(line, currency) for line in charged.lines if line.quantity.pricing]
    if not parts:
        return total
    return f"{' + '.join(parts)}{''.join(_tell_adjustment(one, currency) for one in charged.adjustments)} = {total}"


def _tell_line(line: Line, currency: str) -> str:
    quantity = format_decimal(line.quantity.pricing_min)
    unit = " s" if line.unit == "second" else f" {name_units(line.unit, quantity)}"
    if line.rate.scheme and line.amount is not None:
        return f"{format_amount(line.amount, currency)} for {quantity}{unit}"
    return f"{quantity}{unit} x {format_decimal(line.rate.contracted_unit_price)}"


def _tell_adjustment(adjustment: Adjustment, currency: str) -> str:
    amount = adjustment.amount_min
    sign = "-" if amount < 0 else "+"
    return f" {sign} {format_amount(EXACT.abs(amount), currency)} ({adjustment.kind})"


def sum_outcomes(parts: Sequence[tuple[Outcome, int]], currency: str) -> Outcome:
    """What so many rows of each outcome come to; one row alone is told in full."""
    if len(parts) == 1 and parts[0][1] == 1:
        return parts[0][0]
    total, rows = ZERO, 0
    for outcome, count in parts:
        total = EXACT.fma(outcome.total, Decimal(count), total)
        rows += count
    names = sorted({meter for outcome, _ in parts for meter in outcome.meters})
    meters = {
        meter: _join(_times(outcome.find(meter), count) for outcome, count in parts if meter in outcome.meters)
        for meter in names
    }
    tiers = {outcome.tier for outcome, _ in parts}
    told = f"{rows} rows that come to {format_amount(total, currency)} {currency}"
    return Outcome(total, currency, meters, tiers.pop() if len(tiers) == 1 else None, told)


def _times(metered: Metered, count: int) -> Metered:
    quantity, price, more = metered
    return Metered(EXACT.multiply(quantity, Decimal(count)), price, EXACT.multiply(more, Decimal(count)))


def read_stated(lines: Sequence[Invoiced], tiers: frozenset[Resolution]) -> Stated:
    """What the lines say together; `tiers` are those of the usage.

    A meter counts where each of its lines says the quantity, or all say one price. Lines without a meter are about all
    seconds, and so are the others beside them; one that says a quantity of 1 counts itself, and says nothing.
    """
    meters = {line.meter for line in lines}
    is_mixed = None in meters
    quantities: dict[Meter, Decimal] = {}
    prices: dict[Meter, Decimal] = {}
    for name in sorted({SECONDS if is_mixed else str(meter) for meter in meters}):
        own = [line for line in lines if is_mixed or line.meter == name]
        if is_mixed and any(line.quantity == ONE for line in own):
            continue
        if all(line.quantity is not None for line in own):
            quantities[name] = add_up(line.quantity or ZERO for line in own)
        said = {line.unit_price for line in own}
        if len(said) == 1 and (price := said.pop()) is not None:
            prices[name] = price
    named = {line.resolution for line in lines}
    tier = named.pop() if len(named) == 1 else None
    return Stated(tuple(quantities.items()), tuple(prices.items()), None if tier in tiers else tier)


def agrees(outcome: Outcome, stated: Stated) -> bool:
    """Whether nothing that the lines say contradicts the outcome."""
    if stated.tier is not None and outcome.tier != stated.tier:
        return False
    if not all(outcome.find(meter).allows(quantity) for meter, quantity in stated.quantities):
        return False
    found = [(outcome.find(meter).unit_price, price) for meter, price in stated.unit_prices]
    return all(own is None or own == price for own, price in found)
