"""Which tasks differ between charges and invoice: checksums of groups of ids first, and only what differs one by one.

The law: with checksums the same tasks are found as without, unless 64 bits of hash agree by chance; sums never are by
checksum (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW_ROWS: Final = 30_000_000
"""So many rows, of both sides together, are told apart in 2^17 groups, by keys that are counted in a plain array."""
_FEW_KEYS: Final = (
    "(hash({id}) >> 48)::USMALLINT AS k,"
    " CASE WHEN (hash({id}) >> 47) & 1 = 0 THEN 0::UTINYINT ELSE 1::UTINYINT END AS j"
)
_FEW_BITS: Final = 17
_MANY_KEYS: Final = "(hash({id}) >> 44)::UINTEGER AS k, 0::UTINYINT AS j"
_MANY_BITS: Final = 20


class Side(NamedTuple):
    """A table as it is compared: the columns of id and amount, which rows take part, and which never do."""

    table: str
    id: str
    amount: str
    where: str
    apart: str = "FALSE"


def list_sides(due: str, *, has_spans: bool) -> tuple[Side, Side]:
    """The charges that are due and cost something, and the lines that name a task and bill something.

    `due` is a condition on charges. Where a time that a line says counts, lines that say one take no part: they have
    to be compared with the time of the row.
    """
    apart = f"(task_id IS NULL{' OR begin IS NOT NULL' * has_spans})"
    return (
        Side("charges", "id", "total", f"total <> 0 AND {due}"),
        Side("invoice", "task_id", "amount", f"amount <> 0 AND NOT {apart}", apart),
    )


def find_suspects(database: DuckDBPyConnection, sides: tuple[Side, Side], *, exact: bool) -> None:
    """Makes the table `suspects` of all ids whose charges and lines are not the same amounts, each as often.

    Makes the views `near_rows` and `near_lines` too: all that is looked at one by one, and lines that take no part.
    """
    if exact:
        database.execute("CREATE VIEW near_rows AS FROM charges; CREATE VIEW near_lines AS FROM invoice")
    else:
        bits = _find_differing(database, sides)
        near = [f"hash({side.id}) >> {64 - bits} IN (FROM differing)" for side in sides]
        database.execute(f"CREATE VIEW near_rows AS FROM charges WHERE {near[0]}")
        database.execute(f"CREATE VIEW near_lines AS FROM invoice WHERE {sides[1].apart} OR {near[1]}")
    signed = " UNION ALL ".join(
        f"SELECT {side.id} AS id, currency, {side.amount} AS amount, {sign} AS side FROM {near} WHERE {side.where}"  # noqa: S608 - our own names
        for side, sign, near in zip(sides, (1, -1), ("near_rows", "near_lines"), strict=True)
    )
    database.execute(
        f"CREATE TABLE suspects AS SELECT DISTINCT id FROM"  # noqa: S608
        f" (SELECT id FROM ({signed}) GROUP BY id, currency, amount HAVING sum(side) <> 0)"
    )


def _count(database: DuckDBPyConnection, sides: tuple[Side, Side]) -> int:
    counts = [database.sql(f"SELECT count(*) FROM {side.table}").fetchall()[0][0] for side in sides]  # noqa: S608
    return int(sum(counts))


def _find_differing(database: DuckDBPyConnection, sides: tuple[Side, Side]) -> int:
    """Makes the table `differing` of the groups of ids whose count or checksum is not the same on both sides.

    A group is named by the first bits of the hash of its ids: so many as the function returns.
    """
    is_many = _count(database, sides) > FEW_ROWS
    keys, bits = (_MANY_KEYS, _MANY_BITS) if is_many else (_FEW_KEYS, _FEW_BITS)
    charges, invoice = (
        f"(SELECT {keys.format(id=side.id)}, count(*) AS n, sum(hash({side.id}, {side.amount}, currency)) AS h"  # noqa: S608
        f" FROM {side.table} WHERE {side.where} GROUP BY k, j)"
        for side in sides
    )
    name = "k" if is_many else "k::UBIGINT * 2 + j"
    database.execute(
        f"CREATE TABLE differing AS SELECT ({name})::UBIGINT AS bucket"  # noqa: S608
        f" FROM {charges} c FULL JOIN {invoice} i USING (k, j) WHERE (c.n, c.h) IS DISTINCT FROM (i.n, i.h)"
    )
    return bits
