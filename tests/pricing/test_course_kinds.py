"""Which courses are charged together, and at which place of the walk a stage, or whose totals it looks at, changes."""

from __future__ import annotations

from pricing import parse_catalogue
from pricing.backtests import Side
from pricing.course_kinds import PLACES, Kinds, StageRates, find_side, find_stage, find_turns, list_places, sort_courses
from pricing.courses import Course, Walked
from pricing.rate_tables import DatedRate
from pricing.usage import UsageRow
from tests.backtesting import HEAD, Prices, card, catalogue, row
from tests.bulk.course_rows import chart_rows
from tests.pricing.test_courses import in_bands

PLAIN = Prices()
OLD, NEW = True, False
TURNED = [OLD, OLD, OLD, OLD, NEW, NEW]
"""Whose the totals are under the old terms, the new prices, agreement and rule, the new adjustments and rounding."""


def default_to(account: str) -> Side:
    """The same prices in a catalogue that takes this account where a row says none."""
    head = f'{HEAD}default_account = "{account}"\n'
    return Side(parse_catalogue({"catalogue.toml": head, "card.toml": card(PLAIN)}))


def walk_one(old: Side, new: Side, used: UsageRow) -> Walked:
    """The course of the row, which both sides price."""
    ((_, _, _, said),) = chart_rows([used], (old, new))
    assert isinstance(said, Walked)
    return said


def name_courses(courses: list[Course], numbers: object) -> list[tuple[str | None, str]]:
    assert isinstance(numbers, dict)
    return [(courses[number].group.account, courses[number].group.resolution) for number in numbers]


def test_an_open_course_takes_those_along_that_count_for_its_totals() -> None:
    """Whether clips are billed is open: acme's rows of 1080P count in its bands, and those of 720P are of its market.

    Nothing counts for globex, whose rows without clips are rated each for itself.
    """
    clips = {"clips_s": ["8"], "references": 1, "resolution": "1080P"}
    used = [row(), row(**clips), row(account="globex"), row(account="globex", **clips)]
    courses = chart_rows(used, (Side(catalogue(PLAIN)), Side(in_bands(PLAIN._replace(billed="unknown")))))
    kinds = sort_courses(courses)
    assert name_courses(courses, kinds.folded) == [("acme", "1080P"), ("acme", "720P"), ("globex", "1080P")]
    assert name_courses(courses, kinds.flat) == [("globex", "720P")]
    assert kinds == Kinds(kinds.flat, {}, kinds.folded, ())


def test_totals_are_the_new_sides_from_the_adjustments_on() -> None:
    walked = walk_one(default_to("acme"), default_to("globex"), row(account=None))
    sides = [find_side(walked, place) for place in PLACES]
    assert sides == [walked.ends.old if whose is OLD else walked.ends.new for whose in TURNED]
    assert [side.market.account for side in sides] == ["acme"] * 4 + ["globex"] * 2


def test_another_market_is_a_turn_though_nothing_is_charged_otherwise() -> None:
    used = row(account=None)
    assert find_turns([walk_one(default_to("acme"), default_to("globex"), used)]) == {4}
    assert find_turns([walk_one(default_to("acme"), default_to("acme"), used)]) == set()


def test_between_two_currencies_the_old_terms_go_with_the_old_market() -> None:
    walked = walk_one(Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(currency="CNY"))), row())
    stages = [find_stage(walked, place) for place in PLACES]
    assert stages == [walked.stages[0] if whose is OLD else walked.stages[1] for whose in TURNED]
    assert [stage.terms.currency for stage in stages] == ["USD"] * 4 + ["CNY"] * 2
    assert find_turns([walked]) == {4}


def test_rows_that_one_side_cant_price_turn_nowhere() -> None:
    """The old card has no price for the tier, and leaves open whether clips are billed; so does the new one."""
    old = PLAIN._replace(by_tier=(*PLAIN.by_tier[:3], None), billed="unknown")
    used = row(resolution="1440P-SR", clips_s=["8"], references=1)
    walked = walk_one(Side(catalogue(old)), Side(catalogue(PLAIN._replace(billed="unknown"))), used)
    assert walked.stages == ()
    assert find_turns([walked]) == set()


def test_the_places_of_courses_say_which_usage_is_on_them_and_no_price() -> None:
    sides = Side(catalogue(PLAIN)), Side(catalogue(PLAIN))
    courses = chart_rows([row(), row(resolution="1080P"), row(account="globex")], sides)
    own = [DatedRate(course.group, course.begin, course.end, None, ()) for course in (courses[2], courses[0])]
    assert list_places(courses, [2, 0]) == StageRates(0, (own[0], own[1]), (2, 0))
