"""The real parts: PostgreSQL, started once, and a browser before a page of our own, once for each file of tests.

A test that asks for a store runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pricing.shell.service.store import Store, open_store
from tests.postgres import PostgreSQL, run_postgresql
from tests.service.browsing import browse, serve


@pytest.fixture(scope="module", name="browser")
def find_browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with browse() as browser:
        yield browser


@pytest.fixture(scope="module", name="origin")
def find_origin() -> Iterator[str]:
    """Where the page is."""
    with serve() as origin:
        yield origin


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The server. Without its programs every test that wants it fails, and says what to install."""
    with run_postgresql() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A database with nothing in it, for one test."""
    url = postgresql.create()
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind with nothing in it, for one test."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'quotes.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with its tables, of either kind."""
    opened = open_store(store_url)
    opened.upgrade()
    yield opened
    opened.close()
