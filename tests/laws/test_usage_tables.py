"""Usage reads alike from lines of JSON, from CSV and from Parquet: the same rows are bad, and the good ones equal."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.bulk.schemas import MAX_CLIPS, USAGE
from pricing.shell.bulk.usage_tables import Reading, open_usage
from pricing.usage import UsageRow, parse_row
from tests.strategies import examples
from wan_rules.payloads import UnusableInputError

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis 12 calls it
Row: TypeAlias = dict[str, Any]
CONNECTION: Final = ibis.duckdb.connect()
SECONDS: Final = st.sampled_from(
    ("0", "5", "7.20", "0.000001", "999999.999999", "1000000", "0.1234567", "-1", "1e2", "05", "5.", ".5", "٣", "5\n")
) | st.decimals(0, 10**6, places=6).map(str)
INSTANTS: Final = st.sampled_from((
    "2026-11-01", "2026-11-01T09:30:00Z", "2026-11-01T09:30:00.123456+08:00", "2026-11-01T09:30:00.1234567Z",
    "2026-11-01T09:30:00", "2026-11-01 09:30:00Z", "2026-13-01", "2026-02-29", "2028-02-29", "0000-01-01",
    "0001-01-01T00:00:00+01:00", "0001-01-01", "9999-12-31T23:59:59-01:00", "9999-11-30", "2026-11-01T24:00:00Z",
    "9999-11-29T23:59:59.999999Z", "0001-01-02", "9999-12-31",
    "2026-11-01T23:59:60Z", "2026-11-01T00:00:00+23:59", "2026-11-01T00:00:00+24:00", "2026-11-01T00:00:00-00:00",
    "2026-11-01T09:30:00z", "2026-11-01T09:30Z", "now",
))  # fmt: skip
WORDS: Final = st.sampled_from(("acme", "图" * 64, "x" * 65, " ", "=1+1", "a,b", 'a"b', "a;b"))
FIELDS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "id": WORDS | st.sampled_from(("x" * 200, "x" * 201, "7")),
    "at": INSTANTS,
    "account": WORDS,
    "environment": WORDS,
    "host": WORDS,
    "region": WORDS,
    "resolution": st.sampled_from(("720P", "1080P", "1080P-SR", "1440P-SR", "720p", "4K")),
    "ratio": st.sampled_from(("16:9", "3:4", "16/9")),
    "duration_s": SECONDS,
    "clips_s": st.lists(SECONDS, max_size=6),
    "billed_clips_s": SECONDS,
    "references": st.sampled_from((0, 1, 5, 6, 1000, 1001, -1)),
    "status": st.sampled_from(("succeeded", "failed", "failed_upscaling", "canceled", "moderated", "FAILED")),
}
NEEDED: Final = {"id": "a", "at": "2026-11-01", "host": "fal", "resolution": "720P", "duration_s": "5"}
GOOD: Final[Row] = {**NEEDED, "status": "succeeded", "clips_s": ["7.2"], "references": 2}


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A good row in which a few fields are others, or are left out; most such rows are bad in one way."""
    changed = draw(st.lists(st.sampled_from(tuple(FIELDS)), unique=True, max_size=3))
    row = {**GOOD, **{name: draw(st.none() | FIELDS[name]) for name in changed}}
    if draw(st.booleans()) and row.get("billed_clips_s") is not None:
        row["clips_s"] = None
    return {name: value for name, value in row.items() if value is not None}


def in_table(row: UsageRow) -> Row:
    """The row as a table has it."""
    return {
        **{name: getattr(row, name) for name in USAGE},
        "id": str(row.id),
        "at": row.at.astimezone(UTC).replace(tzinfo=None),
        "clips_s": None if row.clips_s is None else list(row.clips_s),
    }


def expect(row: Row) -> Row | None:
    """What `parse_row` makes of it, and `None` where that or a table refuses it."""
    try:
        read = parse_row(json.dumps(row).encode())
    except UnusableInputError:
        return None
    clips = read.clips_s or ()
    seconds = (read.duration_s, read.billed_clips_s or Decimal(0), *clips)
    return None if len(clips) > MAX_CLIPS or max(seconds) >= 10**6 else in_table(read)


def write_csv(file: Path, found: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(USAGE), lineterminator="\n")
    writer.writeheader()
    for row in found:
        clips = {"clips_s": json.dumps(row["clips_s"])} if "clips_s" in row else {}
        writer.writerow({name: str(value) for name, value in {**row, **clips}.items()})
    file.write_text(text.getvalue())


def write_parquet(file: Path, found: list[Row]) -> None:
    kinds = {"clips_s": pa.list_(pa.string()), "references": pa.int64()}
    columns = {name: pa.array([row.get(name) for row in found], kinds.get(name, pa.string())) for name in USAGE}
    pq.write_table(pa.table(columns), file)


def read(file: Path) -> list[Row | None]:
    usage = open_usage(CONNECTION, [str(file)], Reading(), scratch=file.parent)
    table = usage.rows(usage.pieces()[0]).all().order_by("row").to_pyarrow()
    return [{name: row[name] for name in USAGE} if row["fault"] is None else None for row in table.to_pylist()]


def breaks_lines(row: Row) -> bool:
    """Whether a row has a line break in it, which lines of CSV can't hold."""
    return "\\n" in json.dumps(row)


@given(st.lists(rows(), min_size=20, max_size=40))
@examples(10)
def test_every_form_is_read_alike(found: list[Row]) -> None:
    with TemporaryDirectory() as folder:
        lines, separated, parquet = (Path(folder, name) for name in ("1.jsonl", "2.csv", "3.parquet"))
        lines.write_text("".join(json.dumps(row) + "\n" for row in found))
        assert read(lines) == [expect(row) for row in found]
        write_parquet(parquet, found)
        assert read(parquet) == [expect(row) for row in found]
        within = [row for row in found if not breaks_lines(row)]
        write_csv(separated, within)
        assert read(separated) == [expect(row) for row in within]
