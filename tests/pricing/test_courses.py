"""Courses from old terms to new: which stages are rated how, what is carried over, and what a lost row does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel, ConfigDict

from pricing import Catalogue, Market, parse_catalogue
from pricing.algebra import Algebra
from pricing.backtests import Bucket, Rated, Rater, Rejected, Side
from pricing.bridges import list_steps
from pricing.course_kinds import list_flat, sort_courses
from pricing.course_sums import StageTotals, Turned, TurnedRows
from pricing.courses import Walked
from pricing.extensions import ChargeModel
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS
from pricing.periods import BEGINNING
from pricing.rate_tables import END
from tests.backtesting import HEAD, Prices, agreement, card, catalogue, entry, row
from tests.bulk.course_rows import chart_rows, rate_rows
from tests.terms import instant

PLAIN = Prices()
USED = [row(), row(resolution="1080P", clips_s=["8"], references=1), row(account="globex")]


BANDS = """zone = "UTC"
[[term]]
kind = "override"
meter = "output_video_seconds"
resolution = "1080P"
model = "volume"
bands = [{ up_to = "5", price = "0.30" }, { price = "0.10" }]
"""


def in_bands(prices: Prices) -> Catalogue:
    """The catalogue of these prices, with bands of 1080P for acme."""
    return parse_catalogue(
        {"catalogue.toml": HEAD, "card.toml": card(prices), "acme.toml": f"{agreement(prices)}\n{BANDS}"}
    )


def test_only_what_charges_otherwise_is_rated_again() -> None:
    """720P gets dearer: its stage after the list price alone is rated, and of the other tier none."""
    sides = Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(by_tier=("0.12", *PLAIN.by_tier[1:]))))
    courses = chart_rows(USED, sides)
    kinds = sort_courses(courses)
    rated = [[courses[number].group.resolution for number in stage.numbers] for stage in list_flat(courses, kinds.flat)]
    assert rated == [["1080P", "720P", "720P"], ["720P", "720P"], [], [], [], []]
    assert rate_rows(USED, sides) == list(map(Rater(*sides).rate, USED))


def test_one_course_stands_for_all_clips_where_only_their_line_differs() -> None:
    used = [row(), row(clips_s=["8"], references=1), row(clips_s=None, billed_clips_s="5")]
    sides = Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(clips='cap_total_s = "5"')))
    (course,) = chart_rows(used, sides)
    assert course.group.clips is None
    assert isinstance(course.said, Walked)
    assert [line.meter for line in course.said.stages[0].lines] == ["output_video_seconds", "reference_video_seconds"]


@pytest.mark.parametrize("turned", [False, True], ids=["new", "old"])
def test_lines_say_of_clips_what_either_side_counts_by(turned: bool) -> None:  # noqa: FBT001 - a case
    """Bands of 1080P with clips on one side alone: rows of 720P say it too, since a later price could count them."""
    banded = {"acme.toml": f"{agreement(PLAIN)}\n{BANDS}has_reference_video = true\n"}
    by_clips = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card(PLAIN), **banded})
    sides = (Side(by_clips), Side(catalogue(PLAIN))) if turned else (Side(catalogue(PLAIN)), Side(by_clips))
    used = [row(), row(clips_s=["8"], references=1)]
    walks = [course.said for course in chart_rows(used, sides)]
    keys = {line.key.clips for one in walks if isinstance(one, Walked) for stage in one.stages for line in stage.lines}
    assert keys == {WITH_CLIPS, WITHOUT_CLIPS}
    (course,) = chart_rows(used, (Side(catalogue(PLAIN)), Side(catalogue(PLAIN))))
    assert isinstance(course.said, Walked)
    assert {line.key.clips for line in course.said.stages[0].lines} == {ANY}


def test_rows_of_a_market_that_looks_at_its_month_all_count() -> None:
    """Bands of 1080P alone: rows of 720P are none of its seconds, and yet of its market; globex has none."""
    courses = chart_rows(USED, (Side(catalogue(PLAIN)), Side(in_bands(PLAIN))))
    kinds = sort_courses(courses)
    assert [courses[number].group[:5:4] for number in kinds.counted] == [("acme", "1080P"), ("acme", "720P")]
    assert [courses[number].group.account for number in kinds.flat] == ["globex"]
    assert not kinds.folded
    assert not kinds.refused


class Nothing(BaseModel):
    """No parameters."""

    model_config = ConfigDict(extra="forbid")


def _charge(a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, _: BaseModel) -> Decimal:
    if unit_price == Decimal("0.10"):
        msg = "not at this price"
        raise ValueError(msg)
    return a.mul(quantity, unit_price)


def test_a_stage_that_a_plugin_refuses_is_taken_over_by_the_next() -> None:
    """Half of the new card's 0.20 is a price that its plugin refuses; three quarters of it are none."""
    entry = '[[entry]]\nfrom = 2026-01-01\nmodel = "plugin"\nmeter = "output_video_seconds"\nplugin = "picky"\n'
    entry += 'price = "0.20"\nresolution = "720P"\nparameters = {}\n'
    new = PLAIN._replace(by_tier=(None, *PLAIN.by_tier[1:]), discount="25")
    files = {"catalogue.toml": HEAD, "card.toml": f"{card(new)}\n{entry}", "acme.toml": agreement(new)}
    models = {"picky": ChargeModel("picky", "1", Nothing, _charge)}
    sides = Side(catalogue(PLAIN._replace(discount="50"))), Side(parse_catalogue(files, models=models))
    (outcome,) = rate_rows([row()], sides)
    assert outcome == Rater(*sides).rate(row())
    assert isinstance(outcome, Rated)
    before, after = 10 * Decimal("0.10") * Decimal("0.5"), 10 * Decimal("0.20") * Decimal("0.75")
    assert outcome.bridge == (before, after, (Decimal(0), after - before, Decimal(0), Decimal(0), Decimal(0)))


