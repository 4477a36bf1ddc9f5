"""The quote service under load, beside what does less: `python -m benchmarks.service [--write | --soak MINUTES]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from benchmarks.results import Row, describe_machine, rewrite_readme, write_table
from benchmarks.service.load import MISSING, find_wrk
from benchmarks.service.rates import measure_rates
from benchmarks.service.soak import soak
from benchmarks.service.stored import measure_stored
from benchmarks.service.workers import measure_workers

MEASURES: Final[Mapping[str, Callable[[int, int], list[Row]]]] = MappingProxyType(
    {"rates": measure_rates, "workers": measure_workers, "stored": measure_stored}
)
MARKS: Final = ("<!-- service: begin, written by `python -m benchmarks.service --write` -->", "<!-- service: end -->")
PACKAGES: Final = ("starlette", "uvicorn", "uvloop", "httptools", "fastapi", "pydantic", "sqlalchemy", "psycopg")
ROUNDS: Final = 5
SECONDS: Final = 4


def main() -> None:
    """Measure, print the table, and with `--write` put it into the README. Targets that are not met do not fail."""
    arguments = _parse_arguments()
    if find_wrk() is None:
        sys.exit(MISSING)
    if arguments.soak is not None:
        sys.exit(soak(arguments.soak))
    if arguments.write and arguments.only:
        sys.exit("--write wants the whole table: leave out --only")
    load = os.getloadavg()[0]
    rows: list[Row] = []
    for name in arguments.only or MEASURES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += MEASURES[name](arguments.rounds, arguments.seconds)
    text = f"{write_table(rows)}\n{describe_machine(load, PACKAGES)}"
    print(text)
    if arguments.write:
        rewrite_readme(text, MARKS)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--only", action="append", choices=MEASURES, help="measure this alone; may be given again")
    parser.add_argument("--rounds", type=_at_least(3), default=ROUNDS, help=f"alternating rounds ({ROUNDS})")
    parser.add_argument("--seconds", type=_at_least(1), default=SECONDS, help=f"seconds of one run ({SECONDS})")
    parser.add_argument(
        "--soak", type=_at_least(2), nargs="?", const=10, metavar="MINUTES", help="half of the most for so long (10)"
    )
    return parser.parse_args()


def _at_least(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= 1440:
            raise argparse.ArgumentTypeError(f"{least} to 1440")
        return number

    return read


if __name__ == "__main__":
    main()
