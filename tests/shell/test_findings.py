"""`cards check` on the command line: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.shell.runner import AT, CATALOGUE, run

BAD: Final = ROOT / "tests" / "catalogues" / "bad"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("folder", "strict", "code"),
    [
        pytest.param(CATALOGUE, True, 0, id="in-order"),
        pytest.param(BAD / "jump", False, 0, id="a-warning"),
        pytest.param(BAD / "jump", True, 1, id="a-warning-strictly"),
        pytest.param(BAD / "overlap", False, 1, id="an-error"),
        pytest.param(BAD / "nowhere", False, 2, id="no-folder"),
    ],
)
def test_exit_codes(folder: Path, code: int, form: str, *, strict: bool) -> None:
    done = run("cards", "check", str(folder), "--format", form, *AT, *(["--strict"] if strict else []))
    assert done.code == code
    assert bool(done.out) == (code != 2 or form == "json")


def test_a_finding_says_where_what_and_how_to_mend_it() -> None:
    assert run("cards", "check", str(BAD / "jump"), *AT).out.splitlines() == [
        f"{BAD / 'jump' / 'card.toml'}:28 entry.2.price",
        "  warning CAT302 jump",
        "    output_video_seconds at 1080P goes from 0.15 to 0.45 USD on 2026-06-01: a change by more than a",
        "    factor of 2. Mend the slip, or check with a larger --max-ratio if it is meant.",
        "",
        "0 errors, 1 warning as of 2026-11-15",
    ]


def test_the_bounds_are_options() -> None:
    assert run("cards", "check", str(BAD / "jump"), "--max-ratio", "3.5", "--strict", *AT).code == 0
    assert run("cards", "check", str(BAD / "stale"), "--max-age-days", "400", "--strict", *AT).code == 0


@pytest.mark.parametrize("ratio", ["x", "0.5", "-2", "1e3"])
def test_a_ratio_that_is_none_is_refused(ratio: str) -> None:
    done = run("cards", "check", str(CATALOGUE), f"--max-ratio={ratio}")
    assert (done.code, done.out) == (2, "")
    assert "--max-ratio" in done.err
