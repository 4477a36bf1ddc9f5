"""Usage in text staged as tables read it, beside the same lines read one by one.

`python -m benchmarks.text_usage [--rows N] [--write]`: rounds in turn, by the clock and by the processor's time.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, Final

import ibis
import pyarrow.parquet as pq

from benchmarks.bulk_usage import write_usage
from benchmarks.results import Row, Subject, describe_machine, rewrite_readme, show, write_table
from benchmarks.timing import summarise
from pricing.money import format_decimal
from pricing.shell.bulk.text_usage import Ways, stage
from pricing.shell.bulk.usage_tables import Reading, Usage, _number_rows, open_usage

ROWS: Final = 200_000
ROUNDS: Final = 5
MARKS: Final = (
    "<!-- text usage: begin, written by `python -m benchmarks.text_usage --write` -->",
    "<!-- text usage: end -->",
)
PACKAGES: Final = ("duckdb", "pyarrow", "pydantic")
Times = tuple[float, float]
"""Seconds by the clock and by the processor."""


def measure_text(count: int, folder: Path) -> list[Row]:
    """Two rows for each form of text; both ways have to come to the same table."""
    import duckdb

    write_usage(duckdb.connect(), count, folder / "usage.parquet")
    rows = [_spell(row) for row in pq.read_table(folder / "usage.parquet").to_pylist()]
    _write_csv(rows, folder / "usage.csv")
    (folder / "usage.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [row for name in ("usage.csv", "usage.jsonl") for row in _measure_file(folder / name, count)]


def _spell(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a row, as our own columns have it in text."""
    return {name: _spell_cell(cell) for name, cell in row.items() if cell is not None} | {
        "at": f"{row['at'].isoformat()}Z"
    }


def _spell_cell(cell: object) -> object:
    if isinstance(cell, list):
        return [format_decimal(length) for length in cell]
    return format_decimal(cell) if isinstance(cell, Decimal) else cell


def _write_csv(rows: list[dict[str, Any]], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            clips = {"clips_s": f"[{', '.join(row['clips_s'])}]"} if "clips_s" in row else {}
            writer.writerow({**row, **clips})


def _measure_file(path: Path, count: int) -> list[Row]:
    usage = open_usage(ibis.duckdb.connect(), [str(path)], Reading(), scratch=path.parent)
    ways = usage._find_ways(usage.sources[0])  # noqa: SLF001 - the parts are what is compared
    both = {path.with_suffix(".fast"): ways, path.with_suffix(".slow"): Ways(ways.read)}
    times = [[_time(usage, one, target) for target, one in both.items()] for _ in range(ROUNDS + 1)][1:]
    fast, slow = map(pq.read_table, both)
    assert fast.equals(slow), "the two ways come to other rows"
    timings = [
        summarise([ours[clock] for ours, _ in times], [theirs[clock] for _, theirs in times]) for clock in (0, 1)
    ]
    what, beside = f"{count:,} rows of {path.suffix} staged", "each line read by itself"
    return [
        show(Subject(f"{what}, a row by the clock", beside, count), timings[0]),
        show(Subject("the same by the processor's time", beside, count), timings[1]),
    ]


def _time(usage: Usage, ways: Ways, target: Path) -> Times:
    begin, used = perf_counter(), process_time()
    stage(_number_rows(usage.sources[0]), usage.sources[0], ways, target)
    return perf_counter() - begin, process_time() - used


def main() -> None:
    """Measure, print the table, and with `--write` put it into the README."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.text_usage", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows ({ROWS:,})")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    arguments, load = parser.parse_args(), os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        text = f"{write_table(measure_text(arguments.rows, Path(folder)))}\n{describe_machine(load, PACKAGES)}"
    print(text)
    if arguments.write:
        rewrite_readme(text, MARKS)


if __name__ == "__main__":
    main()
