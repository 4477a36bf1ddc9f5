"""Scalar = tables = the naive oracle on whole usage; and what finds no difference finds the faults that are planted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from pricing import algebra
from pricing.money import RoundingMode
from pricing.shell.bulk import charging
from pricing.shell.bulk.columns import Column, Columns
from pricing.shell.bulk.engines import DuckDBEngine
from tests.differential.__main__ import Asked, run
from tests.differential.runs import Bench
from tests.oracle.books import Book, Used
from tests.oracle.rating import Rated
from tests.oracle.rating import rate as by_oracle

ROWS: Final = 250
ASKED: Final = Asked(cases=8 * ROWS, seed=5, first=0, rows=ROWS, keep=None)
SWAPPED: Final[Mapping[RoundingMode, RoundingMode]] = MappingProxyType(
    {"half-up": "half-even", "half-even": "half-up", "up": "down", "down": "up"}
)


def test_two_thousand_cases_agree(duckdb: DuckDBEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first half is kept, and is not done again."""
    kept = ASKED._replace(keep=tmp_path / "kept.jsonl")
    assert run(kept._replace(cases=4 * ROWS), Bench(duckdb)) == 0
    assert run(kept, Bench(duckdb)) == 0
    told = capsys.readouterr().out
    assert "2,000 cases under 8 catalogues, 1,000 of them now" in told
    for word in ("rated", "no_rate", "unknown_name", "folded", "counted", "flat", "package", "by units", "rounding"):
        assert word in told, word


def late(book: Book, rows: Iterable[Used]) -> Iterator[Rated | str]:
    """An oracle for which everything begins a microsecond too early."""
    return by_oracle(book, (row._replace(at=row.at + timedelta(microseconds=1)) for row in rows))


def test_an_oracle_that_is_off_by_one_is_found(duckdb: DuckDBEngine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ASKED, Bench(duckdb, late)) == 1
    told = capsys.readouterr().out
    assert "again: python -m tests.differential --seed 5 --first" in told
    assert "[[entry]]" in told, "the catalogue"
    assert told.splitlines()[-1].startswith('{"id":"job-'), "the row"


def test_a_rounding_mode_that_is_swapped_in_one_engine_is_found(
    duckdb: DuckDBEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def swapped(a: Columns, value: Column, step: Decimal, mode: RoundingMode) -> Column:
        return algebra.round_to(a, value, step, SWAPPED[mode])

    monkeypatch.setattr(charging, "round_to", swapped)
    assert run(ASKED, Bench(duckdb)) == 1
    assert "tables" in capsys.readouterr().out.splitlines()[0]
