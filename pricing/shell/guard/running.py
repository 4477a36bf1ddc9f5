"""What `wan-rules run` does: set the guard up for the interpreters of a command, run it, and say what came of it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Final
from uuid import uuid4

from pricing.shell.guard.endpoints import SHAPES
from pricing.shell.guard.guards import Guard, read_all_limits
from pricing.shell.guard.settings import VARIABLE, Settings, write_settings
from pricing.shell.guard.summaries import tell_run
from pricing.shell.printing import answer, complain
from wan_rules.payloads import UnusableInputError
from wan_rules.urls import shorten

INJECTED: Final = Path(__file__).parent / "injected"
SEEN: Final = "WAN_RULES_GUARD_SEEN"
NOT_FOUND: Final = 127
NOT_RUN: Final = 126
"""Exit codes of a command that does not start, as a shell gives them."""
SIGNAL_BASE: Final = 128


def run(settings: Settings, command: Sequence[str]) -> int:
    """`wan-rules run`: the exit code of the command, or that of the fault that kept it from starting."""

    def job() -> int:
        if not command:
            raise UnusableInputError("run", "no command: write it after --, such as wan-rules run -- python script.py")
        with tempfile.TemporaryDirectory(prefix="wan-rules-run-") as folder:
            return _run(settings, command, Path(folder))

    return answer(job, "text")


def _run(settings: Settings, command: Sequence[str], folder: Path) -> int:
    """The state is in a file in any case, since more than one process may count."""
    read_all_limits(settings)  # a day wants a file that lasts, and this one may not
    if settings.facts == "-":
        raise UnusableInputError("--facts", "each Python reads them, and standard input is the program's: name a file")
    named = settings if settings.state is not None else replace(settings, state=str(folder / "ledger.sqlite"))
    set_up = replace(_make_absolute(named), run=uuid4().hex)
    guard = Guard(set_up)  # the faults of its settings are told now
    seen = folder / "seen"
    seen.mkdir()
    try:
        code = _run_command(command, _environment(set_up, seen))
        for line in _tell(guard, set_up, watched=len(list(seen.iterdir()))):
            complain(line)
    finally:
        guard.close()
    return code


def _tell(guard: Guard, settings: Settings, *, watched: int) -> Iterator[str]:
    """What came of the run. It raises nothing: the exit code is the command's, whatever became of the file."""
    try:
        calls = guard.list_calls()
    except sqlite3.Error as error:
        yield f"wan-rules run: what was sent can't be told: {settings.state}: {error}. Name a new file (--state)"
        return
    yield from tell_run(calls, settings, watched=watched)


def _make_absolute(settings: Settings) -> Settings:
    """The settings with files that are found from any folder."""
    here = Path.cwd()
    state, facts = settings.state and str(here / settings.state), settings.facts and str(here / settings.facts)
    catalogue = settings.catalogue
    if catalogue is not None and Path(catalogue).exists():
        catalogue = str(here / catalogue)
    return replace(settings, state=state, facts=facts, catalogue=catalogue)


def _environment(settings: Settings, seen: Path) -> dict[str, str]:
    """What makes interpreters watched: by this run, and by each that it stands in itself, a line for each."""
    paths = (str(INJECTED), os.environ.get("PYTHONPATH"))
    added = {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    for name, own in ((VARIABLE, write_settings(settings)), (SEEN, str(seen))):
        outer = os.environ.get(name)
        added[name] = own if outer is None else f"{outer}\n{own}"
    return {**os.environ, **added}


def _run_command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Its exit code; of one that a signal ended, as a shell gives it. An interrupt is the command's to answer."""
    try:
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - what its user wrote
    except OSError as error:
        complain(f"wan-rules run: {command[0]} can't be started: {error.strerror}")
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUN

    def pass_on(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both
    signal.signal(signal.SIGTERM, pass_on)
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else SIGNAL_BASE - code


def read_base_options(texts: Sequence[str]) -> dict[str, list[str]]:
    """Base URLs by host, from texts as `alibaba=https://gateway.example.com/api/v1`. Raises UnusableInputError."""
    found: dict[str, list[str]] = {}
    for text in texts:
        host, equals, url = text.partition("=")
        if not equals:
            reason = f"{shorten(text)!r}: write HOST=URL, where HOST is {' or '.join(SHAPES)}"
            raise UnusableInputError("--base", reason)
        found.setdefault(host, []).append(url)
    return found
