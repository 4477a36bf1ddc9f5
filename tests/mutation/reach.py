"""Which lines of the core each test runs and how long it takes: `.mutation/reach.json`, made again where files changed.

A test that starts a process is left out, for the process would not be the mutant, and so is one that does not pass.
This chooses the tests that a mutant meets. A wrong choice can only let a mutant live.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator, Iterable
from dataclasses import asdict, dataclass, field
from typing import Final

import coverage
import pytest

from tests.mutation.sources import ROOT, core_modules, digest
from tests.mutation.swapping import Living

REACH: Final = ROOT / ".mutation" / "reach.json"
OPTIONS: Final = ("-q", "-p", "no:cacheprovider", "-p", "no:cov")
_TESTS: Final = ("laws", "pricing", "rules", ".")
"""Folders of tests, and no folder within them, that run the core without a shell."""
_LEFT: Final = frozenset({"test_docs.py", "test_editors.py", "test_public_names.py", "test_reloading.py"})
"""Slow, of no function of the core, or (the last) in threads that a tracer disturbs."""
_PROCESS_EVENTS: Final = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"})


@dataclass(slots=True)
class Reach:
    """The seconds of each test, the tests that run each line of each module, and digests of the files read."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def tests(self) -> list[str]:
        """The files of tests that were recorded."""
        return sorted({_file(test) for test in self.seconds})

    def running(self, path: str, first: int, last: int) -> list[str]:
        """The tests that run one of these lines."""
        found = self.lines.get(path, {})
        return sorted({test for line in range(first, last + 1) for test in found.get(str(line), ())})

    def forget(self, stale: Iterable[str]) -> None:
        """Takes out the tests of these files."""
        gone = set(stale)
        self.seconds = {test: taken for test, taken in self.seconds.items() if _file(test) not in gone}
        for found in self.lines.values():
            for line, tests in found.items():
                found[line] = [test for test in tests if _file(test) not in gone]


def _file(test: str) -> str:
    return test.partition("::")[0]


def load_reach() -> Reach:
    """What was recorded last; nothing where nothing was."""
    if not REACH.is_file():
        return Reach()
    held = json.loads(REACH.read_text("utf-8"))
    numbers = dict(enumerate(held["seconds"]))
    lines = {
        path: {line: [numbers[number] for number in tests] for line, tests in found.items()}
        for path, found in held["lines"].items()
    }
    return Reach(held["seconds"], lines, held["files"])


def save_reach(reach: Reach) -> None:
    """Writes the recording, each test by its number."""
    numbers = {test: number for number, test in enumerate(reach.seconds)}
    held = asdict(reach)
    for path, found in reach.lines.items():
        held["lines"][path] = {line: [numbers[test] for test in tests] for line, tests in found.items() if tests}
    REACH.parent.mkdir(exist_ok=True)
    REACH.write_text(json.dumps(held), "utf-8")


def judges() -> list[str]:
    """The files of tests that may judge mutants."""
    found = (path for folder in _TESTS for path in sorted((ROOT / "tests" / folder).glob("test_*.py")))
    return [str(path.relative_to(ROOT)) for path in found if path.name not in _LEFT]


def find_stale(reach: Reach) -> list[str]:
    """The files of tests to run again: those that changed, and those that run a module that changed."""
    now = _digests()
    changed = {file for file in now if reach.files.get(file) != now[file]}
    reaching = {_file(test) for path in changed for tests in reach.lines.get(path, {}).values() for test in tests}
    gone = {file for file in reach.tests if file not in now}
    return sorted((changed | reaching | gone) - set(core_modules()))


def _digests() -> dict[str, str]:
    return {file: digest((ROOT / file).read_text("utf-8")) for file in (*judges(), *core_modules())}


class Recorder:
    """A plugin of pytest: runs the tests, each under its own name with nothing kept from the one before."""

    def __init__(self) -> None:
        folders = [str(ROOT / name) for name in ("pricing", "wan_rules")]
        self._coverage = coverage.Coverage(data_file=None, config_file=False, source=folders, omit=["*/shell/*"])
        self._seconds: dict[str, float] = {}
        self._barred: set[str] = set()
        self.broken: set[str] = set()
        """Files of tests of which one failed."""
        self._running = ""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _arguments: object) -> None:
        if event in _PROCESS_EVENTS:
            self._barred.add(self._running)

    def pytest_collection_finish(self) -> None:
        """Everything is imported."""
        self._living = Living(core_modules())
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Measures one test."""
        self._running = item.nodeid
        self._living.forget()
        self._coverage.switch_context(item.nodeid)
        before = time.process_time()
        try:
            return (yield)
        finally:
            self._seconds[item.nodeid] = round(time.process_time() - before, 4)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What failed, or was skipped, is no judge."""
        if not report.passed:
            self._barred.add(report.nodeid)
        if report.failed:
            self.broken.add(_file(report.nodeid))

    def add_to(self, reach: Reach) -> None:
        """Adds what was seen."""
        self._coverage.stop()
        data = self._coverage.get_data()
        reach.seconds.update({test: taken for test, taken in self._seconds.items() if test not in self._barred})
        for path in core_modules():
            known = reach.lines.setdefault(path, {})
            for line, tests in data.contexts_by_lineno(str(ROOT / path)).items():
                known.setdefault(str(line), []).extend(sorted(test for test in tests if test in reach.seconds))


def record() -> int:
    """Brings the recording up to date, by running the tests of files that changed or run what changed."""
    reach = load_reach()
    read = _digests()  # now: a file that changes while its tests run is run again
    stale = find_stale(reach)
    reach.forget(stale)
    # Lines that moved are told again by the same tests.
    changed = {path for path, digest_of in read.items() if reach.files.get(path) != digest_of}
    reach.lines = {path: found for path, found in reach.lines.items() if path not in changed}
    recorder, status = Recorder(), 0
    if files := [file for file in judges() if file in stale]:
        status = int(pytest.main([*OPTIONS, *files], plugins=[recorder]))
        recorder.add_to(reach)
    if status in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        # Minutes of the others' work are kept; a file with a test that failed is run again.
        reach.files = {file: digest_of for file, digest_of in read.items() if file not in recorder.broken}
        save_reach(reach)
    return status


if __name__ == "__main__":
    sys.exit(record())
