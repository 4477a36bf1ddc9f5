"""A run of tests in CI, in which something is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.skips import ADMITTED

SKIPS = 'import pytest\n\n\ndef test_nothing():\n    pytest.skip("{}")\n'
OF_A_MODULE = 'import pytest\n\npytest.importorskip("no_such_module", reason="{}")\n'


def run(folder: Path, text: str, reason: str, *options: str, **more: str) -> int:
    (folder / "test_skipped.py").write_text(text.format(reason))
    (folder / "test_passed.py").write_text("def test_this():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.skips", "-p", "no:cacheprovider", *options, str(folder)]
    surroundings = {name: value for name, value in os.environ.items() if name != "NO_SKIPS"}
    return subprocess.run(command, cwd=ROOT, env=surroundings | more, check=False, capture_output=True).returncode


@pytest.mark.parametrize("text", [SKIPS, OF_A_MODULE], ids=["test", "module"])
def test_what_is_skipped_fails_where_nothing_may_be(tmp_path: Path, text: str) -> None:
    missing = "there is no such part"
    assert run(tmp_path, text, missing, "-n", "2", NO_SKIPS="1") == pytest.ExitCode.TESTS_FAILED
    assert run(tmp_path, text, missing, NO_SKIPS="1") == pytest.ExitCode.TESTS_FAILED
    assert run(tmp_path, text, missing) == pytest.ExitCode.OK


def test_what_is_admitted_does_not(tmp_path: Path) -> None:
    assert run(tmp_path, SKIPS, ADMITTED[0], NO_SKIPS="1") == pytest.ExitCode.OK
