"""Pairs of numbers that Python chose, written into a table of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def insert_pairs(database: DuckDBPyConnection, table: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Adds the pairs to a table of two columns."""
    import pyarrow as pa

    columns = {
        "one": pa.array([one for one, _ in pairs], pa.int64()),
        "two": pa.array([two for _, two in pairs], pa.int64()),
    }
    database.register("chosen", pa.table(columns))
    database.execute(f"INSERT INTO {table} SELECT one, two FROM chosen")  # noqa: S608 - our own names
    database.unregister("chosen")
