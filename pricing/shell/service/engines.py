"""Connections to the database that a URL names, SQLite or PostgreSQL, so set that what is acknowledged is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

WAIT_S: Final = 5
"""How long a write waits for another one's rows, for a connection, and for the database to answer at first."""
FORMS: Final = "sqlite:///path/of/a/file or postgresql://user:password@host/database"
_WHAT: Final = "the store's URL"
_DRIVERS: Final = {"postgres", "postgresql", "postgresql+psycopg"}
_LIMITS: Final = f"-c lock_timeout={WAIT_S}s -c idle_in_transaction_session_timeout=60s"
"""A process that was stopped while it held rows holds nobody for ever."""
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit is on the disk before it is told
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={WAIT_S * 1000}",
)


class Engines(NamedTuple):
    """The connections: `writing` opens a transaction, in `single` every statement is one of its own.

    `place` is what may be told of where the database is. SQLite has one writer: `lock` is its turn in this process.
    """

    place: str
    writing: Engine
    single: Engine
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
    def begin(self) -> Iterator[Connection]:
        """A transaction for writing: committed at the end, rolled back by whatever is raised. Raises StoreBusyError."""
        with self.take_turn(), self.writing.begin() as connection:
            yield connection


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
    from sqlalchemy import create_engine

    place = f"PostgreSQL, database {url.database or ''!r} at {url.host or url.query.get('host') or 'the local socket'}"
    asked: dict[str, Any] = {"connect_timeout": WAIT_S, "options": _LIMITS, "application_name": "wan-rules"}
    try:
        writing = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={name: value for name, value in asked.items() if name not in url.query},
            pool_size=connections,
            max_overflow=0,
            pool_timeout=WAIT_S,
        )
    except ImportError:
        raise UnusableInputError(_WHAT, "PostgreSQL needs psycopg: pip install 'wan-rules[postgresql]'") from None
    return Engines(place, writing, writing.execution_options(isolation_level="AUTOCOMMIT"), None)


def _open_sqlite(url: URL, connections: int) -> Engines:
    from sqlalchemy import create_engine, event

    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise UnusableInputError(_WHAT, "it names no file: sqlite:///path/of/a/file is wanted")
    _make_private(Path(url.database))
    writing = create_engine(url, pool_size=connections, max_overflow=0, pool_timeout=WAIT_S)
    event.listen(writing, "connect", _prepare_sqlite)
    event.listen(writing, "begin", _begin_sqlite)
    return Engines(f"SQLite, {url.database}", writing, writing.execution_options(single=True), Lock())


def _make_private(path: Path) -> None:
    """A file that only its owner reads, if it is new; what SQLite puts beside it takes after it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = f"{path} can't be opened: {error.strerror}. Name a file in a folder that is there and may be written"
        raise UnusableInputError(_WHAT, reason) from None


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    """Who will write says so at once: a reader that becomes a writer halfway may find that it can't."""
    if not connection.get_execution_options().get("single"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
