"""Minor units of currencies, to which invoices round their amounts, and how far that can move a sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from pricing.currencies import MINOR_UNITS
from pricing.money import EXACT, ONE, ZERO

_HALF: Final = Decimal("0.5")


def find_unit(currency: str) -> Decimal | None:
    """The minor unit of the currency; `None` for what has none, such as a host's credits."""
    digits = MINOR_UNITS.get(currency)
    return None if digits is None else EXACT.scaleb(ONE, Decimal(-digits))


def find_slack(amounts: Sequence[Decimal], currency: str) -> Decimal:
    """By how much rounding each amount to the minor unit can have moved the sum; nothing where one has more digits."""
    unit = find_unit(currency)
    if unit is None or any(EXACT.remainder(amount, unit) for amount in amounts):
        return ZERO
    return EXACT.multiply(EXACT.multiply(unit, _HALF), Decimal(len(amounts)))