def test_terms_that_price_one_kind_of_clips_alone_are_no_stage_of_all() -> None:
    """The new card has no price for clips at the tier: those go on at the old one, until the rule bills none."""
    old, new = PLAIN._replace(priced_as="output"), PLAIN._replace(priced_as="render", by_stage=True, billed="no")
    used = [row(resolution="1080P-SR"), row(resolution="1080P-SR", clips_s=["8"], references=1)]
    sides = Side(catalogue(old)), Side(catalogue(new))
    assert {course.group.clips for course in chart_rows(used, sides)} == {"none", "measured"}
    assert rate_rows(used, sides) == list(map(Rater(*sides).rate, used))


def test_whether_the_other_side_refuses_a_row_too_is_asked_of_the_row() -> None:
    """The old card has no price; by the new one rows with clips have one where a minimum makes it so."""
    old = PLAIN._replace(by_tier=(*PLAIN.by_tier[:3], None))
    new = in_bands(PLAIN._replace(billed="unknown", minimum="4.5"))
    used = [row(resolution="1440P-SR", clips_s=[length], references=1) for length in ("1", "9")]
    outcomes = rate_rows(used, (Side(catalogue(old)), Side(new)))
    assert [outcome[:2] for outcome in outcomes] == [("no_rate", "old"), ("no_rate", "both")]


def test_a_stage_that_lost_rows_is_found() -> None:
    totals = StageTotals()
    for place, rows in ((0, 2), (1, 2), (4, 1)):
        totals.add(7, place, rows, Decimal(1))
    assert totals.list_uneven() == [(7, 4)]
    totals.add(7, 4, 1, Decimal(1))
    assert not totals.list_uneven()


def test_the_first_of_rejected_rows_is_the_first_in_the_files() -> None:
    turned, said = TurnedRows(), Rejected("no_rate", "old", "of the third row")
    turned.add(Turned(said, 5, (1, 3), "third"))
    turned.add(Turned(said._replace(message="of the first file"), 2, (0, 9), "first"))
    turned.add(Turned(said._replace(side="new"), 1, (0, 1), "other"))
    assert [(one.id, one.rows, one.rejected.message) for one in turned.list_all()] == [
        ("other", 1, "of the third row"),
        ("first", 7, "of the first file"),
    ]


