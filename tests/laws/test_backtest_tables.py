"""A backtest of a table says what that of its rows does: groups, causes, rejections and their words, to the last digit.

Where running totals are looked at, before and after are what each side counts from the rows that both sides rate, and
queries count as the scalar engine does, stage by stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue
from pricing.backtests import Side
from pricing.shell.bulk.engines import DuckDBEngine, Limits
from pricing.shell.catalogues import load_catalogue
from pricing.usage import UsageRow
from tests.backtesting import Prices, all_prices, catalogue, rows
from tests.bulk.backtested import by_courses, by_scalar, by_tables, ends_in_order
from tests.bulk.rows import names_in
from tests.conftest import ROOT
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import all_terms, catalogue_files
from tests.usage_rows import make_rows

GOOD = ROOT / "tests" / "catalogues" / "good"
INSTANTS = st.none() | st.just(datetime(2027, 6, 1, tzinfo=UTC))
CURRENCIES = ("USD", "USD", "CNY")


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(Limits(threads=1), tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()


@examples(5)
@given(st.lists(rows(), min_size=1, max_size=30), all_prices(CURRENCIES), all_prices(CURRENCIES), INSTANTS)
def test_a_table_says_what_its_rows_say(
    duckdb: DuckDBEngine, used: list[UsageRow], old: Prices, new: Prices, at: datetime | None
) -> None:
    named = [row.model_copy(update={"id": f"job-{number}"}) for number, row in enumerate(used)]
    sides = Side(catalogue(old)), Side(catalogue(new), at)
    assert by_tables(named, sides, duckdb) == by_scalar(named, sides)


@examples(5)
@given(all_terms(), all_terms(), st.integers(0, 10**6), INSTANTS)
def test_any_two_catalogues(duckdb: DuckDBEngine, old: Terms, new: Terms, seed: int, at: datetime | None) -> None:
    sides = Side(parse_catalogue(catalogue_files(old))), Side(parse_catalogue(catalogue_files(new)), at)
    used = make_rows(seed, 120)
    told = by_tables(used, sides, duckdb)
    assert told == by_courses(used, sides)
    ends = {bucket: (one.rows, one.before, one.after) for bucket, one in told.sums.items()}
    assert ends == ends_in_order(used, sides)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("by-tier", "volume-by-units", id="bands-come-in"),
        pytest.param("included-allowance", "graduated-by-units", id="an-allowance-goes-and-bands-come-in"),
        pytest.param("graduated-by-spend", "granted-credit", id="by-spend"),
    ],
)
def test_what_looks_at_the_month(duckdb: DuckDBEngine, old: str, new: str) -> None:
    before, after = load_catalogue(GOOD / old), load_catalogue(GOOD / new)
    sides, used = (Side(before), Side(after)), make_rows(1, 300, names_in(after))
    told = by_tables(used, sides, duckdb)
    assert told == by_courses(used, sides)
    ends = {bucket: (one.rows, one.before, one.after) for bucket, one in told.sums.items()}
    assert ends == ends_in_order(used, sides)
    assert sum(one.rows for one in told.sums.values()) >= 40
    assert any(any(one.causes) for one in told.sums.values())
