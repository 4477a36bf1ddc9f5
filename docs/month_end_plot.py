"""The picture on the page about a month's end: the bridge of the finance example, from the sums that were planted.

That a reconciliation finds just these sums is what tests/bulk/test_finance_example.py says.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from pricing.break_bridges import draw_bridges
from pricing.break_causes import CAUSES
from pricing.reconciliations import Counts, Reconciliation, Totals

PLANTED: Final = Path(__file__).resolve().parent.parent / "examples" / "finance" / "planted.json"
NOT_DRAWN: Final = Counts(0, 0, 0, 0, 0, {}, 0, 0, 0)


def draw_month_end() -> str:
    """The text of the SVG file."""
    planted = json.loads(PLANTED.read_text(encoding="utf-8"))
    begin, end = map(datetime.fromisoformat, planted["period"])
    totals = tuple(_read_totals(currency, sums) for currency, sums in planted["totals"].items())
    return draw_bridges(Reconciliation(end, (begin, end), "", "", "", "", False, {}, NOT_DRAWN, totals, ()))  # noqa: FBT003 - as the value has it


def _read_totals(currency: str, sums: dict[str, str]) -> Totals:
    causes = tuple(Decimal(sums.get(cause, "0")) for cause in CAUSES)
    ends = (Decimal(sums[name]) for name in ("expected", "invoiced"))
    return Totals(currency, *ends, causes, Decimal(sums["tolerated"]))
