"""Engines that take a while to start, or rows that take a while to rate: `just engines`, which CI runs too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pricing.shell.bulk.engines import DuckDBEngine, Limits
from pricing.shell.bulk.spark import SparkEngine


@pytest.fixture(scope="session")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(Limits(threads=1), tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    engine = SparkEngine("local[2]", tmp_path_factory.mktemp("spark"))
    engine.session.conf.set("spark.sql.shuffle.partitions", "2")
    yield engine
    engine.close()
