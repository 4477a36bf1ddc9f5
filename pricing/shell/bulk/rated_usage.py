"""A run of rating: usage surveyed, priced by dated rates, charged in pieces; rated and rejected rows are all rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from pricing.catalogue import Catalogue, Pricing
from pricing.rate_tables import DatedRate, tabulate
from pricing.rating import Reason
from pricing.shell.bulk import folds, surveys
from pricing.shell.bulk.charge_files import find_form, write_file
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.dated_rates import Numbered, Sorted, collect, sort_rates, to_arrow
from pricing.shell.bulk.engines import DuckDBEngine, Limits
from pricing.shell.bulk.folded_files import write_folded
from pricing.shell.bulk.parts import Parts
from pricing.shell.bulk.rating import Tables, charge_table, select_charges, select_refused
from pricing.shell.bulk.rejecting import Reject, Told, count_rejects, join_rejects, write_rejects
from pricing.shell.bulk.surveys import Survey
from pricing.shell.bulk.terms_files import write_terms
from pricing.shell.bulk.usage_tables import Piece, Reading, Usage, open_usage
from pricing.shell.progress import Watch
from pricing.version import __version__
from wan_rules.hosts import Hosts
from wan_rules.payloads import JsonObject

SUMMED: Final = ("account", "environment", "host", "region", "resolution", "currency")


class Task(NamedTuple):
    """What is to be rated, under which catalogue, and where the charges go."""

    names: Sequence[str]
    reading: Reading
    catalogue: Catalogue
    hosts: Hosts
    output: Path
    rejects: Path | None = None
    limits: Limits = Limits()


class SumKey(NamedTuple):
    """Whose rows are summed together."""

    account: str | None
    environment: str | None
    host: str
    region: str | None
    resolution: str
    currency: str


class Sum(NamedTuple):
    """How many rows, and what they come to."""

    rows: int
    total: Decimal


class Rated(NamedTuple):
    """What a run came to: rated and rejected rows are all `rows`. The paths are where charges and rejects lie."""

    rows: int
    rejected: dict[Reason, Told]
    sums: dict[SumKey, Sum]
    charges: tuple[Path, ...]
    rejects: Path | None

    @property
    def rated(self) -> int:
        """How many rows have a charge."""
        return sum(one.rows for one in self.sums.values())


class LostRowsError(Exception):
    """Rows that were neither rated nor rejected: a fault of this program, and no result."""


def rate_usage(task: Task) -> Rated:
    """Rates the usage into the output: a file, or a folder of Parquet. Raises UnusableInputError and PricingError."""
    find_form(task.output)
    task.output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".wan-rules-", dir=task.output.parent) as spill:
        engine = DuckDBEngine(task.limits, Path(spill))
        try:
            usage = open_usage(engine.backend, task.names, task.reading, scratch=Path(spill))
            made = _Run(task, engine, usage).run()
            rated = _sum_up(engine, made)
            return _finish(task, engine, made, rated)
        finally:
            engine.close()


class Made(NamedTuple):
    """The parts of a run, and how many rows there were."""

    rows: int
    charges: tuple[Path, ...]
    rejects: tuple[Path, ...]
    parts: Parts


class _Run:
    """One run: its pieces, and what is worked out of them step by step."""

    def __init__(self, task: Task, engine: DuckDBEngine, usage: Usage) -> None:
        self.task, self.engine, self.usage = task, engine, usage
        self.pieces = usage.pieces()
        self.parts = Parts(task.output, _describe(task, usage))
        self.pricings: Numbered[Pricing] = Numbered()
        self.charges: list[Path] = []
        self.rejects: list[Path] = []

    def run(self) -> Made:
        """Surveys all pieces, and charges them."""
        by_ratio = surveys.depends_on_ratio(self.task.catalogue)
        answers = [answer for piece in self.pieces for answer in self._survey(piece, by_ratio=by_ratio)]
        survey = surveys.read(surveys.merge(answers))
        for number, piece in enumerate(self.pieces):
            rejects = self._reject(self.usage.rows(piece).bad())
            self.rejects.append(self.parts.make(f"unreadable-{number:05}.jsonl", rejects))
        rates = sort_rates(tabulate(self.task.catalogue, survey.groups, self.task.hosts))
        with Watch(survey.rows, self.engine.find_share) as watch:
            for number, piece in enumerate(self.pieces):
                watch.begin(self._count(piece, survey))
                self._rate_piece(f"{number:05}", self.usage.rows(piece).good(), (rates, survey))
                watch.end()
        self._rate_whole(rates, survey)
        write_terms(self.pricings.options, self.parts.path("terms.json"))
        unreadable = sum(told.rows for told in count_rejects(self.rejects[: len(self.pieces)]).values())
        return Made(survey.rows + unreadable, tuple(self.charges), tuple(self.rejects), self.parts)

    def _survey(self, piece: Piece, *, by_ratio: bool) -> list[dict[str, Any]]:
        return self.engine.fetch(surveys.ask(self.usage.rows(piece).good(), by_ratio=by_ratio))

    def _count(self, piece: Piece, survey: Survey) -> int:
        return piece.span[1] - piece.span[0] + 1 if piece.span else survey.rows // len(self.pieces)

    def _reject(self, bad: Expression) -> Any:  # noqa: ANN401 - a function of a path
        columns = bad.select("file", "row", "fault", "raw")
        rows = (
            Reject(row["file"], row["row"], "unreadable", row["fault"], row["raw"]) for row in self._stream(columns)
        )
        return lambda path: write_rejects(rows, path)

    def _stream(self, query: Expression) -> Iterator[dict[str, Any]]:
        yield from self.engine.stream(query)

    def _tables(self, name: str, usage: Expression, rates: list[DatedRate], survey: Survey) -> Tables:
        table = collect(rates, self.pricings)
        return Tables(usage, self.engine.put(name, to_arrow(table)), table, survey)

    def _rate_piece(self, name: str, usage: Expression, known: tuple[Sorted, Survey]) -> None:
        """The charges of rows that each stand for themselves, and the refusals."""
        rates, survey = known
        if rates.flat:
            tables = self._tables("flat", usage, rates.flat, survey)
            query = select_charges(*charge_table(tables))
            self.charges.append(self.parts.make(f"part-{name}.parquet", lambda path: self.engine.write(query, path)))
        if rates.refused:
            tables = self._tables("refused", usage, rates.refused, survey)
            refusals = tables.rates.refusals.options
            rows = self._stream(select_refused(tables))
            rejects = (Reject(row["file"], row["row"], *refusals[row["refusal"]]) for row in rows)
            self.rejects.append(self.parts.make(f"refused-{name}.jsonl", lambda path: write_rejects(rejects, path)))

    def _rate_whole(self, rates: Sorted, survey: Survey) -> None:
        """The charges of rows that count for those after them, wherever these stand."""
        usage = reduce(lambda one, other: one.union(other), (self.usage.rows(piece).good() for piece in self.pieces))
        if rates.counted:
            query = select_charges(*charge_table(self._tables("counted", usage, rates.counted, survey)))
            self.charges.append(self.parts.make("part-counted.parquet", lambda path: self.engine.write(query, path)))
        if rates.folded:
            tables = self._tables("folded", usage, rates.folded, survey)
            self.charges.append(self.parts.make("part-folded.parquet", lambda path: self._fold(tables, path)))
            self.rejects.append(self.parts.path("folded.jsonl"))

    def _fold(self, tables: Tables, path: Path) -> None:
        refused: list[Reject] = []
        write_folded(folds.fold(self.engine.stream(folds.order_folded(tables)), tables.rates), path, refused)
        write_rejects(refused, self.parts.path("folded.jsonl"))


def _describe(task: Task, usage: Usage) -> JsonObject:
    """All that the output depends on: another run of the same goes on where one was stopped."""
    return {
        "version": __version__,
        "catalogue": task.catalogue.digest,
        "reading": [str(part) for part in task.reading],
        "files": [[one.name, one.size_bytes, one.path.stat().st_mtime_ns] for one in usage.sources],
    }


def _sum_up(engine: DuckDBEngine, made: Made) -> Rated:
    """What the parts come to. Raises LostRowsError where they do not have all rows."""
    sums: dict[SumKey, Sum] = {}
    if made.charges:
        charges = engine.read(list(made.charges))
        query = charges.group_by(list(SUMMED)).aggregate(rows=charges.count(), amount=charges.total.sum())
        for row in engine.fetch(query.order_by(list(SUMMED))):
            sums[SumKey(*(row[name] for name in SUMMED))] = Sum(row["rows"], row["amount"])
    rated = Rated(made.rows, count_rejects(made.rejects), sums, (), None)
    if rated.rated + sum(told.rows for told in rated.rejected.values()) != made.rows:
        msg = (
            f"{made.rows} rows went in, {rated.rated} are rated and {rated.rejected} rejected: this is a fault of ours"
        )
        raise LostRowsError(msg)
    return rated


def _finish(task: Task, engine: DuckDBEngine, made: Made, rated: Rated) -> Rated:
    """The output in its place, terms and rejects in it or beside it."""
    form, parts = find_form(task.output), made.parts
    rejects = parts.path("rejects.jsonl")
    join_rejects(made.rejects, rejects)
    files = {"terms.json": parts.path("terms.json"), **({"rejects.jsonl": rejects} if rated.rejected else {})}
    if form is None:
        parts.finish({**files, **{path.name: path for path in made.charges}})
        paths = tuple(task.output / path.name for path in made.charges)
        return rated._replace(charges=paths, rejects=task.output / "rejects.jsonl" if rated.rejected else None)
    single = parts.path("charges")
    write_file(engine, made.charges, form, single)
    beside = {name: task.output.with_name(f"{task.output.name}.{name}") for name in files}
    parts.finish_file(single, {files[name]: path for name, path in beside.items()})
    return rated._replace(charges=(task.output,), rejects=beside.get("rejects.jsonl"))
