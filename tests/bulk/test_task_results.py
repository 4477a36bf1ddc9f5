"""Task results of Alibaba's API as usage: what they say, what they leave out, and what can't be used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

import ibis
import pytest

from pricing.shell.bulk.registers import REGISTER, read_register
from pricing.shell.bulk.summaries import read_summary
from pricing.shell.bulk.task_results import Origin
from pricing.shell.bulk.usage_tables import Reading, open_usage
from tests.shell.runner import CATALOGUE, run

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis 12 calls it
Found: TypeAlias = list[dict[str, Any]]
OUTPUT: Final[Mapping[str, object]] = {
    "task_id": "t1",
    "task_status": "SUCCEEDED",
    "submit_time": "2026-10-01 16:03:22.123",
    "end_time": "2026-10-01 16:05:00.000",
}
USAGE: Final[Mapping[str, object]] = {
    "duration": 15,
    "input_video_duration": 5,
    "output_video_duration": 10.0,
    "video_count": 1,
    "SR": 1080,
    "ratio": "16:9",
}
READING: Final = Reading("Asia/Shanghai", shape="dashscope", origin=Origin("acme", "production", "international"))


def rows(folder: Path, results: list[object], reading: Reading = READING) -> Found:
    (folder / "a.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in results))
    usage = open_usage(ibis.duckdb.connect(), [str(folder)], reading, scratch=folder)
    found: Found = usage.rows(usage.pieces()[0]).all().order_by("row").to_pyarrow().to_pylist()
    return found


def test_a_result_is_a_row_with_what_is_configured(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, [{"request_id": "r", "output": OUTPUT, "usage": USAGE}])
    assert row["fault"] is None
    assert (row["id"], row["host"], row["resolution"], row["ratio"]) == ("t1", "alibaba", "1080P", "16:9")
    assert row["at"] == datetime(2026, 10, 1, 8, 3, 22, 123_000)  # noqa: DTZ001 - UTC, which the column does not say
    assert (row["account"], row["environment"], row["region"]) == ("acme", "production", "international")
    assert (row["duration_s"], row["clips_s"], row["billed_clips_s"]) == (Decimal(10), None, Decimal(5))


def test_a_file_of_json_is_one_result(tmp_path: Path) -> None:
    (tmp_path / "t1.json").write_text(json.dumps({"output": OUTPUT, "usage": USAGE}, indent=2))
    usage = open_usage(ibis.duckdb.connect(), [str(tmp_path)], READING, scratch=tmp_path)
    assert usage.rows(usage.pieces()[0]).good().row.to_pyarrow().to_pylist() == [1]


FAULTS: Final[tuple[tuple[Mapping[str, object], object, str], ...]] = (
    ({"task_status": "RUNNING"}, None, "it has not ended"),
    ({"task_status": "PENDING"}, None, "it has not ended"),
    ({"task_status": "UNKNOWN"}, None, "its host no longer knows it"),
    ({"task_status": "FAILED", "code": "DataInspectionFailed"}, None, "did not succeed says nothing"),
    ({"task_status": "CANCELED"}, None, "did not succeed says nothing"),
    ({"task_status": "DONE"}, USAGE, "/output/task_status"),
    ({"submit_time": "2026-10-01T16:03:22Z"}, USAGE, "output > submit_time: a time like"),
    ({"submit_time": "2026-02-30 16:03:22"}, USAGE, "at: "),
    ({"submit_time": None}, USAGE, "output > submit_time: a time like"),
    ({"task_id": None}, USAGE, "id: it is missing"),
    ({}, None, "it is missing"),
    ({}, {**USAGE, "SR": 480}, "720 or 1080"),
    ({}, {**USAGE, "duration": 16}, "/usage"),
)


def test_what_says_too_little_is_a_fault(tmp_path: Path) -> None:
    found = rows(tmp_path, [{"output": {**OUTPUT, **output}, "usage": usage} for output, usage, _ in FAULTS])
    for row, (_, _, told) in zip(found, FAULTS, strict=True):
        assert told in row["fault"]
        assert json.loads(row["raw"])["output"]["end_time"] == OUTPUT["end_time"]


@pytest.mark.parametrize("status", ["FAILED", "CANCELED"])
def test_what_came_out_of_a_task_that_did_not_succeed_is_not_what_was_asked_for(tmp_path: Path, status: str) -> None:
    """Were it taken for that, terms that charge such a job in full would charge nothing."""
    nothing = {**USAGE, "duration": 0, "input_video_duration": 0, "output_video_duration": 0}
    for usage in (nothing, USAGE):
        (row,) = rows(tmp_path, [{"output": {**OUTPUT, "task_status": status}, "usage": usage}])
        assert "did not succeed says nothing of the tier" in row["fault"]


def test_no_time_is_read_without_a_zone_nor_one_that_was_there_twice(tmp_path: Path) -> None:
    result = {"output": {**OUTPUT, "submit_time": "2026-10-25 02:30:00"}, "usage": USAGE}
    (row,) = rows(tmp_path, [result], READING._replace(zone=None))
    assert "has no zone: say with --zone" in row["fault"]
    (row,) = rows(tmp_path, [result], READING._replace(zone="Europe/Berlin"))
    assert "twice" in row["fault"]


def test_what_is_no_result_is_a_fault(tmp_path: Path) -> None:
    found = rows(tmp_path, [{"id": "a"}, {"output": 5}, []])
    assert "it has no output" in found[0]["fault"]
    assert all(row["fault"] for row in found)


def test_an_invoice_is_held_against_results_of_the_account_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("results.jsonl").write_text(json.dumps({"output": OUTPUT, "usage": USAGE}) + "\n")
    Path("invoice.csv").write_text("line,task_id,amount,currency\n1,t1,9.00,USD\n")
    files = ("--usage", "results.jsonl", "--from", "dashscope", "--invoice", "invoice.csv")
    said = ("--zone", "Asia/Shanghai", "--account", "acme", "--environment", "production", "--region", "international")
    run("reconcile", *files, *said, "--catalogue", str(CATALOGUE), "-o", "report", "--at", "2026-11-01T00:00:00Z")
    options = read_summary(Path("report")).options
    assert (options.account, options.environment, options.region) == ("acme", "production", "international")
    (standing,) = read_register(Path("report") / REGISTER)
    assert (standing.found.subject.account, standing.found.subject.region) == ("acme", "international")
    assert run("signoff", "report", "--by", "mei", "--allow-open", "--at", "2026-11-01T00:00:00Z").code == 0
    verified = run("signoff", "report", "--verify")
    assert (verified.code, "computed again, the same counts, totals and breaks" in verified.out) == (0, True)


def test_a_form_that_is_none_is_refused_with_those_that_are() -> None:
    done = run("reconcile", "--usage", "x.jsonl", "--from", "json", "--invoice", "y.csv", "-o", "report")
    assert (done.code, "'own', 'dashscope', 'focus'" in done.err) == (2, True)
