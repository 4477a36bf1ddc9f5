"""Usage from rows of FOCUS 1.2 as charges are written in them: the lines of a task are put together to one row.

They may stand in several files, since exports are cut wherever they become too large. All lines of a task have to agree
on what the task was; a correction is no usage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from pricing.shell.bulk.checks import Checked, check_rows
from pricing.shell.bulk.column_readings import Expression, Form, join_faults
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.line_records import DELIMITERS, read_header, split_clips, split_fields
from pricing.shell.bulk.literals import unguard
from pricing.shell.bulk.local_times import duckdb_clocks
from pricing.shell.bulk.parquet_usage import scan
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.usage_rows import Rows
from wan_rules.payloads import UnusableInputError

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "id": ("x_TaskId", "ResourceId"),
        "at": ("x_SubmittedAt", "ChargePeriodStart"),
        "account": ("SubAccountId",),
        "environment": ("x_Environment",),
        "host": ("x_Host",),
        "region": ("RegionId",),
        "resolution": ("x_Resolution",),
        "ratio": ("x_Ratio",),
        "duration_s": ("x_DurationSeconds",),
        "clips_s": ("x_ClipsSeconds",),
        "billed_clips_s": ("x_BilledClipsSeconds",),
        "references": ("x_References",),
        "status": ("x_Status",),
    }
)
"""Where each column of ours stands; the first one that says something counts. A line's seconds are ConsumedQuantity."""
WANTED: Final = ("x_Host", "x_Resolution", "x_Status", "SkuMeter", "ConsumedQuantity")
OUTPUT: Final = "output_video_seconds"
CORRECTION: Final = "Correction"
BATCH_ROWS: Final = 20_000
_BITS: Final = 40
"""Of a line in its place; the bits before are of its file. A text for each task would take more room."""
_FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {name: "integer" if name == "references" else "text" for name in USAGE}
)
_STAGED: Final = pa.schema(
    [
        *(pa.field(name, pa.list_(pa.string()) if name == "clips_s" else pa.string()) for name in USAGE),
        *(pa.field(name, pa.string()) for name in ("fault", "raw")),
        pa.field("place", pa.int64()),
    ]
)


def check_focus(source: Source) -> tuple[str, ...]:
    """The names of a file's columns. Raises FaultyFilesError where some that usage is read from are missing."""
    header = read_header(source)
    groups = [*((name,) for name in WANTED), COLUMNS["id"], COLUMNS["at"]]
    faults = [
        FileFault(source.name, names[0], "it is missing", "such files are written by rate with FOCUS rows asked for")
        for names in groups
        if not set(names) & set(header)
    ]
    if faults:
        raise FaultyFilesError("usage", faults)
    return header


def place_lines(lines: Iterable[tuple[int, bytes]], file: int) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a file, by their places among those of all files."""
    return ((file << _BITS | row, line) for row, line in lines)


def stage_focus(lines: Iterable[tuple[int, bytes]], source: Source, header: tuple[str, ...], target: Path) -> None:
    """Writes what each line, by its place, says of its task into a Parquet file."""
    rows = _read_lines(lines, header, DELIMITERS[source.format])
    with pq.ParquetWriter(target, _STAGED, compression="zstd", compression_level=1) as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=_STAGED))


def _read_lines(
    lines: Iterable[tuple[int, bytes]], header: tuple[str, ...], delimiter: str
) -> Iterator[dict[str, object]]:
    for place, line in lines:
        raw = line.decode(errors="backslashreplace")
        try:
            fields = split_fields(line, delimiter)
        except UnusableInputError as error:
            yield {"place": place, "fault": error.reason, "raw": raw}
            continue
        if len(fields) != len(header):
            fault = f"{len(fields)} fields under a header of {len(header)}"
            yield {"place": place, "fault": fault, "raw": raw}
            continue
        said = {name: unguard(text) for name, text in zip(header, fields, strict=True)}
        if said.get("ChargeClass") != CORRECTION:
            yield {**_pick(said), "place": place, "raw": raw}


def _pick(said: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {
        name: next((text for column in columns if (text := said.get(column))), None)
        for name, columns in COLUMNS.items()
    }
    if found["duration_s"] is None and said.get("SkuMeter") == OUTPUT:
        found["duration_s"] = said.get("ConsumedQuantity") or None
    clips = found["clips_s"]
    if isinstance(clips, str):
        lengths = split_clips(clips)
        found["clips_s"] = [str(one) for one in lengths] if isinstance(lengths, list) else [clips]
    return found


def focus_rows(connection: Expression, targets: Sequence[Path], files: Sequence[str]) -> Rows:
    """The tasks that `stage_focus` wrote the lines of, one row each, at the place of its first line.

    `files` are the names of all sources by their numbers.
    """
    lines = scan(connection, [str(target) for target in targets])
    nameless = ibis.literal("line ") + lines.place.cast("string")
    task = ibis.ifelse(lines.id.isnull(), nameless, ibis.literal("task ") + lines.id)
    said = {name: lines[name].min() for name in (*USAGE, "fault")}
    agree = {f"{name}_differs": lines[name].min() != lines[name].max() for name in USAGE}
    first = {"place": lines.place.min(), "raw": lines.raw.argmin(lines.place)}
    tasks = lines.group_by(task=task).aggregate(**said, **agree, **first)
    table = tasks.mutate(references=tasks.references.try_cast("int32"))
    checked = _add_faults(table, check_rows(table, _FORMS, duckdb_clocks(None)))
    name = ibis.literal([*files], "array<string>")[table.place >> _BITS]
    return Rows(table, checked, {"file": name, "row": table.place & (2**_BITS - 1)}, table.raw)


def _add_faults(table: Expression, checked: Checked) -> Checked:
    """With what is wrong with the lines themselves, and with lines of a task that contradict each other."""
    agree = [~table[f"{name}_differs"].fill_null(ibis.literal(value=False)) for name in USAGE]
    checks = [
        (one, ibis.literal(f"{name}: the lines of the task contradict each other"))
        for name, one in zip(USAGE, agree, strict=True)
    ]
    told = join_faults([*checks, (checked.holds, checked.told)])
    holds = ibis.and_(table.fault.isnull(), checked.holds, *agree)
    return checked._replace(holds=holds, told=table.fault.coalesce(told), rest=holds)
