"""Breaks and a reconciliation for the tests of what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from pricing.break_causes import CAUSES, Cause
from pricing.breaks import Break, Part, Subject
from pricing.money import ZERO
from pricing.reconciliations import Counts, Reconciliation, Standing, Tolerance, Totals

AT: Final = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)


def standing(name: str, amount: Decimal = Decimal("0.30"), cause: Cause = "rate") -> Standing:
    """5 s at 1080P that were invoiced at 0.21 a second, and expected at 0.15."""
    subject = Subject((f"task-{name}",), ("7",), "task_id", "acme", "production", "alibaba", None, "1080P", AT)
    part = Part(cause, "list price", "USD", amount, "5 x 0.21 = 1.05, expected 5 x 0.15 = 0.75")
    return Standing(Break(name, subject, Decimal("0.75"), Decimal("1.05"), part), "new", AT)


RECONCILIATION: Final = Reconciliation(
    at=AT,
    period=(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    catalogue="prices",
    digest=f"sha256:{'0' * 64}",
    version="0.1.0",
    engine="duckdb 1.5.6",
    checksums=True,
    tolerances={"USD": Tolerance(Decimal("0.01"), ZERO)},
    counts=Counts(3, 3, 0, 3, 0, {"task_id": 3}, 1, 1, 1),
    totals=(
        Totals(
            "USD",
            Decimal("2.25"),
            Decimal("2.550000000000000001"),
            tuple(Decimal("0.30") if cause == "rate" else ZERO for cause in CAUSES),
            Decimal("0.000000000000000001"),
        ),
    ),
    standings=(standing("B1"),),
)
