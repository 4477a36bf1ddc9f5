"""`wan-rules backtest` of tables: every form says what one file of lines does; rejected rows, codes, the picture."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from tests.backtesting import row as make_row
from tests.bulk.rows import to_table
from tests.conftest import ROOT
from tests.shell.runner import CATALOGUE, EXAMPLES, Done, Json, run

USAGE: Final = EXAMPLES / "usage.jsonl"
LINES: Final = USAGE.read_text(encoding="utf-8").splitlines(keepends=True)
FINANCE: Final = ROOT / "examples" / "finance"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with two catalogues: 1080P-SR gets dearer, and acme's discount grows."""
    monkeypatch.chdir(tmp_path)
    for name in ("old", "new"):
        for file in Path(CATALOGUE).rglob("*.toml"):
            copy = Path(name) / file.relative_to(CATALOGUE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    agreed, atlas = Path("new/agreements/acme-atlas.toml"), Path("new/cards/atlas.toml")
    agreed.write_text(agreed.read_text(encoding="utf-8").replace('percent = "10"', 'percent = "12"'), encoding="utf-8")
    entry = '\n[[entry]]\nfrom = 2026-11-03\nmeter = "output_video_seconds"\nresolution = "1080P-SR"\nprice = "0.15"\n'
    atlas.write_text(atlas.read_text(encoding="utf-8") + entry, encoding="utf-8")


def backtest(*usage: str | Path, more: tuple[str, ...] = (), old: str = "old") -> Done:
    named = [word for name in usage for word in ("--usage", str(name))]
    return run("backtest", *named, "--old", old, "--new", "new", *more)


def ask(*usage: str | Path, more: tuple[str, ...] = (), old: str = "old") -> Json:
    """The document, which is as its schema says."""
    document = backtest(*usage, more=("--format", "json", *more), old=old).document
    assert list_faults(document, "backtest") == []
    return document


def list_faults(document: Json, name: str) -> list[str]:
    schema = json.loads((ROOT / "docs" / "reference" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    return [fault.message for fault in Draft202012Validator(schema).iter_errors(document)]


def write_parquet(path: str, lines: Sequence[str]) -> None:
    table = to_table([make_row(**json.loads(line)) for line in lines])
    pq.write_table(table.drop_columns(["file", "row"]), path)


def test_every_form_says_what_one_file_of_lines_says() -> None:
    Path("first.jsonl").write_text("".join(LINES[:5]), encoding="utf-8")
    Path("rest.jsonl.gz").write_bytes(gzip.compress("".join(LINES[5:]).encode()))
    Path("folder").mkdir()
    write_parquet("folder/a.parquet", LINES)
    alone = ask(USAGE)
    assert alone["rejections"][0]["first"] == {"line": 12, "id": "job-012", "file": None}
    utc = ("--zone", "UTC")
    for usage, more, place in (
        (("first.jsonl", "rest.jsonl.gz"), ("--threads", "1"), (7, "rest.jsonl.gz")),
        (("folder",), utc, (12, "folder/a.parquet")),
        (("fold*/*.parquet",), (*utc, "--memory-limit", "500MB"), (12, "folder/a.parquet")),
    ):
        told = ask(*usage, more=more)
        first = told["rejections"][0]["first"]
        assert (first["line"], first["file"]) == place
        assert told == {**alone, "rejections": told["rejections"]}
        assert {**told["rejections"][0], "first": None} == {**alone["rejections"][0], "first": None}


def test_text_and_picture() -> None:
    more = ("--fail-over", "5%", "--format", "markdown", "--plot")
    usage = shutil.copy(USAGE, "usage.jsonl")  # a name without what Markdown escapes, wherever the checkout lies
    done = backtest(usage, more=("--ignore-extra", *more, "bridge.svg"))
    alone = backtest(usage, more=(*more, "alone.svg"))
    assert done.out == alone.out.replace("line 12", f"{usage}:12")
    assert done.code == alone.code == 1
    assert Path("bridge.svg").read_bytes() == Path("alone.svg").read_bytes()


class TestRejects:
    """Rows that are not rated."""

    def test_each_with_its_reason_and_as_it_was(self) -> None:
        stranger = LINES[1].replace("acme", "acmee")
        bad = ['{"id": "x", "extra": 1.50}\n', "[1]\n", stranger]
        Path("one.jsonl").write_text("".join(bad + LINES[:2]), encoding="utf-8")
        Path("two.csv").write_text(
            "id,at,host,resolution,duration_s,clips_s,references,status\n1,2,3\n", encoding="utf-8"
        )
        write_parquet("three.parquet", [LINES[11], LINES[0]])
        more = ("--zone", "UTC", "--rejects", "rejects.jsonl")
        told = ask("one.jsonl", "two.csv", "three.parquet", more=more, old="published")
        written = [json.loads(line) for line in Path("rejects.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [fault for one in written for fault in list_faults(one, "backtest-reject")] == []
        assert [(one["file"], one["line"], one["id"], one["reason"], one["side"]) for one in written] == [
            ("one.jsonl", 1, "x", "unreadable", None),
            ("one.jsonl", 2, None, "unreadable", None),
            ("one.jsonl", 3, "job-002", "unknown_name", "new"),
            ("one.jsonl", 5, "job-002", "no_rate", "old"),
            ("two.csv", 2, None, "unreadable", None),
            ("three.parquet", 1, "job-012", "not_done", None),
        ]
        assert [one["row"] for one in written[:2]] == [{"id": "x", "extra": 1.5}, "[1]"]
        assert written[4]["row"] == "1,2,3"
        assert make_row(**written[3]["row"]) == make_row(**json.loads(LINES[1]))
        assert [(one["reason"], one["rows"]) for one in told["rejections"]] == [
            ("unreadable", 3),
            ("unknown_name", 1),
            ("no_rate", 1),
            ("not_done", 1),
        ]
        for one in told["rejections"]:
            first = next(row for row in written if (row["reason"], row["side"]) == (one["reason"], one["side"]))
            assert (one["message"], one["first"]) == (
                first["message"],
                {name: first[name] for name in ("line", "id", "file")},
            )

    def test_what_only_a_row_can_say_is_written_too(self) -> None:
        """Against a card that leaves open whether clips are billed, rows are asked one by one."""
        done = backtest(USAGE, more=("--threads", "1", "--rejects", "rejects.jsonl"), old="published")
        alone = backtest(USAGE, more=("--rejects", "alone.jsonl"), old="published")
        found, expected = (
            sorted(
                (row["line"], row["id"], row["reason"], row["side"], row["message"])
                for row in map(json.loads, Path(name).read_text(encoding="utf-8").splitlines())
            )
            for name in ("rejects.jsonl", "alone.jsonl")
        )
        assert found == expected
        assert (done.code, "bounded (old)" in done.out) == (alone.code, True)

    def test_the_usage_is_spared(self) -> None:
        Path("some").mkdir()
        Path("some/usage.jsonl").write_text(LINES[0], encoding="utf-8")
        done = backtest("some", more=("--rejects", "some/usage.jsonl"))
        assert (done.code, "is usage itself: name another file" in done.err) == (2, True)
        assert Path("some/usage.jsonl").read_text(encoding="utf-8") == LINES[0]


def test_running_totals_are_counted_from_the_rows() -> None:
    """Initech pays by bands of a month, which no row of this usage says."""
    catalogue = str(FINANCE / "catalogue")
    done = run("backtest", "--usage", str(FINANCE / "usage.csv"), "--old", catalogue, "--new", catalogue)
    assert done.code == 0
    assert done.out.splitlines()[1] == "2000 rows: 1863 rated, 137 not rated."


def test_task_results() -> None:
    """What a result does not say, the command line does."""
    result = {
        "output": {
            "task_id": "t-1",
            "task_status": "SUCCEEDED",
            "submit_time": "2026-11-02 16:15:00.123",
            "end_time": "2026-11-02 16:16:00.123",
        },
        "usage": {"duration": 5, "input_video_duration": 0, "output_video_duration": 5, "SR": 720, "video_count": 1},
    }
    Path("result.json").write_text(json.dumps(result), encoding="utf-8")
    more = ("--from", "dashscope", "--zone", "Asia/Shanghai", "--account", "acme", "--environment", "production")
    (group,) = ask("result.json", more=(*more, "--region", "international"))["groups"]
    assert (group["account"], group["region"], group["rows"]) == ("acme", "international", 1)
    assert Decimal(group["before"]) == 5 * Decimal("0.10")


@pytest.mark.parametrize(
    ("usage", "more", "said"),
    [
        pytest.param("none.parquet", (), "there is no such file", id="no-usage"),
        pytest.param("-", ("--threads", "1"), "standard input is read as JSON Lines alone", id="not-from-a-pipe"),
        pytest.param("empty.csv", (), "no row in empty.csv: name files that have some", id="no-row"),
        pytest.param("empty.csv", ("--memory-limit", "much"), "is no amount of memory", id="no-amount"),
    ],
)
def test_what_cannot_be_done_is_said(usage: str, more: tuple[str, ...], said: str) -> None:
    Path("empty.csv").write_text("id,at,host,resolution,duration_s,clips_s,references,status\n", encoding="utf-8")
    done = backtest(usage, more=(*more, "--rejects", "rejects.jsonl"))
    assert (done.code, said in done.err) == (2, True), done.err
    assert not Path("rejects.jsonl").exists()


def test_without_the_extra_it_says_which() -> None:
    code = (
        "import sys; sys.modules.update(ibis=None, duckdb=None, pyarrow=None);from pricing.shell.cli import app; app()"
    )
    words = [sys.executable, "-c", code, "backtest", "--old", "old", "--new", "new", "--usage"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*words, "usage.csv"], capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, "pip install 'wan-rules[tables]'" in done.stderr) == (2, True), done.stderr
    assert subprocess.run([*words, str(USAGE)], capture_output=True, check=False, env=environment).returncode == 0


def test_a_row_of_brackets_is_rejected_as_the_text_that_it_is() -> None:
    """Deeper than Python's parser goes, which once ended the run with a traceback."""
    deep = "[" * 5_000
    Path("usage.csv").write_text(f"{(FINANCE / 'usage.csv').read_text().splitlines()[0]}\n{deep}\n", encoding="utf-8")
    done = run("backtest", "--usage", "usage.csv", "--old", "old", "--new", "new", "--rejects", "rejects.jsonl")
    assert (done.code, "Traceback" in done.err) == (2, False)
    (rejected,) = map(json.loads, Path("rejects.jsonl").read_text(encoding="utf-8").splitlines())
    assert (rejected["reason"], rejected["row"]) == ("unreadable", deep)
