"""Usage rated into charges that are written, in pieces that a stopped run goes on at; no row is lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pricing.shell.bulk import folds
from pricing.shell.bulk.charge_files import find_form, write_file
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.engines import Engine, open_engine, open_plain
from pricing.shell.bulk.folded_files import write_folded
from pricing.shell.bulk.parts import Parts, open_scratch
from pricing.shell.bulk.prepared_usage import Good, Prepared, open_rows, prepare
from pricing.shell.bulk.rating import Tables, charge_table, select_charges
from pricing.shell.bulk.rating_tasks import SUMMED, Rated, Sum, SumKey, Task, prove_all, sum_by_key
from pricing.shell.bulk.rejected_rows import write_rejects
from pricing.shell.bulk.rejections import count_rejects, list_refused, write_unfolded
from pricing.shell.bulk.terms_files import write_terms
from pricing.shell.bulk.usage_tables import Usage
from pricing.shell.drafts import follow
from pricing.shell.progress import Watch
from pricing.version import __version__
from wan_rules.payloads import JsonObject, UnusableInputError

if TYPE_CHECKING:
    from pricing.shell.bulk.spark_usage import SparkUsage


def rate_usage(task: Task, output: Path) -> Rated:
    """Rates the usage into the output: a file, or a folder of Parquet. Raises UnusableInputError and PricingError."""
    _check_output(output, task.limits.engine)
    output.parent.mkdir(parents=True, exist_ok=True)
    with open_scratch(follow(output)) as spill, open_engine(task.limits, spill) as engine:
        usage = open_rows(task, engine, spill)
        parts = Parts(output, _describe(task, usage))
        made = _Run(engine, prepare(task, engine, usage), parts).run()
        return _finish(task, engine, made, _sum_up(engine, made))


def _check_output(output: Path, engine: str) -> None:
    """Refuses, before anything is rated, an output that can't be put in its place. Raises UnusableInputError."""
    form = find_form(output)
    if form and engine == "spark":
        reason = f"{output.name}: spark writes a folder of Parquet: name one, without an ending"
        raise UnusableInputError("--output", reason)
    if form is None and output.exists() and not output.is_dir():
        raise UnusableInputError("--output", f"{output} is a file: name a folder, or a file .parquet, .csv or .jsonl")
    if form and output.is_dir():
        raise UnusableInputError("--output", f"{output} is a folder: name a file, or a folder without an ending")


class Made(NamedTuple):
    """The parts of a run, and how many rows there were."""

    rows: int
    charges: tuple[Path, ...]
    rejects: tuple[Path, ...]
    parts: Parts


class _Run:
    """One run: what it works on, and the parts that it has made so far."""

    def __init__(self, engine: Engine, prepared: Prepared, parts: Parts) -> None:
        self.engine, self.prepared, self.parts = engine, prepared, parts
        self.charges: list[Path] = []
        self.rejects: list[Path] = []

    def run(self) -> Made:
        """Charges all pieces."""
        prepared = self.prepared
        self.rejects += [self._make(f"unreadable-{name}", query) for name, query in prepared.unreadable.items()]
        unreadable = self.engine.count(self.rejects)
        with Watch("rating", prepared.survey.rows, self.engine.find_share) as watch:
            for good in prepared.pieces:
                watch.begin(good.rows)
                self._rate_piece(good)
                watch.end()
        self._rate_whole()
        if not self.charges:
            self.charges.append(self.parts.make("part-none.parquet", lambda path: write_folded((), path, [])))
        write_terms(prepared.pricings.options, self.parts.path("terms.json"))
        return Made(prepared.survey.rows + unreadable, tuple(self.charges), tuple(self.rejects), self.parts)

    def _make(self, name: str, query: Expression) -> Path:
        return self.parts.make(f"{name}.parquet", lambda path: self.engine.write(query, path))

    def _rate_piece(self, good: Good) -> None:
        """The charges of rows that each stand for themselves, and all refusals."""
        for name, rates in self.prepared.known.items():
            tables = rates._replace(usage=good.usage)
            if name == "flat":
                self.charges.append(self._make(f"part-{good.piece}", select_charges(*charge_table(tables))))
            if tables.rates.refusals.options:
                self.rejects.append(self._make(f"refused-{name}-{good.piece}", list_refused(self.engine, tables)))

    def _rate_whole(self) -> None:
        """The charges of rows that count for those after them, wherever these stand."""
        known, usage = self.prepared.known, self.prepared.join_pieces()
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
    charges = engine.read(list(made.charges))
    query = charges.group_by(list(SUMMED)).aggregate(rows=charges.count(), amount=charges.total.sum())
    found = engine.fetch(query)
    sums = sum_by_key((SumKey(*(row[name] for name in SUMMED)), Sum(row["rows"], row["amount"])) for row in found)
    return prove_all(Rated(made.rows, count_rejects(engine, made.rejects), sums))


def _finish(task: Task, engine: Engine, made: Made, rated: Rated) -> Rated:
    """The output in its place, terms and rejects in it or beside it."""
    output = made.parts.output
    form, parts = find_form(output), made.parts
    terms = parts.path("terms.json")
    rejects = _find_rejects(task, rated, output)
    if rejects:
        with open_plain(task.limits) as connection:
            write_rejects(connection, made.rejects, rejects)
    if form is None:
        parts.finish({"_terms.json": terms, **{path.name: path for path in made.charges}})
        return rated._replace(charges=tuple(output / path.name for path in made.charges), rejects=rejects)
    single = parts.path("charges")
    write_file(engine, made.charges, form, single)
    parts.finish_file(single, {terms: output.with_name(f"{output.name}.terms.json")})
    return rated._replace(charges=(output,), rejects=rejects)


def _find_rejects(task: Task, rated: Rated, output: Path) -> Path | None:
    """Where rejected rows go: as it was asked, else beside the charges. Without any, the file of a run before goes."""
    file = task.rejects or output.with_name(f"{output.name}.rejects.jsonl")
    if rated.rejected:
        return file
    file.unlink(missing_ok=True)
    return None
