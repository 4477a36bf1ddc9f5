"""100,000 rows of usage read, rated under two catalogues and summed, against Python's JSON reading them alone.

`python -m benchmarks.backtests --tables [--rows N] [--write]` backtests usage by the million as tables.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.results import Row, Subject, describe_machine, gate, rewrite_readme, write_table
from benchmarks.timing import compare
from pricing.backtests import Rater, Side
from pricing.shell.catalogues import load_published
from pricing.tallies import Summary, summarise
from pricing.usage import parse_row

ROWS: Final = 100_000
TIERS: Final = ("720P", "1080P")
LENGTHS: Final = ("5", "7.2", "10", "12.345678")
MANY: Final = 10_000_000
MARKS: Final = (
    "<!-- backtests: begin, written by `python -m benchmarks.backtests --tables --write` -->",
    "<!-- backtests: end -->",
)
PACKAGES: Final = ("duckdb", "ibis-framework", "pyarrow")
CLIPS: Final = ((), ("2.5",), ("3.7", "4"))


def measure_backtest(pairs: int) -> list[Row]:
    """In this process; most rows did what another row of the same market did, as in real usage."""
    lines = list(_write_rows())
    published = load_published()
    sides = (Side(published), Side(published))

    def backtest(_: int) -> Summary:
        return summarise(map(Rater(*sides).rate, map(parse_row, lines)))

    decoder = json.JSONDecoder(parse_float=Decimal)
    assert backtest(0).rated == ROWS
    timing = compare(backtest, lambda _: [decoder.decode(line.decode()) for line in lines], min(pairs, 5))
    subject = Subject(f"{ROWS:,} rows of usage backtested", "`json` parsing the same lines, exact decimals", ROWS)
    return [gate(subject, timing, 5)]


def _write_rows() -> Iterator[bytes]:
    kinds = tuple(product(("alibaba", "runware"), TIERS, LENGTHS, CLIPS))
    for number in range(ROWS):
        host, tier, seconds, clips = kinds[number % len(kinds)]
        row = {
            "id": f"job-{number}",
            "at": f"2026-11-{1 + number % 28:02}T12:00:{number % 60:02}Z",
            "host": host,
            "region": "international" if host == "alibaba" else None,
            "resolution": tier,
            "duration_s": seconds,
            "clips_s": clips,
            "references": 3,
            "status": "succeeded",
        }
        yield json.dumps(row).encode()


def main() -> None:
    """Measure, print the table, and with `--write` put it into the README."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtests", description=__doc__)
    parser.add_argument("--tables", action="store_true", help="usage by the million, as tables")
    parser.add_argument("--rows", type=int, default=MANY, help=f"rows of these ({MANY:,})")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    arguments, load = parser.parse_args(), os.getloadavg()[0]
    if not arguments.tables:
        print(write_table(measure_backtest(5)))
        return
    from benchmarks.table_backtests import measure_tables

    with TemporaryDirectory() as folder:
        text = f"{write_table(measure_tables(arguments.rows, Path(folder)))}\n{describe_machine(load, PACKAGES)}"
    print(text)
    if arguments.write:
        rewrite_readme(text, MARKS)


if __name__ == "__main__":
    main()
