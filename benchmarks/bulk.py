"""Rating by the million, beside SQL written by hand: `python -m benchmarks.bulk [--rows N] [--large] [--write]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks import bulk_process
from benchmarks.bulk_catalogue import ENTRIES, list_prices, make_catalogue
from benchmarks.bulk_rating import Sums, connect, read_rows, scan, sum_by_scalar, sum_by_sql
from benchmarks.bulk_tables import prepare
from benchmarks.bulk_usage import write_sample, write_usage
from benchmarks.results import Row, Subject, describe_machine, gate_rate, rewrite_readme, show, write_table
from benchmarks.timing import compare, summarise
from pricing import Catalogue

ROWS: Final = 10_000_000
SAMPLE: Final = 20_000
"""Rows that the scalar engine rates: its time for more is worked out from these."""
LARGER: Final = 10
PAIRS: Final = 11
TARGET: Final = 0.9
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
        if arguments.large:
            rows += _measure_larger(usage, folder, arguments.rows)
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
    read = compare(_pass(lambda: scan(connection)), by_sql, min(arguments.pairs, 5))
    what = f"{count:,} rows rated to sums, {ENTRIES:,} dated prices"
    return [
        gate_rate(Subject(what, beside, count), rated, TARGET),
        show(Subject("the same, usage surveyed and dated rates made of the catalogue", beside, count), everything),
        show(Subject("the same columns read, and nothing rated", beside, count), read),
        _measure_scalar(catalogue, usage, folder, rated.theirs_s / count),
    ]


def _pass(work: Callable[[], object]) -> Callable[[int], object]:
    return lambda _: work()


def _measure_scalar(catalogue: Catalogue, usage: Path, folder: Path, theirs_s: float) -> Row:
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
    timing = summarise([seconds / SAMPLE for seconds in times], [theirs_s] * len(times))
    return show(Subject(f"rating by the scalar engine, {SAMPLE:,} of these rows", "SQL written by hand"), timing)


def _measure_larger(usage: Path, folder: Path, count: int) -> list[Row]:
    """Ten times the same rows in processes of their own, once: whether time grows as they do, and memory does not."""
    rows = []
    for number in range(LARGER):
        (folder / f"larger-{number}.parquet").hardlink_to(usage)
    larger = folder / "larger-*.parquet"
    for how, what in (("by_sql", "SQL written by hand"), ("by_tables", "rated by expressions, the whole process")):
        few, many = (bulk_process.measure(how, path) for path in (usage, larger))
        measured = (
            f"{many.seconds / few.seconds:.3g} x the time: {many.seconds:.3g} s to {few.seconds:.3g} s; "
            f"at most {many.peak_bytes / 1e6:.0f} MB to {few.peak_bytes / 1e6:.0f} MB"
        )
        rows.append(Row(f"{what}: {count * LARGER:,} rows", f"{count:,} rows", "none", measured, "shown"))
    return rows


if __name__ == "__main__":
    main()
