"""What the rows of courses come to, as sums by cause."""

from __future__ import annotations

from decimal import Decimal

from pricing.backtests import Side
from pricing.course_kinds import PLACES
from pricing.course_sums import StageTotals
from pricing.courses import Walked
from pricing.tallies import Sum
from tests.backtesting import Prices, catalogue, row
from tests.bulk.course_rows import chart_rows


def test_the_sum_of_a_course_ends_where_its_last_stage_does() -> None:
    """Two rows: 10 by the old terms, 12 after the list price, and 11 in the end; courses without rows have no sum."""
    sides = Side(catalogue(Prices())), Side(catalogue(Prices()))
    courses = chart_rows([row(), row(account="globex")], sides)
    totals = StageTotals()
    assert list(totals.sum_courses(courses)) == []
    for place, total in ((PLACES[0], 10), (1, 12), (PLACES[-1], 11)):
        totals.add(0, place, 2, Decimal(total))
    (first, _) = courses
    assert isinstance(first.said, Walked)
    causes = (Decimal(2), Decimal(0), Decimal(0), Decimal(0), Decimal(-1))
    assert list(totals.sum_courses(courses)) == [(first.said.bucket, Sum(2, Decimal(10), Decimal(11), causes))]
