"""A course says of each of its rows what a rater says, as long as none looks at what others used."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue
from pricing.backtests import Rater, Rejected, Side
from pricing.course_kinds import has_totals
from pricing.courses import Course, Walked
from pricing.usage import UsageRow
from tests.backtesting import Prices, all_prices, catalogue, rows
from tests.bulk.course_rows import chart_rows, rate_rows
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import all_terms, catalogue_files
from tests.usage_rows import make_rows

INSTANTS = st.none() | st.just(datetime(2026, 4, 1, tzinfo=UTC)) | st.just(datetime(2027, 6, 1, tzinfo=UTC))
CURRENCIES = ("USD", "USD", "CNY")


def looks_back(course: Course) -> bool:
    return isinstance(course.said, Walked) and has_totals(course.said)


@examples(25)
@given(st.lists(rows(), min_size=1, max_size=20), all_prices(CURRENCIES), all_prices(CURRENCIES), INSTANTS)
def test_rows_of_a_course_are_as_they_are_alone(
    used: list[UsageRow], old: Prices, new: Prices, at: datetime | None
) -> None:
    sides = Side(catalogue(old)), Side(catalogue(new), at)
    assert rate_rows(used, sides) == list(map(Rater(*sides).rate, used))


@examples(25)
@given(old=all_terms(), new=all_terms(), seed=st.integers(0, 10**6), ats=st.tuples(INSTANTS, INSTANTS))
def test_whatever_contracts_say(
    old: Terms, new: Terms, seed: int, ats: tuple[datetime | None, datetime | None]
) -> None:
    sides = Side(parse_catalogue(catalogue_files(old)), ats[0]), Side(parse_catalogue(catalogue_files(new)), ats[1])
    used = make_rows(seed, 60)
    alone = list(map(Rater(*sides).rate, used))
    asked = [one for one in alone if isinstance(one, Rejected) and "consumed_before" in one.message]
    if not asked and not any(map(looks_back, chart_rows(used, sides))):
        assert rate_rows(used, sides) == alone
