"""What charges and lines of an invoice come to in each currency, and how many they are: never by checksum."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.shell.bulk.owners import OWNER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Amounts(NamedTuple):
    """What charges or lines come to in each currency, and how many they are; `free` of them come to nothing."""

    sums: dict[str, Decimal]
    rows: int
    free: int


class Counted(NamedTuple):
    """How many lines there are, how many can't be read or say a time that they cover, and what the readable come to.

    `said` are the columns of OWNER in which lines that name a task say anything; of all lines, where none names one.
    """

    lines: int
    rejected: int
    timed: int
    amounts: Amounts
    said: tuple[str, ...]


def sum_amounts(database: DuckDBPyConnection, table: str, amount: str, where: str = "TRUE") -> Amounts:
    """What a table comes to where a condition holds."""
    found = database.execute(_SUM.format(amount=amount, more="", table=table, where=where)).fetchall()
    return _add_up(found)


def count_lines(database: DuckDBPyConnection) -> Counted:
    """The table `invoice_read`, its readable lines and their faults, in one pass."""
    lines = database.execute("SELECT count(*) FROM invoice_read").fetchall()[0][0]
    found = database.execute(_SUM.format(amount="amount", more=_MORE, table="invoice_read", where="fault IS NULL"))
    records = found.fetchall()
    amounts = _add_up([record[:4] for record in records])
    timed, *said = (sum(record[nth] for record in records) for nth in range(4, 5 + len(OWNER)))
    if any(0 < count < amounts.rows for count in said):  # else what all lines say, those say that name a task
        said = list(database.execute(_COUNT_SAID).fetchall()[0])
    told = tuple(name for name, count in zip(OWNER, said, strict=True) if count)
    return Counted(lines, lines - amounts.rows, timed, amounts, told)


_MORE: Final = "".join(f", count({name})" for name in ("begin", *OWNER))
_COUNT_SAID: Final = f"""
SELECT {", ".join(f"count({name})" for name in OWNER)} FROM invoice_read WHERE fault IS NULL AND task_id IS NOT NULL
"""  # noqa: S608 - our own names
_SUM: Final = """
SELECT currency, sum({amount})::DECIMAL(38, 18), count(*), count(*) FILTER ({amount} = 0){more}
FROM {table} WHERE {where} GROUP BY currency ORDER BY currency
"""


def _add_up(found: list[tuple[str, Decimal, int, int]]) -> Amounts:
    sums = {currency: total for currency, total, _, _ in found}
    return Amounts(sums, sum(rows for _, _, rows, _ in found), sum(free for _, _, _, free in found))
