"""Reconciliations as tests make them up: breaks of every cause, with sums that hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from pricing.break_causes import CAUSES, Cause
from pricing.breaks import Break, Part, Subject
from pricing.money import EXACT
from pricing.reconciliations import Counts, Reconciliation, Standing, Tolerance, Totals

AT: Final = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
PERIOD: Final = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))


def standing(number: int = 1, cause: Cause = "quantity", amount: str = "1.5", **changed: Any) -> Standing:  # noqa: ANN401 - fields of four values
    """A break; what is named replaces a field of the subject, the part, the break or the standing."""
    subject = Subject(
        (f"task-{number}",), (f"INV-7/{number}",), "task_id", "acme", "prod", "alibaba", "intl", "1080P", AT
    )
    part = Part(cause, "9 s billed, 7 s used", changed.pop("currency", "USD"), Decimal(amount), "the host reported 7 s")
    values: list[Any] = [part, subject]
    for index, value in enumerate(values):
        own = {name: changed.pop(name) for name in value._fields if name in changed}
        values[index] = value._replace(**own)
    part, subject = values
    found = Break(f"b{number:07}", subject, Decimal(2), add(Decimal(2), Decimal(amount)), part)
    own = {name: changed.pop(name) for name in ("id", "expected", "invoiced") if name in changed}
    return Standing(found._replace(**own), changed.pop("age", "new"), changed.pop("since", AT), **changed)


def reconciliation(standings: Sequence[Standing] = (), tolerated: str = "0", **changed: Any) -> Reconciliation:  # noqa: ANN401 - fields of one value
    """One whose bridge is that of its breaks, from 100 in each currency; USD is always there."""
    present = [one for one in standings if one.age != "resolved"]
    currencies = dict.fromkeys(("USD", *(one.found.part.currency for one in present)))
    totals = tuple(_totals(currency, present, Decimal(tolerated)) for currency in currencies)
    counts = Counts(
        120_034,
        120_030,
        4,
        119_998,
        0,
        {"task_id": 119_000, "window": 900, "aggregate": 7, "nothing": 3},
        119_890,
        5,
        len(present),
    )
    told = Reconciliation(
        AT,
        PERIOD,
        "prices",
        "sha256:" + "0f" * 32,
        "0.9.0",
        "DuckDB 1.5.6",
        True,  # noqa: FBT003 - the field says it
        {currency: Tolerance(Decimal("0.005"), Decimal("0.1")) for currency in currencies},
        counts,
        totals,
        tuple(standings),
    )
    return told._replace(**changed)


def _totals(currency: str, present: Sequence[Standing], tolerated: Decimal) -> Totals:
    parts = [one.found.part for one in present if one.found.part.currency == currency]
    causes = tuple(add(*(part.amount for part in parts if part.cause == cause)) for cause in CAUSES)
    return Totals(currency, Decimal(100), add(Decimal(100), *causes, tolerated), causes, tolerated)


def add(*amounts: Decimal) -> Decimal:
    """The sum, with all its digits."""
    return reduce(EXACT.add, amounts, Decimal(0))


def varied() -> Reconciliation:
    """Every cause, three currencies and a credit, every age and decision, and names that mean harm."""
    days = [AT - timedelta(days=30 * number) for number in range(len(CAUSES))]
    every = [
        standing(
            number,
            cause,
            f"{'-' if number % 3 == 1 else ''}{number + 1}.{number:03}",
            since=days[number],
            age="open" if number % 2 else "new",
        )
        for number, cause in enumerate(CAUSES)
    ]
    hostile = [
        standing(
            20, "rate", "0.000000000000000001", currency="EUR", account="=cmd()", detail="<script>alert(1)</script>"
        ),
        standing(
            21,
            "status",
            "-3",
            currency="EUR",
            account="+1",
            host="@host",
            region="-1",
            evidence="\u202eevil\u202c\t\x00&amp;",
        ),
        standing(22, "unknown", "1200", currency="JPY", owner="شركة", note='=HYPERLINK("http://x")', status="assigned"),
        standing(
            23, "rounding", "7", currency="atlas-credit", host="atlas", account=None, environment=None, region=None
        ),
        standing(
            24,
            "quantity",
            "4.12",
            task_ids=tuple(f"t{n}" for n in range(900)),
            matched_by="aggregate",
            status="accepted",
            owner="ann",
            note="paid",
        ),
        standing(
            25,
            "missing_on_invoice",
            "-2.5",
            invoice_lines=(),
            matched_by="nothing",
            also=("timing: next month",),
            at=None,
        ),
        standing(26, "missing_in_usage", "2.5", task_ids=(), matched_by="nothing", host=None, resolution=None),
        standing(27, "rate", "1", age="resolved", since=days[5]),
        standing(28, "rate", "1", age="resolved", currency="GBP", since=days[5]),
    ]
    return reconciliation([*every, *hostile], tolerated="0.003")
