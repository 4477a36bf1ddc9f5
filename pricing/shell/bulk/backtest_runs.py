"""A backtest of tables: usage surveyed, its courses charted and rated; rated and rejected rows are all rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeAlias

from pricing.backtests import Sides
from pricing.courses import chart
from pricing.dependences import depends_on_ratio
from pricing.shell.backtest_documents import Read
from pricing.shell.bulk import surveys
from pricing.shell.bulk.backtest_queries import DONE
from pricing.shell.bulk.backtest_rejects import Rejections
from pricing.shell.bulk.backtest_stages import Ground, Piece, Stages
from pricing.shell.bulk.damage import naming_damage
from pricing.shell.bulk.engines import Engine, Limits, open_engine
from pricing.shell.bulk.rating_tasks import LostRowsError
from pricing.shell.bulk.usage_tables import Reading, Usage, open_usage
from pricing.shell.progress import Steps
from pricing.shell.rejects import Place, Rejects
from pricing.shell.targets import spare
from pricing.tallies import Rejection, Summary
from wan_rules.hosts import Hosts
from wan_rules.payloads import UnusableInputError

Cells: TypeAlias = dict[str, Any]


class Task(NamedTuple):
    """What is to be rated on which two sides, where rows go that are not, and which file is drawn then."""

    names: Sequence[str]
    reading: Reading
    sides: Sides
    hosts: Hosts
    rejects: Path | None
    limits: Limits = Limits()
    plot: Path | None = None


def read_tables(task: Task) -> Read:
    """What the usage comes to. Raises UnusableInputError, and LostRowsError where a row was lost."""
    with (
        naming_damage("usage", task.names),
        TemporaryDirectory(prefix="backtest-") as spill,
        open_engine(task.limits, Path(spill)) as engine,
    ):
        usage = open_usage(engine.backend, task.names, task.reading, scratch=Path(spill))
        spare((source.path for source in usage.sources), {"--rejects": task.rejects, "--plot": task.plot})
        with Steps() as steps, Rejects(task.rejects) as rejects:
            pieces, answers = _survey(task, engine, usage, steps)
            return _run(task, Ground(engine, pieces, steps), answers, rejects)


def _survey(task: Task, engine: Engine, usage: Usage, steps: Steps) -> tuple[list[Piece], list[Cells]]:
    """The pieces, and what occurs in all of them."""
    by_ratio = any(depends_on_ratio(side.catalogue) for side in task.sides)
    pieces = usage.pieces()
    steps.begin("reading", len(pieces))
    found: list[Piece] = []
    merged: list[Cells] = []
    for number, piece in enumerate(pieces):
        rows = usage.rows(piece)
        count = usage.count(piece)
        if count is None:
            count = engine.fetch(rows.table.count().name("rows").as_table())[0]["rows"]
        answers = engine.fetch(surveys.ask(rows.unnamed(), by_ratio=by_ratio))
        good = sum(answer["rows"] for answer in answers)
        ends = frozenset(answer["status"] for answer in answers)
        found.append(Piece([source.name for source in piece.sources], rows, count, good < count, ends))
        merged = surveys.merge([*merged, *answers])
        steps.tell(number + 1)
    return found, merged


def _run(task: Task, ground: Ground, answers: Sequence[Cells], rejects: Rejects) -> Read:
    """Charts the courses of all that occurs, rates them and sums up."""
    rows = sum(piece.rows for piece in ground.pieces)
    if not rows:
        raise UnusableInputError("usage", f"no row in {', '.join(task.names)}: name files that have some")
    survey = surveys.read([answer for answer in answers if answer["status"] == DONE])
    files = dict.fromkeys(name for piece in ground.pieces for name in piece.files)
    rejections = Rejections(task.sides, {file: number for number, file in enumerate(files)}, rejects)
    courses = chart(task.sides, survey.groups, task.hosts)
    sums = Stages(ground, survey, courses).rate(rejections)
    turned = rejections.turned.list_all()
    told = tuple(Rejection(*one.rejected[:2], one.rows, one.rejected.message) for one in turned)
    summary = Summary(rows, sums, told)
    if summary.rated + sum(one.rows for one in told) != rows:
        msg = f"{rows} rows went in, {summary.rated} are rated and {told} rejected: this is a fault of ours"
        raise LostRowsError(msg)
    names = list(files)
    first = {one.rejected[:2]: Place(one.at[1], one.id, names[one.at[0]]) for one in turned}
    latest = max((answer["last"].replace(tzinfo=UTC) for answer in answers), default=None)
    return Read(summary, first, latest)
