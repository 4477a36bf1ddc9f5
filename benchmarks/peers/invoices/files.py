"""Usage and an invoice for it, in Parquet: seeded, with defects that are planted, and the same for the same size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.peers.failures.failure import Reconciled

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SPAN_US: Final = 23 * 86_400 * 1_000_000
"""Three weeks and two days of November 2026, over which the tasks are spread."""
_USAGE: Final = """
SELECT 'task-' || md5(i::VARCHAR) AS id,
    TIMESTAMPTZ '2026-11-01 00:00:00+00' + to_microseconds(i * {step_us}) AS "at",
    'acme' AS account, CASE WHEN hash(i, 1) % 10 = 0 THEN 'staging' ELSE 'production' END AS environment,
    'alibaba' AS host, NULL::VARCHAR AS region, CASE WHEN hash(i, 2) % 2 = 0 THEN '720P' ELSE '1080P' END AS resolution,
    '16:9' AS ratio, ((2000 + hash(i, 3) % 8001) * 0.001::DECIMAL(4, 3))::DECIMAL(12, 6) AS duration_s,
    [((1000 + hash(i, 4) % 6001) * 0.001::DECIMAL(4, 3))::DECIMAL(12, 6),
     ((1000 + hash(i, 5) % 3001) * 0.001::DECIMAL(4, 3))::DECIMAL(12, 6)][1:(hash(i, 6) % 3)::INT] AS clips_s,
    NULL::DECIMAL(12, 6) AS billed_clips_s, (1 + hash(i, 6) % 3)::INTEGER AS "references",
    CASE WHEN hash(i, 7) % 33 = 0 THEN 'failed' ELSE 'succeeded' END AS status, (hash(i, 8) % 1000)::INT AS defect
FROM range({rows}) AS numbers(i)
"""
_RIGHT: Final = """
SELECT *, (CASE resolution WHEN '720P' THEN 0.10 ELSE 0.15 END
    * CASE environment WHEN 'production' THEN 0.9 ELSE 1.0 END
    * (duration_s + least(coalesce(list_sum(clips_s), 0), 5.000000)))::DECIMAL(38, 12) AS total FROM made
"""
_LINES: Final = """
SELECT id AS task_id, account, environment, host, "at", resolution, total AS amount FROM rated
    WHERE status = 'succeeded' AND defect NOT IN (1, 2)
UNION ALL SELECT id, account, environment, host, "at", resolution, total FROM rated
    WHERE status = 'succeeded' AND defect = 3
UNION ALL SELECT id, account, environment, host, "at", resolution, total + 0.01 FROM rated
    WHERE status = 'succeeded' AND defect = 2
UNION ALL SELECT id, account, environment, host, "at", resolution, total FROM rated
    WHERE status = 'failed' AND defect < 30
UNION ALL SELECT 'task-none-' || id, account, environment, host, "at", resolution, total FROM rated
    WHERE status = 'succeeded' AND defect = 4
"""
"""Of a thousand tasks one is missing, one too dear, one twice, one nobody's; of the failed some are billed."""
_COUNT: Final = """
SELECT count(*) FROM rated
    WHERE (status = 'succeeded' AND defect IN (1, 2, 3, 4)) OR (status = 'failed' AND defect < 30)
"""
_COLUMNS: Final = """
SELECT 'L' || row_number() OVER () AS line, task_id, account, environment, host, "at", resolution,
    amount::DECIMAL(38, 12) AS amount, 'USD' AS currency FROM lines ORDER BY hash(task_id)
"""


def write_files(folder: Path, rows: int) -> int:
    """Writes `usage.parquet` and `invoice.parquet`; how many tasks differ."""
    import duckdb

    database = duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    database.execute(f"CREATE TEMP TABLE made AS {_USAGE.format(rows=rows, step_us=SPAN_US // rows)}")
    database.execute(f"CREATE TEMP TABLE rated AS {_RIGHT}")
    database.execute(f"CREATE TEMP VIEW lines AS {_LINES}")
    database.execute(f"COPY (SELECT * EXCLUDE (defect) FROM made) TO '{folder}/usage.parquet' (FORMAT parquet)")  # noqa: S608
    database.execute(f"COPY ({_COLUMNS}) TO '{folder}/invoice.parquet' (FORMAT parquet)")
    return int(database.execute(_COUNT).fetchall()[0][0])


def write_few(folder: Path, question: Reconciled) -> None:
    """The same files, of a case of a failure."""
    import duckdb

    database = duckdb.connect()
    database.execute(
        'CREATE TABLE used (id VARCHAR, "at" TIMESTAMPTZ, account VARCHAR, environment VARCHAR, host VARCHAR, '
        "region VARCHAR, resolution VARCHAR, ratio VARCHAR, duration_s DECIMAL(12, 6), clips_s DECIMAL(12, 6)[], "
        'billed_clips_s DECIMAL(12, 6), "references" INTEGER, status VARCHAR)'
    )
    database.execute(
        "CREATE TABLE lines (task_id VARCHAR, account VARCHAR, environment VARCHAR, host VARCHAR, "
        '"at" TIMESTAMPTZ, resolution VARCHAR, amount DECIMAL(38, 12))'
    )
    for used in question.used:
        whose = [used.task, "2026-11-22T12:00:00Z", used.account, used.environment]
        seconds = [used.seconds, list(used.clips)]
        _insert(
            database,
            "used",
            [*whose, "alibaba", None, used.tier, "16:9", *seconds, None, 1 + len(used.clips), "succeeded"],
        )
        if used.task in question.invoiced:
            task, at, account, environment = whose
            amount = question.invoiced[used.task]
            _insert(database, "lines", [task, account, environment, "alibaba", at, used.tier, amount])
    database.execute(f"COPY used TO '{folder}/usage.parquet' (FORMAT parquet)")
    database.execute(f"COPY ({_COLUMNS}) TO '{folder}/invoice.parquet' (FORMAT parquet)")


def _insert(database: DuckDBPyConnection, table: str, values: Sequence[object]) -> None:
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO {table} VALUES ({marks})", list(values))  # noqa: S608 - our own names
