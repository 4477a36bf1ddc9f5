"""`wan-rules breaks`: what is listed, what is decided, and that no decision is lost."""

from __future__ import annotations

import csv
import subprocess
import sys
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from pricing.break_causes import CAUSES
from pricing.reconciliations import Age, Standing, Status
from pricing.shell import folder_locks
from pricing.shell.bulk import breaks_command
from pricing.shell.bulk.literals import guard, guard_column, unguard, unguard_column
from pricing.shell.bulk.registers import COLUMNS, REGISTER, read_register, write_register
from pricing.shell.folder_locks import hold
from tests.bulk.published import faults
from tests.bulk.standings import standing
from tests.conftest import ROOT
from tests.shell.runner import run, surroundings
from wan_rules.payloads import UnusableInputError

BREAKS = (
    standing("4f2a01"),
    standing("4f2b02", Decimal("-0.10"), "quantity")._replace(status="assigned", owner="mei", note="asked"),
    standing("9c0003", Decimal("1.20"), "missing_in_usage")._replace(age="resolved"),
)


@pytest.fixture
def report(tmp_path: Path) -> str:
    write_register(tmp_path / REGISTER, BREAKS)
    return str(tmp_path)


def read(report: str) -> dict[str, Standing]:
    return {one.found.id: one for one in read_register(Path(report, REGISTER))}


def test_the_words_of_the_options_are_those_that_there_are() -> None:
    assert tuple(breaks_command.Cause) == CAUSES
    assert tuple(breaks_command.Status) == get_args(Status)
    assert tuple(breaks_command.Age) == get_args(Age)


