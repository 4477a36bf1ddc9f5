"""What a reconciliation comes to, as its reports tell it: counts, a bridge for each currency, breaks with their age.

The law: in each currency `expected`, all causes and what was tolerated sum to `invoiced`, to the last digit.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from pricing.breaks import Break, MatchedBy

Age: TypeAlias = Literal["new", "open", "resolved"]
"""Beside an earlier report: not there, there as well, or there and here no more."""
Status: TypeAlias = Literal["open", "assigned", "accepted"]


class Standing(NamedTuple):
    """A break as the register keeps it: since when it is known, who looks after it, and what was decided."""

    found: Break
    age: Age
    since: datetime
    status: Status = "open"
    owner: str | None = None
    note: str | None = None


class Totals(NamedTuple):
    """The bridge of one currency. `causes` are the money of all breaks in the order of CAUSES.

    `tolerated` is what differs by no more than the tolerance allows: no break, and counted apart.
    """

    currency: str
    expected: Decimal
    invoiced: Decimal
    causes: tuple[Decimal, ...]
    tolerated: Decimal


class Counts(NamedTuple):
    """What went in and what became of it. `usage_rows` are rated or rejected, `invoice_lines` read or rejected.

    `matches` counts the groups of usage and lines that were brought together, by the rule that did.
    """

    usage_rows: int
    rated: int
    rejected: int
    invoice_lines: int
    lines_rejected: int
    matches: dict[MatchedBy, int]
    agreeing: int
    tolerated: int
    breaks: int


class Tolerance(NamedTuple):
    """What a difference may come to in one currency without being a break: an amount, or a share of what was expected.

    It is tolerated when it is within either; `percent` is of the expected amount.
    """

    amount: Decimal
    percent: Decimal


class Reconciliation(NamedTuple):
    """One run over one usage and one invoice. `at` is when; `period` the invoice's, from and until (exclusive).

    `checksums` says that rows which agree were compared by checksum, and not one by one.
    """

    at: datetime
    period: tuple[datetime, datetime] | None
    catalogue: str
    digest: str
    version: str
    engine: str
    checksums: bool
    tolerances: dict[str, Tolerance]
    counts: Counts
    totals: tuple[Totals, ...]
    standings: tuple[Standing, ...]
