"""Rows keep to the digits that a table of charges has, and lose none: those that are folded, and all others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest

from tests.backtesting import row as make_row
from tests.bulk.test_rate import rate, read_lines, write_usage
from tests.oracle import Row, Terms
from tests.shell.runner import run
from tests.tables import FIRST_DAY, catalogue_files, terms_of

LADDER: Final[Row] = {
    "from": FIRST_DAY,
    "meter": "output_video_seconds",
    "model": "graduated",
    "by": "spend",
    "bands": "0.5:1 2:0.5 3.5:0.4 :0.2",
}
SAID: Final = {"account": "acme", "environment": "production", "resolution": "720P", "duration_s": "8.123457"}
CAP: Final[Row] = {"kind": "cap", "per": "month", "amount": "1.7"}


LONG: Final = "0.123456789013"
OVERAGE: Final[Row] = {"kind": "commitment", "amount": "0.5", "overage_percent": "12.5"}


def write_catalogue(terms: Terms) -> None:
    """Into the folder `catalogue`."""
    Path("catalogue").mkdir()
    for name, text in catalogue_files(terms).items():
        Path("catalogue", name).write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("rounded", [False, True])
def test_an_amount_with_more_decimals_than_the_column_is_refused_and_says_what_to_do(*, rounded: bool) -> None:
    """12 decimals of a price, 6 of the seconds and 3 of the overage are 21, unless the card rounds each line."""
    terms = terms_of({"720P": LONG}, agreement=[OVERAGE])
    if rounded:
        terms["rounding"] = [{"from": FIRST_DAY, "quantum": "0.000001", "mode": "half-up", "place": "line"}]
    write_catalogue(terms)
    write_usage([make_row(id=str(number), at=f"2026-03-0{number}", **SAID) for number in (1, 2)], "usage.parquet")
    code, told = rate("usage.parquet", "-o", "charges", catalogue="catalogue")
    assert (code, told["rated"]) == ((0, 2) if rounded else (2, 0))
    if not rounded:
        refused = [(line["reason"], line["message"]) for line in read_lines("charges.rejects.jsonl")]
        assert [reason for reason, _ in refused] == ["error", "error"]
        assert "has more than 18 decimals" in refused[0][1]
        assert "Let the card round each line" in refused[0][1]


def test_a_month_of_rows_that_each_go_over_the_edges_of_a_ladder_is_written() -> None:
    """The cap keeps the month below the second edge, so that each row goes over it: 1.70 in all, in 60 rows."""
    terms = terms_of({}, agreement=[CAP])
    terms["entries"] = [LADDER]
    write_catalogue(terms)
    write_usage(
        [make_row(id=f"{day:02}", at=f"2026-03-{day // 2 + 1:02}", **SAID) for day in range(60)], "usage.parquet"
    )
    code, told = rate("usage.parquet", "-o", "charges", catalogue="catalogue")
    assert (code, told["rated"]) == (0, 60)
    totals = [row["total"] for row in pq.read_table("charges").to_pylist()]
    assert (sum(totals), sum(map(bool, totals))) == (Decimal("1.7"), 1)


FLAT: Final[Row] = {"from": FIRST_DAY, "meter": "requests", "price": "9.12345678901"}


@pytest.mark.parametrize(
    ("price", "entries", "total"),
    [
        pytest.param("1.23456789012", [], Decimal("8.123457") * Decimal("1.23456789012"), id="one line, 18 digits"),
        pytest.param("151.123456789", [], Decimal("8.123457") * Decimal("151.123456789"), id="one line, 19 digits"),
        pytest.param(
            "1.12345678901",
            [FLAT],
            Decimal("8.123457") * Decimal("1.12345678901") + Decimal("9.12345678901"),
            id="two lines, each below 10",
        ),
    ],
)
def test_an_amount_with_more_digits_than_64_bits_hold_is_exact(price: str, entries: list[Row], total: Decimal) -> None:
    """Of two numbers of 18 digits or fewer DuckDB makes one of 18, and stops where that is too few."""
    terms = terms_of({"720P": price})
    terms["entries"] = [*terms["entries"], *entries]
    write_catalogue(terms)
    write_usage([make_row(id="one", at="2026-03-01", **SAID)], "usage.parquet")
    code, told = rate("usage.parquet", "-o", "charges.parquet", catalogue="catalogue")
    assert (code, told["rated"]) == (0, 1)
    (written,) = pq.read_table("charges.parquet").column("total").to_pylist()
    assert written == total
    _, summed = rate("usage.parquet", catalogue="catalogue")
    assert summed["groups"] == told["groups"]


@pytest.mark.parametrize("kind", ["cap", "rebate"])
def test_a_row_without_a_price_beside_terms_that_are_never_reached_stops_nobody(kind: str) -> None:
    """8.123457 s at a price below 1 come to less than 10; 25 in their place is a digit too many."""
    terms = terms_of({"720P": "0.10"}, agreement=[{"kind": kind, "amount": "25"}])
    terms["entries"] = [*terms["entries"], {**terms["entries"][0], "from": "2026-03-10", "price": "0.12"}]
    write_catalogue(terms)
    rows = [make_row(id=f"{day:02}", at=f"2026-03-{day:02}", **SAID) for day in (1, 20)]
    unpriced = make_row(id="none", at="2026-03-02", **{**SAID, "resolution": "1080P"})
    write_usage([*rows, unpriced], "usage.parquet")
    code, told = rate("usage.parquet", "-o", "charges", catalogue="catalogue")
    assert (code, told["rated"], told["rejected"]) == (4, 2, 1)
    same, summed = rate("usage.parquet", catalogue="catalogue")
    assert (same, summed["groups"]) == (code, told["groups"])
    done = run("backtest", "--usage", "usage.parquet", "--old", "catalogue", "--new", "catalogue", "--format", "json")
    assert (done.code, done.document["rated"]) == (4, 2)
