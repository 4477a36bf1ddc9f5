"""One table of usage rated twice: row by row by the scalar engine, and by tables on an engine of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from pricing.catalogue import Catalogue, Market
from pricing.errors import PricingError
from pricing.rate_tables import tabulate
from pricing.rating import check_offered, describe_job, find_pricing, find_reason, rate
from pricing.running import RunningTotals
from pricing.shell.bulk import folds, surveys
from pricing.shell.bulk.dated_rates import collect, to_arrow
from pricing.shell.bulk.rating import Tables, charge_table, join_rates, keep_refused, select_charges
from pricing.shell.bulk.schemas import ADJUSTMENTS, CHARGES, METERS
from pricing.usage import UsageRow
from tests.bulk.rows import to_table
from wan_rules.hosts import HOSTS

COMPARED: Final = (
    "currency",
    *(f"{meter}_{part}" for meter in METERS for part in ("quantity", "unit_price", "amount")),
    *ADJUSTMENTS,
    "total",
    "list_total",
)
Cells = Mapping[str, Any]
Outcome = tuple[Any, ...]


def by_scalar(catalogue: Catalogue, rows: Sequence[UsageRow]) -> dict[str, Outcome]:
    """What each row comes to, by its id: in order of time, each counting for those after it in its market."""
    totals: dict[Market, RunningTotals] = {}
    found: dict[str, Outcome] = {}
    for row in sorted(rows, key=lambda row: (row.at, str(row.id))):
        try:
            check_offered(row.host, row.resolution, HOSTS)
            pricing = find_pricing(catalogue, row)
            running = totals.setdefault(pricing.market, RunningTotals())
            job = describe_job(row, pricing.terms, running.stand(pricing.terms, row.at))
            charged = rate(job, pricing)
        except PricingError as error:
            found[str(row.id)] = (find_reason(error),)
            continue
        running.add(job, pricing.terms, charged)
        found[str(row.id)] = _compared(folds.write_charged(charged) | {"currency": pricing.terms.currency})
    return found


def by_tables(catalogue: Catalogue, rows: Sequence[UsageRow], backend: Any) -> dict[str, Outcome]:  # noqa: ANN401
    """The same by expressions on the backend."""
    usage = backend.create_table("usage", to_table(rows), overwrite=True)
    asked = surveys.ask(usage, by_ratio=surveys.depends_on_ratio(catalogue))
    survey = surveys.read(backend.to_pyarrow(asked).to_pylist())
    assert survey.rows == len(rows)
    rates = collect(tabulate(catalogue, survey.groups, HOSTS))
    tables = Tables(usage, backend.create_table("rates", to_arrow(rates), overwrite=True), rates, survey)
    joined = join_rates(tables)
    found: dict[str, Outcome] = {}
    if rates.meters:
        charges = select_charges(*charge_table(joined, tables), rates)
        assert dict(charges.schema().items()).keys() == CHARGES.keys()
        _take(found, ((cells["id"], _compared(cells)) for cells in backend.to_pyarrow(charges).to_pylist()))
    ids = {number: str(row.id) for number, row in enumerate(rows, start=1)}
    refused = backend.to_pyarrow(keep_refused(joined)).to_pylist()
    _take(found, ((ids[cells["row"]], (rates.refusals.options[cells["refusal"]].reason,)) for cells in refused))
    if rates.is_folded:
        ordered = backend.to_pyarrow(folds.order_folded(joined)).to_pylist()
        for cells in folds.fold(ordered, rates):
            if isinstance(cells, folds.Unfolded):
                _take(found, [(ids[cells.row], (cells.reason,))])
            else:
                _take(found, [(cells["id"], _compared(cells))])
    return found


def _take(found: dict[str, Outcome], more: Any) -> None:  # noqa: ANN401 - pairs
    for name, outcome in more:
        assert name not in found, f"{name} was rated twice"
        found[name] = outcome


def _compared(cells: Cells) -> Outcome:
    return tuple(_plain(cells.get(name)) for name in COMPARED)


def _plain(value: object) -> object:
    return value.normalize() if isinstance(value, Decimal) and value else value
