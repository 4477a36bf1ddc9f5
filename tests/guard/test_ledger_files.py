"""The ledger's file under two connections of one process, and over a fork: no hold is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.shell.guard.entries import Counted, Entry
from pricing.shell.guard.ledger import Ledger
from pricing.shell.guard.limits import Limits
from wan_rules.payloads import UnusableInputError

TODAY = Counted("run", "2026-11-29")
LOOK = """
import sys
from pricing.shell.guard.ledger import Ledger
ledger = Ledger(sys.argv[1], "UTC")
print(ledger.read_total("day", "2026-11-29", "USD"))
ledger.shut()
"""


def hold(ledger: Ledger) -> None:
    entry = Entry("alibaba", "allowed", "held", None, "USD", Decimal(1), b"{}")
    assert ledger.hold([entry], Limits(), TODAY, lambda _number, _limit: entry)


def look(path: Path) -> str:
    """What another process sees, which opens the file and closes it again."""
    done = subprocess.run([sys.executable, "-c", LOOK, str(path)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_second_ledger_on_a_file_takes_nothing_from_the_first(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    first = Ledger(str(path), "UTC")
    hold(first)
    second = Ledger(str(path), "UTC")
    assert look(path) == "1"
    hold(first)
    assert look(path) == "2"
    for ledger in (first, second):
        ledger.shut()


def test_a_fork_counts_in_the_same_file_when_its_parent_has_closed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(str(path), "UTC")
    hold(ledger)
    closed_at, closed = os.pipe()
    child = os.fork()
    if not child:
        try:
            hold(ledger)
            os.read(closed_at, 1)
            hold(ledger)
            hold(ledger)
        finally:
            os._exit(0)
    until = time.monotonic() + 30
    while look(path) != "2":
        assert time.monotonic() < until
    ledger.shut()
    os.write(closed, b".")
    os.waitpid(child, 0)
    assert look(path) == "4"
    for end in (closed_at, closed):
        os.close(end)


def test_a_parent_goes_on_after_a_fork(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(str(path), "UTC")
    hold(ledger)
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    hold(ledger)
    assert ledger.read_total("day", "2026-11-29", "USD") == 2
    ledger.shut()


@pytest.mark.parametrize("name", ["", ":memory:", "file:ledger?mode=memory", "file:/tmp/ledger"])
def test_what_no_other_process_could_count_in_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnusableInputError, match=r"^--state: "):
        Ledger(name, "UTC")
    assert list(tmp_path.iterdir()) == []


def test_a_fork_counts_in_the_same_file_wherever_its_parent_works_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a program that goes into the background does: it leaves its folder, and forks."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    ledger = Ledger("ledger.sqlite", "UTC")
    hold(ledger)
    monkeypatch.chdir(elsewhere)
    child = os.fork()
    if not child:
        try:
            hold(ledger)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    hold(ledger)
    ledger.shut()
    assert look(tmp_path / "ledger.sqlite") == "3"
    assert not list(elsewhere.iterdir())


def test_a_file_that_lost_its_zone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(str(path), "UTC").shut()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("DELETE FROM zone")
    db.close()
    with pytest.raises(UnusableInputError, match="does not say whose days it counts: name a new file"):
        Ledger(str(path), "UTC")
