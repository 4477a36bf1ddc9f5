"""Lines that cover a time: each stands for all usage of its account in it that nothing nearer stands for.

A row of usage belongs to the shortest of the spans that it lies in; of equally short ones to the one that says most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pricing.shell.bulk.owners import write_fit

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAME_SPAN: Final = "account, environment, host, region, resolution, begin, until"
_SAYS: Final = ("environment", "host", "region", "resolution")

_LAY: Final = f"""
CREATE TABLE spanning AS
    SELECT l, dense_rank() OVER (ORDER BY {_SAME_SPAN}) AS s FROM lines_left
    WHERE task_id IS NULL AND begin IS NOT NULL;
CREATE TABLE covered (u BIGINT, s BIGINT);
"""  # noqa: S608 - our own names

_COVER: Final = f"""
DELETE FROM spanning WHERE l IN (SELECT l FROM bundled JOIN paired USING (b));
INSERT INTO covered
    WITH spans AS (
        SELECT s, {", ".join(f"any_value({name}) AS {name}" for name in _SAME_SPAN.split(", "))}
        FROM spanning JOIN lines_left USING (l) GROUP BY s
    )
    SELECT u.u, arg_min(s.s, (
        epoch_us(s.until) - epoch_us(s.begin), {" + ".join(f"(s.{name} IS NULL)::INTEGER" for name in _SAYS)}, s.s
    ))
    FROM units u JOIN spans s
        ON u.account IS NOT DISTINCT FROM s.account AND u.at >= s.begin AND u.at < s.until
        AND {write_fit("u", "s", _SAYS)}
    WHERE u.is_open AND u.u NOT IN (SELECT u FROM paired) AND u.u NOT IN (SELECT u FROM covered) GROUP BY u.u;
"""  # noqa: S608 - our own names


def lay_spans(database: DuckDBPyConnection) -> None:
    """Makes the tables `spanning` (l, s), of `lines_left` that name no task, and `covered` (u, s), still empty."""
    database.execute(_LAY)


def cover_by_span(database: DuckDBPyConnection) -> None:
    """Adds to `covered` the units that are neither named nor paired; lines that are paired span nothing any more."""
    database.execute(_COVER)
