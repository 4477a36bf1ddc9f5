"""One engine for the tests of a module that rate tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pricing.shell.bulk.engines import DuckDBEngine, Limits


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(Limits(threads=1), tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()
