"""A million random rows under every construct: DuckDB comes to the digits of the scalar engine, in each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pricing.shell.bulk.engines import DuckDBEngine
from pricing.shell.catalogues import load_catalogue
from tests.bulk.agreement import by_scalar, by_tables
from tests.bulk.rows import names_in
from tests.bulk.test_agreement import GOOD
from tests.usage_rows import make_rows

ROWS: Final = 27_000
"""Of each construct; together more than a million."""


def test_it_is_a_million() -> None:
    assert ROWS * len(GOOD) >= 1_000_000


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_every_row_agrees(folder: Path, duckdb: DuckDBEngine) -> None:
    catalogue = load_catalogue(folder)
    rows = make_rows(7, ROWS, names_in(catalogue))
    assert by_tables(catalogue, rows, duckdb) == by_scalar(catalogue, rows)
