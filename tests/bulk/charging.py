"""Charges as a table, rated row by row by the scalar engine: what the tests of reconciliation begin with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from pricing.catalogue import Catalogue
from pricing.shell.bulk.expected_rows import rate_in_order
from pricing.shell.bulk.schemas import USAGE
from pricing.usage import UsageRow

_SECONDS = pa.decimal128(12, 6)
_TYPES = {
    "at": pa.timestamp("us"),
    "duration_s": _SECONDS,
    "clips_s": pa.list_(_SECONDS),
    "billed_clips_s": _SECONDS,
    "references": pa.int32(),
}


def write_charges(path: Path, rows: Iterable[UsageRow], catalogue: Catalogue) -> None:
    """Writes what each row comes to, as far as reconciling looks at it."""
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in USAGE])
    schema = schema.append(pa.field("currency", pa.string())).append(pa.field("total", pa.decimal128(38, 18)))
    told = []
    for expected in rate_in_order(catalogue, sorted(rows, key=lambda row: (row.at, str(row.id)))):
        row = expected.row
        cells = {name: getattr(row, name) for name in USAGE}
        cells |= {"at": row.at.astimezone(UTC).replace(tzinfo=None), "clips_s": _list(row.clips_s)}
        told.append({**cells, "currency": expected.currency, "total": expected.total})
    parquet.write_table(pa.Table.from_pylist(told, schema), path)


def _list(clips: tuple[Decimal, ...] | None) -> list[Decimal] | None:
    return None if clips is None else list(clips)
