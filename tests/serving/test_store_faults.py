"""What is told of a store that can't be opened or used: what was seen, what is allowed, and no password."""

from __future__ import annotations

import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from pricing.shell.service.store import Store, open_store
from pricing.shell.service.store_faults import StoreBusyError, StoreDownError
from tests.stored import issue, once
from wan_rules.payloads import UnusableInputError


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "can't be read"),
        ("quotes.db", "can't be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:quotes?mode=memory", "names no file"),
        ("sqlite:////nowhere/at/all/quotes.db", "folder that is there"),
        ("mysql://root:secret@localhost/quotes", "it names 'mysql'"),
        ("postgresql://root:secret@localhost:port/quotes", "can't be read"),
    ],
)
def test_a_url_that_names_no_store_is_refused(url: str, said: str) -> None:
    with pytest.raises(UnusableInputError, match=said) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("module", "url", "extra"),
    [
        ("sqlalchemy", "sqlite:///quotes.db", "wan-rules[service]"),
        ("psycopg", "postgresql://localhost/quotes", "wan-rules[postgresql]"),
    ],
)
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, module: str, url: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnusableInputError) as caught:
        open_store(url)
    assert f"pip install '{extra}'" in str(caught.value)


def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    store = open_store("postgresql://root:secret@127.0.0.1:1/quotes")
    with pytest.raises(StoreDownError) as caught:
        store.ping()
    assert "secret" not in str(caught.value)
    assert "'quotes' at 127.0.0.1" in str(caught.value)


def test_a_new_file_is_its_owners(store: Store, tmp_path: Path) -> None:
    issue(store)
    files = list(tmp_path.iterdir())
    assert {path.name for path in files} == {"quotes.db", "quotes.db-wal", "quotes.db-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_commits_wait_for_the_disk(store: Store) -> None:
    with store.engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]


def test_a_file_that_another_process_holds_is_busy(store: Store, tmp_path: Path) -> None:
    store.close()  # the connections that wait for as long as they are told to
    event.listen(store.engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout=20"))
    holder = sqlite3.connect(tmp_path / "quotes.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="another process"):
        issue(store, once("k"))
    assert store.read_shared() == {}  # who only reads is not held up
    holder.execute("ROLLBACK")
    holder.close()
    assert issue(store, once("k")).status == 201


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "quotes.db").write_text("not a database, but long enough to be looked at as one " * 4)
    with pytest.raises(StoreDownError, match="not a database"):
        open_store(f"sqlite:///{tmp_path / 'quotes.db'}").ping()


@pytest.mark.parametrize("is_replaced", [True, False], ids=["replaced", "gone"])
def test_a_file_that_is_another_meanwhile_is_left(store: Store, tmp_path: Path, *, is_replaced: bool) -> None:
    """Half of the connections were with the old file: what they promised was gone with it."""
    quote_id = issue(store).quote_id
    assert quote_id is not None
    file = tmp_path / "quotes.db"
    with closing(sqlite3.connect(file)) as copying:
        copying.execute(f"VACUUM INTO '{tmp_path / 'copy.db'}'")
    for name in ("quotes.db", "quotes.db-wal", "quotes.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    if is_replaced:
        (tmp_path / "copy.db").rename(file)
    asked = (lambda: issue(store), lambda: store.find_quote(quote_id, "acme"), store.ping, store.read_shared)
    for ask in asked:
        with pytest.raises(StoreDownError, match="start again"):
            ask()
    assert file.exists() is is_replaced, "nobody began an empty one"
    opened = open_store(f"sqlite:///{file}")
    if is_replaced:
        assert opened.find_quote(quote_id, "acme") is not None
    opened.close()
