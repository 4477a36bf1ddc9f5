"""The same rows by tables on an engine, and as the naive oracle reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from pricing.catalogue import Catalogue, Pricing
from pricing.dependences import depends_on_ratio
from pricing.rate_tables import tabulate
from pricing.shell.bulk import folds, surveys
from pricing.shell.bulk.dated_rates import collect, to_arrow
from pricing.shell.bulk.engines import DuckDBEngine
from pricing.shell.bulk.rating import Tables, charge_table, select_charges, select_refused
from pricing.shell.bulk.sorted_rates import sort_rates
from pricing.usage import UsageRow
from tests.bulk.agreement import COMPARED
from tests.bulk.rows import to_table
from tests.oracle.books import Used
from wan_rules.hosts import HOSTS

COLUMNS: Final = ("id", "terms", *COMPARED)


class Tabled(NamedTuple):
    """What tables charge, in the order of COMPARED, by which terms, and by which way to charge."""

    pricing: Pricing
    cells: tuple[Any, ...]
    way: str


def by_tables(catalogue: Catalogue, rows: Sequence[UsageRow], engine: DuckDBEngine) -> dict[str, Tabled | str]:
    """What each row comes to by expressions on the engine, by its id. Raises AssertionError where one comes twice."""
    usage = engine.put("usage", to_table(rows))
    survey = surveys.read(engine.fetch(surveys.ask(usage, by_ratio=depends_on_ratio(catalogue))))
    ids = {number: str(row.id) for number, row in enumerate(rows, start=1)}
    found: dict[str, Tabled | str] = {}
    met = 0
    for kind, rates in sort_rates(tabulate(catalogue, survey.groups, HOSTS))._asdict().items():
        if not rates:
            continue
        collected = collect(rates)
        tables = Tables(usage, engine.put(f"rates_{kind}", to_arrow(collected)), collected, survey)
        for name, outcome in _READ[kind](tables, engine, ids):
            found[name] = outcome
            met += 1
        if kind != "refused" and collected.ended:
            for name, outcome in _refuse(tables, engine, ids):
                found[name] = outcome
                met += 1
    assert met == len(found) == len(rows), f"{len(rows)} rows were met {met} times"
    return found


def _charge(tables: Tables, engine: DuckDBEngine, _ids: dict[int, str]) -> Iterator[tuple[str, Tabled | str]]:
    charges = select_charges(*charge_table(tables)).select(*COLUMNS)
    options = tables.rates.pricings.options
    table = engine.backend.to_pyarrow(charges)
    for name, terms, *cells in zip(*(table[column].to_pylist() for column in COLUMNS), strict=True):
        yield name, Tabled(options[terms], tuple(cells), "counted" if tables.rates.counters else "flat")


def _refuse(tables: Tables, engine: DuckDBEngine, ids: dict[int, str]) -> Iterator[tuple[str, Tabled | str]]:
    options = tables.rates.refusals.options
    table = engine.backend.to_pyarrow(select_refused(tables).select("row", "refusal"))
    for row, refusal in zip(table["row"].to_pylist(), table["refusal"].to_pylist(), strict=True):
        yield ids[row], options[refusal].reason


def _fold(tables: Tables, engine: DuckDBEngine, ids: dict[int, str]) -> Iterator[tuple[str, Tabled | str]]:
    options = tables.rates.pricings.options
    for cells in folds.fold(engine.stream(folds.order_folded(tables)), tables.rates):
        if isinstance(cells, folds.Unfolded):
            yield ids[cells.row], cells.reason
        else:
            yield cells["id"], Tabled(options[cells["terms"]], tuple([cells.get(name) for name in COMPARED]), "folded")


_READ: Final = {"flat": _charge, "counted": _charge, "folded": _fold, "refused": _refuse}


def as_used(row: UsageRow, is_left_open: bool = False) -> Used:  # noqa: FBT001, FBT002 - one of two columns
    """The row as the oracle reads it, and whether the engines found no one price for it."""
    return Used(
        row.at,
        row.account,
        row.environment,
        row.host,
        row.region,
        row.resolution,
        row.ratio,
        Fraction(row.duration_s),
        None if row.clips_s is None else tuple([Fraction(length) for length in row.clips_s]),
        None if row.billed_clips_s is None else Fraction(row.billed_clips_s),
        row.references,
        row.status,
        is_left_open,
    )
