"""A row of usage as a Parquet file in our own columns and types: usage.parquet."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
from pyarrow import parquet

SECONDS = pa.decimal128(12, 6)
ROW = {
    "id": pa.array(["job-1"]),
    "at": pa.array([datetime(2026, 11, 15, tzinfo=UTC)], pa.timestamp("us", "UTC")),
    "account": pa.array(["acme"]),
    "environment": pa.array(["production"]),
    "host": pa.array(["atlas"]),
    "resolution": pa.array(["720P"]),
    "ratio": pa.array(["16:9"]),
    "duration_s": pa.array([Decimal(5)], SECONDS),
    "clips_s": pa.array([[]], pa.list_(SECONDS)),
    "references": pa.array([1], pa.int64()),
    "status": pa.array(["succeeded"]),
}
parquet.write_table(pa.table(ROW), "usage.parquet")