class TestListing:
    """`breaks list`."""

    def test_each_break_and_the_sum_of_what_is_not_resolved(self, report: str) -> None:
        done = run("breaks", "list", report)
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            "4f2a01  +0.30 USD  rate              new       open",
            "    list price: 5 x 0.21 = 1.05, expected 5 x 0.15 = 0.75",
            "    acme / production / alibaba / 1080P: task-4f2a01, line 7",
            "4f2b02  -0.10 USD  quantity          new       assigned: mei",
            "    list price: 5 x 0.21 = 1.05, expected 5 x 0.15 = 0.75",
            "    acme / production / alibaba / 1080P: task-4f2b02, line 7",
            "    note: asked",
            "9c0003  +1.20 USD  missing_in_usage  resolved  open",
            "    list price: 5 x 0.21 = 1.05, expected 5 x 0.15 = 0.75",
            "    acme / production / alibaba / 1080P: task-9c0003, line 7",
            "3 breaks of 3, +0.20 USD",  # 0.30 - 0.10
        ]

    def test_a_line_that_covers_many_rows_names_a_few(self, tmp_path: Path) -> None:
        one = BREAKS[0]
        subject = one.found.subject._replace(
            task_ids=("a", "b", "c", "d", "e"), account=None, environment=None, host=None, resolution=None
        )
        part = one.found.part._replace(also=("quantity: cap", "rounding: total"))
        many = one._replace(found=one.found._replace(subject=subject, part=part))
        write_register(tmp_path / REGISTER, [many])
        text = run("breaks", "list", str(tmp_path)).out
        assert "    anywhere: a, b, c, d and 2 more\n" in text
        assert " (or: quantity: cap, rounding: total)\n" in text

    @pytest.mark.parametrize(
        ("options", "wanted"),
        [
            pytest.param(("--status", "assigned"), ["4f2b02"], id="status"),
            pytest.param(("--cause", "rate"), ["4f2a01"], id="cause"),
            pytest.param(("--age", "resolved"), ["9c0003"], id="age"),
            pytest.param(("--owner", "mei"), ["4f2b02"], id="owner"),
            pytest.param(("--status", "open", "--age", "new"), ["4f2a01"], id="both"),
            pytest.param(("--status", "accepted"), [], id="none"),
        ],
    )
    def test_only_what_is_asked_for(self, report: str, options: tuple[str, ...], wanted: list[str]) -> None:
        done = run("breaks", "list", report, *options, "--format", "jsonl")
        assert [one["id"] for one in done.documents] == wanted
        assert f"{len(wanted)} break{'' if wanted else 's'} of 3" in run("breaks", "list", report, *options).out

    def test_json_has_the_columns_of_the_register_with_amounts_as_text(self, report: str) -> None:
        document = run("breaks", "list", report, "--format", "json").document
        assert faults(document, "breaks") == []
        lines = run("breaks", "list", report, "--format", "jsonl").documents
        assert lines == document["breaks"]
        assert [fault for line in lines for fault in faults(line, "break")] == []
        first = document["breaks"][0]
        assert [*first] == [*COLUMNS]
        assert (first["amount"], first["expected"], first["since"]) == ("0.30", "0.75", "2026-11-05T09:30:00Z")
        assert first["task_ids"] == ["task-4f2a01"]

    def test_csv_has_no_formulas_and_exact_amounts(self, tmp_path: Path) -> None:
        evil = BREAKS[1]._replace(owner="=cmd|' /C calc'!A0", note='+1, "two"')
        write_register(tmp_path / REGISTER, [evil])
        (row,) = csv.DictReader(StringIO(run("breaks", "list", str(tmp_path), "--format", "csv").out))
        assert (row["owner"], row["note"]) == ("'=cmd|' /C calc'!A0", '\'+1, "two"')
        assert (row["amount"], row["task_ids"], row["region"]) == ("-0.10", "task-4f2b02", "")

    @pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
    def test_what_a_spreadsheet_would_compute_is_text(self, begin: str) -> None:
        assert guard(f"{begin}1") == f"'{begin}1"
        assert guard(f"a{begin}") == f"a{begin}"

    @pytest.mark.parametrize("text", ["=1", "'=1", "''-1", "'", "''", "'a", "a", "", "\t", "'\r1"])
    def test_what_was_guarded_is_had_again(self, text: str) -> None:
        assert unguard(guard(text)) == text
        guarded, again = (column("x") for column in (guard_column, unguard_column))
        asked = f"SELECT {guarded}, {again} FROM (SELECT ? AS x)"  # noqa: S608 - ours
        assert duckdb.execute(asked, [text]).fetchall() == [(guard(text), unguard(text))]

    def test_what_steers_a_terminal_is_spelt_out(self, tmp_path: Path) -> None:
        write_register(tmp_path / REGISTER, [BREAKS[0]._replace(note="\x1b[2J")])
        assert "\x1b" not in run("breaks", "list", str(tmp_path)).out

    def test_a_folder_that_is_no_report(self, tmp_path: Path) -> None:
        done = run("breaks", "list", str(tmp_path), "--format", "json")
        assert (done.code, done.document["error"]["code"]) == (2, "unusable_input")
        assert "name the folder of a report" in done.document["error"]["message"]


