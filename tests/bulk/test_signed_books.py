"""From charges and an invoice to a signed report, and years later: the whole way, through the commands alone."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pricing.shell.bulk.line_names import name_files
from tests.shell.runner import Done, run

SECONDS = pa.decimal128(12, 6)
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "at": pa.timestamp("us"),
        **dict.fromkeys(("account", "environment", "host", "region", "resolution", "ratio"), pa.string()),
        "duration_s": SECONDS,
        "clips_s": pa.list_(SECONDS),
        "billed_clips_s": SECONDS,
        "references": pa.int32(),
        "status": pa.string(),
        "currency": pa.string(),
        "total": pa.decimal128(38, 18),
    }
)
INVOICE = """task_id,at,amount,currency,quantity,resolution,host
t0,2026-11-15T09:00:00Z,0.75,USD,5,1080P,alibaba
t1,2026-11-15T09:01:00Z,0.90,USD,5,1080P,alibaba
t2,2026-11-15T09:02:00Z,0.75,USD,5,1080P,alibaba
t2,2026-11-15T09:02:00Z,0.75,USD,5,1080P,alibaba
"""
"""One as it should be (5 x 0.15), one at 0.18, one billed twice."""


def reconcile() -> Done:
    return run(
        *("reconcile", "--charges", "charges.parquet", "--invoice", "invoice.csv", "--at", "2026-12-01"),
        *("--period", "2026-11", "-o", "report", "--format", "json"),
    )


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (folder := tmp_path / "books").mkdir()
    monkeypatch.chdir(folder)
    rows = [
        {
            "id": f"t{number}",
            "at": datetime(2026, 11, 15, 9, number),  # noqa: DTZ001 - a table of charges is in UTC
            "host": "alibaba",
            "region": "international",
            "resolution": "1080P",
            "duration_s": Decimal(5),
            "clips_s": [],
            "references": 1,
            "status": "succeeded",
            "currency": "USD",
            "total": Decimal("0.75"),
        }
        for number in range(3)
    ]
    parquet.write_table(pa.Table.from_pylist(rows, SCHEMA), "charges.parquet")
    Path("invoice.csv").write_text(INVOICE, encoding="utf-8")
    assert reconcile().code == 1
    return folder


def sign(*more: str) -> Done:
    return run("signoff", "report", "--by", "Mei Lin", "--at", "2026-12-02", *more)


def test_a_report_is_decided_signed_moved_and_verified(
    books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign().code == 1
    found = run("breaks", "list", "report", "--format", "jsonl").documents
    assert sorted((one["amount"], one["invoice_lines"][0].partition(":")[0]) for one in found) == [
        ("0.15", "invoice.csv"),
        ("0.75", "invoice.csv"),
    ]
    assert run("breaks", "accept", "report", *(one["id"] for one in found), "--note", "credit note 7").code == 0
    assert (sign().code, sign().code) == (0, 2)
    assert "credit note 7" in Path("report", "report.html").read_text(encoding="utf-8")
    assert run("signoff", "report", "--verify").code == 0
    assert reconcile().code == 2  # a signed report is not written over
    books.rename(tmp_path / "archive")
    monkeypatch.chdir(tmp_path / "archive" / "report")
    done = run("signoff", ".", "--verify", "--format", "json")
    assert (done.code, done.document["differences"]) == (0, [])


def reconcile_again(period: str = "2026-11", folder: str = "report") -> Done:
    return run(
        *("reconcile", "--charges", "charges.parquet", "--invoice", "invoice.csv", "--at", "2026-12-01"),
        *("--period", period, "--earlier", "report", "-o", folder),
    )


def test_a_report_in_the_place_of_the_earlier_one_is_signed(books: Path) -> None:
    """One break is resolved by a corrected invoice, another is new, and the register that said so is there no more."""
    found = run("breaks", "list", "report", "--format", "jsonl").documents
    assert run("breaks", "assign", "report", *(one["id"] for one in found), "--owner", "mei").code == 0
    lines = INVOICE.replace("0.90", "0.75").replace("t0,2026-11-15T09:00:00Z,0.75", "t0,2026-11-15T09:00:00Z,0.80")
    (books / "invoice.csv").write_text(lines, encoding="utf-8")
    assert "1 new, 1 still open, 1 resolved" in reconcile_again().out
    assert sign("--allow-open").code == 0
    books.rename(books.with_name("archive"))
    done = run("signoff", str(books.with_name("archive") / "report"), "--verify", "--format", "json")
    assert (done.code, done.document["differences"]) == (0, [])


def test_a_report_for_another_period_is_no_earlier_one(books: Path) -> None:
    """What November left open is in no file of December, which does not resolve it."""
    assert books.is_dir()
    done = reconcile_again("2026-12", "next")
    assert "--earlier: report: it is for another period" in done.err
    assert "another period" not in reconcile_again("2026-11", "again").err


def test_what_is_altered_later_is_found(books: Path) -> None:
    assert books.is_dir()
    assert sign("--allow-open").code == 0
    Path("invoice.csv").write_text(INVOICE.replace("0.90", "0.75"), encoding="utf-8")
    report = Path("report", "report.json")
    report.write_text(report.read_text(encoding="utf-8").replace('"3.15"', '"3.00"'), encoding="utf-8")
    document = run("signoff", "report", "--verify", "--format", "json").document
    found = {(one["where"], one["name"]): (one["kept"], one["found"]) for one in document["differences"]}
    assert document["verified"] is False
    assert ("input", "../invoice.csv") in found
    assert ("output", "report.json") in found
    assert found["totals", "USD invoiced"] == ("3.15", "3.00")  # the manifest has what was signed
    assert sum(where == "break" for where, _ in found) == 1


def test_an_altered_report_is_not_signed(books: Path) -> None:
    assert books.is_dir()
    report = Path("report", "report.json")
    told = json.loads(report.read_bytes())
    told["totals"][0]["expected"] = "9.99"
    report.write_text(json.dumps(told), encoding="utf-8")
    done = sign("--allow-open")
    assert done.code == 1
    assert "  totals USD expected: 9.99 in the report, 2.25 now" in done.out  # 3 x 5 x 0.15
    assert not Path("report", "manifest.json").exists()


@pytest.mark.parametrize(
    ("paths", "called"),
    [
        pytest.param(["a/b/x.csv"], ["x.csv"], id="one"),
        pytest.param(["a/x.csv", "../b/y.csv"], ["x.csv", "y.csv"], id="names"),
        pytest.param(["a/b/x.csv", "a/c/x.csv"], ["b/x.csv", "c/x.csv"], id="folders"),
        pytest.param(["x.csv", "x.csv"], ["x.csv", "x.csv"], id="same"),
        pytest.param([], [], id="none"),
    ],
)
def test_files_are_called_by_the_end_that_tells_them_apart(paths: list[str], called: list[str]) -> None:
    assert name_files(paths) == called
