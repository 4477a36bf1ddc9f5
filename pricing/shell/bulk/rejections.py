"""Rejected rows, counted by reason; and those of which an engine only knows the number of their refusal, named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pricing.rating import Reason
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.folds import Unfolded
from pricing.shell.bulk.rating import Tables, select_refused
from pricing.shell.bulk.rejected_rows import describe_unpriced


class Reject(NamedTuple):
    """One row that is not rated."""

    file: str
    row: int
    message: str


class Told(NamedTuple):
    """How many rows were rejected for a reason, and the first of them."""

    rows: int
    first: Reject


_UNFOLDED = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        *((name, pa.string()) for name in ("id", "reason", "message", "raw")),
    ]
)


def list_refused(engine: Engine, tables: Tables) -> Expression:
    """The rows that are refused by their rates, in the columns of rejected rows."""
    refusals = tables.rates.refusals.options
    numbers = list(range(len(refusals)))
    columns = {"refused": numbers, "reason": [one.reason for one in refusals], "message": [one[1] for one in refusals]}
    kinds = pa.schema([("refused", pa.int32()), ("reason", pa.string()), ("message", pa.string())])
    named = engine.put("refusals", pa.table(columns, schema=kinds))
    refused = select_refused(tables)
    rows = refused.join(named, refused.refusal == named.refused)
    return describe_unpriced(rows, rows.reason, rows.message)


def write_unfolded(unfolded: Sequence[Unfolded], path: Path) -> None:
    """Rows that the scalar engine refused, as Parquet."""
    pq.write_table(pa.Table.from_pylist([one._asdict() for one in unfolded], schema=_UNFOLDED), path)


def count_rejects(engine: Engine, paths: Sequence[Path]) -> dict[Reason, Told]:
    """How many rows there are for each reason, the most frequent first, and the first row of each."""
    if not paths:
        return {}
    rejected = engine.read(list(paths))
    counted = engine.fetch(rejected.group_by("reason").aggregate(rows=rejected.count()))
    found: dict[Reason, Told] = {}
    for group in sorted(counted, key=lambda group: (-group["rows"], group["reason"])):
        rows = rejected.filter(rejected.reason == group["reason"]).order_by(["file", "row"])
        first = engine.fetch(rows.limit(1).select("file", "row", "message"))[0]
        found[group["reason"]] = Told(group["rows"], Reject(**first))
    return found
