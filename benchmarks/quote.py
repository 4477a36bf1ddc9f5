"""Everything that has a target, timed beside what it is compared with: `python -m benchmarks.quote [--write]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from benchmarks import backtests, catalogues, checks, measures, processes
from benchmarks.results import Row, describe_machine, rewrite_readme, write_table
from benchmarks.timing import PAIRS

MEASURES: Final[Mapping[str, Callable[[int], list[Row]]]] = MappingProxyType(
    {
        "whole": measures.measure_whole,
        "rejection": measures.measure_rejection,
        "price": measures.measure_price,
        "rules": measures.measure_rules,
        "lines": processes.measure_lines,
        "start": processes.measure_start,
        "catalogue": catalogues.measure_catalogue,
        "checks": checks.measure_checks,
        "backtest": backtests.measure_backtest,
    }
)


def main() -> None:
    """Measure, print the table, and with `--write` put it into the README. Targets that are not met do not fail."""
    arguments = _parse_arguments()
    if arguments.write and arguments.only:
        sys.exit("--write wants the whole table: leave out --only")
    load = os.getloadavg()[0]
    rows: list[Row] = []
    for name in arguments.only or MEASURES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += MEASURES[name](arguments.pairs)
    text = f"{write_table(rows)}\n{describe_machine(load)}"
    print(text)
    for row in rows:
        if row.measured == "NOT MEASURED":
            print(f"NOT MEASURED: {row.what}, beside {row.beside}: {row.verdict}", file=sys.stderr)
    if arguments.write:
        rewrite_readme(text)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quote", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--only", action="append", choices=MEASURES, help="measure this alone; may be given again")
    parser.add_argument("--pairs", type=_at_least_eleven, default=PAIRS, help=f"pairs of rounds, at least 11 ({PAIRS})")
    return parser.parse_args()


def _at_least_eleven(text: str) -> int:
    pairs = int(text)
    if pairs < 11:
        raise argparse.ArgumentTypeError("a median of fewer than 11 pairs says little")
    return pairs


if __name__ == "__main__":
    main()
