"""Lines that cover a time: each stands for all usage of its account in it that nothing nearer stands for.

A row of usage belongs to the shortest of the spans that it lies in; of equally short ones to the one that says most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAME_SPAN: Final = "account, environment, host, region, resolution, begin, until"
_SAYS: Final = ("environment", "host", "region", "resolution")

_COVER: Final = f"""
CREATE TABLE spanning AS
    SELECT l, dense_rank() OVER (ORDER BY {_SAME_SPAN}) AS s FROM lines_left
    WHERE task_id IS NULL AND begin IS NOT NULL AND l NOT IN (SELECT l FROM bundled JOIN paired USING (b));
CREATE TABLE spans AS
    SELECT s, {", ".join(f"any_value({name}) AS {name}" for name in _SAME_SPAN.split(", "))}
    FROM spanning JOIN lines_left USING (l) GROUP BY s;
CREATE TABLE covered AS
    SELECT u.u, arg_min(s.s, (
        epoch_us(s.until) - epoch_us(s.begin), {" + ".join(f"(s.{name} IS NULL)::INTEGER" for name in _SAYS)}, s.s
    )) AS s
    FROM units u JOIN spans s
        ON u.account IS NOT DISTINCT FROM s.account AND u.at >= s.begin AND u.at < s.until
        AND {" AND ".join(f"coalesce(u.{name} = s.{name}, TRUE)" for name in _SAYS)}
    WHERE u.is_open AND u.u NOT IN (SELECT u FROM paired) GROUP BY u.u;
"""  # noqa: S608 - our own names


def cover_by_span(database: DuckDBPyConnection) -> None:
    """Makes the tables `spanning` (l, s) and `covered` (u, s) from what is neither named nor paired."""
    database.execute(_COVER)
