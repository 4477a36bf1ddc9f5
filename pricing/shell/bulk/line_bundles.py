"""Lines that name no task and say an instant, brought together as the lines of single jobs, one of each meter.

Where several jobs of one instant and market are billed by several meters, what is due of usage at that time says which
lines are of one job (`pricing/bundles.py`).
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
CREATE TABLE tangled AS
    SELECT place, any_value(l) AS l FROM placed WHERE meter IS NOT NULL
    GROUP BY place HAVING count(DISTINCT meter) > 1 AND max(k) > 1;
"""  # noqa: S608 - our own names
_PIECES: Final = """
SELECT place, l, meter, currency, amount FROM placed WHERE meter IS NOT NULL AND place IN (SELECT place FROM tangled)
ORDER BY place, line, currency, amount, l
"""
_DUES: Final = f"""
WITH near_units AS (
    SELECT *, epoch_us("at") AS task_us, task_us // {SECOND_US} AS slot FROM units WHERE is_open AND len(due) > 0
), places AS (
    SELECT place, account, environment, host, region, resolution, epoch_us("at") AS line_us,
        line_us // {SECOND_US} AS slot
    FROM tangled JOIN lines_left USING (l)
)
SELECT place, due FROM near_units task JOIN places said ON task.slot = said.slot AND {MAY_MEET} AND {DISTANCE} = 0
ORDER BY place, task.at, task.u
"""  # noqa: S608 - our own names
_LAY: Final = """
CREATE TABLE bundled AS
    SELECT l, dense_rank() OVER (ORDER BY place, meter IS NULL, coalesce(dealt.k, placed.k)) AS b, place
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
    database.execute("CREATE TABLE dealt (l BIGINT, k BIGINT)")
    if database.execute("SELECT count(*) FROM tangled").fetchall()[0][0]:
        _deal(database)
    database.execute(_LAY)


def _deal(database: DuckDBPyConnection) -> None:
    """Fills `dealt` with lines and the numbers of their bundles, where order alone can't say them."""
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
