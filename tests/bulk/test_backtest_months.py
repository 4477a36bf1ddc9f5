"""Causes of a backtest where a price of another tier begins within a month: none where nothing changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import Catalogue, parse_catalogue
from pricing.backtests import Side
from pricing.shell.bulk.engines import DuckDBEngine
from tests.backtesting import row as make_row
from tests.bulk import backtested
from tests.oracle import Row
from tests.tables import HEAD, agreement_toml, card_toml, terms_of

INCLUDED: Final[Row] = {"kind": "allowance", "meter": "output_video_seconds", "units": "10"}
MONEY: Final[Row] = {"kind": "cap", "per": "month", "amount": "1000"}
LADDER: Final[Row] = {
    "from": "2026-03-08",
    "model": "volume",
    "meter": "output_video_seconds",
    "resolution": "1080P",
    "bands": "100:0.5 :0.4",
}


def made(agreed: list[Row], *entries: Row) -> Catalogue:
    terms = terms_of({"720P": "0.30", "1080P": "0.50"})
    terms["entries"] += entries
    card = card_toml(terms, zone="Asia/Shanghai")
    return parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, "acme.toml": agreement_toml(agreed)})


@pytest.mark.parametrize("agreed", [[INCLUDED], [INCLUDED, MONEY]], ids=["counted", "folded"])
def test_rows_before_and_after_count_at_every_place(duckdb: DuckDBEngine, agreed: list[Row]) -> None:
    """12 s on 5 and 12 March, of which 10 s a month are free: 2 s and 12 s at 0.30 on either side."""
    said = {"account": "acme", "environment": "production", "resolution": "720P", "duration_s": "12"}
    rows = [make_row(id=day, at=f"2026-03-{day}T00:00:00Z", **said) for day in ("05", "12")]
    sides = Side(made(agreed, LADDER)), Side(made(agreed))
    for told in (backtested.by_courses(rows, sides), backtested.by_tables(rows, sides, duckdb)):
        (found,) = told.sums.values()
        assert (found.before, found.after) == ((2 + 12) * Decimal("0.30"),) * 2
        assert not any(found.causes)
