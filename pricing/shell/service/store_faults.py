"""What the store raises, and how what a database raises becomes that: never a row, a statement or a password.

StoreError
├── StoreBusyError    others hold what it takes, for too long: the same request may be sent again
├── StoreDownError    the database is not there, or can't be used as it is
├── ReusedKeyError    one idempotency key, two requests
├── AlreadyThereError what was to be added is there
├── TaskTakenError    a host's task that another quote was reported with
├── UnfitError        a value that no column holds
└── SwallowedError    work went on after a statement of it had failed
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError


class StoreError(Exception):
    """Anything that the store raises on purpose; `passing` where the same thing may work in a moment."""

    passing = False


class StoreBusyError(StoreError):
    """Others hold what it takes, for too long; nothing was written."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        """Keep whether a moment is likely to help."""
        super().__init__(f"the store is busy: {reason}. Nothing was written: send the same request again")
        self.passing = passing


class StoreDownError(StoreError):
    """The database is not there, or can't be used as it is."""

    def __init__(self, place: str, reason: str, *, passing: bool = False) -> None:
        """Keep where it should be."""
        super().__init__(f"the store ({place}) can't be used: {reason}")
        self.place, self.passing = place, passing


class ReusedKeyError(StoreError):
    """An idempotency key that was used for another request."""

    def __init__(self, key: str) -> None:
        """Say what to do."""
        super().__init__(f"the key {key!r} was used for another request: use a new key for each request")
        self.key = key


class AlreadyThereError(StoreError):
    """What was to be added is there, under the same id."""


class TaskTakenError(StoreError):
    """A host's task that another quote of the account was reported with."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "another quote of this account was reported with this task: send each job's own report, or leave task_id "
            "out where one task did the work of both"
        )


class UnfitError(StoreError):
    """A value that the database does not hold: too long, or with a character that it has no place for."""


class SwallowedError(StoreError):
    """Work that went on after a statement of it had failed; PostgreSQL would commit nothing, and say so to nobody."""

    def __init__(self) -> None:
        """Say that nothing was written."""
        super().__init__("a statement of this write failed, and its work went on: nothing was written")


_CONFLICTS: Final = frozenset({"40001", "40P01"})
"""PostgreSQL: a serialization failure, a deadlock. Who comes again is served."""
_WAITED: Final = frozenset({"55P03", "57014", "25P03"})
"""PostgreSQL: waited too long for a lock, for a statement, or with a transaction open."""
_UNPREPARED: Final = "its tables are not there, or not of this version: `wan-rules serve` makes them when it starts"
_BUSY: Final = frozenset({5, 6})
"""SQLite: busy, locked. The plain first one is told after its whole wait, its kinds at once."""


__all__ = [
    "AlreadyThereError",
    "ReusedKeyError",
    "SQLAlchemyError",
    "StoreBusyError",
    "StoreDownError",
    "StoreError",
    "SwallowedError",
    "TaskTakenError",
    "UnfitError",
    "translate",
]


def translate(error: SQLAlchemyError, place: str) -> StoreError:
    """What is told of it."""
    if isinstance(error, NoConnectionError):
        return StoreBusyError("no connection to the database came free")
    if not isinstance(error, DBAPIError) or error.orig is None:
        return StoreDownError(place, type(error).__name__)
    if isinstance(error, IntegrityError):
        return AlreadyThereError(f"the store has one already, or not what it is about: {_first_line(error.orig)}")
    if isinstance(error, DataError):
        return UnfitError(f"the store can't keep it: {_first_line(error.orig)}")
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return _translate_postgresql(str(code), error, place)
    return _translate_others(error, place)


def _translate_postgresql(code: str, error: DBAPIError, place: str) -> StoreError:
    if code in _CONFLICTS:
        return StoreBusyError("two writes crossed", passing=True)
    if code in _WAITED:
        return StoreBusyError("another write held the same rows for too long")
    if code in {"42P01", "42703"}:
        return StoreDownError(place, _UNPREPARED)
    return StoreDownError(place, _say(error), passing=error.connection_invalidated)


def _translate_others(error: DBAPIError, place: str) -> StoreError:
    """SQLite's, and those of a connection that broke or never was."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _BUSY:
        return StoreBusyError("another process holds the file", passing=code != min(_BUSY))
    if "no such table" in str(error.orig) or "no such column" in str(error.orig):
        return StoreDownError(place, _UNPREPARED)
    return StoreDownError(place, _say(error), passing=code is None)


def _say(error: DBAPIError) -> str:
    return _first_line(error.orig) if error.orig is not None else type(error).__name__


def _first_line(error: BaseException) -> str:
    """What a driver says first; the lines after it may hold values of a row."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
