"""Jobs of two accounts that share an id and an instant are each expected under their own account's terms."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.shell.bulk.reconciling import compute
from pricing.shell.bulk.runs import RunOptions
from tests.backtesting import HEAD, ROW
from tests.reconciling import CARD, CLIPS, ENDS, PRICES

_TERMS: Final = """\
schema_version = "1"
[agreement]
id = "{account}"
account = "{account}"
title = "agreed"
host = "atlas"
from = 2026-01-01
zone = "UTC"
[[term]]
kind = "override"
meter = "output_video_seconds"
resolution = "720P"
"""
BANDS: Final = 'model = "graduated"\nbands = [{ up_to = "15", price = "0.10" }, { price = "0.20" }]\n'
CNY: Final = """\
price = "0.10"
currency = "CNY"
[[term]]
kind = "exchange"
currency = "CNY"
rate = "1"
date = 2026-01-01
source = "made up"
"""
AT: Final = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("turned", [1, -1])
def test_each_is_expected_by_its_own_terms(tmp_path: Path, turned: int) -> None:
    """10 s are 1.00 for both, for acme by its month's bands in USD, for globex in CNY; acme is billed 0.30 too much."""
    agreements = {
        "acme.toml": _TERMS.format(account="acme") + BANDS,
        "globex.toml": _TERMS.format(account="globex") + CNY,
    }
    card = CARD + PRICES + CLIPS + ENDS
    catalogue = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, **agreements})
    rows = [{**ROW, "id": "1", "at": "2026-11-02T00:00:00Z", "account": name} for name in ("acme", "globex")][::turned]
    lines = [
        {"line": "1", "task_id": "1", "amount": "1.30", "currency": "USD", "account": "acme"},
        {"line": "2", "task_id": "1", "amount": "1.00", "currency": "CNY", "account": "globex"},
    ]
    for name, told in (("usage", rows), ("invoice", lines)):
        (tmp_path / f"{name}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in told))
    (tmp_path / "work").mkdir()
    options = RunOptions((str(tmp_path / "invoice.jsonl"),), AT, usage=(str(tmp_path / "usage.jsonl"),))
    found = compute(options, catalogue, tmp_path / "work")
    sums = {one.currency: (one.expected, one.invoiced) for one in found.totals}
    assert sums == {"CNY": (Decimal(1), Decimal(1)), "USD": (10 * Decimal("0.10"), Decimal("1.30"))}
    assert sum((one.found.part.amount for one in found.standings), Decimal(0)) == Decimal("0.30")


def test_a_row_without_a_name_counts_with_those_that_say_the_default(tmp_path: Path) -> None:
    """10 s at 0.10, 5 s each at 0.10 and 0.20, 10 s at 0.20; the two that leave a name out are billed 1.00 more."""
    head = HEAD + 'default_account = "acme"\ndefault_environment = "production"\n'
    card = CARD + PRICES + CLIPS + ENDS
    files = {"catalogue.toml": head, "card.toml": card, "acme.toml": _TERMS.format(account="acme") + BANDS}
    unsaid: tuple[dict[str, str | None], ...] = ({}, {"account": None}, {"environment": None})
    rows = [{**ROW, "id": f"{day}", "at": f"2026-11-0{day}T00:00:00Z", **unsaid[day - 1]} for day in (1, 2, 3)]
    lines = [
        {"line": task, "task_id": task, "amount": amount, "currency": "USD"}
        for task, amount in (("1", "1.00"), ("2", "2.50"), ("3", "3.00"))
    ]
    for name, records in (("usage", rows), ("invoice", lines)):
        (tmp_path / f"{name}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in records), encoding="utf-8")
    options = RunOptions((str(tmp_path / "invoice.jsonl"),), AT, usage=(str(tmp_path / "usage.jsonl"),))
    told = compute(options, parse_catalogue(files), tmp_path)
    assert told.totals[0].expected == Decimal("1.00") + Decimal("1.50") + Decimal("2.00")
    assert [each.found.part.amount for each in told.standings] == [Decimal(1), Decimal(1)]
