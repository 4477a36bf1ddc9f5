"""Usage in text: a bad row is one fault, whatever it is, and stands there as it was."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import ibis
import pyarrow as pa
import pytest

from pricing.shell.bulk.faults import FaultyFilesError
from pricing.shell.bulk.schemas import USAGE, WHERE
from pricing.shell.bulk.usage_tables import Reading, Usage, open_usage
from wan_rules.payloads import UnusableInputError

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis 12 calls it
Connection: TypeAlias = Any
Found: TypeAlias = list[dict[str, Any]]
GOOD: Final[Mapping[str, object]] = {
    "id": 7,
    "at": "2026-11-01T09:30:00+08:00",
    "host": "fal",
    "resolution": "720P",
    "duration_s": 5,
    "clips_s": ["7.2", 3],
    "references": 2,
    "status": "succeeded",
}
LINE: Final = json.dumps(GOOD).encode()
HEADER: Final = b"id,at,host,resolution,duration_s,clips_s,references,status\n"
CELLS: Final = b"7,2026-11-01T09:30:00+08:00,fal,720P,5,7.2;3,2,succeeded"


@pytest.fixture(scope="module")
def connection() -> Connection:
    return ibis.duckdb.connect()


def open_file(connection: Connection, file: Path, data: bytes, reading: Reading | None = None) -> Usage:
    file.write_bytes(data)
    return open_usage(connection, [str(file)], reading or Reading(), scratch=file.parent)


def rows(connection: Connection, file: Path, data: bytes, reading: Reading | None = None) -> Found:
    usage = open_file(connection, file, data, reading)
    found: Found = usage.rows(usage.pieces()[0]).all().order_by("row").to_pyarrow().to_pylist()
    return found


def faults(connection: Connection, file: Path, lines: list[bytes], reading: Reading | None = None) -> list[str | None]:
    return [row["fault"] for row in rows(connection, file, b"\n".join(lines) + b"\n", reading)]


def test_good_and_bad_rows_are_apart_or_together(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "[x]*").mkdir()
    usage = open_file(connection, tmp_path / "[x]*" / "a.jsonl", LINE + b"\n\n{\r\n" + LINE)
    (piece,) = usage.pieces()
    good, bad, every = (
        table().to_pyarrow() for table in (usage.rows(piece).good, usage.rows(piece).bad, usage.rows(piece).all)
    )
    assert good.column_names == [*USAGE, *WHERE]
    assert bad.column_names == every.column_names == [*USAGE, *WHERE, "fault", "raw"]
    assert (good["row"].to_pylist(), bad["row"].to_pylist(), every["row"].to_pylist()) == ([1, 4], [3], [1, 3, 4])
    assert bad["raw"].to_pylist() == ["{"]
    assert good["id"].to_pylist() == ["7", "7"]


def test_each_bad_line_of_json_is_one_fault(connection: Connection, tmp_path: Path) -> None:
    long = json.dumps({**GOOD, "id": "x" * 70_000}).encode()
    doubled = LINE[:-1] + b', "host": "fal"}'
    told = faults(
        connection,
        tmp_path / "a.jsonl",
        [b"\xef\xbb\xbf" + LINE, b"{", b"\xff", b"[]", long, doubled, LINE.replace(b": 5", b": 0.1234567"), LINE],
    )
    wanted = [None, "not JSON", "0xff is no UTF-8", "an object is wanted", "over 65,536", "stands twice", "0.1234567"]
    for fault, part in zip(told, [*wanted, None], strict=True):
        assert fault is None if part is None else part in str(fault)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"consumed_before": {"x": "1"}}, "consumed_before: running totals"),
        ({"clips_s": ["1"] * 6, "references": 6}, "clips_s: a table takes 5 clips at most, not 6"),
        ({"clips_s": ["1000000"]}, "clips_s > 0: a table takes less than 1000000 s"),
        ({"duration_s": 10**6}, "duration_s: a table takes less than 1000000 s"),
        ({"clips_s": None, "billed_clips_s": "1000000"}, "billed_clips_s: a table takes less"),
        ({"foo": 1}, "foo: an unknown key"),
    ],
    ids=["totals", "six-clips", "long-clip", "long", "long-billed", "unknown"],
)
def test_what_a_table_does_not_take(
    connection: Connection, tmp_path: Path, other: Mapping[str, object], told: str
) -> None:
    (fault,) = faults(connection, tmp_path / "a.jsonl", [json.dumps({**GOOD, **other}).encode()])
    assert str(fault).startswith(told)


@pytest.mark.parametrize("clips", [";", "7.2;", ";7.2", "7.2;;3", "7.2; ;3", " "])
def test_a_length_that_is_left_out_is_a_fault_and_no_clip_less(
    connection: Connection, tmp_path: Path, clips: str
) -> None:
    lines = [HEADER.rstrip(), *[CELLS.replace(b"7.2;3", clips.encode())] * 20]  # lines that are alike are read apart
    for fault in faults(connection, tmp_path / "a.csv", lines):
        assert str(fault).startswith("clips_s")


@pytest.mark.parametrize("clips", ["7.2;3", "7.2; 3", "7.2 ;3", "7.2 3", " 7.2;3 ", "[7.2, 3]"])
def test_lengths_have_a_semicolon_or_spaces_between_them(connection: Connection, tmp_path: Path, clips: str) -> None:
    data = HEADER + CELLS.replace(b"7.2;3", b'"%b"' % clips.encode())
    (row,) = rows(connection, tmp_path / "a.csv", data)
    assert (row["fault"], [str(clip) for clip in row["clips_s"]]) == (None, ["7.200000", "3.000000"])


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_text_may_be_compressed(connection: Connection, tmp_path: Path, ending: str) -> None:
    data = HEADER + CELLS
    written = {"": data, ".gz": gzip.compress(data), ".zst": pa.compress(data, "zstd", asbytes=True)}[ending]
    (row,) = rows(connection, tmp_path / f"a.csv{ending}", written)
    assert (row["fault"], row["row"], [str(clip) for clip in row["clips_s"]]) == (None, 2, ["7.200000", "3.000000"])


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_file_that_ends_too_early_is_told(connection: Connection, tmp_path: Path, ending: str) -> None:
    data = (LINE + b"\n") * 5_000
    written = {".gz": gzip.compress(data), ".zst": pa.compress(data, "zstd", asbytes=True)}[ending]
    usage = open_file(connection, tmp_path / f"a.jsonl{ending}", written[:-9])
    with pytest.raises(UnusableInputError, match="damaged, or cut off"):
        usage.rows(usage.pieces()[0])
    assert not list(usage.scratch.glob("*.parquet"))


def test_each_bad_line_of_csv_is_one_fault(connection: Connection, tmp_path: Path) -> None:
    lines = [
        CELLS,
        CELLS + b",",
        b"7",
        CELLS.replace(b"fal", b'"fal'),
        CELLS.replace(b"fal", b"\xff"),
        CELLS.replace(b"7.2;3", b'"[7.2, 3]"'),
        CELLS.replace(b"7.2;3", b""),
        CELLS.replace(b"7.2;3", b'"[7.2"'),
        CELLS.replace(b",2,", b",two,"),
        b"x" * 70_000,
    ]
    told = faults(connection, tmp_path / "a.csv", [HEADER.strip(), *lines])
    wanted = [
        None,
        "9 fields",
        "1 fields",
        "a quotation mark",
        "0xff is no UTF-8",
        None,
        "clips_s or",
        "clips_s",
        "references",
        "over",
    ]
    for fault, part in zip(told, wanted, strict=True):
        assert fault is None if part is None else part in str(fault)


def test_neither_half_of_a_row_over_two_lines_is_taken_for_a_row(connection: Connection, tmp_path: Path) -> None:
    quoted = CELLS.replace(b"7,", b'"7\n8",', 1)
    told = faults(connection, tmp_path / "a.csv", [HEADER.strip(), *quoted.split(b"\n"), CELLS])
    assert [fault and "a quotation mark is out of place" in fault for fault in told] == [True, True, None]


def test_all_faults_of_headers_are_told_at_once(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,id,At,foo\n")
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "c.tsv").write_bytes(HEADER.replace(b",", b"\t") + CELLS.replace(b",", b"\t"))
    (tmp_path / "d.csv").write_bytes(b"\xff,")
    with pytest.raises(FaultyFilesError) as refused:
        open_usage(connection, [str(tmp_path)], Reading())
    assert {(Path(fault.file).name, fault.column) for fault in refused.value.faults} == {
        *(
            ("a.csv", name)
            for name in ("id", "At", "foo", "at", "host", "resolution", "duration_s", "status", "clips_s")
        ),
        ("b.csv", ""),
        ("d.csv", ""),
    }
    assert "did you mean 'at'?" in str(refused.value)


def test_local_times_and_strange_columns_as_they_are_asked_for(connection: Connection, tmp_path: Path) -> None:
    reading = Reading(zone="Europe/Berlin", ignores_extra=True)
    lines = [
        json.dumps({**GOOD, "foo": 1, "at": at}).encode()
        for at in ("2026-11-01 09:30:00", "2026-10-25T02:30:00", "2026-03-29T02:30:00", "2026-02-30T02:30:00")
    ]
    told = faults(connection, tmp_path / "a.jsonl", lines, reading)
    assert told[0] is None
    assert ["twice" in str(told[1]), "never" in str(told[2]), "at:" in str(told[3])] == [True] * 3
    (fault,) = faults(connection, tmp_path / "a.csv", [HEADER.strip() + b",foo", CELLS + b",1"], reading)
    assert fault is None
    with pytest.raises(UnusableInputError, match="is no zone"):
        open_usage(connection, [str(tmp_path)], Reading(zone="Mars/Olympus"))
