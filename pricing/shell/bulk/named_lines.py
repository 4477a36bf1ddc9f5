"""Lines that name a task, met with usage of that id: with the task whose account, host, environment and region fit.

The law: a line never meets usage that it contradicts. Where several tasks of one id fit, amounts decide, and then a
fixed order (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pricing.shell.bulk.owners import OWNER, write_fit
from pricing.shell.bulk.pairs import insert_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OWNER: Final = ", ".join(OWNER)
_FIND: Final = """
CREATE TABLE possible AS
    SELECT l, u, {misses} AS misses, counts, count(*) OVER (PARTITION BY l) AS several
    FROM lines_left said JOIN units task ON task_id = id AND {fit};
CREATE TABLE joined AS SELECT l, u FROM possible WHERE several = 1;
CREATE TABLE shared AS SELECT DISTINCT task_id AS id FROM possible JOIN lines_left USING (l) WHERE several > 1;
"""
_BY_ROW: Final = """
SELECT l, u, several, currency, amount, stock FROM possible JOIN lines_left USING (l) JOIN (
    SELECT u, currency, total AS amount, count(*) AS stock FROM rows_left JOIN row_units USING (r)
    WHERE is_due AND id IN (FROM shared) GROUP BY u, currency, total
) USING (u, currency, amount) ORDER BY misses, line, currency, amount, l, NOT counts, u
"""
"""Which lines may stand for which rows: those first that say the same where both sides say something."""
_LAY_SETS: Final = f"""
CREATE TABLE sets AS
    SELECT l, dense_rank() OVER (ORDER BY task_id, {_OWNER}) AS s
    FROM lines_left WHERE l IN (SELECT l FROM possible) AND l NOT IN (SELECT l FROM joined);
"""  # noqa: S608 - our own names
_BY_SUM: Final = """
SELECT DISTINCT s, possible.u, misses, possible.counts
FROM sets JOIN possible USING (l) JOIN units USING (u) JOIN (
    SELECT s, list_sort(list({'currency': currency, 'amount': amount})) AS due FROM (
        SELECT s, currency, sum(amount)::DECIMAL(38, 18) AS amount FROM sets JOIN lines_left USING (l)
        GROUP BY s, currency
    ) WHERE amount <> 0 GROUP BY s
) USING (s, due) WHERE possible.u NOT IN (SELECT u FROM joined)
ORDER BY misses, s, NOT possible.counts, possible.u
"""
_BY_ORDER: Final = """
INSERT INTO joined
    SELECT l, arg_min(u, (misses, NOT counts, u)) FROM possible WHERE l NOT IN (SELECT l FROM joined) GROUP BY l;
"""
_CLOSE: Final = f"""
CREATE TABLE strays AS
    SELECT l, (SELECT coalesce(max(u), 0) FROM units) + dense_rank() OVER (ORDER BY task_id, {_OWNER}) AS u
    FROM lines_left WHERE task_id IS NOT NULL AND l NOT IN (SELECT l FROM joined);
INSERT INTO joined FROM strays;
INSERT INTO units BY NAME SELECT DISTINCT u, FALSE AS is_open, FALSE AS counts FROM strays;
UPDATE units SET is_open = FALSE WHERE u IN (SELECT u FROM joined);
"""  # noqa: S608 - our own names
"""Lines that fit no usage stand for a task of their own, with those of the same id that say the same."""


def join_named(database: DuckDBPyConnection, told: Sequence[str]) -> None:
    """Makes the table `joined` (l, u) of lines that name a task, each with its unit; these are open no more.

    `told` are the columns of OWNER that both sides say anywhere.
    """
    misses = " + ".join(f"(said.{name} IS DISTINCT FROM task.{name})::INTEGER" for name in told)
    database.execute(_FIND.format(misses=misses or "0", fit=write_fit("said", "task")))
    if database.execute("SELECT count(*) FROM shared").fetchall()[0][0]:
        _share(database)
    database.execute(_CLOSE)


def _share(database: DuckDBPyConnection) -> None:
    """Lines that fit several tasks of their id: by a row of their amount, then all by what is due, then by order."""
    _join_by_row(database)
    database.execute(_LAY_SETS)
    _join_by_sum(database)
    database.execute(_BY_ORDER)


def _join_by_row(database: DuckDBPyConnection) -> None:
    """Lines whose amount is that of a row that is due, each row once; lines that fit one task take theirs as well."""
    taken: Counter[tuple[object, ...]] = Counter()
    joined: dict[int, int] = {}
    choices: list[tuple[int, int]] = []
    for line, unit, several, currency, amount, stock in database.execute(_BY_ROW).fetchall():
        row = (unit, currency, amount)
        if line not in joined and taken[row] < stock:
            taken[row] += 1
            joined[line] = unit
            choices += [(line, unit)] * (several > 1)
    insert_pairs(database, "joined", choices)


def _join_by_sum(database: DuckDBPyConnection) -> None:
    """Lines that say the same, and together come to what is due of a task that no line has met."""
    chosen: dict[int, int] = {}
    for number, unit, *_ in database.execute(_BY_SUM).fetchall():
        if number not in chosen and unit not in chosen.values():
            chosen[number] = unit
    lines = database.execute("SELECT l, s FROM sets").fetchall()
    insert_pairs(database, "joined", [(line, chosen[number]) for line, number in lines if number in chosen])
