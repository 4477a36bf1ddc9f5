"""Lines that name no task, met with usage of the same account and tier at nearly the same instant, nearest first.

The law: whatever the order of rows and lines, the pairs are those that one takes who goes through all possible pairs
from the nearest on and takes each of which neither side is taken (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STEPS_US: Final = (0, 1_000_000, 10_000_000, 60_000_000)
"""The window is widened in steps: most pairs are near, and what is taken leaves fewer to look at in the next step."""
_FETCHED: Final = 65_536
_SAME_MARKET: Final = 'account, environment, host, region, resolution, "at"'

_LAY: Final = f"""
CREATE TABLE bundled AS
    SELECT l, dense_rank() OVER (ORDER BY {_SAME_MARKET}, meter IS NULL, k) AS b
    FROM (
        SELECT *, row_number() OVER (PARTITION BY {_SAME_MARKET}, meter ORDER BY line, currency, amount, l) AS k
        FROM lines_left WHERE task_id IS NULL AND "at" IS NOT NULL
    );
CREATE TABLE bundles AS
    SELECT b, any_value(account) AS account, any_value(environment) AS environment, any_value(host) AS host,
        any_value(region) AS region, any_value(resolution) AS resolution, any_value("at") AS "at",
        list_sort(list({{'meter': meter, 'currency': currency, 'amount': amount}})) AS content
    FROM bundled JOIN lines_left USING (l) GROUP BY b;
CREATE TABLE paired (u BIGINT, b BIGINT);
CREATE VIEW free_bundles AS FROM bundles
    WHERE b NOT IN (SELECT b FROM paired)
    AND b NOT IN (SELECT b FROM bundled JOIN spanning USING (l) JOIN covered USING (s));
"""  # noqa: S608 - our own names
"""Lines of one instant, market and tier that are about different meters make one bundle: the lines of one job."""

_CANDIDATES: Final = """
WITH free_units AS (
    SELECT *, epoch_us("at") // greatest({width}, 1) AS slot FROM units
    WHERE is_open AND u NOT IN (SELECT u FROM paired)
), near_bundles AS (
    SELECT *, unnest([-1, 0, 1]) + epoch_us("at") // greatest({width}, 1) AS slot FROM free_bundles
)
SELECT u.u, b.b FROM free_units u JOIN near_bundles b
    ON u.slot = b.slot AND u.account IS NOT DISTINCT FROM b.account AND u.resolution IS NOT DISTINCT FROM b.resolution
    AND coalesce(u.host = b.host, TRUE) AND coalesce(u.environment = b.environment, TRUE)
    AND coalesce(u.region = b.region, TRUE) AND abs(epoch_us(u.at) - epoch_us(b.at)) <= {width}
ORDER BY abs(epoch_us(u.at) - epoch_us(b.at)), u.at, u.u, b.at, b.b
"""

_JOIN_TWINS: Final = f"""
CREATE TABLE twins AS
    SELECT b.b, min(p.u) AS u FROM free_bundles b
    JOIN bundles t ON {" AND ".join(f"b.{name} IS NOT DISTINCT FROM t.{name}" for name in _SAME_MARKET.split(", "))}
        AND b.content = t.content
    JOIN paired p ON p.b = t.b GROUP BY b.b;
INSERT INTO paired SELECT u, b FROM twins;
DROP TABLE twins;
"""  # noqa: S608 - our own names
"""A bundle that found no usage, and says all that another says that found some, is the same again."""


def lay_bundles(database: DuckDBPyConnection) -> None:
    """Makes the tables `bundled` (l, b) and `bundles`, of `lines_left`, and `paired` (u, b), still empty.

    A bundle is free while it is not paired and no span that one of its lines makes covers anything.
    """
    database.execute(_LAY)


def pair_by_instant(database: DuckDBPyConnection, window: timedelta) -> None:
    """Adds to `paired` units that are open and bundles of which no line is taken yet."""
    widest = window // timedelta(microseconds=1)
    for width in (*(step for step in STEPS_US if step < widest), widest):
        _pair_within(database, width)
    database.execute(_JOIN_TWINS)


def _pair_within(database: DuckDBPyConnection, width_us: int) -> None:
    """Takes the pairs that lie so near, from the nearest on, neither side twice."""
    units: set[int] = set()
    bundles: set[int] = set()
    taken: list[tuple[int, int]] = []
    found = database.execute(_CANDIDATES.format(width=width_us))
    while several := found.fetchmany(_FETCHED):
        for unit, bundle in several:
            if unit not in units and bundle not in bundles:
                units.add(unit)
                bundles.add(bundle)
                taken.append((unit, bundle))
    if taken:
        _keep(database, taken)


def _keep(database: DuckDBPyConnection, taken: list[tuple[int, int]]) -> None:
    import pyarrow as pa

    pairs = pa.table(
        {"u": pa.array([u for u, _ in taken], pa.int64()), "b": pa.array([b for _, b in taken], pa.int64())}
    )
    database.register("taken", pairs)
    database.execute("INSERT INTO paired SELECT u, b FROM taken")
    database.unregister("taken")
