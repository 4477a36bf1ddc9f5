"""Lines that name a task, met with usage of that id: with the task whose account, host, environment and region fit.

The law: a line never meets usage that it contradicts. Where several tasks of one id fit, amounts decide, and then a
fixed order (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from pricing.shell.bulk.owners import OWNER, write_meeting
from pricing.shell.bulk.pairs import insert_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_Kind: TypeAlias = tuple[int, str, Decimal]
_OWNER: Final = ", ".join(OWNER)
_FIND: Final = f"""
CREATE TABLE named AS
    SELECT l, dense_rank() OVER (ORDER BY task_id, {_OWNER}) AS s FROM lines_left WHERE task_id IS NOT NULL;
CREATE TABLE named_sets AS
    SELECT DISTINCT s, task_id AS id, {_OWNER} FROM named JOIN lines_left USING (l);
CREATE TABLE possible AS
    SELECT *, count(*) OVER (PARTITION BY s) AS several FROM (
        {{met}}
    );
CREATE TABLE joined AS SELECT l, u FROM named JOIN possible USING (s) WHERE several = 1;
CREATE TABLE shared AS SELECT DISTINCT id FROM possible JOIN named_sets USING (s) WHERE several > 1;
"""  # noqa: S608 - our own names
"""Lines that name one id and say the same are a set: what fits the one fits the others."""
_WAITING: Final = """
SELECT s, currency, amount, list_reverse_sort(list((line, l))) FROM named JOIN lines_left USING (l)
WHERE task_id IN (FROM shared) GROUP BY s, currency, amount
"""
_BY_ROW: Final = """
SELECT s, u, several, currency, amount, stock FROM possible JOIN (
    SELECT DISTINCT s, currency, amount FROM named JOIN lines_left USING (l) WHERE task_id IN (FROM shared)
) USING (s) JOIN (
    SELECT u, currency, total AS amount, count(*) AS stock FROM rows_left JOIN row_units USING (r)
    WHERE is_due AND id IN (FROM shared) GROUP BY u, currency, total
) USING (u, currency, amount) ORDER BY misses, s, NOT counts, u
"""
"""Which sets may stand for which rows: those first that say the same where both sides say something."""
_BY_SUM: Final = """
CREATE TABLE left_sets AS FROM named WHERE s IN (SELECT s FROM possible) AND l NOT IN (SELECT l FROM joined);
SELECT s, u FROM possible JOIN units USING (u) JOIN (
    SELECT s, list_sort(list({'currency': currency, 'amount': amount})) AS due FROM (
        SELECT s, currency, sum(amount)::DECIMAL(38, 18) AS amount FROM left_sets JOIN lines_left USING (l)
        GROUP BY s, currency
    ) WHERE amount <> 0 GROUP BY s
) USING (s, due) WHERE u NOT IN (SELECT u FROM joined) ORDER BY misses, s, NOT possible.counts, u
"""
_BY_ORDER: Final = """
INSERT INTO joined SELECT l, u FROM named JOIN (
    SELECT s, arg_min(u, (misses, NOT counts, u)) AS u FROM possible GROUP BY s
) USING (s) WHERE l NOT IN (SELECT l FROM joined);
"""
_CLOSE: Final = """
CREATE TABLE strays AS
    SELECT l, (SELECT coalesce(max(u), 0) FROM units) + dense_rank() OVER (ORDER BY s) AS u
    FROM named WHERE s NOT IN (SELECT s FROM possible);
INSERT INTO joined FROM strays;
INSERT INTO units BY NAME SELECT DISTINCT u, FALSE AS is_open, FALSE AS counts FROM strays;
UPDATE units SET is_open = FALSE WHERE u IN (SELECT u FROM joined);
"""
"""A set that fits no usage stands for a task of its own."""


def join_named(database: DuckDBPyConnection, told: Sequence[str]) -> None:
    """Makes the table `joined` (l, u) of lines that name a task, each with its unit; these are open no more.

    `told` are the columns of OWNER that may contradict.
    """
    misses = " + ".join(f"(one.{name} IS DISTINCT FROM other.{name})::INTEGER" for name in told) or "0"
    met = write_meeting("named_sets", "units", f"s, u, {misses} AS misses, counts", told)
    database.execute(_FIND.format(met=met))
    if database.execute("SELECT count(*) FROM shared").fetchall()[0][0]:
        _join_by_row(database)
        _join_by_sum(database)
        database.execute(_BY_ORDER)
    database.execute(_CLOSE)


def _join_by_row(database: DuckDBPyConnection) -> None:
    """Lines whose amount is that of a row that is due, each row once; lines that fit one task take theirs as well."""
    waiting: dict[_Kind, list[tuple[str, int]]] = {
        (number, currency, amount): lines for number, currency, amount, lines in database.execute(_WAITING).fetchall()
    }
    taken: dict[_Kind, int] = defaultdict(int)
    choices: list[tuple[int, int]] = []
    for number, unit, several, currency, amount, stock in database.execute(_BY_ROW).fetchall():
        lines, row = waiting[number, currency, amount], (unit, currency, amount)
        while lines and taken[row] < stock:
            taken[row] += 1
            choices += [(lines.pop()[1], unit)] * (several > 1)
    insert_pairs(database, "joined", choices)


def _join_by_sum(database: DuckDBPyConnection) -> None:
    """What is left of a set, where it comes to what is due of a task that no line has met."""
    chosen: dict[int, int] = {}
    units: set[int] = set()
    for number, unit in database.execute(_BY_SUM).fetchall():
        if number not in chosen and unit not in units:
            chosen[number] = unit
            units.add(unit)
    lines = database.execute("SELECT l, s FROM left_sets").fetchall()
    insert_pairs(database, "joined", [(line, chosen[number]) for line, number in lines if number in chosen])
