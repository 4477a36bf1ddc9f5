"""Usage that was looked at once: which rows are good, what occurs in them, and the dated rates that they meet.

What rating begins with, whatever becomes of the charges. Rows of a piece are checked in this pass alone: where all of
them are good, no later one looks at them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pricing.catalogue import Pricing
from pricing.dependences import depends_on_ratio
from pricing.rate_tables import tabulate
from pricing.shell.bulk import surveys
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.dated_rates import Numbered, collect, to_arrow
from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.rating import Tables
from pricing.shell.bulk.rating_tasks import Task
from pricing.shell.bulk.rejected_rows import list_unreadable
from pricing.shell.bulk.sorted_rates import sort_rates
from pricing.shell.bulk.surveys import Survey
from pricing.shell.bulk.usage_tables import Usage, open_usage
from pricing.shell.progress import Watch

if TYPE_CHECKING:
    from pricing.shell.bulk.spark_usage import SparkUsage


class Good(NamedTuple):
    """The rows of a piece that can be rated: by number, as a table, and how many there are."""

    piece: str
    usage: Expression
    rows: int


class Prepared(NamedTuple):
    """What a run works on.

    `unreadable` are queries of rejected rows by piece; `known` are the dated rates as tables of the engine, by how the
    rows that meet them are charged, with no usage yet; `pricings` are the terms that they name by number.
    """

    pieces: tuple[Good, ...]
    unreadable: Mapping[str, Expression]
    survey: Survey
    known: Mapping[str, Tables]
    pricings: Numbered[Pricing]

    def join_pieces(self) -> Expression:
        """All good rows as one table."""
        return reduce(lambda one, other: one.union(other), (good.usage for good in self.pieces))


def open_rows(task: Task, engine: Engine, scratch: Path) -> Usage | SparkUsage:
    """The usage as the engine reads it. Raises UnusableInputError and FaultyFilesError."""
    if task.limits.engine == "duckdb":
        return open_usage(engine.backend, task.names, task.reading, scratch=scratch)
    from pricing.shell.bulk.spark_usage import open_spark_usage

    return open_spark_usage(engine, task.names, task.reading)


def prepare(task: Task, engine: Engine, usage: Usage | SparkUsage) -> Prepared:
    """The usage surveyed, and its rates put into the engine."""
    goods: list[Good] = []
    unreadable: dict[str, Expression] = {}
    answers: list[dict[str, Any]] = []
    pieces = usage.pieces()
    counts = [usage.count(piece) for piece in pieces]
    by_ratio = depends_on_ratio(task.catalogue)
    with Watch("looking at usage", None if None in counts else sum(filter(None, counts)), engine.find_share) as watch:
        for number, (piece, count) in enumerate(zip(pieces, counts, strict=True)):
            watch.begin(count or 0)
            rows, name = usage.rows(piece), f"{number:05}"
            found = engine.fetch(surveys.ask(rows.unnamed(), by_ratio=by_ratio))
            good = sum(answer["rows"] for answer in found)
            if good != count:
                unreadable[name] = list_unreadable(rows)
            goods.append(Good(name, rows.trusted() if good == count else rows.good(), good))
            answers = surveys.merge([*answers, *found])  # now: many pieces, each with all groups, are many answers
            watch.end()
    survey = surveys.read(answers)
    pricings: Numbered[Pricing] = Numbered()
    known = dict(_put_rates(task, engine, survey, pricings))
    return Prepared(tuple(goods), unreadable, survey, known, pricings)


def _put_rates(task: Task, engine: Engine, survey: Survey, pricings: Numbered[Pricing]) -> Iterator[tuple[str, Tables]]:
    """The dated rates as tables of the engine."""
    for name, own in sort_rates(tabulate(task.catalogue, survey.groups, task.hosts))._asdict().items():
        if own:
            table = collect(own, pricings)
            yield name, Tables(None, engine.put(f"rates_{name}", to_arrow(table)), table, survey)
