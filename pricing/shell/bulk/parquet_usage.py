"""Usage in Parquet as a table of DuckDB: our types, where each row stands, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr import datatypes as dt
from pyarrow import compute

from pricing.shell.bulk.checks import check_rows
from pricing.shell.bulk.column_readings import Expression
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.literals import quote_file
from pricing.shell.bulk.local_times import duckdb_clocks
from pricing.shell.bulk.parquet_schemas import Demand, ParquetFile, describe, find_faults, read_footer
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.usage_rows import Rows

NUMBER: Final = "file_row_number"
"""DuckDB's column of the row, from 0; it looks into no row group that lies outside of what is asked of it."""
FILE: Final = "__file_name"
"""The column of the file's name, where several are read at once."""


def open_parquet(source: Source, demand: Demand) -> ParquetFile:
    """The file as its footer has it. Raises FaultyFilesError with all that is wrong with its columns."""
    metadata = read_footer(source.name)
    schema = metadata.schema.to_arrow_schema()
    faults = list(find_faults(source.name, schema, demand))
    if not faults and _is_too_fine(source.name, schema):
        seen = f"its type is {schema.field('at').type}, with digits below a microsecond"
        faults = [FileFault(source.name, "at", seen, "write microseconds")]
    if faults:
        raise FaultyFilesError("usage", faults)
    return describe(metadata)


def _is_too_fine(name: str, schema: Expression) -> bool:
    """Whether instants with a zone have nanoseconds, which DuckDB would cut off without a word."""
    kind = schema.field("at").type
    if not pa.types.is_timestamp(kind) or kind.unit != "ns" or kind.tz is None:
        return False
    micros = pa.timestamp("us", kind.tz)
    for batch in pq.ParquetFile(name).iter_batches(columns=["at"]):
        column = batch.column(0)
        back = column.cast(micros, safe=False).cast(kind)
        if compute.any(compute.not_equal(back, column)).as_py():
            return True
    return False


@ibis.udf.scalar.builtin(name="to_json", signature=((None,), dt.string))  # type: ignore[untyped-decorator]  # ibis has no types
def _to_json(row: Expression) -> Expression: ...


def parquet_rows(table: Expression, sources: Sequence[Source], file: ParquetFile, zone: str | None) -> Rows:
    """The rows of a table that `scan` made of files that are alike."""
    checked = check_rows(table, file.forms, duckdb_clocks(zone))
    name = ibis.literal(sources[0].name) if len(sources) == 1 else table[FILE]
    where = {"file": name, "row": (table[NUMBER] + 1).cast("int64")}
    return Rows(table, checked, where, spell_row(table, (name for name, _ in file.columns)))


def scan(connection: Expression, names: Sequence[str], span: tuple[int, int] | None = None) -> Expression:
    """The files as they stand with name and number of each row, or a span of rows, from 1 and with the last."""
    where = f" where {NUMBER} between {span[0] - 1} and {span[1] - 1}" if span else ""
    files = ", ".join(map(quote_file, names))
    more = f", filename = '{FILE}'" if len(names) > 1 else ""
    read = f"read_parquet([{files}], {NUMBER} = true{more})"
    return connection.sql(f"select * from {read}{where}")  # noqa: S608 - quoted


def count_rows(path: Path) -> int:
    """How many rows a file has that this program wrote."""
    rows: int = pq.read_metadata(path).num_rows
    return rows


def spell_row(table: Expression, columns: Iterable[str]) -> Expression:
    """The row as it stands, as JSON, numbers as text: DuckDB writes decimals by way of DOUBLE."""
    return _to_json(ibis.struct({name: _spell(table[name]) for name in columns}))


def _spell(column: Expression) -> Expression:
    kind = column.type()
    if kind.is_array() and kind.value_type.is_decimal():
        return column.cast("array<string>")
    return column.cast("string") if kind.is_decimal() else column
