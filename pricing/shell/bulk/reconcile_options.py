"""What the options of `wan-rules reconcile` say, read from their texts; each refusal shows what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.money import EXACT, ZERO, parse_amount
from pricing.reconciliations import Standing, Tolerance
from pricing.shell.inputs import read_instant
from wan_rules.payloads import UnusableInputError

_SPAN: Final = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_NO_MONTHS: Final = ("9999-12",)
"""No day of the calendar is the first after it."""


class Allowed(NamedTuple):
    """Which breaks let a run end well: so many, and so much money in a currency; `None` is not said."""

    breaks: int | None = None
    amounts: Mapping[str, Decimal] | None = None


def read_period(text: str | None) -> tuple[datetime, datetime] | None:
    """From and until (exclusive), of `2026-10` or `2026-10-01..2026-11-01`."""
    if text is None:
        return None
    if (month := _MONTH.fullmatch(text)) and text not in _NO_MONTHS and month[1] != "0000":
        begin = datetime(int(month[1]), int(month[2]), 1, tzinfo=UTC)
        return begin, (begin + timedelta(days=31)).replace(day=1)
    first, dots, last = text.partition("..")
    if not dots:
        raise UnusableInputError("--period", f"{text[:64]!r}: write a month, 2026-10, or 2026-10-01..2026-11-01")
    begin, until = (read_instant(each, what="--period") for each in (first, last))
    if until <= begin:
        raise UnusableInputError("--period", f"{text[:64]!r} ends before it begins: its end is the first day after it")
    return begin, until


def read_window(text: str) -> int:
    """Seconds, of `5m`."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UnusableInputError("--window", f"{text[:64]!r} is no time: write 90s, 5m, 2h or 1d")
    return int(found[1]) * _UNITS[found[2]]


def read_columns(texts: Iterable[str]) -> dict[str, str]:
    """What the invoice's columns are called, by our names, of `amount=Betrag,currency=Waehrung`."""
    found: dict[str, str] = {}
    for pair in (pair for text in texts for pair in text.split(",")):
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not (ours and equals and theirs) or ours in found:
            wanted = "say it once" if ours in found else "write OURS=THEIRS, such as amount=Betrag"
            raise UnusableInputError("--columns", f"{pair[:64]!r}: {wanted}")
        found[ours] = theirs
    return found


def read_tolerances(texts: Iterable[str]) -> dict[str, Tolerance]:
    """The tolerance of each currency, of `USD=0.01,0.1%`."""
    found: dict[str, Tolerance] = {}
    for text in texts:
        currency, said = _split(text, found, "--tolerance", "USD=0.01, USD=0.1% or USD=0.01,0.1%")
        amount = percent = ZERO
        for part in said.split(","):
            if part.endswith("%"):
                percent = _read_amount(part[:-1], "--tolerance")
            else:
                amount = _read_amount(part, "--tolerance")
        found[currency] = Tolerance(amount, percent)
    return found


def read_allowed(breaks: int | None, texts: Iterable[str]) -> Allowed:
    """What is allowed, of a number of breaks and `USD=10`."""
    found: dict[str, Decimal] = {}
    for text in texts:
        currency, said = _split(text, found, "--allow", "USD=10")
        found[currency] = _read_amount(said, "--allow")
    return Allowed(breaks, found or None)


def _split(text: str, known: Mapping[str, object], what: str, example: str) -> tuple[str, str]:
    currency, equals, said = text.partition("=")
    if not currency or not equals or currency in known:
        wanted = "say it once" if currency in known else f"write {example}"
        raise UnusableInputError(what, f"{text[:64]!r}: {wanted}")
    return currency, said


def _read_amount(text: str, what: str) -> Decimal:
    try:
        return parse_amount(text)
    except ValueError as error:
        raise UnusableInputError(what, f"{text[:64]!r}: {error}") from None


def exceeds(standings: Iterable[Standing], allowed: Allowed) -> bool:
    """Whether breaks that nobody accepted are more, or more money either way, than is allowed; any, where none is."""
    found = [one.found.part for one in standings if one.age != "resolved" and one.status != "accepted"]
    if allowed.breaks is None and allowed.amounts is None:
        return bool(found)
    if allowed.breaks is not None and len(found) > allowed.breaks:
        return True
    if allowed.amounts is None:
        return False
    sums: dict[str, Decimal] = {}
    for part in found:
        sums[part.currency] = EXACT.add(sums.get(part.currency, ZERO), part.amount.copy_abs())
    return any(amount > allowed.amounts.get(currency, ZERO) for currency, amount in sums.items())
