"""The folder of a report: each file whole, the same for the same reconciliation, and what is missing is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pricing.shell.bulk.outputs.folders import NO_WORKBOOK, write_outputs
from tests.bulk.handed_over import reconciliation, standing, varied
from wan_rules.payloads import UnusableInputError

FILES = ["bridge.svg", "focus.csv", "journal.txt", "report.html", "report.xlsx"]
LEFT_OUT = "focus.csv leaves out 1 difference in atlas-credit: FOCUS bills in currencies of ISO 4217"


def test_all_files_are_written_and_nothing_else_stays(tmp_path: Path) -> None:
    assert write_outputs(tmp_path, varied()) == (LEFT_OUT,)
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_outputs(tmp_path, varied())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_without_differences_every_file_is_there(tmp_path: Path) -> None:
    assert write_outputs(tmp_path, reconciliation()) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    assert (tmp_path / "focus.csv").read_text(encoding="utf-8").count("\n") == 1


def test_without_the_extra_the_other_files_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_outputs(tmp_path, varied())
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert write_outputs(tmp_path, reconciliation()) == (NO_WORKBOOK,)
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES[:-1]


def test_a_name_in_no_encoding_is_spelt_out(tmp_path: Path) -> None:
    write_outputs(tmp_path, reconciliation([standing(account="a\udcff", detail="\ud800")], catalogue="c\udcff"))
    assert b"a\\udcff" in (tmp_path / "focus.csv").read_bytes()
    assert b"c\\udcff" in (tmp_path / "report.html").read_bytes()


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="can't be written"):
        write_outputs(tmp_path / "none", reconciliation())
