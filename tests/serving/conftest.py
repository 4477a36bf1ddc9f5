"""A service for the tests of a module, and a store on SQLite for one test; tests/service/ has PostgreSQL too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from pricing.shell.service.store import Store, open_store
from tests.asked import Running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Running:
    """Each test makes keys of its own."""
    return Running(Path(tmp_path_factory.mktemp("service")))


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """A database with nothing in it."""
    return f"sqlite:///{tmp_path / 'quotes.db'}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with its tables."""
    opened = open_store(store_url)
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def connections() -> Iterator[list[sqlite3.Connection]]:
    """Every connection to a file that is made while the test runs, by whomever."""
    made: list[sqlite3.Connection] = []

    def keep(connection: sqlite3.Connection, _record: object) -> None:
        made.append(connection)

    event.listen(Pool, "connect", keep)
    yield made
    event.remove(Pool, "connect", keep)
