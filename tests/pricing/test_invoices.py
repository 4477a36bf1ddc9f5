"""On which invoice a row of usage is expected: a time begins with its first instant and ends before its last."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing.invoices import Invoiced, is_due
from tests.backtesting import row
from tests.tables import instant

BEGIN, UNTIL = instant("2026-11-01"), instant("2026-12-01")
LINE: Final = Invoiced("1", Decimal(1), "USD", begin=BEGIN, until=UNTIL)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        pytest.param("2026-10-31T23:59:59.999999Z", False, id="just-before"),
        pytest.param("2026-11-01T00:00:00Z", True, id="first-instant"),
        pytest.param("2026-11-30T23:59:59.999999Z", True, id="last-instant"),
        pytest.param("2026-12-01T00:00:00Z", False, id="end"),
    ],
)
@pytest.mark.parametrize(
    ("lines", "period"),
    [
        pytest.param((), (BEGIN, UNTIL), id="of-the-invoice"),
        pytest.param((LINE._replace(until=BEGIN), LINE), None, id="of-a-line"),
    ],
)
def test_a_row_is_due_where_its_instant_lies_in_the_time(
    at: str,
    lines: tuple[Invoiced, ...],
    period: tuple[datetime, datetime] | None,
    due: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_due(row(at=at), lines, period) is due


def test_without_a_time_every_row_is_due() -> None:
    assert is_due(row(), (LINE._replace(begin=None),), None) is True
