"""Lines that name no task and say an instant, brought together as the lines of single jobs, one of each meter.

Where several jobs of one instant and market are billed by several meters, what is due of usage at that time says which
lines are of one job (`pricing/bundles.py`). Where one task at most has anything due at that time, and all lines come to
that together, they are of one job, however many of a meter, or of none, there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from pricing.bundles import Piece, Sums, deal
from pricing.shell.bulk.owners import write_fit
from pricing.shell.bulk.pairs import insert_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAME_MARKET: Final = 'account, environment, host, region, resolution, "at"'
MAY_MEET: Final = f"""
task.account IS NOT DISTINCT FROM said.account AND task.resolution IS NOT DISTINCT FROM said.resolution
AND {write_fit("task", "said", ("environment", "host", "region"))}
""".strip()
"""Whether lines without a task, `said`, may be of a task: account and tier have to be the same."""
SECOND_US: Final = 1_000_000
DISTANCE: Final = f"""
abs(task_us - CASE WHEN line_us % {SECOND_US} = 0 THEN task_us % {SECOND_US} ELSE 0 END - line_us)
""".strip()
"""How far a task lies from a line, both in microseconds: a line in whole seconds is held against the task's second."""
_FETCHED: Final = 65_536

_PLACE: Final = f"""
CREATE TABLE placed AS
    SELECT *, row_number() OVER (PARTITION BY place, meter ORDER BY line, currency, amount, l) AS k FROM (
        SELECT l, line, meter, currency, amount, dense_rank() OVER (ORDER BY {SAME_MARKET}) AS place
        FROM lines_left WHERE task_id IS NULL AND "at" IS NOT NULL
    );
CREATE TABLE crowded AS
    SELECT place, any_value(l) AS l FROM placed GROUP BY place HAVING count(*) > greatest(1, count(DISTINCT meter));
CREATE TABLE dealt (l BIGINT, k BIGINT);
"""  # noqa: S608 - our own names
_FIND_DUES: Final = f"""
CREATE TABLE near_tasks AS
    WITH near_units AS (
        SELECT *, epoch_us("at") AS task_us, task_us // {SECOND_US} AS slot FROM units WHERE is_open
    ), places AS (
        SELECT place, account, environment, host, region, resolution, epoch_us("at") AS line_us,
            line_us // {SECOND_US} AS slot
        FROM crowded JOIN lines_left USING (l)
    )
    SELECT place, due, task.at AS "at", u
    FROM near_units task JOIN places said ON task.slot = said.slot AND {MAY_MEET} AND {DISTANCE} = 0;
CREATE VIEW near_dues AS FROM near_tasks WHERE len(due) > 0;
"""  # noqa: S608 - our own names
_DEAL_WHOLE: Final = """
CREATE TABLE whole AS
    SELECT place FROM (
        SELECT place, max(due) AS due FROM near_tasks GROUP BY place HAVING count(*) FILTER (len(due) > 0) <= 1
    ) owed JOIN (
        SELECT place, list_sort(list({'currency': currency, 'amount': amount}) FILTER (amount <> 0)) AS due FROM (
            SELECT place, currency, sum(amount)::DECIMAL(38, 18) AS amount FROM placed
            WHERE place IN (SELECT place FROM near_tasks) GROUP BY place, currency
        ) GROUP BY place
    ) billed USING (place) WHERE coalesce(billed.due, []) = owed.due;
INSERT INTO dealt SELECT l, 0 FROM placed WHERE place IN (FROM whole);
CREATE TABLE tangled AS
    SELECT place FROM placed WHERE meter IS NOT NULL AND place NOT IN (FROM whole)
    GROUP BY place HAVING count(DISTINCT meter) > 1 AND max(k) > 1;
"""
"""All lines of a place are one bundle where they come to what is due of the only task there, or to nothing where
nothing is due, as of a job that a credit has paid."""
_PIECES: Final = """
SELECT place, l, meter, currency, amount FROM placed WHERE meter IS NOT NULL AND place IN (FROM tangled)
ORDER BY place, line, currency, amount, l
"""
_DUES: Final = """
SELECT place, due FROM near_dues WHERE place IN (FROM tangled) ORDER BY place, "at", u
"""
_LAY: Final = """
CREATE TABLE bundled AS
    SELECT l, dense_rank() OVER (
        ORDER BY place, meter IS NULL AND dealt.k IS NULL, coalesce(dealt.k, placed.k)
    ) AS b, place
    FROM placed LEFT JOIN dealt USING (l);
CREATE TABLE asks AS
    SELECT b, list_sort(list({'currency': currency, 'amount': amount})) AS asked FROM (
        SELECT b, currency, sum(amount)::DECIMAL(38, 18) AS amount FROM bundled JOIN lines_left USING (l)
        GROUP BY b, currency
    ) WHERE amount <> 0 GROUP BY b;
CREATE TABLE bundles AS
    SELECT b, coalesce(any_value(asked), []) AS asked, any_value(place) AS place, any_value(account) AS account,
        any_value(environment) AS environment, any_value(host) AS host, any_value(region) AS region,
        any_value(resolution) AS resolution, any_value("at") AS "at",
        list_sort(list({'meter': meter, 'currency': currency, 'amount': amount})) AS content
    FROM bundled JOIN lines_left USING (l) LEFT JOIN asks USING (b) GROUP BY b;
"""


def lay_bundles(database: DuckDBPyConnection) -> None:
    """Makes the tables `bundled` (l, b) and `bundles`, of `lines_left`; units of an instant say what is due there."""
    database.execute(_PLACE)
    if database.execute("SELECT count(*) FROM crowded").fetchall()[0][0]:
        database.execute(_FIND_DUES)
        database.execute(_DEAL_WHOLE)
        _deal(database)
    database.execute(_LAY)


def _deal(database: DuckDBPyConnection) -> None:
    """Adds to `dealt` lines and the numbers of their bundles, where order alone can't say them."""
    dues: dict[int, list[Sums]] = defaultdict(list)
    for place, due in _stream(database, _DUES):
        dues[place].append(tuple((each["currency"], each["amount"]) for each in due))
    dealt: list[tuple[int, int]] = []
    for place, group in groupby(_stream(database, _PIECES), itemgetter(0)):
        records = list(group)
        for number, bundle in enumerate(deal([Piece(*record[2:]) for record in records], dues[place])):
            dealt += ((records[each][1], number) for each in bundle)
    insert_pairs(database, "dealt", dealt)


def _stream(database: DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    cursor = database.cursor()
    cursor.execute(sql)
    while several := cursor.fetchmany(_FETCHED):
        yield from several
