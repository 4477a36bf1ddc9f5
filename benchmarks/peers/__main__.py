"""The same jobs given to what a user would otherwise pick: `python -m benchmarks.peers [--write | --quick]`.

It runs in an environment of its own, which `just peers` makes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from benchmarks.peers.amounts import measure_amounts
from benchmarks.peers.discount import measure_discount
from benchmarks.peers.holding import measure_holding
from benchmarks.peers.matrix import Cell, fill
from benchmarks.peers.report import Found, draw_times, write_json, write_markdown
from benchmarks.peers.solutions import HERE, OURS, SOLUTIONS
from benchmarks.peers.timed import FULL, MEASURES, QUICK, Timed
from benchmarks.results import describe_machine, rewrite_readme

MARKS: Final = ("<!-- peers: begin, written by `just peers` -->", "<!-- peers: end -->")
PACKAGES: Final = (*(one.distribution for one in SOLUTIONS if one.distribution), "duckdb", "uvicorn")


def main() -> None:
    """Measure, print the tables, and with `--write` put them into the README, with `peers.svg` and `results.json`."""
    arguments = _parse_arguments()
    load = os.getloadavg()[0]
    timed = tuple(_measure(arguments))
    _say("the failure classes")
    cells = tuple(fill())
    _say("amounts, rules held, litellm's discount")
    judged = tuple(measure_amounts()), tuple(measure_holding())
    found = Found(describe_machine(load, PACKAGES), arguments.quick, timed, *judged, cells, measure_discount())
    text = write_markdown(found)
    print(text)
    if arguments.write:
        rewrite_readme(text, MARKS, HERE / "README.md")
        (HERE / "results.json").write_text(write_json(found), encoding="utf-8")
        (HERE / "peers.svg").write_text(draw_times(found), encoding="utf-8")
    sys.exit(_tell_own_faults(cells))


def _measure(arguments: argparse.Namespace) -> Iterator[Timed]:
    effort = QUICK if arguments.quick else FULL
    for job, measure in MEASURES.items():
        if arguments.only and job not in arguments.only:
            continue
        _say(job)
        yield from measure(effort)


def _say(what: str) -> None:
    print(f"{perf_counter() - BEGIN:6.0f} s  {what} ...", file=sys.stderr, flush=True)


BEGIN: Final = perf_counter()


def _tell_own_faults(cells: tuple[Cell, ...]) -> int:
    """1 where ours answers a case of a failure class wrongly, or refuses what it should answer."""
    faults = [cell for cell in cells if cell.name == OURS and cell.outcome in ("wrong", "refused")]
    for cell in faults:
        print(f"OURS IS AT FAULT: class {cell.number}, {cell.job}: {cell.answers}", file=sys.stderr)
    return 1 if faults else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into the README, with picture and JSON")
    parser.add_argument("--quick", action="store_true", help="few rounds and small files: marked as a trial")
    parser.add_argument("--only", action="append", choices=MEASURES, help="time this job alone; may be given again")
    arguments = parser.parse_args()
    if arguments.write and arguments.only:
        parser.error("--write wants all jobs: leave out --only")
    return arguments


if __name__ == "__main__":
    main()
