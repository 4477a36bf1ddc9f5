"""Courses rated by queries: each stage over each piece of usage, and over all of it where rows count for each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from pricing.backtests import Bucket, Rated, Rejected
from pricing.course_folds import CourseRater
from pricing.course_kinds import PLACES, StageRates, list_counted, list_flat, list_places, sort_courses
from pricing.course_sums import StageTotals
from pricing.courses import Course, Walked
from pricing.shell.bulk import backtest_queries as queries
from pricing.shell.bulk.backtest_rejects import Rejections
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.folds import read_usage
from pricing.shell.bulk.rating_tasks import LostRowsError
from pricing.shell.bulk.surveys import Survey
from pricing.shell.bulk.usage_rows import Rows
from pricing.shell.progress import Steps
from pricing.tallies import Sum, join_sums, summarise


class Piece(NamedTuple):
    """A piece of usage: its files, how many rows they have, whether all can be read, and how their jobs ended."""

    files: Sequence[str]
    usage: Rows
    rows: int
    has_bad: bool
    ends: frozenset[str]

    @property
    def good(self) -> Expression:
        """The rows that can be read; where all can, nothing is checked a second time."""
        return self.usage.good() if self.has_bad else self.usage.trusted()

    @property
    def done(self) -> Expression:
        """The rows whose job succeeded."""
        good = self.good
        return good.filter(good.status == queries.DONE) if self.has_unfinished else good

    @property
    def has_unfinished(self) -> bool:
        """Whether any job did not succeed."""
        return bool(self.ends - {queries.DONE})


class Ground(NamedTuple):
    """All usage, the engine that it is on, and what tells how far a run is."""

    engine: Engine
    pieces: Sequence[Piece]
    steps: Steps


class Stages:
    """The courses of a run, and what comes of them."""

    def __init__(self, ground: Ground, survey: Survey, courses: Sequence[Course]) -> None:
        """Nothing is rated yet."""
        self._ground, self._survey, self._courses = ground, survey, courses
        self._kinds = sort_courses(courses)
        self._totals = StageTotals()

    def rate(self, rejections: Rejections) -> dict[Bucket, Sum]:
        """The sums of all courses; rejected rows go on to the rejections. Raises LostRowsError."""
        self._rate_pieces(rejections)
        self._rate_counted()
        folded = summarise(self._fold(rejections)).sums
        if uneven := self._totals.list_uneven():
            msg = f"{len(uneven)} stages have other rows than the first ones: this is a fault of ours"
            raise LostRowsError(msg)
        return join_sums([*self._totals.sum_courses(self._courses), *folded.items()])

    def _put(self, name: str, stage: StageRates) -> queries.Put:
        return queries.put(self._ground.engine, name, stage, self._survey)

    def _rate_pieces(self, rejections: Rejections) -> None:
        """Rows that each stand for themselves, and those that are refused whatever others say."""
        stages = [stage for stage in list_flat(self._courses, self._kinds.flat) if stage.rates]
        known = [(stage.place, self._put(f"flat_{stage.place}", stage)) for stage in stages]
        refused = self._put("refused", list_places(self._courses, self._kinds.refused)) if self._kinds.refused else None
        self._ground.steps.begin("rating", len(self._ground.pieces) * len(known))
        for number, piece in enumerate(self._ground.pieces):
            for turn, (place, rates) in enumerate(known, start=1):
                self._add(place, rates, queries.sum_flat(rates, piece.done))
                self._ground.steps.tell(number * len(known) + turn)
            self._reject(piece, refused, rejections)

    def _add(self, place: int, rates: queries.Put, query: Expression) -> None:
        for answer in self._ground.engine.fetch(query):
            if answer["number"] is not None and answer["rated"]:
                self._totals.add(rates.numbers[answer["number"]], place, answer["rated"], answer["total"])

    def _reject(self, piece: Piece, refused: queries.Put | None, rejections: Rejections) -> None:
        """Counts the rows of a piece that are not rated, and writes them if they are wanted."""
        met = queries.find_met(refused, piece.done) if refused else None
        self._count(piece, met, rejections)
        if rejections.are_wanted:
            query = queries.list_rejected(met, piece.good, piece.usage.bad())
            for cells in self._ground.engine.stream(query):
                rejections.write(cells, self._find_said(cells["number"]))

    def _count(self, piece: Piece, met: Expression | None, rejections: Rejections) -> None:
        fetch = self._ground.engine.fetch
        if met is not None:
            for answer in fetch(queries.count_met(met)):
                rejections.count(answer["rows"], answer["first"], self._find_said(answer["number"]))
        counted = [queries.count_unfinished(piece.good)] if piece.has_unfinished else []
        counted += [queries.count_bad(piece.usage.bad())] if piece.has_bad else []
        for answer in (answer for query in counted for answer in fetch(query)):
            rejections.count(answer["rows"], answer["first"])

    def _find_said(self, place: int | None) -> Walked | Rejected | None:
        """What is said of the refused course at that place among them."""
        return None if place is None else self._courses[self._kinds.refused[place]].said

    @property
    def _whole(self) -> Expression:
        """All rows whose job succeeded."""
        return reduce(lambda one, other: one.union(other), (piece.done for piece in self._ground.pieces))

    def _rate_counted(self) -> None:
        """Rows that count for those after them, wherever these stand."""
        if not self._kinds.counted:
            return
        groups = self._survey.groups
        span = min(group.first for group in groups), max(group.last for group in groups)
        for stage in list_counted(self._courses, self._kinds.counted, span):
            self._ground.steps.begin(f"counting {stage.place + 1} of {len(PLACES)}")
            rates = self._put(f"counted_{stage.place}", stage)
            self._add(stage.place, rates, queries.sum_counted(rates, self._whole))

    def _fold(self, rejections: Rejections) -> Iterator[Rated]:
        """Rows rated one after the other by the scalar engine, but for those that it refuses."""
        folded = self._kinds.folded
        if not folded:
            return
        self._ground.steps.begin("counting row by row")
        rater, walks = CourseRater(folded.values()), list(folded.values())
        met = queries.find_met(self._put("folded", list_places(self._courses, folded)), self._whole)
        for cells in self._ground.engine.stream(queries.order_met(met)):
            outcome = rater.rate(read_usage(cells), walks[cells["number"]])
            if isinstance(outcome, Rated):
                yield outcome
            else:
                rejections.take(cells, outcome)
