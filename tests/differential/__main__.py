"""Rates made-up rows three ways: `python -m tests.differential --cases 10000000 --seed 1 --keep FILE`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pricing.shell.bulk.engines import DuckDBEngine, Limits
from pricing.usage import UsageRow
from tests.differential.catalogues import Drawn, draw_catalogues
from tests.differential.runs import Bench, Difference
from tests.differential.tallies import Tally, tell
from tests.differential.usage import make_rows

BLOCK: Final = 25
"""Catalogues that are drawn at once: they depend on the seed and on the block's number."""
_TOLD_EVERY_S: Final = 10


class Asked(NamedTuple):
    """How many cases, from which seed and catalogue on, how many rows of each catalogue, and where results are kept."""

    cases: int
    seed: int
    first: int
    rows: int
    keep: Path | None


def say(line: str) -> None:
    """Write a line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make_catalogues(seed: int, first: int) -> Iterator[tuple[int, Drawn]]:
    """Every catalogue from that one on, with its number."""
    block = first // BLOCK
    while True:
        for place, drawn in enumerate(draw_catalogues(seed * 1_000_000 + block, BLOCK)):
            if (number := block * BLOCK + place) >= first:
                yield number, drawn
        block += 1


class Kept:
    """What earlier runs found, in a file with a line for each catalogue; none where nothing is kept."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.found = asked, Counter[str]()
        self.done: dict[int, int] = {}
        lines = asked.keep.read_text(encoding="utf-8").splitlines() if asked.keep and asked.keep.exists() else []
        for line in map(json.loads, lines):
            if (line["seed"], line["rows"]) == (asked.seed, asked.rows):
                self.done[line["catalogue"]] = line["cases"]
                self.found.update(line["found"])

    def add(self, number: int, cases: int, found: Tally) -> None:
        """Keeps what was found of one catalogue."""
        self.done[number] = cases
        self.found.update(found)
        if self.asked.keep is not None:
            own = {"seed": self.asked.seed, "rows": self.asked.rows, "catalogue": number, "cases": cases}
            with self.asked.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**own, "found": found}) + "\n")


class Progress:
    """Says now and then how far it is."""

    def __init__(self, wanted: int, done: int) -> None:
        self.wanted, self.before, self.began = wanted, done, time.monotonic()
        self.told = self.began

    def tell(self, done: int) -> None:
        """Cases, how many a second, and how long it will take."""
        now = time.monotonic()
        if now - self.told < _TOLD_EVERY_S:
            return
        self.told = now
        rate = (done - self.before) / (now - self.began)
        left = (self.wanted - done) / rate / 60
        sys.stderr.write(f"{done:,} of {self.wanted:,} cases, {rate:,.0f} a second, {left:.0f} min to go\n")


def run(asked: Asked, bench: Bench) -> int:
    """Rates and compares; 1 where anything differs, which is told with all that it takes to see it again."""
    kept = Kept(asked)
    done, began = sum(kept.done.values()), time.monotonic()
    before, progress = done, Progress(asked.cases, done)
    for number, drawn in make_catalogues(asked.seed, asked.first):
        if done >= asked.cases:
            break
        if number in kept.done:
            continue
        rows = make_rows(asked.seed * 1_000_000 + number, min(asked.rows, asked.cases - done), drawn.book)
        found, difference = bench.compare(drawn, rows)
        if difference is not None:
            tell_difference(asked, number, bench.shrink(drawn, rows, difference), difference)
            return 1
        kept.add(number, len(rows), found)
        done += len(rows)
        progress.tell(done)
    spent = time.monotonic() - began
    under = f"{done:,} cases under {len(kept.done):,} catalogues"
    say(f"{under}, {done - before:,} of them now in {spent:.0f} s: no difference")
    for line in tell(kept.found):
        say(f"  {line}")
    return 0


def tell_difference(asked: Asked, number: int, left: tuple[Drawn, list[UsageRow]], difference: Difference) -> None:
    """The catalogue, as few rows as show it, and what each way says of the last."""
    drawn, rows = left
    say(f"seed {asked.seed}, catalogue {number}, row {difference.row.id}: {'; '.join(difference.said)}")
    again = f"--seed {asked.seed} --first {number} --rows {asked.rows} --cases {asked.rows}"
    say(f"again: python -m tests.differential {again}")
    for name, text in drawn.files.items():
        say(f"\n# {name}\n{text}")
    say("# the rows, of which the last differs")
    for row in rows:
        say(row.model_dump_json(exclude_defaults=True))


def main() -> int:
    """As the arguments say."""
    parser = argparse.ArgumentParser(description="Made-up rows of usage, rated three ways and compared.")
    parser.add_argument("--cases", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--first", type=int, default=0, metavar="CATALOGUE", help="begin with the catalogue of that number"
    )
    parser.add_argument("--rows", type=int, default=20_000, help="of each catalogue")
    parser.add_argument("--keep", type=Path, help="a file of results: what it has is not done again")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as spill:
        engine = DuckDBEngine(Limits(threads=1), Path(spill))
        try:
            return run(Asked(told.cases, told.seed, told.first, told.rows, told.keep), Bench(engine))
        finally:
            engine.close()


if __name__ == "__main__":
    sys.exit(main())
