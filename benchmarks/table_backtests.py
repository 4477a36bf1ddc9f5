"""Usage by the million backtested as tables, all of it, beside the scalar engine over a sample of the same rows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from benchmarks.bulk_catalogue import ENTRIES, write_files
from benchmarks.bulk_rating import THREADS, connect, read_rows
from benchmarks.bulk_usage import write_sample, write_usage
from benchmarks.results import Row, Subject, show
from benchmarks.timing import Timing, summarise
from pricing import parse_catalogue
from pricing.backtests import Rater, Side, Sides
from pricing.shell.backtest_documents import Read
from pricing.shell.bulk.backtest_runs import Task, read_tables
from pricing.shell.bulk.engines import Limits
from pricing.shell.bulk.usage_tables import Reading
from pricing.tallies import Summary
from pricing.tallies import summarise as sum_up
from pricing.usage import UsageRow
from wan_rules.hosts import HOSTS

SAMPLE: Final = 20_000
ROUNDS: Final = 3
DEARER: Final = Decimal("1.03")
_READING: Final = Reading(zone="UTC")


def measure_tables(count: int, folder: Path) -> list[Row]:
    """Rounds in turn, by the clock and by the processor's time, which others on the machine do not lengthen."""
    import duckdb

    usage, sample = folder / "usage.parquet", folder / "sample.parquet"
    print(f"{count:,} rows of usage ...", file=sys.stderr, flush=True)
    write_usage(duckdb.connect(), count, usage)
    write_sample(usage, SAMPLE, sample)
    rows = list(_read(read_rows(connect(sample))))
    sides = _make_sides()
    assert _by_tables(sample).summary.sums == _by_scalar(rows, sides).sums, "the scalar engine comes to other sums"
    times = [
        (_time(lambda: _by_tables(usage), count), _time(lambda: _by_scalar(rows, sides), SAMPLE)) for _ in range(ROUNDS)
    ]
    what = f"{count:,} rows backtested as tables, {ENTRIES:,} dated prices on either side"
    beside = f"the scalar engine, {SAMPLE:,} of these rows"
    return [
        show(Subject(f"{what}, a row by the clock", beside), _compare(times, 0)),
        show(Subject("the same by the processor's time", beside), _compare(times, 1)),
    ]


def _make_sides() -> Sides:
    """Two catalogues that nobody has looked anything up in; the second has higher prices."""
    old, new = (parse_catalogue(dict(write_files(factor))) for factor in (Decimal(1), DEARER))
    return Side(old), Side(new)


def _by_tables(usage: Path) -> Read:
    limits = Limits(threads=THREADS)
    return read_tables(Task([str(usage)], _READING, _make_sides(), HOSTS, None, limits))


def _by_scalar(rows: list[UsageRow], sides: Sides) -> Summary:
    return sum_up(map(Rater(*sides).rate, rows))


def _read(records: list[dict[str, Any]]) -> Iterator[UsageRow]:
    for record in records:
        clips = None if record["clips_s"] is None else tuple(record["clips_s"])
        cells = {**record, "at": record["at"].replace(tzinfo=UTC), "clips_s": clips, "consumed_before": {}}
        yield UsageRow.model_construct(**cells)


_Times = tuple[float, float]
"""Seconds of one row by the clock and by the processor."""


def _time(work: Callable[[], object], count: int) -> _Times:
    begin, used = perf_counter(), process_time()
    work()
    return (perf_counter() - begin) / count, (process_time() - used) / count


def _compare(times: Sequence[tuple[_Times, _Times]], clock: int) -> Timing:
    return summarise([ours[clock] for ours, _ in times], [theirs[clock] for _, theirs in times])
