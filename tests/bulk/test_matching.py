"""Charges and lines of an invoice meet by task, instant and span; each in one group, and what agrees is counted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pricing.shell.bulk import checksums
from pricing.shell.bulk.checksums import write_number
from pricing.shell.bulk.databases import open_database
from pricing.shell.bulk.matching import How
from tests.bulk.matching_cases import Row, later, line, match_rows

DAY = 86_400
OCTOBER = How(period=(later(0), later(31 * DAY)))
OUTPUT = "output_video_seconds"
CLIPS = "reference_video_seconds"


@pytest.mark.parametrize("how", [How(), How(exact=True)], ids=["checksums", "exact"])
class TestByTask:
    def test_what_agrees_is_counted_and_not_listed(self, how: How) -> None:
        rows = [Row("a", 0, "1.10"), Row("b", 9, "2.20")]
        found = match_rows(rows, [line("1", "1.10", "a"), line("2", "2.20", "b")], how)
        assert found.told == []
        assert found.found.agreeing == {"task_id": 2, "window": 0, "aggregate": 0, "nothing": 0}
        assert found.found.expected.sums == {"USD": Decimal("3.30")}

    def test_another_amount_and_another_currency_are_listed(self, how: How) -> None:
        rows = [Row("a", 0, "1.10"), Row("b", 9, "2.20"), Row("c", 9, "2.20")]
        lines = [line("1", "1.11", "a"), line("2", "2.20", "b", currency="CNY"), line("3", "2.20", "c")]
        found = match_rows(rows, lines, how)
        assert found.told == [("task_id", "a", "1"), ("task_id", "b", "2")]
        assert found.found.handed.sums == {"USD": Decimal("3.30")}

    def test_two_amounts_that_change_places_are_listed(self, how: How) -> None:
        rows = [Row("a", 0, "1.10"), Row("b", 9, "2.20")]
        found = match_rows(rows, [line("1", "2.20", "a"), line("2", "1.10", "b")], how)
        assert found.told == [("task_id", "a", "1"), ("task_id", "b", "2")]

    def test_a_line_that_stands_twice_or_thrice_is_listed(self, how: How) -> None:
        rows = [Row("a", 0, "1.10"), Row("b", 9, "2.20")]
        lines = [line(name, "1.10", "a") for name in "12"] + [line(name, "2.20", "b") for name in "345"]
        assert match_rows(rows, lines, how).told == [("task_id", "a", "1 2"), ("task_id", "b", "3 4 5")]

    def test_a_row_of_usage_that_stands_twice_is_listed(self, how: How) -> None:
        rows = [Row("a", 0, "1.10"), Row("a", 0, "1.10")]
        assert match_rows(rows, [line("1", "1.10", "a")], how).told == [("task_id", "a a", "1")]

    def test_several_lines_of_a_row_that_sum_to_it_agree(self, how: How) -> None:
        found = match_rows([Row("a", 0, "1.10")], [line("1", "0.60", "a"), line("2", "0.50", "a")], how)
        assert found.told == []
        assert found.found.agreeing["task_id"] == 1

    def test_what_is_on_one_side_alone_is_left(self, how: How) -> None:
        found = match_rows([Row("a", 0, "1.10")], [line("1", "1.10", "b")], how)
        assert found.told == [("nothing", "", "1"), ("nothing", "a", "")]

    def test_a_free_row_without_a_line_agrees_and_with_one_is_listed(self, how: How) -> None:
        rows = [Row("a", 0, "0"), Row("b", 9, "0")]
        found = match_rows(rows, [line("1", "1.10", "b")], how)
        assert found.told == [("task_id", "b", "1")]
        assert found.found.free == 1

    def test_a_row_of_another_period_counts_only_where_it_is_billed(self, how: How) -> None:
        rows = [Row("a", -60, "1.10"), Row("b", -30, "2.20"), Row("c", 30, "3.30")]
        lines = [line("1", "2.20", "b"), line("2", "3.30", "c")]
        found = match_rows(rows, lines, how._replace(period=OCTOBER.period))
        assert found.told == [("task_id", "b", "1")]
        assert found.found.expected.sums == {"USD": Decimal("3.30")}

    def test_a_line_that_says_its_own_time_is_held_to_it(self, how: How) -> None:
        rows = [Row("a", 30, "1.10"), Row("b", 90, "1.10")]
        lines = [line("1", "1.10", "a", begin=0, until=60), line("2", "1.10", "b", begin=0, until=60)]
        found = match_rows(rows, lines, how)
        assert found.told == [("task_id", "b", "2")]
        assert found.found.agreeing["task_id"] == 1


def test_a_period_counts_and_no_time_that_a_line_says() -> None:
    lines = [line("1", "2", "a"), line("2", "-1", "a", begin=0, until=60)]
    found = match_rows([Row("a", 90, "1")], lines, OCTOBER)
    assert (found.told, found.found.agreeing["task_id"]) == ([], 1)


class TestByInstant:
    def test_the_nearest_go_together(self) -> None:
        rows = [Row("a", 0, "1"), Row("b", 100, "2")]
        found = match_rows(rows, [line("1", "8", at=90), line("2", "9", at=60)], How())
        assert found.told == [("window", "a", "2"), ("window", "b", "1")]

    def test_what_agrees_is_counted(self) -> None:
        found = match_rows([Row("a", 0, "1")], [line("1", "1", at=7)], How())
        assert (found.told, found.found.agreeing["window"]) == ([], 1)

    @pytest.mark.parametrize(
        "said",
        [{"at": 301}, {"at": 0, "resolution": "1080P"}, {"at": 0, "account": "globex"}, {"at": 0, "host": "fal"}],
        ids=["too far", "another tier", "another account", "another host"],
    )
    def test_what_contradicts_stays_apart(self, said: dict[str, Any]) -> None:
        found = match_rows([Row("a", 0, "1")], [line("1", "2", **said)], How(window=timedelta(minutes=5)))
        assert found.told == [("nothing", "", "1"), ("nothing", "a", "")]

    def test_a_line_that_names_a_task_meets_no_other(self) -> None:
        lines = [line("1", "2", "b", at=0, account="acme", resolution="720P")]
        assert match_rows([Row("a", 0, "1")], lines, How()).told == [("nothing", "", "1"), ("nothing", "a", "")]

    def test_a_row_that_a_line_names_meets_no_other_line(self) -> None:
        found = match_rows([Row("a", 0, "1")], [line("1", "2", "a"), line("2", "1", at=0)], How())
        assert found.told == [("nothing", "", "2"), ("task_id", "a", "1")]

    def test_a_row_whose_line_agrees_meets_no_other_line(self) -> None:
        found = match_rows([Row("a", 0, "0"), Row("b", 0, "1")], [line("1", "1", "b"), line("2", "1", at=0)], How())
        assert found.told == [("window", "a", "2")]

    def test_lines_of_one_job_by_meter_go_together(self) -> None:
        lines = [
            line("1", "0.70", at=3, meter="output_video_seconds"),
            line("2", "0.30", at=3, meter="reference_video_seconds"),
        ]
        found = match_rows([Row("a", 0, "1"), Row("b", 200, "2")], lines, How())
        assert found.told == [("nothing", "b", "")]
        assert found.found.agreeing["window"] == 1

    def test_the_same_line_again_goes_with_the_first(self) -> None:
        found = match_rows([Row("a", 0, "1")], [line("1", "1", at=3), line("2", "1", at=3)], How())
        assert found.told == [("window", "a", "1 2")]

    def test_a_row_of_another_period_may_have_been_billed(self) -> None:
        found = match_rows([Row("a", -60, "1"), Row("b", -9_000, "1")], [line("1", "1", at=-50)], OCTOBER)
        assert found.told == [("window", "a", "1")]


class TestJobsOfOneInstant:
    """Of units and bundles that are equally near those meet first whose amounts agree."""

    def test_names_of_lines_and_jobs_have_no_say(self) -> None:
        found = match_rows([Row("a", 0, "1.30"), Row("b", 0, "0.65")], [_at("L1", "0.65"), _at("L2", "1.30")], How())
        assert (found.told, found.found.agreeing["window"]) == ([], 2)

    def test_a_failed_job_takes_no_line_from_one_that_is_billed_right(self) -> None:
        found = match_rows([Row("a", 0, "0"), Row("b", 0, "1.30")], [_at("L1", "1.30")], How())
        assert (found.told, found.found.agreeing["window"]) == ([], 1)

    def test_what_does_not_agree_goes_by_order(self) -> None:
        rows = [Row("a", 0, "1"), Row("b", 0, "2"), Row("c", 0, "3")]
        found = match_rows(rows, [_at("L1", "3"), _at("L2", "5"), _at("L3", "4")], How())
        assert found.told == [("window", "a", "L2"), ("window", "b", "L3")]

    def test_the_nearer_line_comes_before_the_one_that_agrees(self) -> None:
        found = match_rows([Row("a", 0, "1")], [_at("L1", "2"), line("L2", "1", at=0.5)], How())
        assert found.told == [("nothing", "", "L2"), ("window", "a", "L1")]

    def test_before_and_after_are_equally_near(self) -> None:
        found = match_rows([Row("a", 5, "2")], [line("L1", "1", at=4), line("L2", "2", at=6)], How())
        assert (found.told, found.found.agreeing["window"]) == ([("nothing", "", "L1")], 1)

    def test_each_currency_has_to_agree(self) -> None:
        rows = [Row("a", 0, "1"), Row("a", 0, "2", "CNY"), Row("b", 0, "1"), Row("b", 0, "7", "CNY")]
        lines = [
            _at("L1", "1", meter="output_video_seconds"),
            _at("L2", "7", meter="reference_video_seconds", currency="CNY"),
            _at("L3", "1", meter="output_video_seconds"),
            _at("L4", "2", meter="reference_video_seconds", currency="CNY"),
        ]
        assert match_rows(rows, lines, How()).found.agreeing["window"] == 2

    def test_what_is_due_says_which_lines_are_of_one_job(self) -> None:
        lines = [
            _at("L1", "0.52", meter="reference_video_seconds"),
            _at("L2", "1.30", meter="output_video_seconds"),
            _at("L3", "0.26", meter="reference_video_seconds"),
            _at("L4", "0.65", meter="output_video_seconds"),
        ]
        found = match_rows([Row("a", 0.4, "1.56"), Row("b", 0.7, "1.17")], lines, How())
        assert (found.told, found.found.agreeing["window"]) == ([], 2)

    def test_a_line_in_whole_seconds_is_held_against_the_second_of_the_job(self) -> None:
        rows = [Row("a", 0.999, "1.30"), Row("b", 1.2, "0.65")]
        found = match_rows(rows, [_at("L1", "1.30"), line("L2", "0.65", at=1)], How(window=timedelta()))
        assert (found.told, found.found.agreeing["window"]) == ([], 2)

    def test_a_line_that_says_more_than_seconds_is_held_against_the_instant(self) -> None:
        rows = [Row("a", 5.5, "1"), Row("b", 5.75, "1")]
        found = match_rows(rows, [line("L1", "2", at=5.75)], How(window=timedelta()))
        assert found.told == [("nothing", "a", ""), ("window", "b", "L1")]

    def test_a_free_job_at_the_end_of_a_second_may_have_been_billed(self) -> None:
        period = How(period=(later(0), later(10)), window=timedelta())
        found = match_rows([Row("a", 10.9, "1")], [line("L1", "1", at=10)], period)
        assert found.told == [("window", "a", "L1")]

    def test_usage_a_second_away_says_nothing_of_which_lines_are_of_one_job(self) -> None:
        lines = [
            _at("L1", "1.30", meter="output_video_seconds"),
            _at("L2", "0.52", meter="reference_video_seconds"),
            _at("L3", "0.65", meter="output_video_seconds"),
            _at("L4", "0.26", meter="reference_video_seconds"),
        ]
        found = match_rows([Row("a", 1, "1.56"), Row("b", 1, "1.17")], lines, How())
        assert found.told == [("window", "a", "L1 L2"), ("window", "b", "L3 L4")]

    def test_many_jobs_of_one_instant_find_their_lines(self) -> None:
        rows = [Row(f"j{number:03}", 0, str(1 + number % 7)) for number in range(50)]
        lines = [_at(f"L{number:03}", str(1 + number % 7)) for number in range(49, -1, -1)]
        assert match_rows(rows, lines, How()).found.agreeing["window"] == 50

    @pytest.mark.parametrize(
        "lines",
        [
            (("L1", "1", OUTPUT), ("L2", "1.25", CLIPS), ("L3", "0.75", CLIPS)),
            (("L1", "4", OUTPUT), ("L2", "-1", None)),
            (("L1", "4", None), ("L2", "-0.75", None), ("L3", "-0.25", None)),
        ],
        ids=["a line for each clip", "a discount", "two discounts and no meter"],
    )
    def test_lines_that_come_to_what_is_due_of_the_only_task_there_are_of_it(
        self, lines: tuple[tuple[str, str, str | None], ...]
    ) -> None:
        said = [_at(name, amount, meter=meter) for name, amount, meter in lines]
        rows = [Row("a", 0.5, "3"), Row("b", 0, "0"), Row("c", 2, "1.25"), Row("d", 0, "9", account="globex")]
        found = match_rows(rows, said, How())
        assert found.found.agreeing["window"] == 1
        assert found.told == [("nothing", "c", ""), ("nothing", "d", "")]

    def test_lines_that_come_to_it_may_be_of_two_tasks_and_then_each_meets_its_own(self) -> None:
        rows = [Row("a", 0, "3"), Row("b", 0, "1"), Row("c", 0, "2")]
        found = match_rows(rows, [_at("L1", "1"), _at("L2", "2")], How())
        assert (found.told, found.found.agreeing["window"]) == ([("nothing", "a", "")], 2)

    @pytest.mark.parametrize("others", [[], [Row("b", 0.2, "0")]], ids=["alone", "beside another that costs nothing"])
    def test_a_charge_and_the_credit_that_pays_it_are_of_a_job_that_costs_nothing(self, others: list[Row]) -> None:
        lines = [_at("L1", "0.50", meter=OUTPUT), _at("L2", "0.20", meter=CLIPS), _at("L3", "-0.70")]
        found = match_rows([Row("a", 0.5, "0"), *others], lines, How())
        assert (found.told, found.found.agreeing["window"]) == ([], 1)

    def test_a_charge_and_its_credit_are_of_no_job_where_there_is_none(self) -> None:
        found = match_rows([Row("a", 9_000, "0")], [_at("L1", "0.70", meter=OUTPUT), _at("L2", "-0.70")], How())
        assert found.told == [("nothing", "", "L1"), ("nothing", "", "L2")]


def _at(name: str, amount: str, **said: Any) -> Any:  # noqa: ANN401 - any column
    return line(name, amount, at=0, **said)


class TestBySpan:
    def test_a_line_over_a_day_covers_its_rows(self) -> None:
        rows = [Row("a", 0, "1"), Row("b", DAY - 1, "2"), Row("c", DAY, "4")]
        found = match_rows(rows, [line("1", "3", begin=0, until=DAY), line("2", "9", begin=DAY, until=2 * DAY)], How())
        assert found.told == [("aggregate", "c", "2")]
        assert found.found.agreeing["aggregate"] == 1

    def test_the_shortest_span_comes_first_and_then_the_one_that_says_most(self) -> None:
        rows = [Row("a", 0, "1"), Row("b", 2 * DAY, "2"), Row("c", 0, "4", resolution="1080P")]
        lines = [
            line("day", "9", begin=0, until=DAY, resolution=None),
            line("tier", "9", begin=0, until=DAY),
            line("month", "9", begin=0, until=31 * DAY, resolution=None),
        ]
        found = match_rows(rows, lines, How())
        assert found.told == [("aggregate", "a", "tier"), ("aggregate", "b", "month"), ("aggregate", "c", "day")]

    def test_several_meters_of_one_span_go_together(self) -> None:
        lines = [
            line("1", "2", begin=0, until=DAY, meter="output_video_seconds"),
            line("2", "1", begin=0, until=DAY, meter="reference_video_seconds"),
        ]
        assert match_rows([Row("a", 0, "1"), Row("b", 9, "2")], lines, How()).found.agreeing["aggregate"] == 1

    def test_a_span_without_usage_is_left(self) -> None:
        assert match_rows([], [line("1", "2", begin=0, until=DAY)], How()).told == [("nothing", "", "1")]


@pytest.mark.parametrize("how", [How(), How(exact=True)], ids=["checksums", "exact"])
class TestAnIdOfSeveralTasks:
    """A task is an id of one account, environment, host and region: what a line says of these contradicts no other."""

    ACME = Row("a", 0, "1.30")
    GLOBEX = Row("a", 0, "0.65", account="globex")

    def test_a_neighbour_that_is_not_billed_changes_nothing(self, how: How) -> None:
        found = match_rows([self.ACME, self.GLOBEX], [line("1", "1.30", "a", account="acme")], how)
        assert (found.told, found.found.agreeing["task_id"]) == ([("nothing", "a", "")], 1)

    def test_differences_of_two_accounts_that_cancel_are_told(self, how: How) -> None:
        lines = [line("1", "0.65", "a", account="acme"), line("2", "1.30", "a", account="globex")]
        assert match_rows([self.ACME, self.GLOBEX], lines, how).told == [("task_id", "a", "1"), ("task_id", "a", "2")]

    def test_a_line_of_another_account_is_about_no_usage(self, how: How) -> None:
        lines = [line("1", "1.30", "a", account="globex"), line("2", "1", "b", account="acme")]
        found = match_rows([self.ACME, Row("b", 0, "1")], lines, how)
        assert found.told == [("nothing", "", "1"), ("nothing", "a", "")]

    @pytest.mark.parametrize("name", ["account", "environment", "host", "region"])
    def test_an_invoice_in_words_of_its_own_contradicts_nothing(self, how: How, name: str) -> None:
        rows = [self.ACME._replace(id=each, **{name: "ours"}) for each in "ab"]  # type: ignore[arg-type]
        lines = [line("1", "1.30", "a", **{name: "THEIRS-7"}), line("2", "1.00", "b", **{name: "THEIRS-7"})]
        found = match_rows(rows, lines, how)
        assert (found.told, found.found.agreeing["task_id"]) == ([("task_id", "b", "2")], 1)

    def test_a_refused_row_is_of_the_line_that_names_it_in_other_words(self, how: How) -> None:
        lines = [line("1", "1.30", "a", account="77"), line("2", "1", "b", account="77")]
        assert match_rows([self.ACME], lines, how, [Row("b", 0, "0")]).unrated == [("task_id", "b", "2")]

    @pytest.mark.parametrize(("name", "says"), [("host", "fal"), ("environment", "live"), ("region", "eu")], ids=str)
    def test_what_else_a_line_contradicts_is_not_its_usage(self, how: How, name: str, says: str) -> None:
        rows = [self.ACME._replace(**{name: own}) for own in ("alibaba", says)]  # type: ignore[arg-type]
        lines = [line("1", "1.30", "a", **{name: says}), line("2", "1.30", "a", **{name: says})]
        assert match_rows(rows, lines, how).told == [("nothing", "a", ""), ("task_id", "a", "1 2")]

    def test_what_is_not_said_contradicts_nothing(self, how: How) -> None:
        rows = [self.ACME, Row("b", 0, "1", account=None)]
        found = match_rows(rows, [line("1", "1.30", "a"), line("2", "1", "b", account="acme")], how)
        assert (found.told, found.found.agreeing["task_id"]) == ([], 2)

    def test_a_line_that_says_nothing_goes_with_the_row_of_its_amount(self, how: How) -> None:
        found = match_rows([self.ACME, self.GLOBEX], [line("1", "0.65", "a")], how)
        assert (found.told, found.found.agreeing["task_id"]) == ([("nothing", "a", "")], 1)

    def test_a_line_that_says_something_goes_first(self, how: How) -> None:
        rows = [self.ACME, self.ACME._replace(account="globex")]
        found = match_rows(rows, [line("1", "1.30", "a"), line("2", "1.30", "a", account="acme")], how)
        assert (found.told, found.found.agreeing["task_id"]) == ([], 2)

    def test_lines_that_say_the_same_go_together_where_they_come_to_what_is_due(self, how: How) -> None:
        rows = [self.ACME._replace(account="globex"), self.ACME._replace(total="2.60")]
        found = match_rows(rows, [line("1", "0.90", "a"), line("2", "0.40", "a")], how)
        assert (found.told, found.found.agreeing["task_id"]) == ([("nothing", "a", "")], 1)
        assert found.groups[0].charges[0].row.account == "acme"

    def test_what_fits_no_amount_goes_by_order_with_what_is_due(self, how: How) -> None:
        rows = [self.ACME._replace(total="0"), self.GLOBEX, self.GLOBEX._replace(account="initech")]
        (group,) = (each for each in match_rows(rows, [line("1", "7", "a")], how).groups if each.lines)
        assert [charge.row.account for charge in group.charges] == ["globex"]

    def test_the_task_of_another_account_is_free_for_lines_without_a_task(self, how: How) -> None:
        lines = [line("1", "1.30", "a", account="acme"), line("2", "0.65", at=3, account="globex")]
        found = match_rows([self.ACME, self.GLOBEX], lines, how)
        assert (found.told, found.found.agreeing["window"]) == ([], 1)

    def test_lines_of_no_usage_go_together_where_they_say_the_same(self, how: How) -> None:
        lines = [line(name, "1", "b", account=account) for name, account in (("1", "acme"), ("2", "acme"), ("3", "x"))]
        assert match_rows([self.ACME], [*lines, line("4", "1.30", "a")], how).told == [
            ("nothing", "", "1 2"),
            ("nothing", "", "3"),
        ]

    def test_usage_that_is_not_rated_is_of_the_lines_that_it_fits(self, how: How) -> None:
        unrated = [Row("a", 0, "0", account="globex")]
        lines = [line("1", "1", "a", account="acme"), line("2", "1", "a", account="globex")]
        assert match_rows([self.ACME], lines, how, unrated).unrated == [("task_id", "a", "2")]

    def test_words_of_usage_that_is_not_rated_tell_tasks_apart_too(self, how: How) -> None:
        unrated = [Row("b", 0, "0", account="acme"), Row("b", 0, "0", account="globex")]
        lines = [line("1", "1", "b", account="acme"), line("2", "2", "b", account="globex")]
        assert match_rows([], lines, how, unrated).unrated == [("task_id", "b", "1"), ("task_id", "b", "2")]

    def test_usage_that_is_not_rated_and_that_no_line_fits_meets_one_without_a_task(self, how: How) -> None:
        unrated = [Row("a", 0, "0", account="globex")]
        lines = [line("1", "1.30", "a", account="acme"), line("2", "1", at=0, account="globex")]
        assert match_rows([self.ACME], lines, how, unrated).unrated == [("window", "a", "2")]


class TestUsageThatIsNotRated:
    """Lines without a task meet it once rated usage has had its turn."""

    def test_the_nearest_goes_with_a_line_that_met_nothing(self) -> None:
        unrated = [Row("x", 100, "0"), Row("y", 30, "0")]
        found = match_rows([Row("a", 0, "1")], [line("1", "1", at=0), line("2", "3", at=40)], How(), unrated)
        assert (found.told, found.unrated) == ([("window", "", "2")], [("window", "y", "2")])

    def test_it_never_takes_a_line_from_rated_usage(self) -> None:
        found = match_rows([Row("a", 200, "1")], [line("1", "3", at=0)], How(), [Row("x", 0, "0")])
        assert (found.told, found.unrated) == ([("window", "a", "1")], [])

    def test_the_same_line_again_goes_with_the_first(self) -> None:
        found = match_rows([], [line("1", "3", at=0), line("2", "3", at=0)], How(), [Row("x", 0, "0")])
        assert found.unrated == [("window", "x", "1 2")]

    @pytest.mark.parametrize("said", [{"account": "globex"}, {"resolution": "1080P"}, {"at": 301}], ids=str)
    def test_what_contradicts_stays_apart(self, said: dict[str, Any]) -> None:
        found = match_rows([], [line("1", "3", **{"at": 0, **said})], How(), [Row("x", 0, "0")])
        assert (found.told, found.unrated) == ([("nothing", "", "1")], [])

    def test_a_task_that_a_line_names_meets_no_other_line(self) -> None:
        found = match_rows([], [line("1", "3", "x"), line("2", "3", at=0)], How(), [Row("x", 0, "0")])
        assert found.unrated == [("task_id", "x", "1")]
        assert found.told == [("nothing", "", "2"), ("task_id", "", "1")]

    def test_a_span_covers_it_beside_rated_usage(self) -> None:
        unrated = [Row("x", 9, "0"), Row("y", DAY, "0"), Row("z", 2 * DAY, "0")]
        lines = [line("1", "3", begin=0, until=DAY), line("2", "4", begin=DAY, until=2 * DAY)]
        found = match_rows([Row("a", 0, "1")], lines, How(), unrated)
        assert found.told == [("aggregate", "", "2"), ("aggregate", "a", "1")]
        assert found.unrated == [("aggregate", "x", "1"), ("aggregate", "y", "2")]

    def test_a_span_that_agrees_without_it_agrees(self) -> None:
        found = match_rows([Row("a", 0, "1")], [line("1", "1", begin=0, until=DAY)], How(), [Row("x", 9, "0")])
        assert (found.told, found.found.agreeing["aggregate"]) == ([], 1)

    def test_rated_usage_of_the_same_task_stays_by_itself(self) -> None:
        found = match_rows([Row("x", 9_000, "1")], [line("1", "3", at=0)], How(), [Row("x", 0, "0")])
        assert found.told == [("nothing", "x", ""), ("window", "", "1")]
        assert found.unrated == [("window", "x", "1")]


def test_what_is_within_the_allowance_is_counted_apart() -> None:
    rows = [Row("a", 0, "1.004"), Row("b", 9, "2.02"), Row("c", 9, "1", currency="CNY")]
    lines = [line("1", "1", "a"), line("2", "2", "b"), line("3", "1.001", "c", currency="CNY")]
    found = match_rows(rows, lines, How(allowances={"USD": Decimal("0.01")}))
    assert found.told == [("task_id", "b", "2"), ("task_id", "c", "3")]
    assert found.found.tolerated == {"USD": Decimal("-0.004")}
    assert found.found.within["task_id"] == 1


def test_many_rows_are_told_apart_likewise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksums, "FEW_ROWS", 0)
    rows = [Row(name, 0, "1.10") for name in "abcd"]
    lines = [line("1", "1.10", "a"), line("2", "1.11", "b"), line("3", "1.10", "c"), line("4", "1.10", "c")]
    assert match_rows(rows, lines, How()).told == [("nothing", "d", ""), ("task_id", "b", "2"), ("task_id", "c", "3 4")]


def test_two_tasks_of_one_number_are_told_apart() -> None:
    with open_database() as database:
        number = write_number("id")
        found = database.execute(
            f"SELECT min(id), max(id) FROM (SELECT 'task-' || i AS id FROM range(300000) t(i))"  # noqa: S608 - our own
            f" GROUP BY {number} HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
        ).fetchall()
    one, other = found[0]
    found_of_both = match_rows(
        [Row(one, 0, "1.10"), Row(other, 9, "2.20")], [line("1", "1.11", one), line("2", "2.20", other)], How()
    )
    assert found_of_both.told == [("task_id", one, "1")]
    assert found_of_both.found.agreeing["task_id"] == 1


@pytest.mark.parametrize("others", [[], [line("L2", "1", at=20)]], ids=["alone", "beside-a-line-of-no-task"])
def test_what_an_id_stands_for_in_another_month_is_no_difference(others: list[Any]) -> None:
    """Whoever else is on the invoice: what is due of the task is what its line bills."""
    rows = [Row("a", 1, "1"), Row("a", 20, "2")]
    found = match_rows(rows, [line("L1", "1", "a"), *others], How(period=(later(0), later(10))))
    assert found.found.agreeing["task_id"] == 1
    assert "a" not in " ".join(ids for _, ids, _ in found.told)


def test_an_id_of_two_months_that_is_billed_twice_is_handed_over_whole() -> None:
    rows = [Row("a", 1, "1"), Row("a", 20, "1")]
    found = match_rows(rows, [line("L1", "2", "a")], How(period=(later(0), later(10))))
    assert found.told == [("task_id", "a a", "L1")]


class TestATaskOfTwoMonths:
    """Its row of the month before takes it from no line that bills its row of this one."""

    PERIOD = How(period=(later(0), later(100)))
    BEFORE = Row("a", -900, "2")

    def test_it_meets_the_line_at_its_own_instant(self) -> None:
        found = match_rows([self.BEFORE, Row("a", 5, "1")], [line("L", "1", at=5)], self.PERIOD)
        assert (found.told, found.found.agreeing["window"]) == ([], 1)

    def test_it_takes_no_line_of_another_task(self) -> None:
        rows = [self.BEFORE, Row("a", 5, "1"), Row("b", -900, "1")]
        found = match_rows(rows, [line("L", "1", at=5), line("M", "1", at=-900)], self.PERIOD)
        assert found.told == [("window", "b", "M")]
        assert found.found.agreeing["window"] == 1

    def test_it_is_covered_by_the_line_of_this_month(self) -> None:
        rows = [self.BEFORE, Row("a", 5, "1"), Row("b", 6, "1")]
        found = match_rows(rows, [line("L", "2", begin=0, until=100)], self.PERIOD)
        assert (found.told, found.found.agreeing["aggregate"]) == ([], 1)

    def test_it_is_whose_the_row_of_this_month_says(self) -> None:
        rows = [self.BEFORE._replace(account="aaa"), Row("a", 5, "1")]
        found = match_rows(rows, [line("L", "1", at=5)], self.PERIOD)
        assert (found.told, found.found.agreeing["window"]) == ([], 1)
