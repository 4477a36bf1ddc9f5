"""Lines that name no task, met with usage of the same account and tier at nearly the same instant, nearest first.

The law: whatever the order of rows and lines, the pairs are those that one takes who goes through all possible pairs
from the nearest on and takes each of which neither side is taken (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from collections.abc import Container
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pricing.shell.bulk.line_bundles import DISTANCE, MAY_MEET, SAME_MARKET, SECOND_US
from pricing.shell.bulk.pairs import insert_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STEPS_US: Final = (1_000_000, 10_000_000, 60_000_000)
"""After 0 the window is widened in steps: most pairs are near, and what is taken leaves fewer for the next step."""
_FETCHED: Final = 65_536
_LAY: Final = """
CREATE TABLE paired (u BIGINT, b BIGINT);
CREATE VIEW free_bundles AS FROM bundles
    WHERE b NOT IN (SELECT b FROM paired)
    AND b NOT IN (SELECT b FROM bundled JOIN spanning USING (l) JOIN covered USING (s));
"""
_QUEUES: Final = """
SELECT place, asked, any_value(account) AS account, any_value(environment) AS environment,
    any_value(host) AS host, any_value(region) AS region, any_value(resolution) AS resolution,
    any_value("at") AS "at", min(b) * 2 + (asked IS NULL)::BIGINT AS queue, list(b) AS waiting
FROM (SELECT * REPLACE (unnest({asked}) AS asked) FROM free_bundles) GROUP BY place, asked
"""
"""Free bundles of one instant and market wait in a queue: all of them, and once more those that ask for the same.

The number of a queue is twice that of its first bundle, and 1 more where it is of all.
"""
_LONG: Final = f"SELECT queue, list_reverse_sort(waiting) FROM ({_QUEUES}) WHERE len(waiting) > 1"  # noqa: S608
_CANDIDATES: Final = f"""
WITH free_units AS (
    SELECT *, epoch_us("at") AS task_us, unnest({{due}}) AS wanted,
        (task_us - task_us % {SECOND_US}) // ({{width}} + {SECOND_US}) AS slot
    FROM units WHERE is_open AND u NOT IN (SELECT u FROM paired)
), near_queues AS (
    SELECT *, epoch_us("at") AS line_us,
        unnest({{slots}}) + (line_us - line_us % {SECOND_US}) // ({{width}} + {SECOND_US}) AS slot
    FROM ({_QUEUES})
)
SELECT u, queue FROM (
    SELECT u, queue, place, task.at AS task_at, said.at AS line_at, asked IS NULL AS differs, {DISTANCE} AS distance
    FROM free_units task JOIN near_queues said
        ON task.slot = said.slot AND task.wanted IS NOT DISTINCT FROM said.asked AND {MAY_MEET}
        AND {DISTANCE} <= {{width}}
) ORDER BY distance, differs, task_at, u, line_at, place
"""  # noqa: S608 - our own names

_JOIN_TWINS: Final = f"""
CREATE TABLE twins AS
    SELECT b.b, min(p.u) AS u FROM free_bundles b
    JOIN bundles t ON {" AND ".join(f"b.{name} IS NOT DISTINCT FROM t.{name}" for name in SAME_MARKET.split(", "))}
        AND b.content = t.content
    JOIN paired p ON p.b = t.b GROUP BY b.b;
INSERT INTO paired SELECT u, b FROM twins;
DROP TABLE twins;
"""  # noqa: S608 - our own names
"""A bundle that found no usage, and says all that another says that found some, is the same again."""


def lay_pairs(database: DuckDBPyConnection) -> None:
    """Makes the table `paired` (u, b), still empty.

    A bundle is free while it is not paired and no span that one of its lines makes covers anything.
    """
    database.execute(_LAY)


def pair_by_instant(database: DuckDBPyConnection, window: timedelta) -> None:
    """Adds to `paired` units that are open and bundles of which no line is taken yet."""
    widest = window // timedelta(microseconds=1)
    _pair_within(database, 0, "[{}]")
    _pair_within(database, 0, "[NULL]")
    for width in (*(step for step in STEPS_US if step < widest), widest):
        _pair_within(database, width, "[{}, NULL]")
    database.execute(_JOIN_TWINS)


def _pair_within(database: DuckDBPyConnection, width_us: int, kinds: str) -> None:
    """Takes the pairs that lie so near, from the nearest on, neither side twice.

    `kinds` say whether amounts have to agree, need not, or come first where both are equally near.
    """
    asked, due = kinds.format("asked"), kinds.format("due")
    slots = [-1, 0, 1] if width_us else [0]
    queues = dict(database.execute(_LONG.format(asked=asked)).fetchall())
    units: set[int] = set()
    bundles: set[int] = set()
    taken: list[tuple[int, int]] = []
    found = database.execute(_CANDIDATES.format(width=width_us, slots=slots, asked=asked, due=due))
    while several := found.fetchmany(_FETCHED):
        for unit, queue in several:
            if unit not in units and (bundle := _take_first(queues.get(queue, [queue // 2]), bundles)) is not None:
                units.add(unit)
                bundles.add(bundle)
                taken.append((unit, bundle))
    if taken:
        insert_pairs(database, "paired", taken)


def _take_first(waiting: list[int], bundles: Container[int]) -> int | None:
    """The first in the queue, which stands last in the list, that was not taken from another queue."""
    while waiting:
        if (bundle := waiting.pop()) not in bundles:
            return bundle
    return None