def test_a_host_that_is_not_known_is_no_sides_doing() -> None:
    sides = Side(catalogue(PLAIN)), Side(catalogue(PLAIN))
    (outcome,) = rate_rows([row(host="nowhere")], sides)
    assert outcome == Rater(*sides).rate(row(host="nowhere"))
    assert outcome[:2] == ("unknown_name", None)


BEFORE, AFTER = row(), row(at="2027-06-01T08:00:00Z")
"""Rows on both sides of the day on which a later price of `Prices` begins."""


def with_parts(prices: Prices, *parts: str) -> Side:
    """The catalogue of these prices, with more on its card."""
    return Side(parse_catalogue({"catalogue.toml": HEAD, "card.toml": "\n".join([card(prices), *parts])}))


def test_a_change_that_makes_no_difference_to_its_rows_cuts_no_course() -> None:
    """On 2027-01-01 the price of another tier changes, and what jobs cost that failed."""
    unfinished = '[[unfinished]]\nfrom = 2027-01-01\nfailed = "free"'
    dearer = entry("2027-01-01", "output_video_seconds", "1080P", "0.25")
    sides = with_parts(PLAIN, unfinished, dearer), Side(catalogue(PLAIN._replace(discount="10")))
    (course,) = chart_rows([BEFORE, AFTER], sides)
    assert (course.begin, course.end) == (BEGINNING, END)


def test_a_change_of_a_rows_own_price_begins_another_course() -> None:
    sides = Side(catalogue(PLAIN._replace(later="0.15"))), Side(catalogue(PLAIN))
    courses = chart_rows([BEFORE, AFTER], sides)
    day = instant("2027-01-01")
    assert [(course.begin, course.end) for course in courses] == [(BEGINNING, day), (day, END)]
    assert rate_rows([BEFORE, AFTER], sides) == list(map(Rater(*sides).rate, [BEFORE, AFTER]))


def test_whether_clips_are_billed_is_open_for_rows_that_have_some() -> None:
    used = [row(), row(clips_s=["8"], references=1)]
    courses = chart_rows(used, (Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(billed="unknown")))))
    assert [(one.group.clips, isinstance(one.said, Walked) and one.said.is_open) for one in courses] == [
        ("measured", True),
        ("none", False),
    ]
    assert [courses[number].group.clips for number in sort_courses(courses).folded] == ["measured"]


def test_rows_that_one_side_cant_price_and_the_other_may_have_no_stages() -> None:
    old = PLAIN._replace(by_tier=(*PLAIN.by_tier[:3], None))
    used = row(resolution="1440P-SR", clips_s=["8"], references=1)
    courses = chart_rows([used], (Side(catalogue(old)), Side(catalogue(PLAIN._replace(billed="unknown")))))
    ((_, _, _, said),) = courses
    assert isinstance(said, Walked)
    assert said.bucket == Bucket(Market("acme", "production", "atlas"), "1440P-SR", "USD", "USD")
    assert (said.steps, said.stages, said.is_open) == (list_steps(said.ends), (), True)
    assert sort_courses(courses).folded == {0: said}


def test_prices_that_look_at_clips_make_courses_of_their_own() -> None:
    """A second of 720P costs 0.10, and 0.15 in a request with clips: no line of both."""
    dearer = f"{entry('2026-01-01', 'output_video_seconds', '720P', '0.15')}\nhas_reference_video = true"
    used = [row(), row(clips_s=["8"], references=1)]
    sides = with_parts(PLAIN, dearer), Side(catalogue(PLAIN))
    assert {course.group.clips for course in chart_rows(used, sides)} == {"none", "measured"}
    outcomes = rate_rows(used, sides)
    assert outcomes == list(map(Rater(*sides).rate, used))
    before = [outcome.bridge.before for outcome in outcomes if isinstance(outcome, Rated)]
    assert before == [10 * Decimal("0.10"), (10 + 8) * Decimal("0.15")]
