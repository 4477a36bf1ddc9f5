"""What charges and lines of an invoice come to in each currency, and how many they are: never by checksum."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Amounts(NamedTuple):
    """What charges or lines come to in each currency, and how many they are; `free` of them come to nothing."""

    sums: dict[str, Decimal]
    rows: int
    free: int


class Counted(NamedTuple):
    """How many lines there are, how many can't be read or say a time that they cover, and what the readable come to."""

    lines: int
    rejected: int
    timed: int
    amounts: Amounts


def sum_amounts(database: DuckDBPyConnection, table: str, amount: str, where: str = "TRUE") -> Amounts:
    """What a table comes to where a condition holds."""
    found = database.execute(_SUM.format(amount=amount, more="", table=table, where=where)).fetchall()
    return _add_up(found)


def count_lines(database: DuckDBPyConnection) -> Counted:
    """The table `invoice_read`, its readable lines and their faults, in one pass."""
    lines = database.execute("SELECT count(*) FROM invoice_read").fetchall()[0][0]
    more = ", count(begin)"
    found = database.execute(_SUM.format(amount="amount", more=more, table="invoice_read", where="fault IS NULL"))
    records = found.fetchall()
    amounts = _add_up([record[:4] for record in records])
    return Counted(lines, lines - amounts.rows, sum(record[4] for record in records), amounts)


_SUM: Final = """
SELECT currency, sum({amount})::DECIMAL(38, 18), count(*), count(*) FILTER ({amount} = 0){more}
FROM {table} WHERE {where} GROUP BY currency ORDER BY currency
"""


def _add_up(found: list[tuple[str, Decimal, int, int]]) -> Amounts:
    sums = {currency: total for currency, total, _, _ in found}
    return Amounts(sums, sum(rows for _, _, rows, _ in found), sum(free for _, _, _, free in found))
