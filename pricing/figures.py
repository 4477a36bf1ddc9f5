"""Numbers as hosts report them, each exact: integers, numbers with a point read as Decimals, strings of digits."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator

from pricing.money import AMOUNT_DIGITS, ZERO, format_decimal, parse_amount, parse_decimal
from wan_rules.decimals import DECIMAL_DIGITS, Digits, spell_out
from wan_rules.faults import show

MAX_SECONDS: Final = 3600
"""Of anything that is reported in seconds: no job of this model comes near an hour."""
_DECIMALS: Final = 6
_BEYOND: Final = 100
"""More decimals than anything here has."""


def _number(value: object) -> Decimal:
    """The number, not negative, that an integer, an exact Decimal or a string of digits writes."""
    return parse_decimal(value) if isinstance(value, str) else _plain(value, DECIMAL_DIGITS)


def _amount(value: object) -> Decimal:
    """The same, of what came out of products, and so has more digits."""
    return parse_amount(value) if isinstance(value, str) else _plain(value, AMOUNT_DIGITS)


def _plain(value: object, digits: Digits) -> Decimal:
    if isinstance(value, float):
        msg = f"{show(value)} is a binary float: let parse_report read the JSON, which keeps every digit"
        raise ValueError(msg)  # noqa: TRY004 - pydantic reports a ValueError at its field, and lets a TypeError escape
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        msg = f'a number like 10, 10.0 or "10" is wanted, not {show(value)}'
        raise ValueError(msg)  # noqa: TRY004 - as above
    return _writable(value, digits)


def _writable(value: int | Decimal, digits: Digits) -> Decimal:
    if isinstance(value, Decimal) and not value.is_finite():
        msg = f"{value} is no number that can be charged for"
        raise ValueError(msg)
    if value < 0:
        msg = f"{show(value)} is below 0: nothing is less than not used"
        raise ValueError(msg)
    if value >= 10**digits.before or _decimals(Decimal(value)) > digits.after:
        msg = f"{show(value)} has too many digits: {digits} are read"
        raise ValueError(msg)
    return Decimal(format_decimal(Decimal(value))) if value else ZERO


def _decimals(value: Decimal) -> int:
    """How many digits stand after the point, but for zeros at the end; very many where they are beyond reason."""
    text = spell_out(value)
    return _BEYOND if text is None else len(text.partition(".")[2].rstrip("0"))


def _seconds(value: object) -> Decimal:
    seconds = _number(value)
    if seconds > MAX_SECONDS:
        msg = f"{show(value)} s is over an hour, and no job comes near that: write seconds, not milliseconds"
        raise ValueError(msg)
    if _decimals(seconds) > _DECIMALS:
        msg = f"{show(value)} has more than {_DECIMALS} decimals: write it as it is billed, in microseconds at most"
        raise ValueError(msg)
    return seconds


def _lengths(value: object) -> object:
    return tuple(map(_seconds, value)) if isinstance(value, list | tuple) else _seconds(value)


Number = Annotated[Decimal, BeforeValidator(_number)]
ReportedTotal = Annotated[Decimal, BeforeValidator(_amount)]
"""An amount, or a running total of amounts: `pricing.fields.Total` as a host spells it, which may be a number."""
Seconds = Annotated[Decimal, BeforeValidator(_seconds)]
Lengths = Annotated[Decimal | tuple[Decimal, ...], BeforeValidator(_lengths)]
"""Seconds of all clips together, or of each."""
