"""Usage by the million in Parquet, in the columns of `schemas.USAGE`; the same rows for the same number of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.bulk_catalogue import ACCOUNTS, ENVIRONMENTS, TIERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROW_GROUP: Final = 122_880
"""Rows of a row group: what DuckDB itself takes."""
SEED: Final = 20_261_101
SPAN_US: Final = 92 * 86_400 * 1_000_000
"""August to October 2026: rows lie in order of their instants, as logs do."""
_LENGTH: Final = "((1000 + (f >> {shift}) % 9001) * 0.001::DECIMAL(4, 3))::DECIMAL(12, 6)"
_USAGE: Final = """
WITH numbers AS (
    SELECT i, hash({seed} + i) AS h, hash({seed} + i, 1) AS g, hash({seed} + i, 2) AS f
    FROM range({first}, {last}) AS all_rows(i)
), picked AS (
    SELECT *,
        (h % (100 + ((g >> 56) = 0)::INT))::INT AS a,
        1 + ((a + (h >> 16) % 2) % 4)::INT AS place,
        [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][1 + ((g >> 24) % 10)::INT] AS clips,
        (g >> 32) % 50 = 0 AS is_billed,
        (g >> 40) % 1000 AS s
    FROM numbers
)
SELECT
    format('task-{{:016x}}', h) AS id,
    TIMESTAMP '2026-08-01' + to_microseconds(i * {step} + (g % {step})::BIGINT) AS at,
    coalesce({accounts}[1 + a], 'nobody') AS account,
    {environments}[1 + ((h >> 8) % 10 = 0)::INT] AS environment,
    {hosts}[place] AS host,
    NULL::VARCHAR AS region,
    {tiers}[place][1 + ((h >> 24) % len({tiers}[place]))::INT] AS resolution,
    ['16:9', '9:16', '1:1'][1 + ((h >> 32) % 3)::INT] AS ratio,
    ((2000 + (g >> 8) % 8001) * 0.001::DECIMAL(4, 3))::DECIMAL(12, 6) AS duration_s,
    CASE WHEN is_billed THEN NULL ELSE [{lengths}][1:clips] END AS clips_s,
    CASE WHEN is_billed THEN ((f % 5001) * 0.001::DECIMAL(4, 3))::DECIMAL(12, 6) END AS billed_clips_s,
    (clips + (h >> 40) % 3)::INTEGER AS "references",
    CASE WHEN s >= 40 THEN 'succeeded' WHEN s >= 20 THEN 'failed' WHEN s >= 10 THEN 'canceled'
         WHEN s >= 1 THEN 'failed_upscaling' ELSE 'moderated' END AS status
FROM picked
"""


def write_usage(connection: DuckDBPyConnection, rows: int, path: Path) -> None:
    """So many rows, over three months, into one file; 4 % of the jobs did not succeed, a few have no price."""
    names = {"accounts": ACCOUNTS, "environments": ENVIRONMENTS, "hosts": TIERS, "tiers": map(list, TIERS.values())}
    lengths = ", ".join(_LENGTH.format(shift=shift) for shift in (0, 16, 32))
    query = _USAGE.format(
        seed=SEED,
        first=0,
        last=rows,
        step=SPAN_US // rows,
        lengths=lengths,
        **{name: list(values) for name, values in names.items()},
    )
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})")


def write_sample(usage: Path, rows: int, path: Path) -> None:
    """So many rows of them, from all three months; always the same."""
    import duckdb

    query = f"FROM read_parquet('{usage}') USING SAMPLE reservoir({rows} ROWS) REPEATABLE (1)"
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def write_zoned(usage: Path, path: Path) -> None:
    """The same usage, with the zone of its instants said, as Spark wants it."""
    import duckdb

    query = f"""SELECT * REPLACE ("at"::TIMESTAMPTZ AS "at") FROM read_parquet('{usage}')"""  # noqa: S608 - a path of our own
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})")