class TestDeciding:
    """`breaks accept` and `breaks assign`."""

    def test_accepting_keeps_the_note_and_who_looked_after_it(self, report: str) -> None:
        done = run("breaks", "accept", report, "4f2a01", "4f2b", "--note", "credited on INV-7731")
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            "4f2a01 accepted: rate, +0.30 USD",
            "4f2b02 accepted by mei: quantity, -0.10 USD",
            "0 breaks left open",
        ]
        after = read(report)
        assert after["4f2a01"] == BREAKS[0]._replace(status="accepted", note="credited on INV-7731")
        assert after["4f2b02"] == BREAKS[1]._replace(status="accepted", note="credited on INV-7731")
        assert after["9c0003"] == BREAKS[2]

    def test_assigning_looks_again_at_what_was_accepted(self, report: str) -> None:
        run("breaks", "accept", report, "4f2a01", "--note", "small", "--owner", "ann")
        assert read(report)["4f2a01"].owner == "ann"
        done = run("breaks", "assign", report, "4f2a01", "--owner", "mei")
        assert done.out.splitlines() == ["4f2a01 assigned to mei: rate, +0.30 USD", "0 breaks left open"]
        assert read(report)["4f2a01"] == BREAKS[0]._replace(status="assigned", owner="mei", note="small")

    @pytest.mark.parametrize(
        ("ids", "told"),
        [
            pytest.param(["4f2"], "4f2: several breaks begin so: 4f2a01, 4f2b02", id="several"),
            pytest.param(["4f2a1"], "'4f2a1': no break has this id: did you mean '4f2a01'?", id="unknown"),
            pytest.param([""], "'': no break has this id: there are 4f2a01, 4f2b02, 9c0003", id="empty"),
            pytest.param(["9c"], "9c0003: this break is resolved: nothing is left to decide", id="resolved"),
            pytest.param(["4f2a01", "zzzz"], "'zzzz': no break has this id", id="one-of-two"),
        ],
    )
    def test_what_is_not_clear_changes_nothing(self, report: str, ids: list[str], told: str) -> None:
        done = run("breaks", "accept", report, *ids, "--note", "fine")
        assert (done.code, done.out) == (2, "")
        assert told in done.err
        assert read(report) == {one.found.id: one for one in BREAKS}

    def test_accepting_needs_a_note_and_assigning_an_owner(self, report: str) -> None:
        assert run("breaks", "accept", report, "4f2a01").code == 2
        assert run("breaks", "assign", report, "4f2a01").code == 2
        done = run("breaks", "accept", report, "4f2a01", "--note", " ")
        assert (done.code, done.err) == (
            2,
            "wan-rules: --note: say why the difference is accepted: an auditor will ask\n",
        )
        assert "--owner: name who looks after it" in run("breaks", "assign", report, "4f2a01", "--owner", "").err

    def test_a_note_that_is_no_text_is_refused(self, report: str) -> None:
        done = run("breaks", "accept", report, "4f2a01", "--note", "\udc80")
        assert (done.code, "write it in UTF-8" in done.err) == (2, True)

    def test_a_report_without_breaks_says_so(self, tmp_path: Path) -> None:
        write_register(tmp_path / REGISTER, [])
        done = run("breaks", "accept", str(tmp_path), "4f", "--note", "fine")
        assert "the report has no breaks" in done.err

    def test_nothing_is_left_in_a_folder_that_is_no_report(self, tmp_path: Path) -> None:
        assert run("breaks", "accept", str(tmp_path), "4f", "--note", "fine").code == 2
        assert [*tmp_path.iterdir()] == []


EDITOR = """
import sys
from pathlib import Path
from pricing.shell.bulk.breaking import Decision, accept
for number in range(int(sys.argv[2]), 24, 3):
    assert accept(Path(sys.argv[1]), Decision([f"B{number:02}"], sys.argv[2], "seen")) == 0
"""


class TestTwoAtOnce:
    """Edits wait for each other."""

    def test_no_decision_is_lost(self, tmp_path: Path) -> None:
        write_register(tmp_path / REGISTER, [standing(f"B{number:02}") for number in range(24)])
        editors = [
            subprocess.Popen(
                [sys.executable, "-c", EDITOR, str(tmp_path), str(one)],
                cwd=ROOT,
                env=surroundings(),
                stdout=subprocess.DEVNULL,
            )
            for one in range(3)
        ]
        assert [editor.wait(60) for editor in editors] == [0, 0, 0]
        decided = read_register(tmp_path / REGISTER)
        assert [(one.status, one.owner) for one in decided] == [("accepted", str(number % 3)) for number in range(24)]

    def test_who_waits_too_long_is_told(self, report: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(folder_locks, "PATIENCE_S", 0)
        with hold(Path(report)):
            done = run("breaks", "assign", report, "4f2a01", "--owner", "mei")
        assert done.code == 2
        assert "another command has been editing it for 0 s: try again" in done.err
        assert run("breaks", "assign", report, "4f2a01", "--owner", "mei").code == 0

    def test_a_folder_that_can_not_be_edited_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UnusableInputError, match="it can't be edited: "), hold(tmp_path / "none"):
            pass
