"""Charges as tests make them up, as a file of Parquet in the columns of CHARGES."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from pricing.shell.bulk.schemas import ADJUSTMENTS, CHARGES

TASK: Final[Mapping[str, Any]] = {
    "id": "task-1",
    "at": "2026-10-05 09:30:00.25",
    "account": "acme",
    "environment": "prod",
    "host": "alibaba",
    "region": "intl",
    "resolution": "1080P",
    "ratio": "16:9",
    "duration_s": "5",
    "clips_s": ["7.2", "3"],
    "references": 3,
    "status": "succeeded",
    "currency": "USD",
    **dict.fromkeys(ADJUSTMENTS, "0"),
    "total": "0",
    "terms": 1,
}
LISTED: Final[Mapping[str, str]] = {
    f"{meter}_list_unit_price": "decimal(24, 12)" for meter in ("output", "super_resolution", "reference", "requests")
}


def write_charges(file: Path, rows: Sequence[Mapping[str, Any]], more: Mapping[str, str] | None = None) -> str:
    """The name of the file, which holds the rows; what one does not name is that of TASK, or null."""
    kinds = {name: _to_duckdb(kind) for name, kind in {**CHARGES, **(more or {})}.items()}
    connection = duckdb.connect()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
    connection.execute(f"CREATE TABLE made ({columns})")
    places = ", ".join("?" for _ in kinds)
    for row in rows:
        cells = {**TASK, **row}
        values = [cells.get(name) for name in kinds]
        connection.execute(f"INSERT INTO made VALUES ({places})", values)  # noqa: S608 - question marks
    connection.execute(f"COPY made TO '{file}' (FORMAT parquet)")
    return str(file)


def _to_duckdb(kind: str) -> str:
    if kind.startswith("array<"):
        return f"{kind.removeprefix('array<').removesuffix('>')}[]"
    return {"string": "varchar", "timestamp(6)": "timestamp", "int32": "integer"}.get(kind, kind)
