"""What is not known to agree: the lines, rows and tasks that matching has to bring together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.shell.bulk.checksums import write_number
from pricing.shell.bulk.owners import OWNER, write_same

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Reach(NamedTuple):
    """Which charges are expected, as a condition, how far from instants they lie, and whether lines' times count."""

    due: str
    window: timedelta
    has_spans: bool


_SECOND: Final = timedelta(seconds=1)
"""A line in whole seconds may lie so much before a task that is as near as can be."""


def take_rest(database: DuckDBPyConnection, reach: Reach) -> None:
    """Makes `lines_left`, `rows_left` and `units`: all that is not known to agree.

    Where lines name no task, rows that cost nothing are among them, since one of them may have been billed; and so are
    rows that are not due at the instants that such lines speak of.
    """
    if reach.has_spans:
        database.execute(_SUSPECT_TIMED.format(number=write_number("task_id")))
    database.execute(_TAKE_LINES.format(none=write_number("NULL::VARCHAR"), number=write_number("task_id")))
    first, last = database.sql(_SPOKEN).fetchall()[0]
    if first is not None:
        window, second = (each // timedelta(microseconds=1) for each in (reach.window, _SECOND))
        spoken = f'"at" BETWEEN make_timestamp({first - window}) AND make_timestamp({last + window + second})'
        numbers = {"number": write_number("id"), "named": write_number("task_id")}
        database.execute(_ADD_UNNAMED.format(due=reach.due, spoken=spoken, **numbers))
    parts = {"owner": ", ".join(OWNER), "same": write_same("charge", "task"), "first": _FIRST}
    database.execute(_TAKE_ROWS.format(due=reach.due, number=write_number("id"), **parts))


_SPOKEN: Final = """
SELECT epoch_us(min(least("at", begin))), epoch_us(max(greatest("at", until))) FROM lines_left WHERE task_id IS NULL
"""
"""In microseconds, of which there are more than the calendar of Python has: a line may say that it never ends."""
_SUSPECT_TIMED: Final = """
INSERT INTO suspects SELECT DISTINCT {number} FROM invoice WHERE task_id IS NOT NULL AND begin IS NOT NULL;
"""
_TAKE_LINES: Final = """
INSERT INTO suspects SELECT {none};
CREATE TABLE found_lines AS FROM invoice WHERE {number} IN (FROM suspects);
CREATE VIEW lines_left AS SELECT rowid AS l, * FROM found_lines;
"""
"""Lines without a task have the number of nothing, which is always suspected: one pass finds them with the others."""
_ADD_UNNAMED: Final = """
CREATE TABLE unnamed AS
    SELECT DISTINCT {number} AS i FROM charges
    WHERE ((total = 0 AND {due}) OR (NOT {due} AND {spoken})) AND {number} NOT IN (FROM suspects);
INSERT INTO found_lines FROM invoice WHERE {named} IN (FROM unnamed);
INSERT INTO suspects FROM unnamed;
"""
_TAKE_ROWS: Final = """
CREATE TABLE found_rows AS FROM charges WHERE {number} IN (FROM suspects);
CREATE VIEW rows_left AS SELECT rowid AS r, *, {due} AS is_due FROM found_rows;
CREATE TABLE tasks AS
    SELECT row_number() OVER (ORDER BY id, {owner}) AS u, id, {owner} FROM (SELECT DISTINCT id, {owner} FROM rows_left);
CREATE TABLE row_units AS SELECT r, u FROM rows_left charge JOIN tasks task ON charge.id = task.id AND {same};
CREATE TABLE dues AS
    SELECT u, list_sort(list({{'currency': currency, 'amount': amount}})) AS due FROM (
        SELECT u, currency, sum(total)::DECIMAL(38, 18) AS amount FROM rows_left JOIN row_units USING (r)
        WHERE is_due GROUP BY u, currency
    ) WHERE amount <> 0 GROUP BY u;
CREATE TABLE units AS
    SELECT tasks.*, TRUE AS is_open, "at", resolution, counts, coalesce(due, []) AS due FROM tasks JOIN (
        SELECT u, {first}, bool_or(is_due AND total <> 0) AS counts FROM rows_left JOIN row_units USING (r) GROUP BY u
    ) USING (u) LEFT JOIN dues USING (u);
"""
"""A unit is a task with all its rows: an id of one account, environment, host and region. It is open where no line
names it."""
_FIRST: Final = ", ".join(
    f'coalesce(min("{name}") FILTER (is_due), min("{name}")) AS "{name}"' for name in ("at", "resolution")
)
"""When a task is, and in which tier: as the rows say that are due, where any says it; else as the others do."""
