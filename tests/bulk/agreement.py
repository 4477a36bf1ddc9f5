"""One table of usage rated twice: row by row by the scalar engine, and by tables on an engine of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from pricing.catalogue import Catalogue
from pricing.dependences import depends_on_ratio
from pricing.rate_tables import tabulate
from pricing.shell.bulk import folds, surveys
from pricing.shell.bulk.dated_rates import collect, to_arrow
from pricing.shell.bulk.engines import DuckDBEngine
from pricing.shell.bulk.rating import Tables, charge_table, select_charges, select_refused, sum_charges
from pricing.shell.bulk.schemas import ADJUSTMENTS, CHARGES, METERS
from pricing.shell.bulk.sorted_rates import sort_rates
from pricing.shell.bulk.spark import SparkEngine
from pricing.usage import UsageRow, parse_row
from tests.bulk.rows import to_table
from tests.scalar_rating import Priced, rate_in_order
from wan_rules.hosts import HOSTS

COMPARED: Final = (
    "currency",
    *(f"{meter}_{part}" for meter in METERS for part in ("quantity", "unit_price", "amount")),
    *ADJUSTMENTS,
    "total",
    "list_total",
)
TOTAL: Final = COMPARED.index("total")
Engine: TypeAlias = DuckDBEngine | SparkEngine
Cells = Mapping[str, Any]
Outcome = tuple[Any, ...]


def by_scalar(catalogue: Catalogue, rows: Sequence[UsageRow]) -> dict[str, Outcome]:
    """What each row comes to, by its id: in order of time, each counting for those after it in its market."""
    in_order = sorted(rows, key=lambda row: (row.at, str(row.id)))
    told = zip(in_order, rate_in_order(catalogue, in_order), strict=True)
    return {str(row.id): (one,) if isinstance(one, str) else _charged(one) for row, one in told}


def _charged(priced: Priced) -> Outcome:
    return _compared(folds.write_charged(priced.charged) | {"currency": priced.pricing.terms.currency})


def by_tables(catalogue: Catalogue, rows: Sequence[UsageRow], engine: Engine) -> dict[str, Outcome]:
    """The same by expressions on the engine."""
    usage = engine.put("usage", to_table(rows))
    asked = surveys.ask(usage, by_ratio=depends_on_ratio(catalogue))
    survey = surveys.read(engine.fetch(asked))
    assert survey.rows == len(rows)
    found: dict[str, Outcome] = {}
    ids = {number: str(row.id) for number, row in enumerate(rows, start=1)}
    for kind, rates in sort_rates(tabulate(catalogue, survey.groups, HOSTS))._asdict().items():
        if rates:
            table = collect(rates)
            tables = Tables(usage, engine.put(f"rates_{kind}", to_arrow(table)), table, survey)
            own = dict(_READ[kind](tables, engine, ids))
            _take(found, own.items())
            if kind == "flat":
                assert _sum(tables, engine) == (len(own), sum((one[TOTAL] for one in own.values()), Decimal(0)))
            if kind != "refused" and table.ended:
                _take(found, _refuse(tables, engine, ids))
    return found


def _charge(tables: Tables, engine: Engine, _ids: Mapping[int, str]) -> Iterator[tuple[str, Outcome]]:
    charges = select_charges(*charge_table(tables))
    assert dict(charges.schema().items()).keys() == CHARGES.keys()
    for cells in engine.fetch(charges):
        yield cells["id"], _compared(cells)


def _sum(tables: Tables, engine: Engine) -> tuple[int, Decimal]:
    """How many rows are rated, and what they come to, by sums alone."""
    answers = [one for one in engine.fetch(sum_charges(tables)) if one["number"] is not None and one["rated"]]
    return sum(one["rated"] for one in answers), sum((one["total"] for one in answers), Decimal(0))


def _refuse(tables: Tables, engine: Engine, ids: Mapping[int, str]) -> Iterator[tuple[str, Outcome]]:
    for cells in engine.fetch(select_refused(tables)):
        yield ids[cells["row"]], (tables.rates.refusals.options[cells["refusal"]].reason,)


def _fold(tables: Tables, engine: Engine, ids: Mapping[int, str]) -> Iterator[tuple[str, Outcome]]:
    for cells in folds.fold(engine.fetch(folds.order_folded(tables)), tables.rates):
        if isinstance(cells, folds.Unfolded):
            assert parse_row(cells.raw.encode()).id == ids[cells.row]
            yield ids[cells.row], (cells.reason,)
        else:
            yield cells["id"], _compared(cells)


_READ: Final = {"flat": _charge, "counted": _charge, "folded": _fold, "refused": _refuse}


def _take(found: dict[str, Outcome], more: Iterable[tuple[str, Outcome]]) -> None:
    for name, outcome in more:
        assert name not in found, f"{name} was rated twice"
        found[name] = outcome


def _compared(cells: Cells) -> Outcome:
    return tuple(_plain(cells.get(name)) for name in COMPARED)


def _plain(value: object) -> object:
    return value.normalize() if isinstance(value, Decimal) and value else value
