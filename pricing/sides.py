"""A match by currency: what is expected on this invoice, what is expected elsewhere, and what is invoiced."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing.invoices import Expected, Invoiced, Matched, is_due
from pricing.money import EXACT, add_up


class Side(NamedTuple):
    """All of one currency in a match; `undue` are rows of another time than the invoice's."""

    currency: str
    due: tuple[Expected, ...]
    undue: tuple[Expected, ...]
    lines: tuple[Invoiced, ...]

    @property
    def expected(self) -> Decimal:
        """What the rows that are due come to."""
        return add_up(row.total for row in self.due)

    @property
    def invoiced(self) -> Decimal:
        """What the lines come to."""
        return add_up(line.amount for line in self.lines)

    @property
    def gap(self) -> Decimal:
        """Invoiced less expected."""
        return EXACT.subtract(self.invoiced, self.expected)


def divide(matched: Matched, period: tuple[datetime, datetime] | None) -> tuple[Side, ...]:
    """A side for each currency, in their order; rows and lines in orders of their own, whatever the match's."""
    due = [is_due(row.row, matched.lines, period) for row in matched.rows]
    rows = sorted(zip(matched.rows, due, strict=True), key=lambda pair: _row_order(pair[0]))
    lines = sorted(matched.lines, key=lambda line: (line.line, line.amount))
    currencies = {*(row.currency for row in matched.rows), *(line.currency for line in lines)}
    return tuple(
        Side(
            currency,
            tuple(row for row, is_now in rows if is_now and row.currency == currency),
            tuple(row for row, is_now in rows if not is_now and row.currency == currency),
            tuple(line for line in lines if line.currency == currency),
        )
        for currency in sorted(currencies)
    )


def _row_order(row: Expected) -> tuple[str, datetime, Decimal]:
    return (str(row.row.id), row.row.at, row.total)


__all__ = ["Side", "add_up", "divide"]
