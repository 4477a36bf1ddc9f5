"""Which tasks differ between charges and invoice: checksums of groups of ids first, and only what differs one by one.

The law: with checksums the same tasks are found as without, unless 63 bits of hash agree by chance; sums never are by
checksum (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW_ROWS: Final = 30_000_000
"""So many rows, of both sides together, are told apart in 2^17 groups, by keys that are counted in a plain array."""
_FEW_KEYS: Final = "(i >> 16)::USMALLINT AS k, CASE WHEN (i >> 15) & 1 = 0 THEN 0::UTINYINT ELSE 1::UTINYINT END AS j"
_FEW_BITS: Final = 17
_MANY_KEYS: Final = "i >> 12 AS k, 0::UTINYINT AS j"
_MANY_BITS: Final = 20
_NUMBER_BITS: Final = 32


class Side(NamedTuple):
    """A table as it is compared: the columns of id and amount, and which rows take part.

    `whose` are columns that may tell tasks of one id apart.
    """

    table: str
    id: str
    amount: str
    where: str
    whose: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What has to be the same of a row and its line."""
        return ", ".join((self.amount, "currency", *self.whose))


def write_number(of_id: str) -> str:
    """The SQL of an id's number. Ids of one number are looked at together, which costs a look and changes nothing."""
    return f"(hash({of_id}) >> {64 - _NUMBER_BITS})::UINTEGER"


def list_sides(due: str, whose: tuple[str, ...], *, has_spans: bool) -> tuple[Side, Side]:
    """The charges that are due and cost something, and the lines that name a task and bill something.

    `due` is a condition on charges, `whose` are columns that may tell tasks of one id apart. Where a time that a line
    says counts, lines that say one take no part: they have to be compared with the time of the row.
    """
    untimed = " AND begin IS NULL" * has_spans
    return (
        Side("charges", "id", "total", f"total <> 0 AND {due}", whose),
        Side("invoice", "task_id", "amount", f"amount <> 0 AND task_id IS NOT NULL{untimed}", whose),
    )


def find_suspects(database: DuckDBPyConnection, sides: tuple[Side, Side], *, exact: bool) -> None:
    """Makes the table `suspects` of the numbers of all ids whose charges and lines are not the same, each as often."""
    charges, lines = sides
    if exact:
        whose = "".join(f", {name}" for name in charges.whose)
        database.execute(_COMPARE_AMOUNTS.format(c=charges, l=lines, whose=whose, number=write_number("id")))
        return
    for sign, side in zip(("", "-"), sides, strict=True):
        hashed = _HASH.format(sign=sign, side=side, number=write_number(side.id))
        database.execute(f"{'INSERT INTO hashed' if sign else 'CREATE TABLE hashed AS'} {hashed}")
    is_many = database.execute("SELECT count(*) FROM hashed").fetchall()[0][0] > FEW_ROWS
    keys, bits = (_MANY_KEYS, _MANY_BITS) if is_many else (_FEW_KEYS, _FEW_BITS)
    name = "k" if is_many else "k::UINTEGER * 2 + j"
    database.execute(_COMPARE_HASHES.format(keys=keys, name=name, bucket=f"i >> {_NUMBER_BITS - bits}"))


_COMPARE_AMOUNTS: Final = """
CREATE TABLE suspects AS
    SELECT DISTINCT {number} AS i FROM (
        SELECT {c.id} AS id, 1 AS side, {c.amount} AS amount, currency{whose} FROM {c.table} WHERE {c.where}
        UNION ALL SELECT {l.id}, -1, {l.amount}, currency{whose} FROM {l.table} WHERE {l.where}
    ) GROUP BY id, amount, currency{whose} HAVING sum(side) <> 0;
"""
_HASH: Final = """
SELECT {number} AS i, {sign}(hash(hash({side.id}), {side.key}) >> 1)::BIGINT AS h
FROM {side.table} WHERE {side.where}
"""
"""Twelve bytes stand for a row from here on; those of lines are negative, so that what agrees sums to nothing.

Signed hashes, of 63 bits, are summed twice as fast as those of 64.
"""
_COMPARE_HASHES: Final = """
CREATE TABLE differing AS
    SELECT ({name})::UINTEGER AS bucket
    FROM (SELECT {keys}, sum(h) AS h FROM hashed GROUP BY k, j) WHERE h <> 0;
CREATE TABLE suspects AS
    SELECT DISTINCT i FROM (
        SELECT i FROM hashed WHERE {bucket} IN (FROM differing) GROUP BY i, abs(h) HAVING sum(sign(h)) <> 0
    );
DROP TABLE hashed;
"""
"""Groups of ids are named by the first bits of their numbers."""
