"""Rows of FOCUS as usage: the lines of a task are one row."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

import ibis
import pytest

from pricing.shell.bulk.faults import FaultyFilesError
from pricing.shell.bulk.usage_tables import Reading, open_usage

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis 12 calls it
Found: TypeAlias = list[dict[str, Any]]
LINE: Final[Mapping[str, str]] = {
    "BilledCost": "0.5",
    "ChargeClass": "",
    "ChargePeriodStart": "2026-10-01T08:03:22Z",
    "ConsumedQuantity": "5.0",
    "RegionId": "international",
    "SkuMeter": "output_video_seconds",
    "SubAccountId": "acme",
    "x_TaskId": "t1",
    "x_Environment": "production",
    "x_Host": "alibaba",
    "x_Resolution": "720P",
    "x_Ratio": "16:9",
    "x_Status": "succeeded",
    "x_References": "2",
    "x_ClipsSeconds": '["7.2","3"]',
    "x_BilledClipsSeconds": "",
    "x_SubmittedAt": "2026-10-01T08:03:22.123456Z",
}
READING: Final = Reading(shape="focus")


def rows(folder: Path, lines: Sequence[Mapping[str, str]], more: str = "") -> Found:
    file = folder / "focus.csv"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(LINE), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**LINE, **line} for line in lines)
        stream.write(more)
    usage = open_usage(ibis.duckdb.connect(), [str(file)], READING, scratch=folder)
    found: Found = usage.rows(usage.pieces()[0]).all().order_by("row").to_pyarrow().to_pylist()
    return found


def test_the_lines_of_a_task_are_one_row(tmp_path: Path) -> None:
    reference = {"SkuMeter": "reference_video_seconds", "ConsumedQuantity": "10.2"}
    credit = {"SkuMeter": "", "ConsumedQuantity": ""}
    other = {"x_TaskId": "t2", "x_ClipsSeconds": "", "x_BilledClipsSeconds": "3.5", "SubAccountId": "'=acme"}
    first, second = rows(tmp_path, [reference, LINE, other, credit])
    assert (first["fault"], first["row"], second["fault"], second["row"]) == (None, 2, None, 4)
    assert (first["id"], first["duration_s"], first["references"]) == ("t1", Decimal(5), 2)
    assert first["clips_s"] == [Decimal("7.2"), Decimal(3)]
    assert (first["at"].microsecond, first["region"]) == (123_456, "international")
    assert (second["billed_clips_s"], second["account"], second["clips_s"]) == (Decimal("3.5"), "=acme", None)


def test_lines_that_contradict_each_other_are_a_fault(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, [LINE, {"x_Status": "failed", "x_References": "3"}])
    assert row["fault"].startswith("references: the lines of the task contradict each other; status: the lines")


def test_a_task_without_seconds_is_a_fault_and_a_correction_no_usage(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, [{"SkuMeter": "requests"}, {"x_TaskId": "t2", "ChargeClass": "Correction"}])
    assert row["fault"].startswith("duration_s: it is missing")


def test_bad_lines_are_not_put_together(tmp_path: Path) -> None:
    lines = [{"x_TaskId": ""}, {"x_TaskId": ""}, {"x_TaskId": "t3", "x_ClipsSeconds": "[x"}]
    found = rows(tmp_path, lines, 'a,b\n"\n')
    assert [row["row"] for row in found] == [2, 3, 4, 5, 6]
    wanted = ["id: it is missing", "id: it is missing", "clips_s: in each place", "2 fields under", "a quotation mark"]
    for row, told in zip(found, wanted, strict=True):
        assert told in row["fault"]


def test_a_task_whose_lines_are_in_several_files_is_one_row(tmp_path: Path) -> None:
    """Exports are cut wherever they become too large: the second file begins in the middle of a task."""
    nameless = {"x_TaskId": ""}
    files = tmp_path / "0.csv", tmp_path / "1.csv"
    for file, lines in zip(files, ([nameless], [{"SkuMeter": "reference_video_seconds"}, nameless]), strict=True):
        rows(tmp_path, [{}, *lines] if file is files[0] else [*lines, nameless])
        (tmp_path / "focus.csv").rename(file)
    usage = open_usage(ibis.duckdb.connect(), [str(file) for file in files], READING, scratch=tmp_path)
    (piece,) = usage.pieces(1)
    found: Found = usage.rows(piece).all().to_pyarrow().to_pylist()
    where = sorted((one["id"] or "", Path(one["file"]).name, one["row"]) for one in found)
    assert where == [("", "0.csv", 3), ("", "1.csv", 3), ("", "1.csv", 4), ("t1", "0.csv", 2)]


def test_the_first_line_of_a_task_is_that_of_the_first_file(tmp_path: Path) -> None:
    """In the order in which the files are named, and not in that of their names."""
    files = tmp_path / "9.csv", tmp_path / "10.csv"
    for file, meter in zip(files, ("output_video_seconds", "reference_video_seconds"), strict=True):
        rows(tmp_path, [{"x_TaskId": ""}, {"SkuMeter": meter}])
        (tmp_path / "focus.csv").rename(file)
    usage = open_usage(ibis.duckdb.connect(), [str(file) for file in files], READING, scratch=tmp_path)
    (piece,) = usage.pieces()
    found: Found = usage.rows(piece).all().to_pyarrow().to_pylist()
    assert sorted((one["id"] or "", Path(one["file"]).name, one["row"]) for one in found) == [
        ("", "10.csv", 2),
        ("", "9.csv", 2),
        ("t1", "9.csv", 3),
    ]


def test_missing_columns_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "focus.csv").write_text("BilledCost,SkuMeter\n")
    with pytest.raises(FaultyFilesError) as refused:
        open_usage(ibis.duckdb.connect(), [str(tmp_path)], READING)
    columns = ["x_Host", "x_Resolution", "x_Status", "ConsumedQuantity", "x_TaskId", "x_SubmittedAt"]
    assert [fault.column for fault in refused.value.faults] == columns
