"""Months of a zone: what was used before terms name it counts in its month as well, row by row and as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.shell.bulk.engines import DuckDBEngine
from tests.backtesting import row as make_row
from tests.bulk.agreement import TOTAL, by_scalar, by_tables
from tests.oracle import Row
from tests.tables import HEAD, agreement_toml, card_toml, terms_of

SAID: Final = {"account": "acme", "environment": "production", "resolution": "720P"}
TERMS: Final[dict[str, Row]] = {
    "units": {"kind": "allowance", "meter": "output_video_seconds", "units": "100"},
    "money": {"kind": "cap", "per": "month", "amount": "11"},
}


@pytest.mark.parametrize("zone", [{}, {"zone": "Asia/Shanghai"}], ids=["on-the-agreement", "on-the-card-too"])
@pytest.mark.parametrize("counted", TERMS)
def test_a_month_has_all_its_rows_whoever_names_the_zone(duckdb: DuckDBEngine, zone: Row, counted: str) -> None:
    """From 10 March on 100 s, or what lies over 11, are free: of these 80 s, or 8, were used in the days before.

    In Shanghai March begins on 28 February at 16:00 UTC; what was used a second before is not of it.
    """
    files = {
        "catalogue.toml": HEAD,
        "card.toml": card_toml(terms_of({"720P": "0.10"}), **zone),
        "acme.toml": agreement_toml([TERMS[counted]], **{"zone": "Asia/Shanghai", "from": "2026-03-10"}),
    }
    used = (("02-28T15:59:59", "90"), ("02-28T16:00:00", "30"), ("03-05T00:00:00", "50"), ("03-11T00:00:00", "50"))
    rows = [make_row(id=at, at=f"2026-{at}Z", duration_s=seconds, **SAID) for at, seconds in used]
    catalogue = parse_catalogue(files)
    expected = by_scalar(catalogue, rows)
    price = Decimal("0.10")
    totals = {name: outcome[TOTAL] for name, outcome in expected.items()}
    assert totals["03-11T00:00:00"] == ((50 - 20) * price if counted == "units" else 11 - 80 * price)
    assert by_tables(catalogue, rows, duckdb) == expected


ZONES: Final[dict[str, tuple[tuple[str, ...], list[int]]]] = {
    "and-back": (("Asia/Shanghai", "UTC", "Asia/Shanghai"), [0, 0, 60]),
    "begins-together": (("Asia/Shanghai", "Asia/Singapore", "Asia/Shanghai"), [0, 60, 80]),
    "stays": (("Asia/Shanghai",) * 3, [0, 60, 80]),
}
"""The zones from 1, 10 and 20 March on, and how many of 80 s on 5, 12 and 22 March are charged for: 100 s are free."""


@pytest.mark.parametrize("case", ZONES)
@pytest.mark.parametrize("money", [False, True], ids=["counted", "folded"])
def test_a_month_is_known_by_when_it_begins(duckdb: DuckDBEngine, case: str, *, money: bool) -> None:
    zones, charged = ZONES[case]
    terms = [TERMS["units"], *([{**TERMS["money"], "amount": "1000"}] if money else [])]
    days = ("2026-03-01", "2026-03-10", "2026-03-20", "2026-04-01")
    agreements = {
        f"acme-{number}.toml": agreement_toml(terms, id=f"acme-{number}", zone=zone, until=days[number + 1]).replace(
            "from = 2026-01-01", f"from = {days[number]}"
        )
        for number, zone in enumerate(zones)
    }
    card = card_toml(terms_of({"720P": "0.10"}))
    catalogue = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, **agreements})
    rows = [make_row(id=day, at=f"2026-03-{day}T00:00:00Z", duration_s="80", **SAID) for day in ("05", "12", "22")]
    expected = by_scalar(catalogue, rows)
    assert [expected[str(row.id)][TOTAL] for row in rows] == [seconds * Decimal("0.10") for seconds in charged]
    assert by_tables(catalogue, rows, duckdb) == expected
