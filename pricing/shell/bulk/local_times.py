"""Local times of a named zone as UTC instants: only those that its clocks showed exactly once; nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import ibis
from ibis.expr import datatypes as dt

from pricing.shell.bulk.column_readings import Clocks, Expression
from pricing.shell.bulk.literals import quote_file
from wan_rules.payloads import UnusableInputError

_NAIVE: Final = dt.Timestamp(scale=6)
_ZONED: Final = dt.Timestamp(timezone="UTC", scale=6)
_WITHIN: Final = ("0001-01-03T00:00:00", "9999-12-29T00:00:00")
"""A day from either end of the calendar is looked at beside each instant."""


def read_zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises UnusableInputError."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise UnusableInputError("--zone", f"{name[:64]!r} is no zone: write it as in Asia/Shanghai, or UTC") from None


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the zone's clocks showed that time. Raises ValueError where they did not, or twice."""
    found = {
        instant
        for fold in (0, 1)
        if (instant := local.replace(tzinfo=zone, fold=fold).astimezone(UTC)).astimezone(zone).replace(tzinfo=None)
        == local
    }
    if len(found) == 1:
        return found.pop()
    how = "twice: which of them is meant?" if found else "never: they were set forward over it"
    msg = f"the clocks of {zone.key} showed {local.isoformat(' ')} {how}"
    raise ValueError(msg)


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, _NAIVE), _ZONED))  # type: ignore[untyped-decorator]  # ibis has no types
def _as_shown(zone: Expression, local: Expression) -> Expression: ...


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, _ZONED), _NAIVE))  # type: ignore[untyped-decorator]  # ibis has no types
def _show(zone: Expression, instant: Expression) -> Expression: ...


@ibis.udf.scalar.builtin(name="epoch_us", signature=((_ZONED,), dt.int64))  # type: ignore[untyped-decorator]  # ibis has no types
def _count_micros(instant: Expression) -> Expression: ...


@ibis.udf.scalar.builtin(name="make_timestamp", signature=((dt.int64,), _NAIVE))  # type: ignore[untyped-decorator]  # ibis has no types
def _from_micros(micros: Expression) -> Expression: ...


def duckdb_clocks(zone: str | None) -> Clocks:
    """How DuckDB does it; without a zone there are no local instants."""

    def from_zoned(raw: Expression) -> Expression:
        """Five times faster than a cast, and no matter of the session's zone."""
        return _from_micros(_count_micros(raw))

    return Clocks(from_zoned, None if zone is None else lambda raw: _localise(raw, zone))


def _localise(raw: Expression, zone: str) -> tuple[Expression, Expression]:
    """The same as `to_instant` on a column: the offsets of the day before and of the day after are tried."""
    if zone == "UTC":
        return raw, raw.notnull()
    day = ibis.interval(days=1)
    local = ibis.ifelse(raw.between(*[ibis.literal(end, "timestamp(6)") for end in _WITHIN]), raw, None)
    early, late = local - day, local + day
    first, second = early + (local - _clock(zone, early)), late + (local - _clock(zone, late))
    is_first, is_second = _clock(zone, first) == local, _clock(zone, second) == local
    return ibis.ifelse(is_first, first, second), ibis.ifelse(first == second, is_first, is_first != is_second)


def find_rift(connection: Expression, files: Sequence[str], name: str, zone: tzinfo) -> date | None:
    """The first day of the files' local instants on which DuckDB's clocks of the zone show another time than `zone`.

    DuckDB brings its own database of zones: where a law has changed, one of both may not know it yet. Raises
    UnusableInputError for a name that only this machine has, such as `localtime`.
    """
    import duckdb

    listed = ", ".join(map(quote_file, files))
    try:
        days = connection.raw_sql(_DAYS.format(files=listed), parameters=[name]).fetchall()
    except duckdb.NotImplementedException:
        raise UnusableInputError(
            "--zone", f"{name[:64]!r} is no zone to DuckDB: write it as in Asia/Shanghai"
        ) from None
    for day, shown in days:
        if day.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) != shown:
            return date(day.year, day.month, day.day)
    return None


_DAYS: Final = """
SELECT day, timezone(?, timezone('UTC', day)) FROM (
    SELECT unnest(generate_series(
        greatest(date_trunc('day', early) - INTERVAL 1 DAY, TIMESTAMP '1970-01-01'),
        least(late + INTERVAL 1 DAY, TIMESTAMP '2100-01-01'), INTERVAL 1 DAY
    )) AS day
    FROM (
        SELECT min(local) AS early, max(local) AS late
        FROM (SELECT CAST("at" AS TIMESTAMP) AS local FROM read_parquet([{files}])) WHERE isfinite(local)
    ) WHERE early IS NOT NULL
)
"""
"""From a day before the first until a day after the last: what else a column of instants holds is judged row by row."""


def _clock(zone: str, instant: Expression) -> Expression:
    """What the zone's clocks show at an instant of UTC."""
    return _show(ibis.literal(zone), _as_shown(ibis.literal("UTC"), instant))
