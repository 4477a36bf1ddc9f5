"""Usage rated to sums alone: nothing is written but rejected rows, if they are asked for; no row is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pricing.money import EXACT
from pricing.shell.bulk import folds
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.dated_rates import DatedRates
from pricing.shell.bulk.engines import Engine, open_engine, open_plain
from pricing.shell.bulk.prepared_usage import Prepared, open_rows, prepare
from pricing.shell.bulk.rating import Tables, charge_table, sum_charges
from pricing.shell.bulk.rating_tasks import SUMMED, Rated, Sum, SumKey, Task, prove_all, sum_by_key
from pricing.shell.bulk.rejected_rows import write_rejects
from pricing.shell.bulk.rejections import count_rejects, list_refused, write_unfolded
from pricing.shell.progress import Watch

_CHARGED: Final = ("flat", "counted", "folded")


def sum_usage(task: Task) -> Rated:
    """What the usage comes to. Raises UnusableInputError and PricingError."""
    with TemporaryDirectory(prefix="wan-rules-") as name, open_engine(task.limits, Path(name)) as engine:
        prepared = prepare(task, engine, open_rows(task, engine, Path(name)))
        run = _Run(engine, prepared, Path(name))
        sums = sum_by_key(one for kind in _CHARGED if kind in prepared.known for one in run.sum_up(kind))
        is_clean = sum(one.rows for one in sums.values()) == prepared.survey.rows
        rejects = run.list_rejects(is_clean=is_clean)
        rows = prepared.survey.rows + engine.count([path for path in rejects if path.name.startswith("unreadable")])
        rated = prove_all(Rated(rows, count_rejects(engine, rejects), sums))
        if task.rejects is None:
            return rated
        if not rated.rejected:
            task.rejects.unlink(missing_ok=True)  # of a run before
            return rated
        with open_plain(task.limits) as connection:
            write_rejects(connection, rejects, task.rejects)
        return rated._replace(rejects=task.rejects)


class _Run:
    """One run: what it works on, and a folder for rejected rows."""

    def __init__(self, engine: Engine, prepared: Prepared, folder: Path) -> None:
        self.engine, self.prepared, self.folder = engine, prepared, folder
        self.unfolded: list[folds.Unfolded] = []

    def sum_up(self, kind: str) -> Iterator[tuple[SumKey, Sum]]:
        """What rows come to that are charged in this way, in parts."""
        tables = self.prepared.known[kind]
        if kind == "flat":
            yield from self._sum_flat(tables)
            return
        tables = tables._replace(usage=self.prepared.join_pieces())
        yield from self._sum_counted(tables) if kind == "counted" else self._sum_folded(tables)

    def _sum_flat(self, tables: Tables) -> Iterator[tuple[SumKey, Sum]]:
        with Watch("rating", self.prepared.survey.rows, self.engine.find_share) as watch:
            for good in self.prepared.pieces:
                watch.begin(good.rows)
                yield from self._read(sum_charges(tables._replace(usage=good.usage)), tables.rates)
                watch.end()

    def _sum_counted(self, tables: Tables) -> Iterator[tuple[SumKey, Sum]]:
        steps, charge = charge_table(tables)
        rows = steps.table.select("number", total=charge.total.expression)
        yield from self._read(
            rows.group_by("number").aggregate(rated=rows.total.count(), total=rows.total.sum()), tables.rates
        )

    def _read(self, query: Expression, rates: DatedRates) -> Iterator[tuple[SumKey, Sum]]:
        for row in self.engine.fetch(query):
            if row["number"] is not None and row["rated"]:
                yield _name(rates, row["number"]), Sum(row["rated"], EXACT.plus(row["total"]))

    def _sum_folded(self, tables: Tables) -> Iterator[tuple[SumKey, Sum]]:
        for cells in folds.fold(self.engine.stream(folds.order_folded(tables)), tables.rates):
            if isinstance(cells, folds.Unfolded):
                self.unfolded.append(cells)
            else:
                yield SumKey(**{name: cells[name] for name in SUMMED}), Sum(1, EXACT.plus(cells["total"]))

    def list_rejects(self, *, is_clean: bool) -> list[Path]:
        """Files of all rows that are not rated; where all are that could be read, no other is looked for."""
        found = [self._write(f"unreadable-{name}", query) for name, query in self.prepared.unreadable.items()]
        for kind, tables in self.prepared.known.items():
            if tables.rates.refusals.options and not is_clean:
                for good in self.prepared.pieces:
                    refused = list_refused(self.engine, tables._replace(usage=good.usage))
                    found.append(self._write(f"refused-{kind}-{good.piece}", refused))
        if self.unfolded:
            found.append(self.folder / "unfolded.parquet")
            write_unfolded(self.unfolded, found[-1])
        return found

    def _write(self, name: str, query: Expression) -> Path:
        path = self.folder / f"{name}.parquet"
        self.engine.write(query, path)
        return path


def _name(rates: DatedRates, number: int) -> SumKey:
    """Whose rows meet the rate of that number."""
    row = rates.rows[number]
    return SumKey(**{**{name: row[name] for name in SUMMED}, "currency": rates.currencies.options[row["currency"]]})
