"""Puts mutants before the tests that run their lines, each in a fork of one process that has imported everything.

The first test that fails kills a mutant, and so does one that runs far longer than without it. Whatever a test does
leaves no trace: its process ends with it. A test that killed is proven once to pass in a fork without a mutant.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant
from tests.mutation.reach import Reach
from tests.mutation.swapping import Living

BUDGET_S: Final = 6.0
"""Of the processor, for the tests that one mutant meets, as they take without one: the likeliest to kill first."""
QUICK_S: Final = 1.5
"""The same for a first look, after which those that live meet the rest."""
_SLOWER: Final = 10
_GRACE_S: Final = 2.0
"""A test may take so many times its time and so much more before it counts as endless."""
_WALL_S: Final = 300
"""A mutant that waits instead."""
_MEMORY_BYTES: Final = 4 << 30
_REMEMBERED: Final = 8
_SURVIVED, _KILLED, _BROKEN = 0, 1, 3

Verdict: TypeAlias = Literal["killed", "survived"]


class Outcome(NamedTuple):
    """What became of a mutant: the verdict, and the test that killed it."""

    mutant: Mutant
    verdict: Verdict
    killer: str = ""


class Ledger(Protocol):
    """Who names the modules to try, one after another, and is told what became of their mutants."""

    def modules(self) -> Iterator[tuple[str, list[Mutant]]]:
        """The path of the next module, and its mutants."""
        ...

    def note(self, path: str, outcomes: list[Outcome]) -> None:
        """Keeps what became of a module's mutants."""
        ...


class Trials:
    """A plugin of pytest that tries mutants where pytest would run tests."""

    def __init__(self, reach: Reach, ledger: Ledger, budget_s: float = BUDGET_S) -> None:
        self._reach, self._ledger, self._budget_s = reach, ledger, budget_s
        self._items: dict[str, pytest.Item] = {}
        self._proven: dict[str, bool] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Tries the mutants of each module in turn."""
        self._items = {item.nodeid: item for item in session.items if item.nodeid in self._reach.seconds}
        self._living = Living(self._reach.lines)
        scratch: Path = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        for path, mutants in self._ledger.modules():
            lately: defaultdict[str, list[str]] = defaultdict(list)
            outcomes = []
            for mutant in mutants:
                outcomes.append(self._try(mutant, lately[mutant.function]))
                for left in scratch.iterdir():
                    shutil.rmtree(left, ignore_errors=True)
            self._ledger.note(path, outcomes)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """What became of a step of a test, and nothing of where: that takes ten times as long as failing."""
        assert call.when != "collect"
        found = call.excinfo
        outcome: Literal["passed", "failed", "skipped"] = "passed"
        if found is not None:
            outcome = "skipped" if found.errisinstance(pytest.skip.Exception) else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def _try(self, mutant: Mutant, lately: list[str]) -> Outcome:
        while names := self._choose(mutant, lately):
            verdict, killer = self._fork(names, mutant)
            if verdict == "survived":
                break
            if self._is_proven(killer):
                lately[:] = [killer, *(name for name in lately if name != killer)][:_REMEMBERED]
                return Outcome(mutant, "killed", killer)
        return Outcome(mutant, "survived")

    def _is_proven(self, name: str) -> bool:
        if name not in self._proven:
            self._proven[name] = self._fork([name], None)[0] == "survived"
        return self._proven[name]

    def _choose(self, mutant: Mutant, lately: Sequence[str]) -> list[str]:
        """The tests that run a line of it: what killed its neighbours, the module's own, then the quickest.

        The other half of the budget is for those that come first where each file of tests has its turn.
        """
        running = self._reach.running(mutant.path, mutant.line, mutant.last_line)
        running = running or self._reach.running(mutant.path, mutant.statement_line, mutant.statement_line)
        usable = [name for name in running if name in self._items and self._proven.get(name, True)]
        own, seconds = f"/test_{Path(mutant.path).stem}.py::", self._reach.seconds
        quickest = sorted(usable, key=lambda name: (name not in lately, own not in name, seconds[name]))
        chosen = self._spend(quickest)
        left = sorted({*usable} - {*chosen}, key=seconds.__getitem__)
        turns: Counter[str] = Counter()
        turn = {}
        for name in left:
            file = name.partition("::")[0]
            turns[file] += 1
            turn[name] = turns[file]
        return chosen + self._spend(sorted(left, key=turn.__getitem__))

    def _spend(self, names: Sequence[str]) -> list[str]:
        """The first of them, as many as half the budget is enough for."""
        spent = 0.0
        chosen = []
        for name in names:
            if spent >= self._budget_s / 2:
                break
            chosen.append(name)
            spent += self._reach.seconds[name]
        return chosen

    def _fork(self, names: Sequence[str], mutant: Mutant | None) -> tuple[Verdict, str]:
        """The verdict, and the test that was running last."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            status = _BROKEN
            try:
                os.close(reading)
                status = self._judge([self._items[name] for name in names], mutant, writing)
            finally:
                os._exit(status)
        os.close(writing)
        with os.fdopen(reading) as told:
            last = told.read().rpartition("\n")[2]
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _BROKEN:
            msg = f"{mutant} was not tried: it does not run here"
            raise RuntimeError(msg)
        survived = os.WIFEXITED(status) and os.WEXITSTATUS(status) == _SURVIVED
        return ("survived" if survived else "killed"), last

    def _judge(self, items: Sequence[pytest.Item], mutant: Mutant | None, writing: int) -> int:
        """In the child: runs the tests until one fails, and writes the name of each before it begins."""
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
        signal.setitimer(signal.ITIMER_REAL, _WALL_S)
        self._living.become(mutant)
        for item, following in zip(items, [*items[1:], None], strict=True):
            os.write(writing, f"\n{item.nodeid}".encode())
            signal.setitimer(signal.ITIMER_PROF, _GRACE_S + _SLOWER * self._reach.seconds[item.nodeid])
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                return _KILLED
        return _SURVIVED
