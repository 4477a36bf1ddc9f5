"""Scalar = columns: whatever a contract says, a table of usage comes to the same digits as its rows one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue
from pricing.shell.bulk.engines import DuckDBEngine
from pricing.shell.catalogues import load_catalogue
from tests.bulk.agreement import by_scalar, by_tables
from tests.bulk.rows import names_in
from tests.conftest import ROOT
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import all_terms, catalogue_files
from tests.usage_rows import make_rows

GOOD = sorted((ROOT / "tests" / "catalogues" / "good").iterdir())


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_each_construct_agrees(folder: Path, duckdb: DuckDBEngine) -> None:
    catalogue = load_catalogue(folder)
    rows = make_rows(1, 400, names_in(catalogue))
    expected = by_scalar(catalogue, rows)
    assert by_tables(catalogue, rows, duckdb) == expected
    assert sum(len(outcome) > 1 for outcome in expected.values()) >= 40


@examples(10)
@given(terms=all_terms(), seed=st.integers(0, 10**6))
def test_any_catalogue_agrees(duckdb: DuckDBEngine, terms: Terms, seed: int) -> None:
    catalogue = parse_catalogue(catalogue_files(terms))
    rows = make_rows(seed, 150)
    assert by_tables(catalogue, rows, duckdb) == by_scalar(catalogue, rows)
