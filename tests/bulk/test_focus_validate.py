"""The script around the public validator reads what it says, since it ends with 0 whatever it finds."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / ".ci" / "focus-validate"


@pytest.fixture(name="stand_in")
def _stand_in(tmp_path: Path) -> Path:
    """A Python 3.12 on the PATH, and an environment whose validator says what the file `said` holds."""
    programs = {
        "path/python3.12": "exit 0",
        "venv/bin/python": f"echo {tmp_path}/site",
        "venv/bin/focus-validator": f"cat {tmp_path}/said; exit $(cat {tmp_path}/code 2>/dev/null || echo 0)",
    }
    for name, line in programs.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        file.chmod(0o755)
    (tmp_path / "site" / "focus_validator").mkdir(parents=True)
    (tmp_path / "rows.csv").write_text("BilledCost\n", encoding="utf-8")
    return tmp_path


def run(home: Path, said: str) -> subprocess.CompletedProcess[str]:
    (home / "said").write_text(said, encoding="utf-8")
    path = f"{home / 'path'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "FOCUS_VENV": str(home / "venv")}
    return subprocess.run(
        [SCRIPT, home / "rows.csv"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        pytest.param("✅ A-C-001-M: PASS\n", 0, "1 rules pass, none fails", id="right"),
        pytest.param(
            "✅ A-C-001-M: PASS\n❌ InvoiceId-C-005-C: FAIL  (violations=1)\n",
            0,
            "1 rules pass, none fails",
            id="known",
        ),
        pytest.param(
            "✅ A-C-001-M: PASS\n❌ BilledCost-C-003-M: FAIL  (violations=2)\n",
            1,
            "BilledCost-C-003-M: FAIL",
            id="wrong",
        ),
        pytest.param("All is well\n", 1, "the output can't be read", id="another-language"),
    ],
)
def test_what_it_says_decides(stand_in: Path, said: str, code: int, told: str) -> None:
    done = run(stand_in, said)
    assert (done.returncode, told in done.stdout) == (code, True), done


def test_a_validator_that_breaks_off_is_no_proof(stand_in: Path) -> None:
    (stand_in / "code").write_text("1", encoding="utf-8")
    done = run(stand_in, "✅ A-C-001-M: PASS\nImportError: none\n")
    assert done.returncode == 1
    assert "the validator broke off" in done.stdout


def test_files_are_wanted() -> None:
    assert subprocess.run([SCRIPT], capture_output=True, check=False, timeout=60).returncode == 2
