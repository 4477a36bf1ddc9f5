"""Usage in text into Parquet in the columns of tables: what each row says, or what is wrong with it.

Rows that are plainly good are read many at once (`plain_columns.py`), all others by `pricing.usage`, one by one, which
says what is wrong. A law holds the first way to the second; no number goes by way of DOUBLE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from itertools import compress, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import compute

from pricing.shell.bulk.checks import Checked
from pricing.shell.bulk.column_readings import LENGTHS, MOST_SECONDS, Expression
from pricing.shell.bulk.line_records import Read
from pricing.shell.bulk.parquet_usage import scan
from pricing.shell.bulk.plain_columns import read_plain
from pricing.shell.bulk.plain_lines import Split
from pricing.shell.bulk.schemas import MAX_CLIPS, USAGE, WHERE
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.usage_rows import Rows
from pricing.usage import UsageRow, read_row
from wan_rules.payloads import JsonObject, UnusableInputError

Table: TypeAlias = Any
"""pyarrow has no types of its own."""
BATCH_ROWS: Final = 20_000
_STAGED: Final[Mapping[str, str]] = MappingProxyType({**USAGE, **WHERE, "fault": "string", "raw": "string"})
_TOO_LONG: Final = MOST_SECONDS + 1
_SCHEMA: Final = ibis.schema(dict(_STAGED)).to_pyarrow()


class Ways(NamedTuple):
    """How lines become rows: one by one, with what is wrong; and where there is such a way, many at once, if good."""

    read: Read
    split: Split | None = None


def stage(lines: Iterable[tuple[int, bytes]], source: Source, ways: Ways, target: Path) -> None:
    """Writes the rows of numbered lines into a Parquet file; a few thousand are in memory at a time."""
    numbered = iter(lines)
    with pq.ParquetWriter(target, _SCHEMA, compression="zstd", compression_level=1) as writer:
        while batch := list(islice(numbered, BATCH_ROWS)):
            writer.write_table(_read_batch(batch, source.name, ways))


def staged_rows(connection: Expression, targets: Sequence[Path]) -> Rows:
    """The rows that `stage` wrote."""
    table = scan(connection, [str(target) for target in targets])
    columns = {name: table[name] for name in USAGE}
    is_good = table.fault.isnull()
    checked = Checked(columns, columns, is_good, table.fault, is_good)
    return Rows(table, checked, {name: table[name] for name in WHERE}, table.raw)


def _read_batch(batch: Sequence[tuple[int, bytes]], file: str, ways: Ways) -> Table:
    """The rows of lines in their order; what is not plainly good is read one by one."""
    plain, rest = ([], batch) if ways.split is None else _take_plain(batch, file, ways.split)
    if not rest:
        return pa.Table.from_batches(plain)
    rows = [{**_read_line(number, line, ways.read), "file": file} for number, line in rest]
    found = pa.Table.from_batches([*plain, pa.RecordBatch.from_pylist(rows, schema=_SCHEMA)])
    return found.sort_by("row") if plain else found


def _take_plain(
    batch: Sequence[tuple[int, bytes]], file: str, split: Split
) -> tuple[list[Table], Sequence[tuple[int, bytes]]]:
    """The rows that are plainly good, and the lines that are left."""
    rows, is_good = read_plain(split([line for _, line in batch]), len(batch))
    numbers = pa.array([number for number, _ in batch], pa.int64()).filter(is_good)
    nothing = pa.nulls(len(rows), pa.string())
    placed = [*rows.columns, pa.repeat(file, len(rows)), numbers, nothing, nothing]
    rest = [] if len(rows) == len(batch) else list(compress(batch, compute.invert(is_good).to_pylist()))
    return [pa.RecordBatch.from_arrays(placed, schema=_SCHEMA)], rest


def _read_line(number: int, line: bytes, read: Read) -> dict[str, object]:
    record: JsonObject = {}
    try:
        record = read(line)
        row = read_row(record, what="row")
        fault = "; ".join(_exceed(row))
    except UnusableInputError as error:
        return {**_salvage(record), "row": number, "fault": error.reason, "raw": _spell(line)}
    if fault:
        return {**_salvage(record), "row": number, "fault": fault, "raw": _spell(line)}
    return {**_fill(row), "row": number, "fault": None, "raw": None}


def _fill(row: UsageRow) -> dict[str, object]:
    """The row in the columns of schemas.USAGE."""
    return {**row.__dict__, "id": str(row.id), "at": row.at.astimezone(UTC).replace(tzinfo=None)}


def _exceed(row: UsageRow) -> Iterator[str]:
    """What UsageRow takes and a table does not."""
    clips = row.clips_s or ()
    if row.consumed_before:
        yield "consumed_before: running totals are counted from the rows: leave it out"
    if len(clips) > MAX_CLIPS:
        yield f"clips_s: a table takes {MAX_CLIPS} clips at most, not {len(clips)}"
    if max(row.duration_s, row.billed_clips_s or row.duration_s, *clips) >= _TOO_LONG:
        named = {"duration_s": row.duration_s, "billed_clips_s": row.billed_clips_s or Decimal(0)}
        named |= {f"clips_s > {index}": length for index, length in enumerate(clips)}
        yield from (
            f"{name}: a table takes less than {_TOO_LONG} s, not {seconds}"
            for name, seconds in named.items()
            if seconds >= _TOO_LONG
        )


def _salvage(record: JsonObject) -> dict[str, object]:
    """The names in a bad row, so that one finds it again."""
    return {name: text for name in LENGTHS if isinstance(text := record.get(name), str) and text.isprintable()}


def _spell(line: bytes) -> str:
    """The line as text, bytes that are none as escapes; from a line that is too long no more than a row holds."""
    return line.decode(errors="backslashreplace")
