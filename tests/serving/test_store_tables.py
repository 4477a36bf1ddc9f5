"""The tables that migrations make are those that the statements are written for; who comes at once makes them once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Timer

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Float, Numeric, insert, inspect, text
from sqlalchemy.dialects import sqlite

from pricing.shell.service import engines, migrating
from pricing.shell.service.migrating import VERSIONS
from pricing.shell.service.rows import write_quote
from pricing.shell.service.store import Store, open_store
from pricing.shell.service.store_faults import StoreBusyError, StoreDownError
from pricing.shell.service.tables import METADATA, QUOTES, Instant
from tests.stored import at_once, issue, quote_row


def test_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store.engine.connect() as connection:
        options = {"version_table": VERSIONS, "compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_no_column_is_a_decimal_or_a_float_of_the_database() -> None:
    kinds = [column.type for table in METADATA.tables.values() for column in table.columns]
    assert not [kind for kind in kinds if isinstance(kind, Numeric | Float)]


def test_a_store_is_current_when_it_has_been_upgraded(store_url: str) -> None:
    store = open_store(store_url)
    assert not store.is_current()
    store.upgrade()
    assert store.is_current()
    store.upgrade()
    assert store.is_current()
    store.close()


def test_quotes_of_before_stay_and_have_no_task(store_url: str) -> None:
    store, row = open_store(store_url), quote_row()
    with store.engine.begin() as connection:
        config = migrating._configure()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        kept = {name: value for name, value in write_quote(row).items() if name != "task"}
        connection.execute(insert(QUOTES), kept)
    assert not store.is_current()
    store.upgrade()
    assert store.find_quote(row.id, "acme") == row
    store.close()


def test_many_that_upgrade_at_once_make_the_tables_once(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(4)]
    assert at_once(lambda number: stores[number].upgrade(), 4) == [None] * 4
    assert set(inspect(stores[0].engine).get_table_names()) == {*METADATA.tables, VERSIONS}
    for store in stores:
        store.close()


def test_who_makes_tables_waits_for_another_process_longer_than_who_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_S", 0.05)
    monkeypatch.setattr(engines, "_PRAGMAS", ("PRAGMA busy_timeout=50",))
    store = open_store(f"sqlite:///{tmp_path / 'quotes.db'}")
    store.upgrade()
    with closing(sqlite3.connect(tmp_path / "quotes.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ends = Timer(1, other.execute, ["ROLLBACK"])
        ends.start()
        with pytest.raises(StoreBusyError):
            store.bump("keys")
        store.upgrade()
        ends.join()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            store.bump("keys")
    store.close()


def test_a_store_without_tables_says_what_makes_them(store_url: str) -> None:
    store = open_store(store_url)
    store.ping()
    with pytest.raises(StoreDownError, match="tables are not there"):
        issue(store)
    store.close()


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # noqa: DTZ001 - that is the point


def test_tables_of_a_later_version_are_left_alone(store: Store, store_url: str) -> None:
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE store_version SET version_num = '9999_later'"))
        connection.commit()
    older = open_store(store_url)
    with pytest.raises(StoreDownError, match="are of a later version \\(9999_later\\): run that one"):
        older.upgrade()
    assert not older.is_current()
    older.close()


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    with closing(sqlite3.connect(file)) as notes:
        notes.execute("CREATE TABLE notes (text TEXT)")
        notes.commit()
        before = list(notes.execute("SELECT name FROM sqlite_master"))
    store = open_store(f"sqlite:///{file}")
    with pytest.raises(StoreDownError, match="is another program's, with the table 'notes': name a file of its own"):
        store.upgrade()
    store.close()
    with closing(sqlite3.connect(file)) as notes:
        assert list(notes.execute("SELECT name FROM sqlite_master")) == before
