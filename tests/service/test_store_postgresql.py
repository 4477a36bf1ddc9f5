"""What PostgreSQL alone does: it goes away and comes back, waits for locks, finds that two writes crossed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pricing.holds import Action, State
from pricing.shell.service.rows import Answer, Move
from pricing.shell.service.store import Store, open_store
from pricing.shell.service.store_faults import StoreBusyError, StoreDownError, StoreError, UnfitError
from pricing.shell.service.transactions import Transaction
from tests import postgres
from tests.postgres import PostgreSQL
from tests.stored import AT, at_once, issue, moving, once, quote_row


@pytest.fixture
def kept(postgresql_url: str) -> Iterator[Store]:
    """A store on PostgreSQL, with its tables."""
    store = open_store(postgresql_url)
    store.upgrade()
    yield store
    store.close()


def test_a_server_that_was_started_anew_is_found_again(postgresql: PostgreSQL, kept: Store) -> None:
    row = quote_row()
    issue(kept, once("k"), row)
    postgresql.stop()
    postgresql.start()
    assert kept.find_quote(row.id, "acme") == row
    postgresql.stop()
    postgresql.start()
    assert kept.write(moving(row.id, Action.ACCEPT)).answer.status == 200
    assert issue(kept, once("k")) == Answer(201, row.document, row.id)


def test_a_server_that_is_gone_is_told(postgresql: PostgreSQL, kept: Store) -> None:
    postgresql.stop()
    try:
        with pytest.raises(StoreDownError, match="can't be used"):
            issue(kept)
        with pytest.raises(StoreDownError):
            kept.ping()
    finally:
        postgresql.start()
    kept.ping()


def test_a_connection_that_the_server_ends_is_made_anew(postgresql: PostgreSQL, kept: Store) -> None:
    issue(kept)
    postgresql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wan-rules'")
    assert issue(kept).status == 201


def test_a_lock_that_is_not_given_back_is_not_waited_for_without_end(kept: Store, postgresql_url: str) -> None:
    row = quote_row()
    issue(kept, row=row)
    hasty = open_store(f"{postgresql_url}&options=-c%20lock_timeout%3D100ms")
    with psycopg.connect(postgresql_url) as holder:
        holder.execute("SELECT 1 FROM quotes FOR UPDATE")
        with pytest.raises(StoreBusyError, match="too long"):
            hasty.write(moving(row.id, Action.ACCEPT))
        holder.rollback()
    assert hasty.write(moving(row.id, Action.ACCEPT)).answer.status == 200
    hasty.close()


def test_writes_that_lock_each_other_out_are_both_made(kept: Store) -> None:
    rows = [quote_row(), quote_row()]
    for row in rows:
        issue(kept, row=row)
    meeting, met = Barrier(2), set[int]()

    def accept(number: int) -> Answer:
        def work(transaction: Transaction) -> Answer:
            for turn, index in enumerate((number, 1 - number)):
                row = transaction.lock_quote(rows[index].id, "acme")
                assert row is not None
                if turn == 0 and number not in met:  # the first time: each has one, and wants the other's
                    met.add(number)
                    meeting.wait()
                if row.state is State.QUOTED:
                    transaction.record_move(row, Move(AT, Action.ACCEPT, row.state, State.ACCEPTED))
            return Answer(200, b"both")

        return kept.write(work).answer

    assert at_once(accept, 2) == [Answer(200, b"both")] * 2
    assert [len(kept.list_moves(row.id)) for row in rows] == [1, 1]


def test_work_that_goes_on_after_a_failure_is_not_taken_for_written(kept: Store) -> None:
    def work(transaction: Transaction) -> Answer:
        row = quote_row()
        transaction.add_quote(row)
        transaction.list_moves(row.id)
        with contextlib.suppress(SQLAlchemyError):
            transaction._open().execute(text("SELECT 1 / 0"))
        return Answer(201, row.document, row.id)

    with pytest.raises(StoreError, match="nothing was written"):
        kept.write(work)


def test_what_no_column_holds_is_told(kept: Store) -> None:
    with pytest.raises(UnfitError, match="too long"):
        issue(kept, once("k" * 201))


def test_no_connection_that_comes_free_is_busy(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(postgresql_url, connections=1)
    monkeypatch.setattr(store.engine.pool, "_timeout", 0.05)
    with store.engine.connect(), pytest.raises(StoreBusyError, match="no connection"):
        store.ping()
    store.close()


def test_without_postgresql_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="apt-get install postgresql"):
        postgres.find_program("initdb")
