"""Rating by the million, beside SQL written by hand: `python -m benchmarks.bulk [--rows N] [--large] [--write]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, TypeAlias

from benchmarks import bulk_process
from benchmarks.bulk_catalogue import ENTRIES, list_prices, make_catalogue, write_files
from benchmarks.bulk_rating import Sums, connect, read_rows, scan, sum_by_scalar, sum_by_sql
from benchmarks.bulk_tables import prepare
from benchmarks.bulk_usage import write_sample, write_usage, write_zoned
from benchmarks.results import Row, Subject, describe_machine, gate, gate_rate, rewrite_readme, show, write_table
from benchmarks.timing import Timing, compare, summarise
from pricing import Catalogue

ROWS: Final = 10_000_000
SAMPLE: Final = 20_000
"""Rows that the scalar engine rates: its time for more is worked out from these."""
LARGER: Final = 10
PAIRS: Final = 11
TARGET: Final = 0.9
SCANS: Final = 3.5
FASTER: Final = 25
WRITTEN: Final = 5
GROWS: Final = 11
SPARK: Final = 10
MEMORY: Final = 400e6
RUNS: Final = 3
"""Of whole processes."""
Runs: TypeAlias = Sequence[bulk_process.Measured]
MARKS: Final = ("<!-- bulk: begin, written by `python -m benchmarks.bulk --write` -->", "<!-- bulk: end -->")
PACKAGES: Final = ("duckdb", "ibis-framework", "pyarrow")


def main() -> None:
    """Make usage, measure, print the table, and with `--write` put it into the README."""
    arguments = _parse_arguments()
    load = os.getloadavg()[0]
    with TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        usage = _make_usage(folder, arguments.rows)
        rows = _measure(usage, folder, arguments)
        rows += _measure_command(usage, folder, arguments.rows)
        if arguments.large:
            rows += _measure_larger(usage, folder, arguments.rows)
        if arguments.spark:
            rows += _measure_spark(usage, folder, arguments.rows)
    text = f"{write_table(rows)}\n{describe_machine(load, PACKAGES)}"
    print(text)
    if arguments.write:
        rewrite_readme(text, MARKS)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of usage ({ROWS:,})")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"pairs of rounds ({PAIRS})")
    parser.add_argument("--large", action="store_true", help="ten times as many rows too, once, and memory")
    parser.add_argument("--spark", action="store_true", help="Spark beside DuckDB too: wants pyspark and Java")
    parser.add_argument("--folder", help="where the usage is written, and removed afterwards")
    return parser.parse_args()


def _make_usage(folder: Path, rows: int) -> Path:
    import duckdb

    usage = folder / f"usage-{rows}.parquet"
    print(f"{rows:,} rows of usage ...", file=sys.stderr, flush=True)
    write_usage(duckdb.connect(), rows, usage)
    return usage


def _measure(usage: Path, folder: Path, arguments: argparse.Namespace) -> list[Row]:
    """Ours beside the SQL; then what else says how fast that is. All of them have to come to the same sums."""
    assert len(list(list_prices())) == ENTRIES
    catalogue, connection, count = make_catalogue(), connect(usage), arguments.rows
    whole, alone = prepare(usage, catalogue)
    expected = sum_by_sql(connection)
    assert expected.rows == count
    assert whole() == alone() == expected, "the sums are not the same"
    beside = "SQL written by hand"
    by_sql = _pass(lambda: sum_by_sql(connection))
    rated = compare(_pass(alone), by_sql, arguments.pairs)
    everything = compare(_pass(whole), by_sql, min(arguments.pairs, 3))
    looked = compare(_pass(alone), _pass(lambda: scan(connection)), min(arguments.pairs, 5))
    what = f"{count:,} rows rated to sums, {ENTRIES:,} dated prices"
    return [
        gate_rate(Subject(what, beside, count), rated, TARGET),
        gate(Subject("the same", "the same columns read, and nothing rated", count), looked, SCANS),
        _measure_scalar(catalogue, usage, folder, rated.ours_s / count),
        show(Subject("the same, usage surveyed and dated rates made of the catalogue", beside, count), everything),
    ]


def _pass(work: Callable[[], object]) -> Callable[[int], object]:
    return lambda _: work()


def _measure_scalar(catalogue: Catalogue, usage: Path, folder: Path, ours_s: float) -> Row:
    """The scalar engine over a sample, whose sums the SQL has to come to as well."""
    sample = folder / "sample.parquet"
    write_sample(usage, SAMPLE, sample)
    connection = connect(sample)
    records = read_rows(connection)
    times = []
    for _ in range(3):
        begin = perf_counter()
        found: Sums = sum_by_scalar(catalogue, records)
        times.append(perf_counter() - begin)
        assert found == sum_by_sql(connection), "the scalar engine comes to other sums"
    timing = summarise([ours_s] * len(times), [seconds / SAMPLE for seconds in times])
    return gate(Subject("the same, a row", f"the scalar engine, {SAMPLE:,} of these rows"), timing, 1 / FASTER)


def _measure_command(usage: Path, folder: Path, count: int) -> list[Row]:
    """`wan-rules rate` as a whole: usage checked, surveyed, priced; rejected rows written where charges are."""
    catalogue = folder / "catalogue"
    catalogue.mkdir()
    for name, text in write_files():
        (catalogue / name).write_text(text, encoding="utf-8")
    sums = [bulk_process.rate(usage, catalogue) for _ in range(RUNS)]
    written = []
    for _ in range(RUNS):
        written.append(bulk_process.rate(usage, catalogue, folder / "charges"))
        rmtree(folder / "charges")
    by_sql = [bulk_process.rate_by_sql(usage) for _ in range(RUNS)]
    what = f"`wan-rules rate`, {count:,} rows"
    return [
        _show_processes(what, "the SQL, in a process of its own", sums, by_sql),
        _gate_processes(f"{what}, every charge written", "the same to sums", (written, sums), WRITTEN),
        _gate_memory(f"{what} to sums", sums),
        _gate_memory(f"{what}, every charge written", written),
    ]


def _measure_larger(usage: Path, folder: Path, count: int) -> list[Row]:
    """Ten times the same rows, once: whether time grows as they do, and memory does not."""
    for number in range(LARGER):
        (folder / f"larger-{number}.parquet").hardlink_to(usage)
    larger = folder / "larger-*.parquet"
    few, many = ([bulk_process.rate(path, folder / "catalogue")] for path in (usage, larger))
    sql_few, sql_many = ([bulk_process.rate_by_sql(path)] for path in (usage, larger))
    what = f"`wan-rules rate`, {count * LARGER:,} rows"
    return [
        _gate_processes(f"{what} to sums", f"{count:,} rows", (many, few), GROWS),
        _gate_memory(f"{what} to sums", many),
        _show_processes(f"the SQL, {count * LARGER:,} rows", f"{count:,} rows", sql_many, sql_few),
        _show_processes(f"{what} to sums", "the SQL over as many", many, sql_many),
    ]


def _measure_spark(usage: Path, folder: Path, count: int) -> list[Row]:
    """The same command on a session of two cores of Spark, whose start is part of it."""
    zoned, catalogue = folder / "zoned.parquet", folder / "catalogue"
    write_zoned(usage, zoned)
    on_spark = ("--engine", "spark", "--spark-master", "local[2]")
    pairs = [
        (bulk_process.rate(zoned, catalogue, None, *on_spark), bulk_process.rate(zoned, catalogue)) for _ in range(RUNS)
    ]
    ours, theirs = zip(*pairs, strict=True)
    what = f"`wan-rules rate --engine spark`, {count:,} rows to sums"
    written = bulk_process.rate(zoned, catalogue, folder / "by-spark", *on_spark)
    whole = bulk_process.rate(zoned, catalogue, folder / "by-duckdb")
    return [
        _gate_processes(what, "the same on DuckDB", (ours, theirs), SPARK),
        _gate_processes(f"{what}, every charge written, once", "the same on DuckDB", ([written], [whole]), SPARK),
    ]


def _compare_processes(ours: Runs, theirs: Runs) -> Timing:
    return summarise([one.seconds for one in ours], [one.seconds for one in theirs])


def _show_processes(what: str, beside: str, ours: Runs, theirs: Runs) -> Row:
    return show(Subject(what, beside), _compare_processes(ours, theirs))


def _gate_processes(what: str, beside: str, pair: tuple[Runs, Runs], at_most: float) -> Row:
    return gate(Subject(what, beside), _compare_processes(*pair), at_most)


def _gate_memory(what: str, runs: Runs) -> Row:
    peak = max(one.peak_bytes for one in runs)
    verdict = "met" if peak <= MEMORY else "NOT MET"
    return Row(
        what, "the most memory of the process", f"at most {MEMORY / 1e6:.0f} MB", f"{peak / 1e6:.0f} MB", verdict
    )


if __name__ == "__main__":
    main()
