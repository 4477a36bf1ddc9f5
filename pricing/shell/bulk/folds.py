"""Folding: rows whose charge depends on the money before them, one after the other, by the scalar engine.

What a row comes to is part of what the next one looks at: spend, a credit, a cap of a month. No expression over columns
says that, so an engine only puts these rows in order: by market, instant, id and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, Final, NamedTuple

from pricing.charges import Charged
from pricing.errors import PricingError
from pricing.money import EXACT, ZERO
from pricing.rating import Reason, describe_job, find_reason, rate, say_reason
from pricing.running import RunningTotals
from pricing.schemes import Ladder
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.dated_rates import PREFIXES, DatedRates
from pricing.shell.bulk.rating import Tables, keep_met
from pricing.shell.bulk.schemas import ADJUSTMENTS, USAGE, WHERE
from pricing.usage import UsageRow

Cells = dict[str, Any]
ORDER: Final = ("market", "at", "id", "file", "row")


class Unfolded(NamedTuple):
    """A row that the scalar engine refuses; `raw` is the row as a line of JSON that can be read again."""

    file: str
    row: int
    id: str
    reason: Reason
    message: str
    raw: str


def order_folded(tables: Tables) -> Expression:
    """The rows to fold, in their order."""
    rows = keep_met(tables)
    return rows.select(*USAGE, *WHERE, "market", "terms").order_by([rows[name] for name in ORDER])


def fold(rows: Iterable[Cells], rates: DatedRates) -> Iterator[Cells | Unfolded]:
    """The charge of each row, as cells of its columns, or why there is none; it counts for those after it."""
    market, totals = None, RunningTotals()
    for row in rows:
        if row["market"] != market:
            market, totals = row["market"], RunningTotals()
        pricing = rates.pricings.options[row["terms"]]
        used = read_usage(row)
        try:
            job = describe_job(used, pricing.terms, totals.stand(pricing.terms, used.at))
            charged = rate(job, pricing)
        except PricingError as error:
            raw = used.model_dump_json(exclude={"consumed_before"})
            yield Unfolded(row["file"], row["row"], row["id"], find_reason(error), say_reason(error), raw)
            continue
        totals.add(job, pricing.terms, charged)
        own = {name: row[name] for name in USAGE}
        yield own | write_charged(charged) | {"currency": pricing.terms.currency, "terms": row["terms"]}


def read_usage(row: Cells) -> UsageRow:
    """The row of usage that was checked before."""
    cells = {name: row[name] for name in USAGE}
    clips = cells["clips_s"]
    cells |= {"at": row["at"].replace(tzinfo=UTC), "clips_s": None if clips is None else tuple(clips)}
    return UsageRow.model_construct(**cells, consumed_before={})


def write_charged(charged: Charged) -> Cells:
    """The columns of an exact charge."""
    cells: Cells = {"total": charged.total, "list_total": charged.list_total, **dict.fromkeys(ADJUSTMENTS, ZERO)}
    for line in charged.lines:
        prefix = PREFIXES[line.quantity.meter]
        is_one = not isinstance(line.rate.scheme, Ladder)
        cells[f"{prefix}_quantity"] = line.quantity.pricing
        cells[f"{prefix}_unit_price"] = line.rate.contracted_unit_price if is_one else None
        cells[f"{prefix}_amount"] = line.amount
    for kind, amount, _, _ in charged.adjustments:
        cells[kind] = EXACT.add(cells[kind], amount or ZERO)
    return cells
