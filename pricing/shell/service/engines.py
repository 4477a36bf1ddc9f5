"""Connections to the database that a URL names, SQLite or PostgreSQL, so set that what is acknowledged is kept."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

WAIT_S: Final = 5
"""How long a write waits for another one's rows, for a connection, and for the database to answer at first."""
PATIENT_S: Final = 600
"""How long who makes or changes tables waits for another process's writes: those may be a change of tables too."""
FORMS: Final = "sqlite:///path/of/a/file or postgresql://user:password@host/database"
_WHAT: Final = "the store's URL"
_DRIVERS: Final = {"postgres", "postgresql", "postgresql+psycopg"}
_LIMITS: Final = f"-c lock_timeout={WAIT_S}s -c idle_in_transaction_session_timeout=60s"
"""A process that was stopped while it held rows holds nobody for ever."""
_FAILED: Final = 3
"""How libpq says that a transaction has failed: PQTRANS_INERROR."""
_WAITING: Final = "PRAGMA busy_timeout={}"
_PRAGMAS: Final = (
    _WAITING.format(WAIT_S * 1000),
    "PRAGMA synchronous=FULL",  # a commit is on the disk before it is told
    "PRAGMA foreign_keys=ON",
)


class Engines(NamedTuple):
    """The connections. Every statement is a transaction of its own, but for those between `begin` and its end.

    `place` is what may be told of where the database is. SQLite has one writer: `lock` is its turn in this process.
    """

    place: str
    engine: Engine
    lock: Lock | None

    @property
    def is_postgresql(self) -> bool:
        """Whether one statement is one way to a server and back."""
        return self.lock is None

    @contextmanager
    def take_turn(self) -> Iterator[None]:
        """The turn to write. Raises StoreBusyError."""
        from pricing.shell.service.store_faults import StoreBusyError

        if self.lock is None:
            yield
            return
        if not self.lock.acquire(timeout=WAIT_S):
            raise StoreBusyError("the writes before this one take too long")
        try:
            yield
        finally:
            self.lock.release()

    @contextmanager
    def begin(self, *, patient: bool = False) -> Iterator[Connection]:
        """A transaction for writing: committed at the end, rolled back by whatever is raised. Raises StoreBusyError.

        A patient one waits long for other processes.
        """
        with self.take_turn(), self.engine.connect() as connection, self._wait_long(connection, patient=patient):
            # Who will write says so to SQLite at once: a reader that becomes a writer halfway may find that it can't.
            connection.exec_driver_sql("BEGIN" if self.is_postgresql else "BEGIN IMMEDIATE")
            yield connection
            self._check(connection)
            connection.exec_driver_sql("COMMIT")
            # Where this is not reached, the pool takes the connection back, and rolls back what is open on it.

    @contextmanager
    def _wait_long(self, connection: Connection, *, patient: bool) -> Iterator[None]:
        """A patient transaction's wait for SQLite's file, which is put back at its end."""
        if not patient or self.is_postgresql:
            yield
            return
        connection.exec_driver_sql(_WAITING.format(PATIENT_S * 1000))
        try:
            yield
        finally:
            connection.exec_driver_sql(_WAITING.format(WAIT_S * 1000))

    def _check(self, connection: Connection) -> None:
        """A transaction that has failed is not committed. Raises SwallowedError."""
        from pricing.shell.service.store_faults import SwallowedError

        driver: Any = connection.connection.driver_connection
        if self.is_postgresql and driver.info.transaction_status == _FAILED:
            raise SwallowedError


def open_engines(url: str, connections: int) -> Engines:
    """The connections, of which none is made yet. Raises UnusableInputError."""
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise UnusableInputError(_WHAT, "a store needs sqlalchemy: pip install 'wan-rules[service]'") from None
    try:
        named = make_url(url)
    except (ArgumentError, ValueError):
        raise UnusableInputError(_WHAT, f"it can't be read: {FORMS} is wanted") from None
    if named.drivername == "sqlite":
        return _open_sqlite(named, connections)
    if named.drivername in _DRIVERS:
        return _open_postgresql(named, connections)
    raise UnusableInputError(_WHAT, f"it names {named.drivername[:40]!r}: {FORMS} is wanted")


def _open_postgresql(url: URL, connections: int) -> Engines:
    from sqlalchemy import create_engine, event

    place = f"PostgreSQL, database {url.database or ''!r} at {url.host or url.query.get('host') or 'the local socket'}"
    asked: dict[str, Any] = {"connect_timeout": WAIT_S, "options": _LIMITS, "application_name": "wan-rules"}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={name: value for name, value in asked.items() if name not in url.query},
            **_pool(connections),
        )
    except ImportError:
        raise UnusableInputError(_WHAT, "PostgreSQL needs psycopg: pip install 'wan-rules[postgresql]'") from None
    event.listen(engine, "connect", _prepare_postgresql)
    return Engines(place, engine, None)


def _prepare_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    """Behind a pooler no statement is kept prepared: the next transaction may be with another server.

    That one would not know it, or know another by its name: a COMMIT might commit nothing. A pooler gives a process id
    of its own making.
    """
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    if pid != connection.info.backend_pid:
        connection.prepare_threshold = None


def _open_sqlite(url: URL, connections: int) -> Engines:
    from sqlalchemy import create_engine, event

    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise UnusableInputError(_WHAT, "it names no file: sqlite:///path/of/a/file is wanted")
    place = f"SQLite, {url.database}"
    _make_private(Path(url.database))
    engine = create_engine(url, **_pool(connections))
    look = _stay_with(Path(url.database), place)
    event.listen(engine, "do_connect", look)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "checkout", look)
    return Engines(place, engine, Lock())


def _pool(connections: int) -> dict[str, Any]:
    return {
        "isolation_level": "AUTOCOMMIT",
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": WAIT_S,
    }


def _make_private(path: Path) -> None:
    """A file that only its owner reads, if it is new; what SQLite puts beside it takes after it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = f"{path} can't be opened: {error.strerror}. Name a file in a folder that is there and may be written"
        raise UnusableInputError(_WHAT, reason) from None


def _stay_with(path: Path, place: str) -> Callable[..., None]:
    """What is asked before any use of the file: whether it is the one that was opened.

    Of a file that took its place, some connections would be with the old one and some with the new.
    """
    from pricing.shell.service.store_faults import StoreDownError

    own = _identify(path)

    def look(*_: object) -> None:
        if _identify(path) != own:
            reason = (
                "its file was moved, taken away or replaced while it was in use. Stop whatever uses it, lay the right "
                "file there with none beside it, and start again"
            )
            raise StoreDownError(place, reason)

    return look


def _identify(path: Path) -> tuple[int, int] | None:
    """What tells a file from every other, whatever its name; `None` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    _write_ahead(connection)


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - as above
    """The file has a write-ahead log. SQLite wants the file alone to begin one, and does not wait for that."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
