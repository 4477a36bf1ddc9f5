"""Ours: one command, which rates the usage, holds the invoice against it, and writes its report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

CATALOGUE = Path(__file__).parent.parent / "catalogue"
COMMAND = Path(sys.executable).with_name("wan-rules")


def reconcile(usage: Path, invoice: Path, output: Path) -> set[str]:
    """The tasks that differ; the output tells causes and money."""
    files = ["--usage", str(usage), "--invoice", str(invoice), "--catalogue", str(CATALOGUE), "-o", str(output)]
    subprocess.run([str(COMMAND), "reconcile", *files], check=False, capture_output=True)
    found = duckdb.sql(f"SELECT unnest(task_ids) FROM '{output}/breaks.parquet'").fetchall()  # noqa: S608 - a path of our own
    return {task for (task,) in found}
