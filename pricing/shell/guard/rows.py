"""The tables of the ledger, and how its rows are written and totals moved, inside a transaction of `ledger`."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from decimal import Decimal
from typing import Final

from pricing.money import EXACT, Money, format_decimal
from pricing.shell.guard.entries import Counted, Entry

LAYOUT: Final = 1
TABLES: Final = """
CREATE TABLE calls (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL, day TEXT NOT NULL, host TEXT NOT NULL, task TEXT,
    verdict TEXT NOT NULL, state TEXT NOT NULL, currency TEXT, held TEXT, charge TEXT, quote BLOB,
    reason TEXT, outcome TEXT
);
CREATE INDEX by_task ON calls (host, task) WHERE state IN ('held', 'open');
CREATE INDEX by_run ON calls (run);
CREATE TABLE totals (
    scope TEXT NOT NULL, name TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL,
    PRIMARY KEY (scope, name, currency)
) WITHOUT ROWID;
CREATE TABLE zone (name TEXT NOT NULL);
"""


def make_private(path: str) -> None:
    """A file for its user alone: what is held is kept with its request. One that is there is not even opened.

    To close any descriptor of a file drops every lock that the process has on it, those of SQLite among them.
    """
    with contextlib.suppress(OSError):  # it is there, or SQLite says better what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def write_ahead(db: sqlite3.Connection, wait_s: int) -> None:
    """WAL, in the face of others who are about to do the same: SQLite does not wait for them by itself."""
    until = time.monotonic() + wait_s
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def insert(db: sqlite3.Connection, entry: Entry, counted: Counted) -> int:
    """The row of a call; what is held is in the totals."""
    held = None if entry.held is None else format_decimal(entry.held)
    row = db.execute(
        "INSERT INTO calls (run, day, host, task, verdict, state, currency, held, quote, reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            counted.run,
            name_day(counted),
            entry.host,
            entry.task,
            entry.verdict,
            entry.state,
            entry.currency,
            held,
            entry.quote,
            entry.reason,
        ),
    ).lastrowid
    if entry.state == "held" and entry.held is not None and entry.currency is not None:
        add(db, counted, entry.verdict, Money(entry.held, entry.currency))
    return row or 0


def read_amount(text: str | None) -> Decimal | None:
    """The amount that a row has, if it has one."""
    return None if text is None else Decimal(text)


def add(db: sqlite3.Connection, counted: Counted, verdict: str, more: Money) -> None:
    """Moves the totals of a day and a run; of a call that went out against its verdict those of the verdict, too."""
    for scope, name in (("day", name_day(counted)), ("run", counted.run)):
        if not name:
            continue
        for kept in (scope,) if verdict == "allowed" else (scope, name_against(scope, verdict)):
            total = format_decimal(EXACT.add(read_total(db, kept, name, more.currency), more.amount))
            db.execute("INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?)", (kept, name, more.currency, total))


def name_day(counted: Counted) -> str:
    """The day that a call counts for; none where it is counted in that day already."""
    return "" if counted.is_in_day else counted.day


def name_against(scope: str, verdict: str) -> str:
    """What the part of a total is kept as that was sent though the verdict was against it, as in a dry run."""
    return f"{scope} {verdict}"


def read_total(db: sqlite3.Connection, scope: str, name: str, currency: str) -> Decimal:
    """What is spent or held in a day or a run."""
    asked = "SELECT amount FROM totals WHERE scope = ? AND name = ? AND currency = ?"
    found = db.execute(asked, (scope, name, currency)).fetchone()
    return Decimal(found[0]) if found else Decimal(0)
