"""The store of the service: quotes that bind and what became of them, answers under their keys, API keys, leases.

Every write is one transaction, tried again a few times where another one crossed it or a connection broke. A try whose
commit was not acknowledged may have been kept, so a write is made of what can be done twice: a move that was made is
answered again, a claimed key gives the kept answer, and of a new quote without a key nobody has heard.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from pricing.shell.service.engines import Engines, open_engines
from pricing.shell.service.rows import Answer, KeyRow, Move, Once, QuoteRow, Written, may_be_id, read_quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from pricing.shell.service.transactions import Transaction

T = TypeVar("T")

PAUSES_S: Final = (0.01, 0.03, 0.1, 0.3)
"""About how long to wait before each further try."""
CONNECTIONS: Final = 8
"""How many a process opens at most."""


def open_store(url: str, *, connections: int = CONNECTIONS) -> Store:
    """The store at `sqlite:///path` or `postgresql://…`; nothing is asked of the database yet.

    Raises UnusableInputError for a URL that is none of these, and where an extra is missing.
    """
    return Store(open_engines(url, connections))


class Store:
    """The store, for any number of threads. Everything in it raises StoreBusyError and StoreDownError."""

    def __init__(self, engines: Engines) -> None:
        """Keep the connections."""
        # Here and not above: without the extra, `open_store` has said so before.
        from pricing.shell.service import statements, store_faults, transactions

        self._engines, self._sql = engines, statements
        self._transactions, self._faults = transactions, store_faults

    @property
    def engine(self) -> Engine:
        """What migrations are made with."""
        return self._engines.engine

    @property
    def place(self) -> str:
        """Where the database is, as may be told."""
        return self._engines.place

    def write(self, work: Callable[[Transaction], Answer], once: Once | None = None) -> Written:
        """What the work answered; with `once`, what it answered when the key was first used.

        What the work raises undoes all of it, the claim on the key too. The work may be called more than once, and
        also where the key turns out to be used, if it does no more than add quotes: what it did then is dropped. So it
        changes nothing but through its transaction. Raises ReusedKeyError.
        """
        return self._try(lambda: self._write(work, once))

    def find_answer(self, once: Once) -> Answer | None:
        """What was answered under the key. Raises ReusedKeyError where that was to another request."""
        return self._try(lambda: self._find_stored(once))

    def find_quote(self, quote_id: str, accounts: str | Collection[str]) -> QuoteRow | None:
        """The quote, if it is of one of the accounts."""
        if not may_be_id(quote_id):
            return None
        named = self._transactions.name_quote(quote_id, accounts)
        row = self._read(lambda connection: connection.execute(self._sql.FIND_QUOTE, named).one_or_none())
        return None if row is None else read_quote(row)

    def list_moves(self, quote_id: str) -> tuple[Move, ...]:
        """The moves of a quote, in their order."""
        return self._read(lambda connection: self._transactions.list_moves(connection, quote_id))

    def add_key(self, row: KeyRow) -> None:
        """A new key is known, and the generation of `keys` is the next. Raises AlreadyThereError."""

        def add(connection: Connection) -> None:
            connection.execute(self._sql.ADD_KEY, row._asdict())
            self._bump(connection, "keys")

        self._change(add)

    def revoke_key(self, key_id: str, at: datetime) -> bool:
        """Whether there was such a key to revoke; the generation of `keys` is then the next."""
        if not may_be_id(key_id):
            return False

        def revoke(connection: Connection) -> bool:
            found = connection.execute(self._sql.REVOKE_KEY, {"key_id": key_id, "at": at}).rowcount == 1
            if found:
                self._bump(connection, "keys")
            return found

        return self._change(revoke)

    def find_key(self, key_id: str) -> KeyRow | None:
        """The key of that id, revoked and expired ones too."""
        if not may_be_id(key_id):
            return None
        row = self._read(lambda connection: connection.execute(self._sql.FIND_KEY, {"key_id": key_id}).one_or_none())
        return None if row is None else KeyRow(*row)

    def list_keys(self) -> tuple[KeyRow, ...]:
        """Every key, the oldest first."""
        return self._read(lambda connection: tuple(KeyRow(*row) for row in connection.execute(self._sql.LIST_KEYS)))

    def bump(self, name: str) -> int:
        """The next generation of what is shared under the name; the first is 1."""
        return self._change(lambda connection: self._bump(connection, name))

    def read_shared(self) -> Mapping[str, int]:
        """Every generation by its name; a name that nobody bumped is missing."""
        return self._read(lambda connection: {row.name: row.value for row in connection.execute(self._sql.READ_SHARED)})

    def lease(self, caller: str, window_start: int, wanted: int, limit: int) -> int:
        """How many of the wanted requests the caller may make in the window, which is named by its second.

        All processes together are granted `limit` in a window at most.
        """
        asked = {"caller": caller, "window_start": window_start, "wanted": wanted, "most": limit}
        statement = self._sql.LEASE[self.engine.dialect.name]
        taken = self._change(lambda connection: connection.execute(statement, asked).scalar_one_or_none(), single=True)
        return 0 if taken is None else max(0, min(wanted, limit - (taken - wanted)))

    def purge(self, before: datetime, *, windows_before: datetime | None = None) -> int:
        """How many windows that began, and answers that were kept, before the instant are no more.

        Windows go by `windows_before` where it is given: nobody asks for one that has ended.
        """
        limits = {"before_s": int((windows_before or before).timestamp()), "before": before}

        def delete(connection: Connection) -> int:
            return sum(connection.execute(statement, limits).rowcount for statement in self._sql.PURGE)

        return self._change(delete)

    def ping(self) -> None:
        """The database answers. It is asked once, without another try."""
        with self._translating(), self._engines.engine.connect() as connection:
            connection.execute(self._sql.PING).one()

    def upgrade(self) -> None:
        """The tables are those of this version; those that were are kept and changed."""
        from pricing.shell.service.migrating import upgrade

        with self._translating():
            upgrade(self._engines)

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        from pricing.shell.service.migrating import is_current

        return self._read(is_current)

    def close(self) -> None:
        """Every connection is closed."""
        self.engine.dispose()

    def _write(self, work: Callable[[Transaction], Answer], once: Once | None) -> Written:
        try:
            with self._transactions.Transaction(self._engines, once) as transaction:
                answer = work(transaction)
                transaction.finish(answer)
        except self._transactions.AlreadyAnsweredError as found:
            return Written(found.answer, replayed=True)
        except (self._faults.StoreError, self._faults.SQLAlchemyError):
            raise
        except Exception:
            # Today's work may fail where the one that was answered did not: that answer stands.
            if once is None or (stored := self._find_stored(once)) is None:
                raise
            return Written(stored, replayed=True)
        return Written(answer, replayed=False)

    def _find_stored(self, once: Once) -> Answer | None:
        with self._engines.engine.connect() as connection:
            answer: Answer | None = self._transactions.find_answer(connection, once)
            return answer

    def _bump(self, connection: Connection, name: str) -> int:
        value: int = connection.execute(self._sql.BUMP[connection.dialect.name], {"name": name}).scalar_one()
        return value

    def _read(self, ask: Callable[[Connection], T]) -> T:
        def read() -> T:
            with self._engines.engine.connect() as connection:
                return ask(connection)

        return self._try(read)

    def _change(self, change: Callable[[Connection], T], *, single: bool = False) -> T:
        def write() -> T:
            if single and self._engines.is_postgresql:
                with self._engines.engine.connect() as connection:
                    return change(connection)
            with self._engines.begin() as connection:
                return change(connection)

        return self._try(write)

    def _try(self, what: Callable[[], T]) -> T:
        for pause_s in PAUSES_S:
            try:
                with self._translating():
                    return what()
            except self._faults.StoreError as error:
                if not error.passing:
                    raise
            time.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - so that two that crossed do not meet again
        with self._translating():
            return what()

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """What the database raises becomes what the store does, and keeps no row in its context."""
        try:
            yield
        except self._faults.SQLAlchemyError as error:
            raise self._faults.translate(error, self.place) from None
