"""The ledger: what is held, spent and was refused, in one SQLite file that processes share.

Laws: a hold and the limits that it is held to are one transaction (`BEGIN IMMEDIATE`), so that no two calls take the
same room; what is written is on the disk before the call is sent (WAL, `synchronous=FULL`), so that a process that is
killed keeps its holds; amounts are text, added as exact decimals. A total is the sum of its calls: what is settled
counts with its charge, all else that was sent with its hold.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pricing.money import EXACT, Money, add_up, format_decimal
from pricing.shell.guard.entries import Counted, Entry, Held, Told
from pricing.shell.guard.forking import FORKED, hold_forks
from pricing.shell.guard.limits import Limit, Limits, Scope, find_passed
from pricing.shell.guard.rows import (
    LAYOUT,
    TABLES,
    add,
    insert,
    make_private,
    name_against,
    read_amount,
    read_total,
    write_ahead,
)
from wan_rules.payloads import UnusableInputError

WAIT_S: Final = 10
"""How long a process waits for another one that writes."""


class Ledger:
    """The ledger in a file, or in memory. Safe to share between threads, and over a fork."""

    def __init__(self, path: str | None, zone: str, *, left_out: Collection[str] = ()) -> None:
        """Open it, and make it where it is not there; without a path it is in memory. Raises UnusableInputError.

        Limits are held to what is spent and held without the calls of the verdicts that are `left_out`.
        """
        _refuse_no_file(path)
        # After a fork it is opened again, and by then the program may work in another folder.
        self._path = ":memory:" if path is None else str(Path(path).absolute())
        self._zone, self._left_out = zone, left_out
        self._lock = threading.RLock()
        self._inherited: sqlite3.Connection | None = None
        try:
            self._db: sqlite3.Connection | None = self._open()
        except sqlite3.Error as error:
            raise UnusableInputError("--state", f"{self._path}: {error}") from None
        FORKED.add(self)

    def hold(
        self, entries: Sequence[Entry], limits: Limits, counted: Counted, stop: Callable[[int, Limit], Entry]
    ) -> tuple[int, ...]:
        """The rows of the calls, which are all written, or none that is held.

        `stop` says what is written for the call of that number instead, which would pass a limit. Where that is a
        refusal, it alone is written, and nothing is returned. Where it is left out, all the others are, too: in earnest
        none of them would have gone out.
        """
        with self._write() as db:
            rows = []
            for number, entry in enumerate(entries):
                passed = self._find_passed(db, entry, limits, counted)
                written = stop(number, passed) if passed else entry
                if written.state == "refused":
                    db.execute("ROLLBACK TO calls")
                    insert(db, written, counted)
                    return ()
                if passed and written.verdict in self._left_out:
                    db.execute("ROLLBACK TO calls")
                    return tuple(insert(db, stop(each, passed), counted) for each in range(len(entries)))
                rows.append(insert(db, written, counted))
            return tuple(rows)

    def note(self, entry: Entry, counted: Counted) -> None:
        """A call that was not sent is written down."""
        with self._write() as db:
            insert(db, entry, counted)

    def name_task(self, row: int, task: str) -> None:
        """The job of a hold has this id."""
        with self._write() as db:
            db.execute("UPDATE calls SET task = ? WHERE id = ?", (task, row))

    def find_held(self, host: str, task: str) -> tuple[Held, ...]:
        """The holds of a job, which are more than one where its caller sent one id twice."""
        asked = "SELECT id, quote FROM calls WHERE host = ? AND task = ? AND state IN ('held', 'open')"
        return tuple(Held(*row) for row in self._read(asked, (host, task)) if row[1] is not None)

    def find_row(self, row: int) -> Held | None:
        """The hold in a row, if it is not settled."""
        asked = "SELECT id, quote FROM calls WHERE id = ? AND state IN ('held', 'open')"
        return next((Held(*found) for found in self._read(asked, (row,)) if found[1] is not None), None)

    def close(self, row: int, charge: Decimal | None, outcome: str = "") -> None:
        """A hold has come to its charge, once; `None` leaves all of it held, though the job has ended."""
        with self._write() as db:
            found = db.execute(
                "SELECT run, day, verdict, currency, held FROM calls WHERE id = ? AND state IN ('held', 'open')", (row,)
            ).fetchone()
            if found is None:
                return
            run, day, verdict, currency, held = found
            if charge is None:
                db.execute("UPDATE calls SET state = 'open', outcome = ? WHERE id = ?", (outcome, row))
                return
            db.execute(
                "UPDATE calls SET state = ?, charge = ?, quote = NULL, outcome = ? WHERE id = ?",
                ("settled" if charge else "released", format_decimal(charge), outcome, row),
            )
            add(db, Counted(run, day), verdict, Money(EXACT.subtract(charge, Decimal(held or 0)), currency))

    def read_total(self, scope: Scope, name: str, currency: str) -> Decimal:
        """What is spent or held in a day or a run."""
        asked = "SELECT amount FROM totals WHERE scope = ? AND name = ? AND currency = ?"
        return next((Decimal(amount) for (amount,) in self._read(asked, (scope, name, currency))), Decimal(0))

    def list_calls(self, run: str) -> tuple[Told, ...]:
        """Every call of a run, in order."""
        asked = (
            "SELECT host, verdict, state, currency, held, charge, reason, outcome FROM calls WHERE run = ? ORDER BY id"
        )
        return tuple(
            Told(host, verdict, state, currency, read_amount(held), read_amount(charge), reason or "", outcome or "")
            for host, verdict, state, currency, held, charge, reason, outcome in self._read(asked, (run,))
        )

    def shut(self) -> None:
        """The file is closed."""
        with self._lock:
            self._connect().close()

    def before_fork(self) -> None:
        """Nobody writes while the process forks, and a file is closed: both processes open it again when they need it.

        Locks of a file are the process's own, and what SQLite remembers of them would be wrong in the other one.
        """
        self._lock.acquire()
        if self._db is not None and self._path != ":memory:":
            self._db.close()
            self._db = None

    def after_fork_in_parent(self) -> None:
        """It goes on."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Another lock; of what is in memory another ledger, and the one that came along is kept and never used."""
        self._lock, self._inherited, self._db = threading.RLock(), self._db, None

    def _find_passed(self, db: sqlite3.Connection, entry: Entry, limits: Limits, counted: Counted) -> Limit | None:
        if entry.held is None or entry.currency is None:
            return None
        names = {"day": counted.day, "run": counted.run}
        again = {"day": entry.held} if counted.is_in_day else {}

        def used(scope: Scope, currency: str) -> Decimal:
            total = read_total(db, scope, names[scope], currency)
            against = [read_total(db, name_against(scope, one), names[scope], currency) for one in self._left_out]
            return EXACT.subtract(total, add_up([*against, again.get(scope, Decimal(0))]))

        return find_passed(limits, entry.currency, entry.held, used)

    def _open(self) -> sqlite3.Connection:
        if self._path != ":memory:":
            make_private(self._path)
        db = sqlite3.connect(self._path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            write_ahead(db, WAIT_S)
            db.execute("PRAGMA synchronous = FULL")
            self._lay_out(db)
        except BaseException:
            db.close()
            raise
        return db

    def _lay_out(self, db: sqlite3.Connection) -> None:
        """Makes the tables in a new file. Raises UnusableInputError for one of another kind, or of another zone."""
        db.execute("BEGIN IMMEDIATE")
        (layout,) = db.execute("PRAGMA user_version").fetchone()
        if layout == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in TABLES.split(";"):
                db.execute(statement)
            db.execute("INSERT INTO zone VALUES (?)", (self._zone,))
            db.execute(f"PRAGMA user_version = {LAYOUT}")
        elif layout != LAYOUT:
            raise UnusableInputError("--state", f"{self._path} is no ledger of this guard: name a new file")
        db.execute("COMMIT")
        zones = db.execute("SELECT name FROM zone").fetchall()
        if not zones:
            raise UnusableInputError("--state", f"{self._path} does not say whose days it counts: name a new file")
        ((zone,),) = zones
        if zone != self._zone:
            reason = (
                f"{self._path} counts the days of {zone}, and {self._zone} was asked for: name that zone, or a new file"
            )
            raise UnusableInputError("--zone", reason)

    def _connect(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = self._open()
        return self._db

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing."""
        with self._lock:
            db = self._connect()
            db.execute("BEGIN IMMEDIATE")
            try:
                db.execute("SAVEPOINT calls")
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _read(self, asked: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connect().execute(asked, values).fetchall()


def _refuse_no_file(path: str | None) -> None:
    """Nothing, where other processes can count in it too, or none is named. Raises UnusableInputError."""
    if path == "":  # of a variable that is not set
        raise UnusableInputError("--state", "an empty name: name the file that keeps count, or leave it out")
    if path is not None and (path == ":memory:" or path.startswith("file:")):
        reason = f"{path[:64]!r} is no file to SQLite, and each process would count on its own: name a file by its path"
        raise UnusableInputError("--state", reason)


hold_forks()
