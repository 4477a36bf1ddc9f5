"""Rows that are folded one after the other keep to the digits that a table of charges has."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest

from tests.backtesting import row as make_row
from tests.bulk.test_rate import rate, write_usage
from tests.oracle import Row
from tests.tables import FIRST_DAY, catalogue_files, terms_of

LADDER: Final[Row] = {
    "from": FIRST_DAY,
    "meter": "output_video_seconds",
    "model": "graduated",
    "by": "spend",
    "bands": "0.5:1 2:0.5 3.5:0.4 :0.2",
}
CAP: Final[Row] = {"kind": "cap", "per": "month", "amount": "1.7"}


def test_a_month_of_rows_that_each_go_over_the_edges_of_a_ladder_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cap keeps the month below the second edge, so that each row goes over it: 1.70 in all, in 60 rows."""
    monkeypatch.chdir(tmp_path)
    terms = terms_of({}, agreement=[CAP])
    terms["entries"] = [LADDER]
    for name, text in catalogue_files(terms).items():
        Path("catalogue").mkdir(exist_ok=True)
        Path("catalogue", name).write_text(text, encoding="utf-8")
    said = {"account": "acme", "environment": "production", "resolution": "720P", "duration_s": "8.123456"}
    write_usage(
        [make_row(id=f"{day:02}", at=f"2026-03-{day // 2 + 1:02}", **said) for day in range(60)], "usage.parquet"
    )
    code, told = rate("usage.parquet", "-o", "charges", catalogue="catalogue")
    assert (code, told["rated"]) == (0, 60)
    totals = [row["total"] for row in pq.read_table("charges").to_pylist()]
    assert (sum(totals), sum(map(bool, totals))) == (Decimal("1.7"), 1)
