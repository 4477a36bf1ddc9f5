"""A match by currency: its rows and lines in orders of their own."""

from __future__ import annotations

from pricing.invoices import Matched
from pricing.sides import divide
from tests.reconciling import NOVEMBER, billed, books, used


def test_rows_are_in_the_order_of_their_ids() -> None:
    catalogue = books()
    rows = (used(catalogue, id="b"), used(catalogue, id="a", at="2026-11-03"), used(catalogue, id="b", at="2026-11-01"))
    (side,) = divide(Matched(rows, (), "task_id"), NOVEMBER)
    assert [(row.row.id, row.row.at.day) for row in side.due] == [("a", 3), ("b", 1), ("b", 2)]


def test_lines_of_one_id_and_amount_need_no_order_among_them() -> None:
    lines = (billed("1.30"), billed("1.30", task_id="job-1"), billed("1.20"), billed("1.30", line="line-0"))
    (side,) = divide(Matched((), lines, "task_id"), None)
    assert [(line.line, line.task_id, str(line.amount)) for line in side.lines] == [
        ("line-0", None, "1.30"),
        ("line-1", None, "1.20"),
        ("line-1", None, "1.30"),
        ("line-1", "job-1", "1.30"),
    ]
