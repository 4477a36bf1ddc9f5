"""What is told to end leaves nothing half written behind, and has the exit code that a shell expects."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from pricing.shell.bulk.report_folders import draft_folder
from pricing.shell.ending import ending_tidily


def end_in_a_draft(folder: Path) -> None:
    with ending_tidily(), draft_folder(folder) as draft:
        (draft / "half").write_text("half", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGTERM)


def end_in_an_engine() -> None:
    with ending_tidily():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except SystemExit as error:
            raise RuntimeError from error


def test_a_draft_goes_with_the_run(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        end_in_a_draft(tmp_path / "report")
    assert (ended.value.code, list(tmp_path.iterdir())) == (143, [])
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_an_engine_makes_of_it_changes_nothing() -> None:
    with pytest.raises(SystemExit) as ended:
        end_in_an_engine()
    assert ended.value.code == 143


def test_a_fault_stays_one() -> None:
    with pytest.raises(ValueError, match="of its own"), ending_tidily():
        raise ValueError("of its own")
