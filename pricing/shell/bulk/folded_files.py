"""Folded charges as a file of Parquet, written as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from pricing.shell.bulk.folds import Cells, Unfolded
from pricing.shell.bulk.schemas import CHARGES

BATCH_ROWS: Final = 20_000


def write_folded(folded: Iterable[Cells | Unfolded], path: Path, refused: list[Unfolded]) -> None:
    """Each charge as a row; rows that are refused are put into the list."""
    schema: Any = ibis.schema(dict(CHARGES)).to_pyarrow()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        rows = _keep(folded, refused)
        while batch := list(islice(rows, BATCH_ROWS)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _keep(folded: Iterable[Cells | Unfolded], refused: list[Unfolded]) -> Iterator[Cells]:
    for one in folded:
        if isinstance(one, Unfolded):
            refused.append(one)
        else:
            yield one
