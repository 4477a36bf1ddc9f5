"""What of a match is set aside before anything is rated: copies of lines and rows, and rows of another time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest

from pricing.breaks import Part
from pricing.invoices import Expected, Invoiced
from pricing.presence import Compared, set_aside
from tests.reconciling import NOVEMBER, billed, books, used

D = Decimal
BARE: Final = books()
ROW: Final = used(BARE)
"""10 s at 0.13 USD."""


def aside(
    lines: tuple[Invoiced, ...], rows: tuple[Expected, ...] = (ROW,), undue: tuple[Expected, ...] = ()
) -> Compared:
    return set_aside(rows, undue, lines)


def lines_of(found: Compared) -> list[str]:
    return [line.line for line in found.lines]


class TestLines:
    """Copies of lines, where the invoice comes nearer without them."""

    def test_the_copy_goes_wherever_it_stands(self) -> None:
        one, other = (billed("0.65", line=line, task_id=task) for line, task in (("a", "t1"), ("b", "t2")))
        found = aside((one._replace(line="c"), other, one))
        assert lines_of(found) == ["a", "b"]
        evidence = "c: the same as another line in all but its id, 0.65 USD"
        assert found.parts == (Part("duplicate", "invoice line", "USD", D("0.65"), evidence),)

    def test_a_line_of_another_amount_is_not_said_to_be_the_same(self) -> None:
        first, later = NOVEMBER[0], NOVEMBER[0] + timedelta(days=3)
        one = billed("1.30", line="a", task_id="t1")._replace(at=first)
        more = billed("0.65", line="c", task_id="t1")._replace(at=later)
        found = aside((one, one._replace(line="b", at=later), more), (ROW, used(BARE, duration_s=5)))
        assert sorted(lines_of(found)) == ["a", "c"]
        assert found.parts[0].evidence == "b: the same of its task as another line, 1.30 USD"

    def test_a_copy_at_another_instant_is_not_said_to_be_the_same_in_all(self) -> None:
        one = billed("1.30", line="a", task_id="t1")._replace(at=NOVEMBER[0])
        found = aside((one, one._replace(line="b", at=NOVEMBER[0] + timedelta(days=3))))
        evidence = "b: the same of its task as another line, 1.30 USD"
        assert found.parts == (Part("duplicate", "invoice line", "USD", D("1.30"), evidence),)

    def test_so_many_copies_as_are_too_many(self) -> None:
        lines = tuple(billed("0.65", line=f"line-{number}") for number in range(5))
        found = aside(lines)
        assert lines_of(found) == ["line-0", "line-4"]
        evidence = "line-1, line-2, line-3: the same as another line in all but its id, 1.95 USD"
        assert found.parts == (Part("duplicate", "invoice line", "USD", D("1.95"), evidence),)

    def test_a_copy_that_stays_is_still_counted_when_the_next_is_looked_at(self) -> None:
        """7.80 USD for 6.50: without one of 2.60 it comes no nearer, and without one of 1.30 it is right."""
        large, small = billed("2.60", line="a", task_id="t1"), billed("1.30", line="c", task_id="t2")
        found = aside((large, large._replace(line="b"), small, small._replace(line="d")), (used(BARE, duration_s=50),))
        assert lines_of(found) == ["a", "b", "c"]

    def test_one_that_is_as_far_off_without_its_copy_stays(self) -> None:
        """1.95 USD are expected: two lines of 1.30 are 0.65 too much, and one is as much too little."""
        found = aside((billed("1.30"), billed("1.30", line="b")), (used(BARE, duration_s=15),))
        assert (lines_of(found), found.parts) == (["b", "line-1"], ())

    @pytest.mark.parametrize(
        ("lines", "left"),
        [
            pytest.param(
                (billed("1.30", task_id="t", quantity="10"), billed("1.30", line="b", task_id="t", quantity="10.0")),
                ["b"],
                id="numbers-written-otherwise",
            ),
            pytest.param(
                (
                    billed("1.30", task_id="t", begin=NOVEMBER[0]),
                    billed("1.30", line="b", task_id="t", begin=NOVEMBER[1]),
                ),
                ["b"],
                id="a-task-has-one-time",
            ),
            pytest.param(
                (billed("1.30", begin=NOVEMBER[0]), billed("1.30", line="b", begin=NOVEMBER[1])),
                ["line-1", "b"],
                id="without-a-task-all-of-it-counts",
            ),
            pytest.param(
                (billed("1.30", quantity="10"), billed("1.30", line="b")),
                ["b", "line-1"],
                id="what-is-not-said-comes-first",
            ),
        ],
    )
    def test_what_a_copy_is(self, lines: tuple[Invoiced, ...], left: list[str]) -> None:
        assert lines_of(aside(lines)) == left

    @pytest.mark.parametrize(
        ("quantity", "detail"),
        [
            pytest.param("10.0", "invoice line", id="the-same-number"),
            pytest.param("12", "billed again", id="another-number"),
        ],
    )
    def test_numbers_are_compared_and_not_how_they_are_written(self, quantity: str, detail: str) -> None:
        lines = (billed("1.30", task_id="t", quantity="10"), billed("1.30", line="b", task_id="t", quantity=quantity))
        assert [part.detail for part in aside(lines).parts] == [detail]


def test_a_task_that_is_billed_again_goes_without_the_line_too_many() -> None:
    part, whole, other = (
        billed(amount, line=line, task_id=task)
        for amount, line, task in (("0.20", "b", "job-1"), ("1.30", "c", "job-1"), ("0.65", "a", "job-0"))
    )
    found = aside((part, whole, other), (ROW, used(BARE, id="job-0", duration_s=5)))
    assert lines_of(found) == ["a", "c"]
    evidence = "b: job-1 is billed in full without it, 0.20 USD too much"
    assert found.parts == (Part("duplicate", "billed again", "USD", D("0.20"), evidence),)


def test_a_credit_on_a_task_bills_it_no_second_time() -> None:
    lines = billed("1.30", line="a", task_id="job-1"), billed("-0.40", line="b", task_id="job-1")
    found = aside(lines)
    assert (lines_of(found), found.parts) == (["b", "a"], ())


class TestRows:
    """Rows that stand twice, and those of another time."""

    def test_an_id_that_stood_before_goes_whatever_else_it_says(self) -> None:
        again = used(BARE, duration_s=12)
        found = aside((billed("1.30"),), (ROW, again))
        assert found.rows == (ROW,)
        evidence = "job-1: more than once in the usage, 1.56 USD too much expected"
        assert found.parts == (Part("duplicate", "usage row", "USD", D("-1.56"), evidence),)

    @pytest.mark.parametrize("own", [{"account": "globex"}, {"environment": "live"}, {"region": "eu"}], ids=str)
    def test_a_row_of_another_task_of_the_same_id_is_no_copy(self, own: dict[str, str]) -> None:
        found = aside((billed("1.30"),), (ROW, ROW._replace(row=ROW.row.model_copy(update=own))))
        assert (len(found.rows), found.parts) == (2, ())

    def test_copies_are_found_whatever_stands_between_them(self) -> None:
        found = aside((billed("2.60"),), (ROW, used(BARE, account="globex"), ROW))
        assert [row.row.account for row in found.rows] == ["acme", "globex"]

    def test_rows_of_another_time_are_taken_in_where_lines_bill_them(self) -> None:
        october = used(BARE, id="old", at="2026-10-31T23:00:00Z")
        free = used(BARE, id="free", at="2026-10-31T22:00:00Z", status="failed")
        found = aside((billed("2.40"),), undue=(october, free))
        assert found.rows == (ROW, october, free)
        evidence = "old at 2026-10-31T23:00:00Z: outside the invoice's time, 1.10 USD belong elsewhere"
        assert found.parts == (Part("timing", "outside the period", "USD", D("1.10"), evidence),)
        assert aside((billed("1.30"),), undue=(october,)).rows == (ROW,)


def test_a_line_of_nothing_is_no_second_bill() -> None:
    lines = billed("1.30", line="a", task_id="job-1"), billed("0.00", line="b", task_id="job-1")
    found = aside(lines)
    assert (sorted(lines_of(found)), found.parts) == (["a", "b"], ())
