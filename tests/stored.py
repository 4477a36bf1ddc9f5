"""Quotes to store and the writes that a service makes of them; many threads at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Final, TypeVar

from pricing.holds import Action, State, move
from pricing.shell.service.rows import Answer, Move, Once, QuoteRow, Settled
from pricing.shell.service.store import Store
from pricing.shell.service.transactions import Transaction

T = TypeVar("T")

AT: Final = datetime(2026, 11, 15, 12, 0, 0, 250_000, tzinfo=UTC)
THREADS: Final = 16


def quote_row(account: str = "acme") -> QuoteRow:
    name = f"q_{secrets.token_hex(16)}"
    document = f'{{"id":"{name}","total":"1.10","prompt":"图1 跑 \\u0000"}}'.encode()
    times = (AT, AT + timedelta(hours=1), AT)
    return QuoteRow(name, account, "production", State.QUOTED, *times, "USD", "1.10", document, "key_1")


def issue(store: Store, once: Once | None = None, row: QuoteRow | None = None) -> Answer:
    """A new quote, as `POST /v1/quotes` keeps it."""
    made = quote_row() if row is None else row
    return store.write(adding(made), once).answer


def adding(row: QuoteRow) -> Callable[[Transaction], Answer]:
    def work(transaction: Transaction) -> Answer:
        transaction.add_quote(row)
        return Answer(201, row.document, row.id)

    return work


def once(key: str, body: bytes = b"{}", account: str = "acme") -> Once:
    return Once(account, key, hashlib.sha256(body).hexdigest())


def moving(
    quote_id: str, action: Action, settled: Settled | None = None, at: datetime = AT
) -> Callable[[Transaction], Answer]:
    """What `POST /v1/quotes/{id}:…` does: lock, ask the core, keep what moved."""

    def work(transaction: Transaction) -> Answer:
        row = transaction.lock_quote(quote_id, "acme")
        assert row is not None
        to = move(row.as_hold(), action, at, report=None if settled is None else settled.report)
        if to is not row.state:
            row = transaction.record_move(row, Move(at, action, row.state, to, "key_1"), settled)
        said = f"{row.state} {row.charge} {[str(one.action) for one in transaction.list_moves(quote_id)]}"
        return Answer(200, said.encode(), quote_id)

    return work


def at_once(job: Callable[[int], T], threads: int = THREADS) -> list[T | Exception]:
    """What each of the threads got, which all begin together."""
    ready = Barrier(threads)

    def run(number: int) -> T | Exception:
        ready.wait()
        try:
            return job(number)
        except Exception as error:  # noqa: BLE001 - what went wrong is for the test to look at
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))
