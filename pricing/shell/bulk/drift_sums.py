"""Quotes and an invoice joined by task and summed by host, tier, currency and period, in DuckDB, in DECIMAL alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal
from typing import Any, Final, NamedTuple

from pricing.drifts import By, Key, Volume
from pricing.money import EXACT
from pricing.shell.bulk.drift_records import EXACT_NUMBER, INVOICED, QUOTED, Database, load
from pricing.shell.bulk.sources import Source
from pricing.usage import FIRST, LAST
from wan_rules.payloads import UnusableInputError


class Tally(NamedTuple):
    """What became of the rows: what was compared, and why the others were not."""

    quotes: int
    lines: int
    unreadable_quotes: int
    unreadable_lines: int
    not_exact: int
    refused: int
    quoted_twice: int
    without_task: int
    without_seconds: int
    quoted_only: int
    invoiced_only: int
    other_currency: int
    seconds_as_quoted: int
    compared: int


class Sums(NamedTuple):
    """The volumes by group and period, and what became of the rows."""

    volumes: list[tuple[Key, Any, Volume]]
    tally: Tally


def sum_tables(quotes: Sequence[Source], invoice: Sequence[Source], by: By) -> Sums:
    """Reads, joins and sums. Raises UnusableInputError."""
    with _connect() as database:
        broken_quotes = load(database, "quoted_texts", quotes, QUOTED)
        broken_lines = load(database, "invoiced_texts", invoice, INVOICED)
        for statement in (_EXACT, _INSTANT, _QUOTED, _USABLE, _INVOICED, _BILLED, _ABROAD, _JOINED):
            database.execute(statement)
        counts = dict(zip(_COUNTED, database.execute(_COUNTS).fetchone(), strict=True))
        counts["quotes"] += broken_quotes
        counts["unreadable_quotes"] += broken_quotes
        counts["lines"] += broken_lines
        counts["unreadable_lines"] += broken_lines
        rows = database.execute(_SUMS, [by]).fetchall()
    return Sums([_read(row) for row in rows], Tally(**counts))


@contextmanager
def _connect() -> Iterator[Database]:
    """An engine in memory; what it can't do is told. Raises UnusableInputError."""
    try:
        import duckdb
        import pyarrow as pa  # noqa: F401 - what JSON holds goes to the engine through it
    except ImportError:
        raise UnusableInputError("drift", "it needs DuckDB: pip install 'wan-rules[tables]'") from None
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET enable_progress_bar = false")
    try:
        yield database
    except duckdb.Error as error:
        raise UnusableInputError("drift", f"it can't be summed: {str(error).splitlines()[0]}") from None
    finally:
        database.close()


def _read(row: Sequence[Any]) -> tuple[Key, Any, Volume]:
    host, resolution, currency, begin, jobs, *sums = row
    volume = Volume(jobs, *(_shorten(number) for number in sums))
    return Key(host, resolution, currency), begin.replace(tzinfo=UTC), volume


def _shorten(number: Decimal) -> Decimal:
    """The same number without the zeros that a column adds: exact products have room for 60 digits."""
    return number.normalize(EXACT)


