"""The walks of the architecture page are taken: every function is called, in that order, and where it says so, once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.conftest import ROOT
from tests.shell.runner import surroundings

PAGE: Final = ROOT / "docs" / "explanation" / "architecture.md"
USAGE: Final = """
import sys, duckdb
duckdb.sql("copy (select 'job-1' as id, timestamptz '2026-11-15 09:30:00+00' as at, 'fal' as host,"
    " '720P' as resolution, 5::decimal(12,6) as duration_s, [7.2::decimal(12,6)] as clips_s, 1 as \\"references\\","
    f" 'succeeded' as status) to '{sys.argv[1]}' (format parquet)")
"""
INVOICE: Final = "line,at,amount,currency,task_id\n1,2026-11-15T09:30:00Z,0.50,USD,job-1\n"
TRACE: Final = """
import sys
root, counts, frames = sys.argv[1], {}, {}
def watch(frame, event, _):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(root) and id(frame) not in frames:
        frames[id(frame)] = frame  # held, so that no other frame gets its place; one that goes on is no new call
        key = f"{code.co_filename[len(root) + 1:]} {code.co_qualname}"
        counts[key] = counts.get(key, 0) + 1
from pricing.shell.cli import app
sys.setprofile(watch)
try:
    app(sys.argv[2:])
except SystemExit:
    pass
finally:
    sys.setprofile(None)
print("WALKED")
for key, count in counts.items():
    print(count, key)
"""


class Step(NamedTuple):
    """A row of a walk's table."""

    file: str
    function: str
    calls: str


def steps(walk: str) -> list[Step]:
    """The rows of a walk that name a function."""
    text = PAGE.read_text(encoding="utf-8").partition(f"<!-- walk: {walk} -->")[2].partition("\n## ")[0]
    return [Step(*row) for row in re.findall(r"\| `([\w/.]+)` `([\w.]+)` \| ([^|]+) \|", text)]


def take(*command: str) -> dict[str, int]:
    """How often each function of ours was called, in the order of the first calls, in a process that begins anew."""
    done = subprocess.run(
        [sys.executable, "-c", TRACE, str(ROOT), *command],
        capture_output=True,
        text=True,
        check=True,
        env=surroundings(),
    )
    told = done.stdout.partition("WALKED\n")[2].splitlines()
    return {line.partition(" ")[2]: int(line.partition(" ")[0]) for line in told}


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    payload, facts = (str(ROOT / "examples" / f"fal-one-clip.{kind}.json") for kind in ("payload", "facts"))
    usage, invoice = folder / "usage.parquet", folder / "invoice.csv"
    return {
        "quote": ("quote", payload, "--facts", facts),
        "reconcile": ("reconcile", "--usage", str(usage), "--invoice", str(invoice), "-o", str(folder / "report")),
        "check": ("cards", "check", str(ROOT / "tests" / "catalogues" / "bad" / "unit-slip")),
    }


@pytest.mark.parametrize("walk", ["quote", "reconcile", "check"])
def test_the_walk_goes_as_the_page_says(walk: str, tmp_path: Path) -> None:
    if walk == "reconcile":
        subprocess.run([sys.executable, "-c", USAGE, str(tmp_path / "usage.parquet")], check=True)
        (tmp_path / "invoice.csv").write_text(INVOICE, encoding="utf-8")
    counts = take(*commands(tmp_path)[walk])
    order = list(counts)
    told = steps(walk)
    assert len(told) > 10
    assert [step for step in told if f"{step.file} {step.function}" not in counts] == []
    seen = [order.index(f"{step.file} {step.function}") for step in told]
    assert [told[at] for at in range(1, len(told)) if seen[at] < seen[at - 1]] == []
    often = {step: counts[f"{step.file} {step.function}"] for step in told if step.calls == "once"}
    assert {step: count for step, count in often.items() if count != 1} == {}
