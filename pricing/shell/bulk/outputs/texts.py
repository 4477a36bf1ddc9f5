"""How amounts, instants and names are written for people who read a reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from pricing.break_tallies import group_thousands
from pricing.currencies import MINOR_UNITS
from pricing.money import format_decimal
from pricing.reconciliations import Standing
from pricing.shell.text import plain

NAMES_SHOWN: Final = 3


def count_decimals(amounts: Sequence[Decimal], currency: str) -> int:
    """How many decimals it takes to write all of them exactly: at least the currency's minor units."""
    parts = (format_decimal(amount).partition(".")[2] for amount in amounts)
    return max([MINOR_UNITS.get(currency, 0), *map(len, parts)])


def format_grouped(amount: Decimal, decimals: int, *, signed: bool = False) -> str:
    """The amount with its thousands grouped, and zeros up to so many decimals, which are no fewer than it has."""
    whole, _, part = group_thousands(format_decimal(amount)).partition(".")
    sign = "+" if signed and amount > 0 else ""
    return f"{sign}{whole}.{part.ljust(decimals, '0')}" if decimals else f"{sign}{whole}"


def format_column(amounts: Sequence[Decimal], currency: str, *, signed: bool = False) -> list[str]:
    """The amounts, all with as many decimals, so that they stand below one another."""
    decimals = count_decimals(amounts, currency)
    return [format_grouped(amount, decimals, signed=signed) for amount in amounts]


def format_exact(amount: Decimal, currency: str, *, signed: bool = False) -> str:
    """One amount by itself."""
    return format_column([amount], currency, signed=signed)[0]


def format_instant(at: datetime) -> str:
    """The instant in UTC, to the second or as exactly as it is known."""
    moment = at.astimezone(UTC)
    fraction = f".{moment:%f}".rstrip("0") if moment.microsecond else ""
    return f"{moment.year:04}-{moment:%m-%d %H:%M:%S}{fraction} UTC"


def format_period(period: tuple[datetime, datetime] | None) -> str:
    """From when until when, exclusive."""
    if period is None:
        return "not stated"
    begin, end = map(format_instant, period)
    return f"{begin} until before {end}".replace(" 00:00:00 UTC", "")


def shorten(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMES_SHOWN
    shown = ", ".join(plain(name) for name in names[:NAMES_SHOWN])
    return f"{shown} and {more:,} more" if more > 0 else shown


def list_places(standing: Standing) -> tuple[str, ...]:
    """Where the break is, as far as it is said: account, environment, host, region, tier."""
    subject = standing.found.subject
    named = (subject.account, subject.environment, subject.host, subject.region, subject.resolution)
    return tuple(plain(name) for name in named if name)
