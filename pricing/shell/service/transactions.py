"""One write: it claims its idempotency key, does its work and keeps its answer, all of it or nothing.

A write that only adds quotes opens its transaction at its end, so that no connection waits while a quote is computed;
on PostgreSQL it is then a single statement. Any other write claims its key before it reads or changes anything.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn, Self

from sqlalchemy.exc import IntegrityError

from pricing.shell.service import statements
from pricing.shell.service.engines import Engines
from pricing.shell.service.rows import (
    Answer,
    Move,
    Once,
    QuoteRow,
    Settled,
    may_be_id,
    read_move,
    read_quote,
    write_quote,
)
from pricing.shell.service.store_faults import ReusedKeyError, StoreBusyError, TaskTakenError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CLAIMED: Final = 0
"""The status of an answer that is being made; nobody but its own transaction ever sees it."""


class AlreadyAnsweredError(Exception):
    """Another write with the same key came first. `Store.write` catches it: no work of a transaction should."""

    def __init__(self, answer: Answer) -> None:
        """Keep what that one answered."""
        super().__init__("another write with the same key came first")
        self.answer = answer


class Transaction:
    """What a write may do. It ends with the work that it was given to: keep no reference to it."""

    def __init__(self, engines: Engines, once: Once | None) -> None:
        """Nothing is opened yet."""
        self._engines, self._once = engines, once
        self._stack = ExitStack()
        self._connection: Connection | None = None
        self._waiting: list[QuoteRow] = []
        self._added: dict[str, bytes] = {}

    def add_quote(self, row: QuoteRow) -> None:
        """A new quote is kept, at the end of the work at the latest."""
        self._waiting.append(row)
        self._added[row.id] = row.document

    def lock_quote(self, quote_id: str, accounts: str | Collection[str]) -> QuoteRow | None:
        """The quote, if it is of one of the accounts. Nobody else moves it until this transaction has ended."""
        if not may_be_id(quote_id):
            return None
        row = self._open().execute(statements.LOCK_QUOTE, name_quote(quote_id, accounts)).one_or_none()
        return None if row is None else read_quote(row)

    def record_move(self, row: QuoteRow, move: Move, settled: Settled | None = None) -> QuoteRow:
        """The quote as it stands after the move, which is kept. `row` is what `lock_quote` gave.

        Raises StoreBusyError where the quote has moved since, and TaskTakenError where its task is another quote's.
        """
        after = row._replace(state=move.to_state, moved=row.moved + 1, **({} if settled is None else settled._asdict()))
        changed = {name: getattr(after, name) for name in ("state", "charge", "settlement", "report", "task")}
        connection = self._open()
        try:
            found = connection.execute(statements.MOVE_QUOTE, {"quote_id": row.id, "seen": row.moved, **changed})
        except IntegrityError:
            raise TaskTakenError from None
        if found.rowcount != 1:
            raise StoreBusyError("the quote was moved by another write", passing=True)
        connection.execute(statements.ADD_MOVE, {"quote_id": row.id, "number": after.moved, **move._asdict()})
        return after

    def list_moves(self, quote_id: str) -> tuple[Move, ...]:
        """The moves of a quote, in their order, with those of this transaction."""
        return list_moves(self._open(), quote_id)

    def finish(self, answer: Answer) -> None:
        """All of it is committed, and the answer with it. Raises AlreadyAnsweredError, ReusedKeyError."""
        if self._connection is None and self._engines.is_postgresql and len(self._waiting) == 1:
            self._add_at_once(self._waiting[0], answer)
        elif self._once is not None:
            self._open().execute(
                statements.KEEP_ANSWER,
                {"owner": self._once.caller, "claimed": self._once.key, **self._columns(answer)},
            )
        elif self._waiting:
            self._open()

    def _add_at_once(self, row: QuoteRow, answer: Answer) -> None:
        """One quote and its answer in one statement, which is a transaction of its own: one way there and back."""
        with self._engines.engine.connect() as connection:
            if self._once is None:
                connection.execute(statements.ADD_QUOTE, write_quote(row))
                return
            kept = {**_columns_of(self._once), **self._columns(answer)}
            named = {f"answer_{name}": value for name, value in kept.items()}
            if connection.execute(statements.CLAIM_AND_ADD, {**write_quote(row), **named}).rowcount == 0:
                _yield_to_first(connection, self._once)

    def _columns(self, answer: Answer) -> dict[str, object]:
        return {"status": answer.status, "body": self._text(answer), "quote_id": answer.quote_id}

    def _text(self, answer: Answer) -> str | None:
        """The body, unless it is the document of a quote that was added here: that one is not kept twice."""
        own = answer.quote_id is not None and self._added.get(answer.quote_id) == answer.body
        return None if own else answer.body.decode()

    def _open(self) -> Connection:
        """The connection, with the key claimed and what was added before written."""
        connection = self._connection
        if connection is None:
            connection = self._stack.enter_context(self._engines.begin())
            if self._once is not None:
                _claim(connection, self._once)
            self._connection = connection
        if self._waiting:
            connection.execute(statements.ADD_QUOTE, [write_quote(row) for row in self._waiting])
            self._waiting.clear()
        return connection

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.__exit__(*raised)  # type: ignore[arg-type]


def _claim(connection: Connection, once: Once) -> None:
    """The key is this transaction's. Raises AlreadyAnsweredError, ReusedKeyError."""
    row = {**_columns_of(once), "status": _CLAIMED, "body": None, "quote_id": None}
    if connection.execute(statements.CLAIM[connection.dialect.name], row).one_or_none() is None:
        _yield_to_first(connection, once)


def _columns_of(once: Once) -> dict[str, object]:
    return {**once._asdict(), "at": datetime.now(UTC)}


def _yield_to_first(connection: Connection, once: Once) -> NoReturn:
    """What was answered by whoever claimed the key before. Raises AlreadyAnsweredError, ReusedKeyError."""
    if (answer := find_answer(connection, once)) is not None:
        raise AlreadyAnsweredError(answer)
    raise StoreBusyError("the answer that was kept for the key went away", passing=True)


def find_answer(connection: Connection, once: Once) -> Answer | None:
    """What was answered under the key. Raises ReusedKeyError where that was to another request."""
    row = connection.execute(statements.FIND_ANSWER, {"caller": once.caller, "key": once.key}).one_or_none()
    if row is None:
        return None
    if row.request != once.request:
        raise ReusedKeyError(once.key)
    return Answer(row.status, row.body.encode(), row.quote_id)


def list_moves(connection: Connection, quote_id: str) -> tuple[Move, ...]:
    """The moves of a quote, in their order."""
    rows = connection.execute(statements.LIST_MOVES, {"quote_id": quote_id})
    return tuple(read_move(row) for row in rows)


def name_quote(quote_id: str, accounts: str | Collection[str]) -> dict[str, object]:
    """A quote, and whose it has to be."""
    return {"quote_id": quote_id, "accounts": [accounts] if isinstance(accounts, str) else list(accounts)}