_EXACT: Final = f"""
CREATE MACRO exact(written) AS
CASE WHEN regexp_full_match(written, '{EXACT_NUMBER}') THEN CAST(written AS DECIMAL(38, 18)) END
"""
"""The number that a text writes, where DECIMAL(38, 18) holds all its digits: a cast by itself would round."""
_INSTANT: Final = f"""
CREATE MACRO in_utc(written) AS make_timestamp(epoch_us(TRY_CAST(written AS TIMESTAMPTZ)));
CREATE MACRO instant(written) AS
CASE WHEN in_utc(written) BETWEEN TIMESTAMP '{FIRST.date()}' AND TIMESTAMP '{LAST.date()}' THEN in_utc(written) END
"""
"""In UTC. DuckDB leaves the offset of a text aside where it becomes a TIMESTAMP: the way is by TIMESTAMPTZ."""
_QUOTED: Final = """
CREATE TABLE quoted AS
SELECT *, (id IS NULL OR kind = 'exact' AND (
    instant IS NULL OR total IS NULL OR host IS NULL OR resolution IS NULL OR currency IS NULL
    OR (output IS NULL AND output_quantity IS NOT NULL) OR (reference IS NULL AND reference_quantity IS NOT NULL)
)) AS is_unreadable
FROM (
    SELECT nullif(id, '') AS id, nullif(host, '') AS host, nullif(resolution, '') AS resolution,
           nullif(currency, '') AS currency, coalesce(kind, 'exact') AS kind,
           instant("at") AS instant, exact(total) AS total,
           nullif(output_quantity, '') AS output_quantity, exact(output_quantity) AS output,
           nullif(reference_quantity, '') AS reference_quantity, exact(reference_quantity) AS reference
    FROM quoted_texts
)
"""
_USABLE: Final = """
CREATE TABLE usable AS
SELECT id, any_value(instant) AS instant, any_value(host) AS host, any_value(resolution) AS resolution,
       any_value(currency) AS currency, any_value(total) AS total,
       any_value(output + coalesce(reference, 0)) AS seconds,
       count(DISTINCT (instant, host, resolution, currency, total, output, reference)) > 1 AS is_twice
FROM quoted
WHERE NOT is_unreadable AND kind = 'exact'
GROUP BY id
"""
_INVOICED: Final = """
CREATE TABLE invoiced AS
SELECT *, (amount IS NULL OR currency IS NULL OR (own IS NULL AND quantity IS NOT NULL)) AS is_unreadable
FROM (
    SELECT nullif(task_id, '') AS id, nullif(currency, '') AS currency, nullif(meter, '') AS meter,
           exact(amount) AS amount, nullif(quantity, '') AS quantity, exact(quantity) AS own
    FROM invoiced_texts
)
"""
_BILLED: Final = """
CREATE TABLE billed AS
SELECT id, currency, sum(amount) AS amount,
       CASE WHEN NOT bool_or(is_silent) THEN sum(own) FILTER (meter IS NULL OR is_of_seconds) END AS seconds
FROM (
    SELECT *, coalesce(CASE WHEN meter IS NULL THEN own = 1 WHEN is_of_seconds THEN own IS NULL END, false) AS is_silent
    FROM (
        SELECT *, meter IN ('output_video_seconds', 'reference_video_seconds') AS is_of_seconds
        FROM invoiced
        WHERE NOT is_unreadable AND id IS NOT NULL
    )
)
GROUP BY id, currency
"""
"""A line of a meter without its quantity makes the seconds unknown, and so does one without a meter that counts 1.

Such a one counts itself, as `pricing.outcomes.read_stated` has it. One with neither is a credit or a fee.
"""
_ABROAD: Final = """
CREATE TABLE abroad AS
SELECT DISTINCT id FROM usable JOIN billed USING (id)
WHERE billed.currency <> usable.currency AND billed.amount <> 0
"""
"""Tasks with money in another currency than quoted: what is in the quoted one is not all that was invoiced."""
_JOINED: Final = """
CREATE TABLE joined AS
SELECT usable.*, billed.amount, coalesce(billed.seconds, usable.seconds) AS billed_seconds,
       billed.seconds IS NULL AS is_assumed
FROM usable JOIN billed ON usable.id = billed.id AND usable.currency = billed.currency
WHERE NOT is_twice AND usable.seconds > 0 AND usable.id NOT IN (FROM abroad)
"""
_COUNTED: Final = (
    "quotes",
    "lines",
    "unreadable_quotes",
    "unreadable_lines",
    "not_exact",
    "refused",
    "quoted_twice",
    "without_task",
    "without_seconds",
    "quoted_only",
    "invoiced_only",
    "other_currency",
    "seconds_as_quoted",
    "compared",
)
_COUNTS: Final = """
SELECT
    (SELECT count(*) FROM quoted),
    (SELECT count(*) FROM invoiced),
    (SELECT count(*) FROM quoted WHERE is_unreadable),
    (SELECT count(*) FROM invoiced WHERE is_unreadable),
    (SELECT count(*) FROM quoted WHERE NOT is_unreadable AND kind NOT IN ('exact', 'refused')),
    (SELECT count(*) FROM quoted WHERE NOT is_unreadable AND kind = 'refused'),
    (SELECT count(*) FROM usable WHERE is_twice),
    (SELECT count(*) FROM invoiced WHERE NOT is_unreadable AND id IS NULL),
    (SELECT count(*) FROM usable WHERE NOT is_twice AND (seconds IS NULL OR seconds <= 0)),
    (SELECT count(*) FROM usable ANTI JOIN billed USING (id) WHERE NOT is_twice AND seconds > 0),
    (SELECT count(DISTINCT id) FROM billed ANTI JOIN usable USING (id)),
    (SELECT count(*) FROM usable WHERE NOT is_twice AND seconds > 0
        AND id IN (SELECT id FROM billed) AND id NOT IN (SELECT id FROM joined)),
    (SELECT count(*) FROM joined WHERE is_assumed),
    (SELECT count(*) FROM joined)
"""
_SUMS: Final = """
SELECT host, resolution, currency, CAST(date_trunc(?, instant) AS TIMESTAMP) AS begin, count(*),
       sum(total), sum(seconds), sum(amount), sum(billed_seconds)
FROM joined
GROUP BY ALL
ORDER BY ALL
"""
