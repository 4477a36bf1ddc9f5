"""An invoice as a host writes it: a line for each task, or two, or one for a day; and what its columns are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from ledger import Rated

from pricing.charges import Charged
from pricing.lines import Line
from pricing.money import Rounding, format_decimal, round_amount

COLUMNS: Final = (
    *("line", "task_id", "account", "environment", "host", "region", "at", "begin", "end"),
    *("resolution", "meter", "quantity", "unit_price", "amount", "currency"),
)
CENT: Final = Rounding(Decimal("0.01"), "half-up", "line")
ROUNDED: Final = "initech"
"""Whose invoice shows whole fen: each line rounded half up, whatever its exact amount is."""


@dataclass(eq=False)
class Billed:
    """One line; its id is given when all lines are there. `row` is what it is about, the first row of several."""

    row: Rated
    amount: Decimal
    currency: str
    task_id: str | None
    at: datetime | None
    begin: datetime | None = None
    end: datetime | None = None
    resolution: str | None = None
    meter: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    line: str = ""

    def list_values(self) -> Iterator[str]:
        """The cells, in the order of COLUMNS."""
        row = self.row.row
        said = (self.line, self.task_id, row.account, row.environment, row.host, row.region)
        for value in (*said, self.at, self.begin, self.end, self.resolution, self.meter):
            yield spell_instant(value) if isinstance(value, datetime) else value or ""
        for number in (self.quantity, self.unit_price, self.amount):
            yield "" if number is None else format_decimal(number)
        yield self.currency


def spell_instant(at: datetime) -> str:
    """The instant in UTC, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def bill(rated: Rated, charged: Charged | None = None) -> list[Billed]:
    """The lines of a task: one for what was made and one for the clips where they say all of it, or else one."""
    charged = charged or rated.charged
    total = charged.total or Decimal()
    head = Billed(rated, total, rated.currency, rated.task, rated.row.at, resolution=rated.row.resolution)
    said = [line for line in charged.lines if line.amount]
    if rated.row.account == ROUNDED:
        head.amount = round_amount(total, CENT)
    if charged.adjustments or rated.row.account == ROUNDED or rated.pricing.terms.counters:
        return [head] if head.amount else []
    if rated.row.account == "acme" and said:
        return [replace(head, **_say(line)) for line in said]
    return [head] if head.amount else []


def _say(line: Line) -> dict[str, object]:
    quantity = line.quantity
    return {
        "amount": line.amount,
        "resolution": quantity.resolution,
        "meter": quantity.meter,
        "quantity": quantity.pricing,
        "unit_price": line.rate.contracted_unit_price,
    }


def hide_task(lines: Iterable[Billed], seconds: int) -> None:
    """Such lines name no task: only whose it was, when it was done, and which tier."""
    for line in lines:
        line.task_id = None
        line.at = line.row.row.at + timedelta(seconds=seconds)


def bill_day(rows: list[Rated], charges: list[Charged] | None = None) -> Billed:
    """One line for all rows of one day, market and tier, of what each of them comes to."""
    begin = datetime.combine(rows[0].row.at.date(), time(), UTC)
    amounts = [charged.total or Decimal() for charged in charges or [row.charged for row in rows]]
    day = Billed(rows[0], sum(amounts, Decimal()), rows[0].currency, None, None, begin, begin + timedelta(days=1))
    return replace(day, resolution=rows[0].row.resolution)
