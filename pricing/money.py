"""Exact amounts in a currency: the project's decimal context, and the one place that rounds. Only this file rounds.

Every product and sum runs in `EXACT`, which refuses to lose a digit; `round_amount` works in a second context, in the
mode and to the quantum that a rate card names. Nothing named means no rounding at all.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, NoReturn, TypeAlias, cast

from pricing.currencies import MINOR_UNITS
from wan_rules.decimals import DECIMAL_DIGITS, DECIMAL_PATTERN, Digits, spell_out
from wan_rules.faults import show

RoundingMode: TypeAlias = Literal["up", "down", "half-up", "half-even"]
RoundingPlace: TypeAlias = Literal["line", "quote"]

EXACT: Final = decimal.Context(
    prec=60,
    rounding=decimal.ROUND_HALF_EVEN,
    traps=[
        decimal.Inexact,
        decimal.InvalidOperation,
        decimal.DivisionByZero,
        decimal.Overflow,
        decimal.FloatOperation,
    ],
)
"""Sums and products of prices (18 digits, 12 of them decimals) and quantities (13, 6) fit it with room to spare."""

_ROUNDING: Final = decimal.Context(prec=60, traps=[decimal.InvalidOperation, decimal.Overflow])
_MODES: Final[Mapping[RoundingMode, str]] = MappingProxyType(
    {
        "up": decimal.ROUND_UP,
        "down": decimal.ROUND_DOWN,
        "half-up": decimal.ROUND_HALF_UP,
        "half-even": decimal.ROUND_HALF_EVEN,
    }
)
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
_TENTH: Final = Decimal("0.1")
_MILLIONTH: Final = Decimal("0.000001")
TEXTS_KEPT: Final = 8192
"""Numbers whose texts are kept: equal numbers have equal texts, and a quote says each of them several times."""
_STRICT: Final = re.compile(DECIMAL_PATTERN)
AMOUNT_DIGITS: Final = Digits(18, 24)
"""A running total, or a price or sum that another was made of: a price of 12 decimals times a rate of 12 has 24."""
AMOUNT_PATTERN: Final = AMOUNT_DIGITS.pattern
_AMOUNT: Final = re.compile(AMOUNT_PATTERN)
_CHARGE_DIGITS: Final = Digits(18, 42)
"""What a request comes to: as many digits as `EXACT` keeps. A share of 14 decimals of what is left of a sum has 38."""
CHARGE_PATTERN: Final = _CHARGE_DIGITS.pattern
_CHARGE: Final = re.compile(CHARGE_PATTERN)


class Rounding(NamedTuple):
    """How a card rounds: to multiples of `quantum` (a power of ten), in which mode, each line or the quote."""

    quantum: Decimal
    mode: RoundingMode
    place: RoundingPlace


class _Money(NamedTuple):
    amount: Decimal
    currency: str


class Money(_Money):
    """An amount in a currency. Two of them neither add nor compare, as tuples would: sums are kept by currency."""

    __slots__ = ()

    def _refuse(self, _other: object) -> NoReturn:
        msg = "amounts of money neither add nor compare: take `amount`, where `currency` is the same"
        raise TypeError(msg)

    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __mul__ = __rmul__ = _refuse


def add_up(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts in one currency, or of quantities of one unit."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def is_credit(currency: str) -> bool:
    """Whether it is no currency of ISO 4217, but the credits of a host, of which its card says the worth."""
    return currency not in MINOR_UNITS


def is_apart(one: Decimal, other: Decimal, percent: Decimal) -> bool:
    """Whether the other lies more than so many percent of the one from it, either way; from nothing, anything does."""
    apart = EXACT.abs(EXACT.subtract(other, one))
    return apart.scaleb(2, EXACT) > EXACT.multiply(EXACT.abs(one), percent)


def parse_decimal(text: str) -> Decimal:
    """The number that `text` writes in the project's strict form. Raises ValueError for any other spelling."""
    if not _STRICT.fullmatch(text):
        msg = f'{show(text)} is no number as written here: digits, {DECIMAL_DIGITS}, like "0.10"'
        raise ValueError(msg)
    return Decimal(text)


def parse_amount(text: str) -> Decimal:
    """The running total, or the sum, that `text` writes. Raises ValueError for any other spelling."""
    if not _AMOUNT.fullmatch(text):
        msg = f'{show(text)} is no amount as written here: digits, {AMOUNT_DIGITS}, like "0.10"'
        raise ValueError(msg)
    return Decimal(text)


def is_amount(value: Decimal) -> bool:
    """Whether it is a running total, or a sum, as `parse_amount` reads them: not negative, and so many digits."""
    return _AMOUNT.fullmatch(spell_out(value) or "") is not None


def parse_charge(text: str) -> Decimal:
    """What a document says that a request comes to. Raises ValueError for any other spelling."""
    if not _CHARGE.fullmatch(text):
        msg = f'{show(text)} is no amount as written here: digits, {_CHARGE_DIGITS}, like "0.10"'
        raise ValueError(msg)
    return Decimal(text)


def round_amount(amount: Decimal, rounding: Rounding) -> Decimal:
    """The amount to a multiple of the quantum."""
    return amount.quantize(rounding.quantum, rounding=_MODES[rounding.mode], context=_ROUNDING)


def count_decimals(value: Decimal) -> int:
    """How many decimals it takes to write the number; less than none for one that ends in zeros before the point."""
    return -cast("int", value.normalize(EXACT).as_tuple().exponent)


def percent_change(old: Decimal, new: Decimal) -> Decimal:
    """By how many percent `new` is above `old` (which is not 0), rounded half up to 0.1: to be shown, never charged.

    A quotient of two prices that is no tie differs from one by more than the sixtieth digit, so it is rounded once.
    """
    moved = EXACT.subtract(new, old).scaleb(2, EXACT)
    return _ROUNDING.divide(moved, old).quantize(_TENTH, rounding=decimal.ROUND_HALF_UP, context=_ROUNDING)


def average(amount: Decimal, quantity: Decimal) -> Decimal:
    """The amount for one of so many (which are not 0), rounded half up to six decimals: to be shown, never charged.

    For the same reason as above it is rounded once.
    """
    return _ROUNDING.divide(amount, quantity).quantize(_MILLIONTH, rounding=decimal.ROUND_HALF_UP, context=_ROUNDING)


@lru_cache(maxsize=TEXTS_KEPT)
def format_decimal(value: Decimal) -> str:
    """The number without exponent or trailing zeros, and nothing without a sign."""
    text = format(value, "f") if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=TEXTS_KEPT)
def format_amount(value: Decimal, currency: str) -> str:
    """The amount without exponent, with at least the currency's minor units (credits have none), no other zeros."""
    text = format_decimal(value)
    whole, _, part = text.partition(".")
    least = MINOR_UNITS.get(currency, 0)
    part = part.ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def format_span(low: Decimal, high: Decimal | None, *, to: str) -> str:
    """A quantity, or its least and most with `to` between them."""
    if high is None:
        return f"{format_decimal(low)} or more"
    return format_decimal(high) if low == high else f"{format_decimal(low)}{to}{format_decimal(high)}"


def format_amounts(low: Decimal, high: Decimal | None, currency: str, *, to: str) -> str:
    """An amount, or its least and most with `to` between them."""
    if high is None:
        return f"{format_amount(low, currency)} or more"
    least, most = format_amount(low, currency), format_amount(high, currency)
    return most if low == high else f"{least}{to}{most}"
