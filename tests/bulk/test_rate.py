"""`wan-rules rate`: every row is rated or rejected, in every form, across files; a run that was killed goes on."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pricing import parse_catalogue
from pricing.shell.bulk.schemas import CHARGES
from pricing.shell.catalogues import load_catalogue
from pricing.shell.folder_locks import hold
from pricing.usage import UsageRow
from tests.backtesting import row as make_row
from tests.bulk.agreement import COMPARED, by_scalar
from tests.bulk.rows import names_in, to_table
from tests.conftest import ROOT
from tests.shell.runner import COMMAND, run
from tests.usage_rows import make_rows

EXAMPLE: Final = str(ROOT / "examples" / "catalogue")
USAGE: Final = ROOT / "examples" / "usage.jsonl"
GOOD: Final = ROOT / "tests" / "catalogues" / "good"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rate(*arguments: str, catalogue: str = EXAMPLE) -> tuple[int, dict[str, object]]:
    done = run("rate", *arguments, "--catalogue", catalogue, "--format", "json")
    return done.code, done.document


def write_usage(rows: Sequence[UsageRow], *names: str) -> None:
    """The rows in so many files, dealt out in turn."""
    for turn, name in enumerate(names):
        table = to_table(rows[turn :: len(names)])
        pq.write_table(table.drop_columns(["file", "row"]).cast(zoned(table)), name, row_group_size=100)


def read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]


def read_cells(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(name).read_text(encoding="utf-8").splitlines()))


def zoned(table: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    schema = table.drop_columns(["file", "row"]).schema
    return schema.set(schema.get_field_index("at"), pa.field("at", pa.timestamp("us", "UTC")))


@pytest.mark.parametrize("name", ["by-tier", "volume-by-units", "graduated-by-spend", "granted-credit", "rounding"])
def test_files_agree_with_rows_one_by_one(name: str) -> None:
    catalogue = load_catalogue(GOOD / name)
    rows = make_rows(3, 300, names_in(catalogue))
    write_usage(rows, "b.parquet", "a.parquet", "c.parquet")
    expected = by_scalar(catalogue, rows)
    _, told = rate("*.parquet", "-o", "charges", catalogue=str(GOOD / name))
    cells = pq.read_table("charges").to_pylist()
    assert pq.read_table("charges").column_names == list(CHARGES)
    found = {row["id"]: tuple(plain(row[column]) for column in COMPARED) for row in cells}
    assert found == {key: outcome for key, outcome in expected.items() if len(outcome) > 1}
    rejected = {line["id"]: line["reason"] for line in read_lines("charges.rejects.jsonl")}
    assert rejected == {key: outcome[0] for key, outcome in expected.items() if len(outcome) == 1}
    assert (told["rows"], told["rated"], told["rejected"]) == (300, len(found), len(rejected))


def plain(value: object) -> object:
    return value.normalize() if isinstance(value, Decimal) and value else value


def test_every_form_says_the_same() -> None:
    totals = {}
    for name in ("all.parquet", "all.csv", "all.jsonl", "all.csv.gz", "folder"):
        code, told = rate(str(USAGE), "-o", name)
        assert (code, told["rated"], told["rejects"]) == (0, 12, None)
        totals[name] = told["groups"]
    assert all(groups == totals["folder"] for groups in totals.values())
    tables = {row["id"]: row for row in pq.read_table("all.parquet").to_pylist()}
    lines = {row["id"]: row for row in read_lines("all.jsonl")}
    cells = {row["id"]: row for row in read_cells("all.csv")}
    packed = gzip.decompress(Path("all.csv.gz").read_bytes()).decode()
    assert packed == Path("all.csv").read_text(encoding="utf-8")
    for name, row in tables.items():
        assert Decimal(lines[name]["total"]) == Decimal(cells[name]["total"]) == row["total"]
        assert lines[name]["at"] == cells[name]["at"] == row["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert lines[name]["clips_s"] == json.loads(cells[name]["clips_s"])


@pytest.mark.parametrize("name", ["none.parquet", "none.csv", "none.jsonl"])
def test_a_file_without_a_charge_has_its_columns(name: str) -> None:
    write_usage([make_row(at="2001-01-01")], "usage.parquet")
    _, told = rate("usage.parquet", "-o", name)
    assert (told["rated"], told["rejected"]) == (0, 1)
    found = duckdb.sql(f"FROM '{name}'")
    assert found.fetchall() == []
    if not name.endswith("jsonl"):
        assert found.columns == list(CHARGES)


def test_what_is_not_rated_is_told_and_kept() -> None:
    good = USAGE.read_text(encoding="utf-8").splitlines()[:3]
    stranger = good[0].replace("acme", "acmee")
    fine = good[1].replace('"duration_s": 10', '"duration_s": 0.1234567')
    Path("usage.jsonl").write_text("\n".join([*good, stranger, fine, '{"id": '])[:-1] + "\n", encoding="utf-8")
    done = run("rate", "usage.jsonl", "--catalogue", EXAMPLE, "-o", "charges", "--rejects", "bad.csv")
    assert done.code == 2
    assert done.out.splitlines()[0] == "6 rows: 3 rated, 3 rejected."
    assert "did you mean 'acme'?" in done.out
    kept = read_cells("bad.csv")
    assert sorted((row["row"], row["reason"]) for row in kept) == [
        ("4", "unknown_name"),
        ("5", "unreadable"),
        ("6", "unreadable"),
    ]


@pytest.mark.parametrize("name", ["charges", "charges.csv", "charges.parquet"])
def test_where_no_row_is_rated_the_charges_have_none(name: str) -> None:
    row = json.loads(USAGE.read_text(encoding="utf-8").splitlines()[0])
    Path("usage.jsonl").write_text(json.dumps(row | {"account": "nobody"}) + "\n", encoding="utf-8")
    code, told = rate("usage.jsonl", "-o", name)
    assert (code, told["rated"], told["rejected"], told["groups"]) == (2, 0, 1, [])
    assert Path(name).exists()
    assert Path(f"{name}.rejects.jsonl").exists()
    rate(str(USAGE), "-o", name)
    assert not Path(f"{name}.rejects.jsonl").exists(), "what an earlier run left"


def test_a_cell_that_a_spreadsheet_would_compute_is_text() -> None:
    row = json.loads(USAGE.read_text(encoding="utf-8").splitlines()[0])
    Path("usage.jsonl").write_text(json.dumps(row | {"id": "=1+1"}) + "\n", encoding="utf-8")
    assert rate("usage.jsonl", "-o", "charges.csv")[0] == 0
    assert read_cells("charges.csv")[0]["id"] == "'=1+1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("none.parquet", "-o", "out"), "there is no such file", id="no-usage"),
        pytest.param((str(USAGE), "-o", "out.xlsx"), "a folder has no ending, a file .parquet", id="no-such-form"),
        pytest.param((str(USAGE), "-o", "full"), "a folder with files that no run wrote", id="a-strange-folder"),
        pytest.param((str(USAGE), "-o", "out", "--memory-limit", "much"), "is no amount", id="no-amount"),
        pytest.param((str(USAGE), "-o", "out", "--zone", "Mars/Base"), "Mars/Base", id="no-zone"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], said: str) -> None:
    Path("full").mkdir()
    Path("full/notes.txt").write_text("mine", encoding="utf-8")
    done = run("rate", *arguments, "--catalogue", EXAMPLE)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not Path("out").exists()
    assert Path("full/notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_run_again_takes_the_place_of_the_last() -> None:
    rate(str(USAGE), "-o", "charges")
    first = {path.name: path.read_bytes() for path in Path("charges").iterdir()}
    Path("less.jsonl").write_text(USAGE.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert rate("less.jsonl", "-o", "charges")[1]["rows"] == 1
    rate(str(USAGE), "-o", "charges")
    assert {path.name: path.read_bytes() for path in Path("charges").iterdir()} == first
    assert sorted(path.name for path in Path().iterdir()) == ["charges", "less.jsonl"]


@pytest.mark.parametrize("output", ["charges", "charges.csv"])
def test_two_runs_never_work_on_one_output(output: str) -> None:
    """The second one took the parts of the first for its own, or away from it."""
    scratch = Path(f".{output}.scratch")
    scratch.mkdir()
    (scratch / "left.parquet").touch()
    (scratch / "usage-left").mkdir()
    with hold(scratch):
        done = run("rate", str(USAGE), "-o", output, "--catalogue", EXAMPLE)
        assert (done.code, "another run is at work there: try again when that has ended" in done.err) == (2, True)
        assert (scratch / "left.parquet").exists()
    assert rate(str(USAGE), "-o", output)[1]["rows"] == 12
    assert not scratch.exists()


def test_a_run_that_was_killed_goes_on_where_it_was() -> None:
    """By SIGKILL, after some parts: what is there stays, nothing half is seen, and all is as if nothing had been."""
    catalogue = parse_catalogue({path.name: path.read_text(encoding="utf-8") for path in (GOOD / "by-tier").iterdir()})
    rows = make_rows(5, 2_000, names_in(catalogue))
    write_usage(rows, *(f"{number:02}.parquet" for number in range(5)))
    for name in sorted(Path().glob("*.parquet"))[::2]:  # files with other columns are other parts
        pq.write_table(pq.read_table(name).drop_columns("region"), name)
    arguments = ["*.parquet", "--catalogue", str(GOOD / "by-tier"), "--threads", "1"]
    rate(arguments[0], *arguments[3:], "-o", "whole", catalogue=arguments[2])
    process = subprocess.Popen(
        [*COMMAND, "rate", *arguments, "-o", "charges"], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    part = Path(".charges.partial/part-00001.parquet")
    deadline = time.monotonic() + 60
    while not part.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert part.exists()
    assert not Path("charges").exists()
    made = part.stat().st_mtime_ns
    again = subprocess.run(
        [*COMMAND, "rate", *arguments, "-o", "charges"], check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert again.returncode == 2, "some rows name no account that is known"
    assert Path("charges/part-00001.parquet").stat().st_mtime_ns == made
    for path in Path("whole").iterdir():
        assert (Path("charges") / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("name", ["by-tier", "layers", "included-allowance", "graduated-by-spend", "free-and-ended"])
def test_sums_alone_are_those_of_the_charges(name: str) -> None:
    catalogue = str(GOOD / name)
    write_usage(make_rows(3, 600, names_in(load_catalogue(GOOD / name))), "a.parquet", "b.parquet")
    good = json.loads(USAGE.read_text(encoding="utf-8").splitlines()[0])
    lines = [json.dumps(one) for one in (good, {**good, "resolution": "4K"}, {**good, "account": ""})]
    Path("c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, whole = rate("*.parquet", "c.jsonl", "-o", "charges", catalogue=catalogue)
    same, sums = rate("*.parquet", "c.jsonl", "--rejects", "rejects.jsonl", catalogue=catalogue)
    assert same == code
    assert (bool(whole.pop("charges")), sums.pop("charges")) == (True, [])
    assert (whole.pop("rejects"), sums.pop("rejects")) == ("charges.rejects.jsonl", "rejects.jsonl")
    assert sums == whole
    assert sorted(Path("charges.rejects.jsonl").read_text().splitlines()) == sorted(
        Path("rejects.jsonl").read_text().splitlines()
    )


@pytest.mark.parametrize("option", ["--output", "--rejects"])
def test_usage_is_never_written_over(option: str) -> None:
    write_usage(make_rows(3, 5), "usage.parquet")
    before = Path("usage.parquet").read_bytes()
    done = run("rate", "*.parquet", "--catalogue", EXAMPLE, option, "usage.parquet")
    assert (done.code, "usage.parquet is usage itself: name another file" in done.err) == (2, True), done.err
    assert Path("usage.parquet").read_bytes() == before


def test_rejects_of_a_run_before_go_with_it() -> None:
    lines = USAGE.read_text(encoding="utf-8")
    Path("usage.jsonl").write_text(lines + "{}\n", encoding="utf-8")
    assert rate("usage.jsonl", "--rejects", "rejects.jsonl")[1]["rejected"] == 1
    assert len(read_lines("rejects.jsonl")) == 1
    Path("usage.jsonl").write_text(lines, encoding="utf-8")
    assert rate("usage.jsonl", "--rejects", "rejects.jsonl")[1]["rejected"] == 0
    assert not Path("rejects.jsonl").exists()


def test_sums_alone_leave_nothing_behind() -> None:
    done = run("rate", str(USAGE), "--catalogue", str(GOOD / "layers"))
    assert "12 rows: 1 rated, 11 rejected." in done.out
    assert "(--rejects FILE writes each)" in done.out
    assert not list(Path().iterdir())


def test_without_the_extra_it_says_which() -> None:
    code = (
        "import sys; sys.modules.update(ibis=None, duckdb=None, pyarrow=None);from pricing.shell.cli import app; app()"
    )
    words = [sys.executable, "-c", code, "rate", str(USAGE), "--catalogue", EXAMPLE, "-o", "charges"]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, "pip install 'wan-rules[tables]'" in done.stderr) == (2, True), done.stderr


STRANGE: Final = ["us\u00adage", "us\u3000age", "us\u00a0age", "us\\age", "us'age", "us[a]ge"]


@pytest.mark.parametrize("name", STRANGE)
def test_json_is_json_whatever_the_names(name: str) -> None:
    write_usage(make_rows(5, 20), f"{name}.parquet")
    code, told = rate(f"{name}.parquet", "--output", name)
    assert code in {0, 2, 3, 4}
    assert told["charges"] == [path.as_posix() for path in sorted(Path(name).glob("*.parquet"))]
    Path(f"{name}.jsonl").write_text("{}\n", encoding="utf-8")
    code, told = rate(f"{name}.jsonl")
    assert code == 2
    assert [one["first"]["file"] for one in told["rejections"]] == [f"{name}.jsonl"]  # type: ignore[attr-defined]  # a list
