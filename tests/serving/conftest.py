"""Stores on SQLite, one for each test; tests/service/ runs the same tests on PostgreSQL too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing.shell.service.store import Store, open_store


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
