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
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from pricing.bridges import CAUSES
from pricing.catalogue import Pricing
from pricing.courses import Course, Stage, Walked
from pricing.money import EXACT
from pricing.rate_tables import DatedRate, split_by_month
from pricing.running import looks_at_money

Walks: TypeAlias = Mapping[int, Walked]
"""Courses by their numbers, which are their places among all of them, in order."""
PLACES: Final = range(len(CAUSES) + 1)
"""Of stages: the old terms, and after each cause."""
TURN: Final = CAUSES.index("adjustments") + 1
"""The stage from which on totals are the new market's."""


class Kinds(NamedTuple):
    """The courses by how the rows that meet them are charged.

    `flat` ones each for itself, `counted` ones by running totals of units, `folded` ones one after the other by the
    scalar engine, since a stage looks at money, or a card leaves open whether clips are billed; `refused` ones not.
    """

    flat: Walks
    counted: Walks
    folded: Walks
    refused: tuple[int, ...]


class StageRates(NamedTuple):
    """What is to be rated at one place of the walk: dated rates, and beside each the number of its course."""

    place: int
    rates: tuple[DatedRate, ...]
    numbers: tuple[int, ...]


def sort_courses(courses: Sequence[Course]) -> Kinds:
    """The number of each course in one of the four."""
    walks = {number: one.said for number, one in enumerate(courses) if isinstance(one.said, Walked)}
    counted = _spread(walks, [number for number, one in walks.items() if has_totals(one)])
    alone = {number for number, one in walks.items() if one.is_open or any(looks_at_money(s.terms) for s in one.stages)}
    folded = alone | _spread(walks, alone & counted)
    return Kinds(
        {number: one for number, one in walks.items() if number not in counted | folded},
        {number: one for number, one in walks.items() if number in counted - folded},
        {number: one for number, one in walks.items() if number in folded},
        tuple(number for number in range(len(courses)) if number not in walks),
    )


def has_totals(walked: Walked) -> bool:
    """Whether either side, or a stage between, looks at running totals."""
    ends = (walked.ends.old.terms, walked.ends.new.terms)
    return any(terms.counters for terms in (*ends, *(stage.terms for stage in walked.stages)))


def _spread(walks: Walks, seeds: Iterable[int]) -> set[int]:
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


def split_by_cause(walked: Walked, reached: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """The difference that each cause makes, of what is reached at each place; none between two currencies."""
    return tuple(EXACT.subtract(after, before) for before, after in pairwise(reached)) if walked.steps else ()


def find_stage(walked: Walked, place: int) -> Stage:
    """The stage at one of PLACES. Between two currencies, what has the old market has the old terms."""
    if len(walked.stages) == len(PLACES):
        return walked.stages[place]
    return walked.stages[0 if place < TURN else 1]


def list_flat(courses: Sequence[Course], walks: Walks) -> Iterator[StageRates]:
    """At each place, the courses that charge their rows in another way than they do at the one before."""
    for place in PLACES:
        own = {number: one for number, one in walks.items() if place == 0 or _turns(one, place)}
        yield _rate(courses, own, place)


def list_counted(courses: Sequence[Course], walks: Walks, span: tuple[datetime, datetime]) -> Iterator[StageRates]:
    """All of the courses, by the months of `span` (both inclusive), at each place at which one of them changes."""
    for place in sorted({0} | find_turns(walks.values())):
        rated = _rate(courses, walks, place)
        split = [
            (month, number)
            for rate, number in zip(rated.rates, rated.numbers, strict=True)
            for month in split_by_month(rate, *span)
        ]
        yield StageRates(place, tuple(rate for rate, _ in split), tuple(number for _, number in split))


def list_places(courses: Sequence[Course], numbers: Iterable[int]) -> StageRates:
    """Which usage is on the courses, without a price."""
    own = tuple(numbers)
    return StageRates(0, tuple(DatedRate(*courses[number][:3], None, ()) for number in own), own)


def find_turns(walks: Iterable[Walked]) -> frozenset[int]:
    """The places at which any of the courses changes what it charges or whose totals it looks at."""
    return frozenset(place for one in walks for place in PLACES[1:] if _turns(one, place) or _moves(one, place))


def _turns(walked: Walked, place: int) -> bool:
    if not walked.stages:
        return False
    stage, before = find_stage(walked, place), find_stage(walked, place - 1)
    return stage is not before and _weigh(stage) != _weigh(before)


def _moves(walked: Walked, place: int) -> bool:
    return find_side(walked, place).market != find_side(walked, place - 1).market


def _weigh(stage: Stage) -> object:
    """All that makes up the amount of a row."""
    terms = stage.terms
    lines = [(line.meter, line.key, line.rate.contracted, line.allowance) for line in stage.lines]
    return lines, terms.currency, terms.clip_rule, terms.rounding, terms.adjusters, terms.zone


def _rate(courses: Sequence[Course], walks: Walks, place: int) -> StageRates:
    rates = []
    for number, walked in walks.items():
        stage = find_stage(walked, place)
        pricing = replace(find_side(walked, place), terms=stage.terms)
        rates.append(DatedRate(*courses[number][:3], pricing, stage.lines))
    return StageRates(place, tuple(rates), tuple(walks))
