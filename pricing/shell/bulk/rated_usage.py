"""A run of rating: usage surveyed, priced by dated rates, charged in pieces; rated and rejected rows are all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pricing.catalogue import Catalogue, Pricing
from pricing.rate_tables import tabulate
from pricing.rating import Reason
from pricing.shell.bulk import folds, surveys
from pricing.shell.bulk.charge_files import find_form, write_file
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.dated_rates import Numbered, Sorted, collect, sort_rates, to_arrow
from pricing.shell.bulk.engines import Engine, Limits, open_engine, open_plain
from pricing.shell.bulk.folded_files import write_folded
from pricing.shell.bulk.parts import Parts, open_scratch
from pricing.shell.bulk.rating import Tables, charge_table, select_charges, select_refused
from pricing.shell.bulk.rejected_rows import describe_unpriced, list_unreadable, write_rejects
from pricing.shell.bulk.rejections import Told, count_rejects, name_refusals, write_unfolded
from pricing.shell.bulk.surveys import Survey
from pricing.shell.bulk.terms_files import write_terms
from pricing.shell.bulk.usage_tables import Piece, Reading, Usage, open_usage
from pricing.shell.progress import Watch
from pricing.version import __version__
from wan_rules.hosts import Hosts
from wan_rules.payloads import JsonObject, UnusableInputError

if TYPE_CHECKING:
    from pricing.shell.bulk.spark_usage import SparkUsage

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
    if find_form(task.output) and task.limits.engine == "spark":
        reason = f"{task.output.name}: spark writes a folder of Parquet: name one, without an ending"
        raise UnusableInputError("--output", reason)
    task.output.parent.mkdir(parents=True, exist_ok=True)
    with (
        open_scratch(task.output) as spill,
        open_engine(task.limits, spill) as engine,
    ):
        usage = _open(task, engine, spill)
        made = _Run(task, engine, usage).run()
        return _finish(task, engine, made, _sum_up(engine, made))


def _open(task: Task, engine: Engine, spill: Path) -> Usage | SparkUsage:
    if task.limits.engine == "duckdb":
        return open_usage(engine.backend, task.names, task.reading, scratch=spill)
    from pricing.shell.bulk.spark_usage import open_spark_usage

    return open_spark_usage(engine, task.names, task.reading)


class Made(NamedTuple):
    """The parts of a run, and how many rows there were."""

    rows: int
    charges: tuple[Path, ...]
    rejects: tuple[Path, ...]
    parts: Parts


class _Run:
    """One run: its pieces, and what is worked out of them step by step."""

    def __init__(self, task: Task, engine: Engine, usage: Usage | SparkUsage) -> None:
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
            query = list_unreadable(self.usage.rows(piece))
            self.rejects.append(self._make(f"unreadable-{number:05}", query))
        unreadable = self.engine.count(self.rejects)
        rates = sort_rates(tabulate(self.task.catalogue, survey.groups, self.task.hosts))
        known = self._put(rates, survey)
        with Watch(survey.rows, self.engine.find_share) as watch:
            for number, piece in enumerate(self.pieces):
                watch.begin(self._count(piece, survey))
                self._rate_piece(f"{number:05}", self.usage.rows(piece).good(), known)
                watch.end()
        self._rate_whole(known)
        if not self.charges:
            self.charges.append(self.parts.make("part-none.parquet", lambda path: write_folded((), path, [])))
        write_terms(self.pricings.options, self.parts.path("terms.json"))
        return Made(survey.rows + unreadable, tuple(self.charges), tuple(self.rejects), self.parts)

    def _survey(self, piece: Piece, *, by_ratio: bool) -> list[dict[str, Any]]:
        return self.engine.fetch(surveys.ask(self.usage.rows(piece).good(), by_ratio=by_ratio))

    def _count(self, piece: Piece, survey: Survey) -> int:
        return piece.span[1] - piece.span[0] + 1 if piece.span else survey.rows // len(self.pieces)

    def _make(self, name: str, query: Expression) -> Path:
        return self.parts.make(f"{name}.parquet", lambda path: self.engine.write(query, path))

    def _put(self, rates: Sorted, survey: Survey) -> dict[str, Tables]:
        """The dated rates as tables of the engine, by how rows that meet them are charged; no usage yet."""
        found = {}
        for name, own in rates._asdict().items():
            if own:
                table = collect(own, self.pricings)
                found[name] = Tables(None, self.engine.put(f"rates_{name}", to_arrow(table)), table, survey)
        return found

    def _rate_piece(self, piece: str, usage: Expression, known: Mapping[str, Tables]) -> None:
        """The charges of rows that each stand for themselves, and all refusals."""
        for name, rates in known.items():
            tables = rates._replace(usage=usage)
            if name == "flat":
                self.charges.append(self._make(f"part-{piece}", select_charges(*charge_table(tables))))
            if refusals := tables.rates.refusals.options:
                named = name_refusals(self.engine, select_refused(tables), refusals)
                query = describe_unpriced(named, named.reason, named.message)
                self.rejects.append(self._make(f"refused-{name}-{piece}", query))

    def _rate_whole(self, known: Mapping[str, Tables]) -> None:
        """The charges of rows that count for those after them, wherever these stand."""
        usage = reduce(lambda one, other: one.union(other), (self.usage.rows(piece).good() for piece in self.pieces))
        if "counted" in known:
            tables = known["counted"]._replace(usage=usage)
            self.charges.append(self._make("part-counted", select_charges(*charge_table(tables))))
        if "folded" in known:
            tables = known["folded"]._replace(usage=usage)
            self.charges.append(self.parts.make("part-folded.parquet", lambda path: self._fold(tables, path)))
            self.rejects.append(self.parts.path("unfolded.parquet"))

    def _fold(self, tables: Tables, path: Path) -> None:
        unfolded: list[folds.Unfolded] = []
        write_folded(folds.fold(self.engine.stream(folds.order_folded(tables)), tables.rates), path, unfolded)
        write_unfolded(unfolded, self.parts.path("unfolded.parquet"))


def _describe(task: Task, usage: Usage | SparkUsage) -> JsonObject:
    """All that the output depends on: another run of the same goes on where one was stopped."""
    return {
        "version": __version__,
        "engine": task.limits.engine,
        "catalogue": task.catalogue.digest,
        "reading": [str(part) for part in task.reading],
        "files": [[one.name, one.size_bytes, one.path.stat().st_mtime_ns] for one in usage.sources],
    }


def _sum_up(engine: Engine, made: Made) -> Rated:
    """What the parts come to. Raises LostRowsError where they do not have all rows."""
    sums: dict[SumKey, Sum] = {}
    if made.charges:
        charges = engine.read(list(made.charges))
        query = charges.group_by(list(SUMMED)).aggregate(rows=charges.count(), amount=charges.total.sum())
        for row in engine.fetch(query.order_by(list(SUMMED))):
            sums[SumKey(*(row[name] for name in SUMMED))] = Sum(row["rows"], row["amount"])
    rated = Rated(made.rows, count_rejects(engine, made.rejects), sums, (), None)
    if rated.rated + sum(told.rows for told in rated.rejected.values()) != made.rows:
        msg = (
            f"{made.rows} rows went in, {rated.rated} are rated and {rated.rejected} rejected: this is a fault of ours"
        )
        raise LostRowsError(msg)
    return rated


def _finish(task: Task, engine: Engine, made: Made, rated: Rated) -> Rated:
    """The output in its place, terms and rejects in it or beside it."""
    form, parts = find_form(task.output), made.parts
    terms = parts.path("terms.json")
    rejects = _find_rejects(task, rated)
    if rejects:
        with open_plain(task.limits) as connection:
            write_rejects(connection, made.rejects, rejects)
    if form is None:
        parts.finish({"_terms.json": terms, **{path.name: path for path in made.charges}})
        return rated._replace(charges=tuple(task.output / path.name for path in made.charges), rejects=rejects)
    single = parts.path("charges")
    write_file(engine, made.charges, form, single)
    parts.finish_file(single, {terms: task.output.with_name(f"{task.output.name}.terms.json")})
    return rated._replace(charges=(task.output,), rejects=rejects)


def _find_rejects(task: Task, rated: Rated) -> Path | None:
    """Where rejected rows go: as it was asked, else beside the charges. Without any, the file of a run before goes."""
    file = task.rejects or task.output.with_name(f"{task.output.name}.rejects.jsonl")
    if rated.rejected:
        return file
    file.unlink(missing_ok=True)
    return None
