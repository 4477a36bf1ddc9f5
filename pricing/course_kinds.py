"""How rows of a course are charged, and which of its stages are to be rated: as dated rates, stage by stage.

A stage that charges rows as the one before does comes to the same, and is not rated again. Where running totals are
looked at, a market's rows count for each other, and all of them are rated at each stage at which any of them changes.
Totals are those of the old side's market until the walk turns to all that is added (`adjustments`), and with it to the
months of the new side: from then on of the new side's market.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from pricing.bridges import CAUSES
from pricing.catalogue import Pricing
from pricing.courses import Course, Stage, Walked
from pricing.rate_tables import DatedRate, split_by_month
from pricing.running import looks_at_money

Numbers: TypeAlias = tuple[int, ...]
"""Places of courses among all of them, in order."""
PLACES: Final = range(len(CAUSES) + 1)
"""Of stages: the old terms, and after each cause."""
TURN: Final = CAUSES.index("adjustments") + 1
"""The stage from which on totals are the new market's."""


class Kinds(NamedTuple):
    """The courses by how the rows that meet them are charged.

    `flat` ones each for itself, `counted` ones by running totals of units, `folded` ones one after the other by the
    scalar engine, since a stage looks at money, or a card leaves open whether clips are billed; `refused` ones not.
    """

    flat: Numbers
    counted: Numbers
    folded: Numbers
    refused: Numbers


class StageRates(NamedTuple):
    """What is to be rated at one place of the walk: dated rates, and beside each the number of its course."""

    place: int
    rates: tuple[DatedRate, ...]
    numbers: Numbers


def sort_courses(courses: Sequence[Course]) -> Kinds:
    """The number of each course in one of the four."""
    walks = {number: one.said for number, one in enumerate(courses) if isinstance(one.said, Walked)}
    counted = _spread(walks, [number for number, one in walks.items() if has_totals(one)])
    alone = {number for number, one in walks.items() if one.is_open or any(looks_at_money(s.terms) for s in one.stages)}
    folded = alone | _spread(walks, alone & counted)
    return Kinds(
        tuple(number for number in walks if number not in counted | folded),
        tuple(number for number in walks if number in counted - folded),
        tuple(number for number in walks if number in folded),
        tuple(number for number in range(len(courses)) if number not in walks),
    )


def has_totals(walked: Walked) -> bool:
    """Whether either side, or a stage between, looks at running totals."""
    ends = (walked.ends.old.terms, walked.ends.new.terms)
    return any(terms.counters for terms in (*ends, *(stage.terms for stage in walked.stages)))


def _spread(walks: Mapping[int, Walked], seeds: Iterable[int]) -> set[int]:
    """The seeds, and all whose rows count for theirs on either side, and so on."""
    found, ahead = set(seeds), set(seeds)
    while ahead:
        markets = [{find_side(walks[number], place).market for number in ahead} for place in (0, TURN)]
        ahead = {
            number
            for number, one in walks.items()
            if number not in found
            and any(find_side(one, p).market in m for p, m in zip((0, TURN), markets, strict=True))
        }
        found |= ahead
    return found


def find_side(walked: Walked, place: int) -> Pricing:
    """The side whose market's running totals the stage looks at."""
    return walked.ends.old if place < TURN else walked.ends.new


def find_stage(walked: Walked, place: int) -> Stage:
    """The stage at one of PLACES. Between two currencies, what has the old market has the old terms."""
    if len(walked.stages) == len(PLACES):
        return walked.stages[place]
    return walked.stages[0 if place < TURN else 1]


def list_flat(courses: Sequence[Course], numbers: Numbers) -> Iterator[StageRates]:
    """At each place, the courses that charge their rows in another way than they do at the one before."""
    for place in PLACES:
        yield _rate(courses, place, [number for number in numbers if place == 0 or _turns(courses[number], place)])


def list_counted(courses: Sequence[Course], numbers: Numbers, span: tuple[datetime, datetime]) -> Iterator[StageRates]:
    """All of the courses, by the months of `span` (both inclusive), at each place at which one of them changes."""
    for place in PLACES:
        if place == 0 or place in find_turns([courses[number] for number in numbers]):
            rated = _rate(courses, place, numbers)
            split = [
                (month, number)
                for rate, number in zip(rated.rates, rated.numbers, strict=True)
                for month in split_by_month(rate, *span)
            ]
            yield StageRates(place, tuple(rate for rate, _ in split), tuple(number for _, number in split))


def list_places(courses: Sequence[Course], numbers: Numbers) -> StageRates:
    """Which usage is on the courses, without a price."""
    return StageRates(0, tuple(DatedRate(*courses[number][:3], None, ()) for number in numbers), numbers)


def find_turns(courses: Iterable[Course]) -> frozenset[int]:
    """The places at which any of the courses that are walked changes what it charges or whose totals it looks at."""
    return frozenset(place for one in courses for place in PLACES[1:] if _turns(one, place) or _moves(one, place))


def _turns(course: Course, place: int) -> bool:
    said = course.said
    if not isinstance(said, Walked) or not said.stages:
        return False
    stage, before = find_stage(said, place), find_stage(said, place - 1)
    return stage is not before and _weigh(stage) != _weigh(before)


def _moves(course: Course, place: int) -> bool:
    said = course.said
    return isinstance(said, Walked) and find_side(said, place).market != find_side(said, place - 1).market


def _weigh(stage: Stage) -> object:
    """All that makes up the amount of a row."""
    terms = stage.terms
    lines = [(line.meter, line.key, line.rate.contracted, line.allowance) for line in stage.lines]
    return lines, terms.currency, terms.clip_rule, terms.rounding, terms.adjusters, terms.zone


def _rate(courses: Sequence[Course], place: int, numbers: Iterable[int]) -> StageRates:
    found = {}
    for number in numbers:
        group, begin, end, said = courses[number]
        if isinstance(said, Walked):
            stage = find_stage(said, place)
            pricing = replace(find_side(said, place), terms=stage.terms)
            found[number] = DatedRate(group, begin, end, pricing, stage.lines)
    return StageRates(place, tuple(found.values()), tuple(found))
