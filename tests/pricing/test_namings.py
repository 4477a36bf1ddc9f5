"""Breaks out of parts: which are joined, what each is about, and what is not said of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from typing import Final

import pytest

from pricing.breaks import Break, Part, Subject
from pricing.digests import digest_said
from pricing.invoices import Invoiced, Matched, Unrated
from pricing.namings import describe_subject, identify, name_breaks, tell_apart
from tests.backtesting import row
from tests.reconciling import billed, books, used

D = Decimal
LINE: Final = billed("1.30", task_id="job-1")
MATCHED: Final = Matched((), (LINE,), "task_id")


def part(amount: str, evidence: str, *also: str, detail: str = "until 2026-11-01", currency: str = "USD") -> Part:
    return Part("card_version", detail, currency, D(amount), evidence, also)


def on_day(day: int, account: str, amount: str) -> Break:
    """A break of the id x, of that day of November."""
    at = datetime(2026, 11, day, tzinfo=UTC)
    subject = Subject((), ("1",), "nothing", account, None, None, None, None, at)
    return Break("x", subject, D(0), D(amount), Part("missing_in_usage", "", "USD", D(amount), ""))


@pytest.mark.parametrize(("line", "is_one"), [(("1",), True), ((), False)], ids=["with a line", "without"])
def test_a_break_without_a_line_is_named_by_whose_it_is(line: tuple[str, ...], *, is_one: bool) -> None:
    acme = Subject(("t",), line, "task_id", "acme", None, None, None, None, None)
    ids = {identify(each, part("1", "why")) for each in (acme, acme._replace(account="globex"))}
    assert (len(ids) == 1) is is_one


class TestBreaks:
    """One for each cause, detail and currency."""

    def test_parts_of_one_cause_and_detail_are_one(self) -> None:
        parts = [
            part("0.20", "one", "rate: tier 1080P"),
            part("0.05", "another", detail="from 2026-12-01"),
            part("0.30", "two", "rate: tier 1080P", "adjustment: list price"),
            part("0.40", "one", currency="EUR"),
        ]
        found = name_breaks(MATCHED, parts, {"USD": D(1)}, {"EUR": D(2)})
        assert [one.part for one in found] == [
            part("0.05", "another", detail="from 2026-12-01"),
            part("0.40", "one", currency="EUR"),
            part("0.50", "one; two", "rate: tier 1080P", "adjustment: list price"),
        ]
        assert len({one.id for one in found}) == len(found)

    def test_a_currency_without_a_sum_has_none(self) -> None:
        parts = [part("0.20", "one"), part("0.40", "one", currency="EUR")]
        found = name_breaks(MATCHED, parts, {"USD": D(1)}, {"EUR": D(2)})
        assert [(one.part.currency, one.expected, one.invoiced) for one in found] == [
            ("EUR", D(0), D(2)),
            ("USD", D(1), D(0)),
        ]

    def test_parts_that_make_each_other_up_are_no_break(self) -> None:
        assert name_breaks(MATCHED, [part("0.20", "one"), part("-0.20", "two")], {}, {}) == ()
        assert name_breaks(MATCHED, [], {}, {}) == ()


class TestIds:
    """No two breaks of a report have one, also where lines of one name are about different things."""

    EARLY: Final = on_day(5, "globex", "2.00")
    LATE: Final = on_day(6, "acme", "1.00")
    SMALLER: Final = on_day(6, "acme", "0.50")
    OTHER: Final = on_day(6, "initech", "1.00")

    def test_usage_without_a_line_has_one_of_its_account_whoever_else_has_the_id(self) -> None:
        """Else what was decided of one account would be of the other once the first is billed."""
        missing = Part("missing_on_invoice", "usage without a line", "USD", D("-1.30"), "")
        rows = [used(books(), id="1", account=account) for account in ("acme", "globex")]
        acme, globex = (name_breaks(Matched((one,), (), "nothing"), [missing], {}, {}) for one in rows)
        assert acme[0].id != globex[0].id

    @pytest.mark.parametrize("given", list(permutations((EARLY, LATE, SMALLER, OTHER))))
    def test_those_of_one_id_are_told_apart_in_whatever_order_they_come(self, given: tuple[Break, ...]) -> None:
        found = tell_apart(given)
        ids = {(one.subject.account, one.part.amount): one.id for one in found}
        assert [one._replace(id="x") for one in found] == [self.EARLY, self.SMALLER, self.LATE, self.OTHER]
        assert ids == {
            ("globex", D("2.00")): "x",
            ("acme", D("0.50")): digest_said(["x", 2]),
            ("acme", D("1.00")): digest_said(["x", 3]),
            ("initech", D("1.00")): digest_said(["x", 4]),
        }
        assert len({*ids.values()}) == len(given)

    def test_one_alone_keeps_its_own(self) -> None:
        several = [self.LATE, self.EARLY._replace(id="y")]
        assert tell_apart(several) == several
        assert tell_apart([]) == []

    def test_others_stay_beside_them(self) -> None:
        other = self.EARLY._replace(id="y")
        found = tell_apart([self.LATE, other, self.EARLY])
        assert len({one.id for one in found}) == len(found) == 3
        assert other in found
        assert self.EARLY in found

    def test_those_without_an_instant_come_last(self) -> None:
        never = self.LATE._replace(subject=self.LATE.subject._replace(at=None))
        assert [one.subject.at for one in tell_apart([never, self.EARLY])] == [self.EARLY.subject.at, None]


class TestSubjects:
    """What rows and lines of a match say of themselves."""

    NOVEMBER: Final = datetime(2026, 11, 2, 8, tzinfo=UTC)
    SAID: Final = Invoiced(
        "line-2", D(1), "USD", "job-2", "acme", "staging", "atlas", "west", at=NOVEMBER, resolution="720P"
    )

    def test_of_rows(self) -> None:
        catalogue = books()
        later = used(catalogue, id="job-2", at="2026-11-03T08:00:00Z", resolution="1080P")
        unrated = Unrated(row(id="job-0", at="2026-11-04T08:00:00Z", account="globex"), "no price")
        matched = Matched((later, used(catalogue)), (self.SAID, LINE), "task_id", (unrated,))
        assert describe_subject(matched) == Subject(
            ("job-0", "job-1", "job-2"),
            ("line-1", "line-2"),
            "task_id",
            None,
            "production",
            "atlas",
            None,
            None,
            self.NOVEMBER,
        )

    def test_of_lines_where_there_are_no_rows(self) -> None:
        assert describe_subject(Matched((), (self.SAID,), "task_id")) == Subject(
            ("job-2",), ("line-2",), "task_id", "acme", "staging", "atlas", "west", "720P", self.NOVEMBER
        )

    def test_the_first_instant_of_lines_is_theirs_or_where_their_time_begins(self) -> None:
        begin = datetime(2026, 11, 1, tzinfo=UTC)
        covering = self.SAID._replace(at=None, begin=begin)
        assert describe_subject(Matched((), (self.SAID, covering), "task_id")).at == begin
        assert describe_subject(Matched((), (LINE,), "task_id")).at is None

    def test_what_lines_say_otherwise_is_not_said(self) -> None:
        other = self.SAID._replace(line="line-3", task_id=None, account="globex", environment=None)
        found = describe_subject(Matched((), (self.SAID, other), "task_id"))
        assert (found.task_ids, found.account, found.environment, found.host) == (("job-2",), None, None, "atlas")
