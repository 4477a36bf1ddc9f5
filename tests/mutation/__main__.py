"""Mutates the core and keeps the record: `python -m tests.mutation [MODULE ...]`, all of the core where none is named.

With `--changed` it mutates the modules whose entry in the record is stale, writes nothing, and fails where too few are
killed, where a survivor has no reason, or where 15 minutes are not enough. With `--survivors`, after tests were added,
it tries of a module that has not changed those mutants alone that live. With `--quick` a mutant meets a quarter of the
tests: a first look at what is to be done, which `--survivors` completes. A run may be stopped: what was done is kept.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TextIO

import pytest

from tests.mutation.mutants import Mutant, find_mutants
from tests.mutation.reach import OPTIONS, load_reach
from tests.mutation.records import (
    Entry,
    Record,
    Survivor,
    find_faults,
    is_stale,
    keep_reasons,
    load_record,
    save_record,
)
from tests.mutation.sources import ROOT, core_modules, digest_source, digest_tests
from tests.mutation.trials import BUDGET_S, QUICK_S, Outcome, Trials

CHANGED_S: Final = 900
"""As long as `--changed` may take."""


def main() -> int:
    """Does what the command line asks for: 0 where all that was mutated passes, 1 otherwise."""
    began = time.monotonic()
    asked = _parse(sys.argv[1:])
    record = load_record()
    wanted = asked.modules or core_modules()
    if asked.changed:
        wanted = [path for path in wanted if is_stale(path, record)]
        _say_what_is_left(record, wanted)
    run = Run(record, wanted, until=began + CHANGED_S if asked.changed else float("inf"), survivors=asked.survivors)
    run.writes = not asked.changed
    run.budget_s = QUICK_S if asked.quick else BUDGET_S
    if wanted and (status := run.start()):
        return status
    missed = [path for path in wanted if path not in run.done]
    for path in missed:
        _say(f"NOT DONE: {path}: run `just mutation {path}`, explain what survives, and commit the record")
    faults = list(find_faults(sorted(run.done.items())))
    for path, fault in faults:
        _say(f"{'(open) ' if path in record.pending else ''}{path}: {fault}")
    return 1 if missed or any(path not in record.pending for path, _ in faults) else 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="like pricing/money.py")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--changed", action="store_true", help="what is stale in the record; writes nothing")
    kind.add_argument("--survivors", action="store_true", help="of a module that has not changed, its survivors alone")
    kind.add_argument("--quick", action="store_true", help="a first look: more live than with --survivors afterwards")
    return parser.parse_args(arguments)


def _say_what_is_left(record: Record, wanted: Sequence[str]) -> None:
    for path, why in record.pending.items():
        _say(f"OPEN: {path}: {why}")
    _say(f"{len(record.modules)} modules have an entry; {len(wanted)} are to be mutated")


def _say(line: str, to: TextIO = sys.stdout) -> None:
    to.write(line + "\n")
    to.flush()


class Run:
    """Modules as they are tried, and the record as it grows."""

    writes = True
    budget_s = BUDGET_S

    def __init__(self, record: Record, wanted: Sequence[str], *, until: float, survivors: bool) -> None:
        self.done: dict[str, Entry] = {}
        self._record, self._wanted, self._until, self._survivors = record, wanted, until, survivors
        self._terminal: TextIO = os.fdopen(os.dup(1), "w")  # pytest takes the other one while it runs
        self._began = 0.0
        self._count, self._again = 0, False

    def start(self) -> int:
        """Tries everything; another status than 0 where a test fails without a mutant."""
        os.environ["MUTATION"] = "1"  # for tests/conftest.py: Hypothesis repeats itself
        if status := subprocess.run([sys.executable, "-m", "tests.mutation.reach"], cwd=ROOT, check=False).returncode:
            return status
        reach = load_reach()
        status = pytest.main([*OPTIONS, *reach.tests], plugins=[Trials(reach, self, self.budget_s)])
        return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else int(status)

    def modules(self) -> Iterator[tuple[str, list[Mutant]]]:
        """Each module with its mutants, as long as there is time."""
        for path in self._wanted:
            if time.monotonic() > self._until:
                return
            self._began = time.monotonic()
            mutants = find_mutants(path, (ROOT / path).read_text("utf-8"))
            self._count = len(mutants)
            before = self._record.modules.get(path)
            self._again = self._survivors and before is not None and before.source == digest_source(path)
            if before and self._again:
                living = {one.key for one in before.survivors}
                mutants = [mutant for mutant in mutants if mutant.key in living]
            yield path, mutants

    def note(self, path: str, outcomes: list[Outcome]) -> None:
        """Makes the module's entry, and writes it where this run writes."""
        before = self._record.modules.get(path)
        entry = self._enter(path, outcomes)
        if before and self._again:
            entry = _join(before, entry)
        entry = keep_reasons(entry, before).sealed()
        self.done[path] = self._record.modules[path] = entry
        if self.writes:
            save_record(self._record)
        told = f"{path}: {entry.killed} of {entry.mutants} killed, {len(entry.survivors)} live"
        _say(f"{told}, {len(entry.unexplained)} of them without a reason; {entry.seconds} s", self._terminal)

    def _enter(self, path: str, outcomes: list[Outcome]) -> Entry:
        killed = [outcome for outcome in outcomes if outcome.verdict == "killed"]
        living = [outcome.mutant for outcome in outcomes if outcome.verdict == "survived"]
        killers = {outcome.killer.partition("[")[0] for outcome in killed}
        return Entry(
            source=digest_source(path),
            mutants=self._count,
            killed=self._count - len(living),
            seconds=round(time.monotonic() - self._began),
            survivors=tuple(Survivor(one.key, one.function, one.before, one.after) for one in living),
            killers=tuple(sorted(killers)),
            tests=digest_tests(killers),
            commit=_commit(),
        )


def _join(before: Entry, again: Entry) -> Entry:
    """The entry of the survivors' own run: what they were among was killed by the tests that it names."""
    killers = tuple(sorted({*before.killers, *again.killers}))
    return replace(again, killers=killers, tests=digest_tests(killers), seconds=before.seconds)


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
