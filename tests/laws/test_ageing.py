"""Every break has one age, what was open and is no more is resolved once, and a day that is known never moves."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from pricing.ageing import find_age
from pricing.breaks import Break, Part, Subject
from pricing.reconciliations import Standing
from tests.strategies import examples

_SUBJECT: Final = Subject((), (), "nothing", None, None, None, None, None, None)
_DAYS: Final = [datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11, 12)]
_REPORTS: Final = st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3)), min_size=3, max_size=3)


def _break(name: str, amount: int) -> Break:
    return Break(name, _SUBJECT, Decimal(0), Decimal(amount), Part("rate", "", "USD", Decimal(amount), ""))


@examples(200)
@given(_REPORTS)
def test_ages_of_reports_one_after_the_other(reports: list[dict[str, int]]) -> None:
    standings: tuple[Standing, ...] = ()
    for day, report in zip(_DAYS, reports, strict=True):
        before = {each.found.id: each for each in standings}
        live = {name for name, each in before.items() if each.age != "resolved"}
        standings = find_age([_break(name, amount) for name, amount in report.items()], standings, day)
        after = {each.found.id: each for each in standings}
        assert len(after) == len(standings)
        assert {name for name, each in after.items() if each.age == "resolved"} == live - set(report)
        assert {name for name, each in after.items() if each.age == "open"} == live & set(report)
        assert {name for name, each in after.items() if each.age == "new"} == set(report) - live
        assert all(after[name].since == before[name].since for name in live)
        assert all(each.since == day for each in standings if each.age == "new")
        again = find_age([each.found for each in standings if each.age != "resolved"], standings, day)
        assert [each.since for each in again] == [each.since for each in standings if each.age != "resolved"]
