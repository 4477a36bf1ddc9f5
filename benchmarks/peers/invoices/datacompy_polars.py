"""datacompy: its comparison of two polars frames, rated usage and the invoice, by task."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from datacompy import PolarsCompare

from benchmarks.peers.invoices.rated_by_hand import EXACT, rate


def reconcile(usage: Path, invoice: Path, output: Path) -> set[str]:
    """The tasks that differ; the output is its report."""
    rated = rate(usage).collect(engine="streaming")
    lines = pl.scan_parquet(invoice).select("task_id", pl.col("amount").cast(EXACT)).collect(engine="streaming")
    compared = PolarsCompare(rated, lines, join_columns="task_id", df1_name="usage", df2_name="invoice")
    output.mkdir(parents=True)
    (output / "report.txt").write_text(compared.report())
    parts = [compared.df1_unq_rows, compared.df2_unq_rows]
    if not compared.intersect_rows_match():
        parts.append(compared.all_mismatch())
    return {task for part in parts for task in part["task_id"]}


def main() -> None:
    """The number of tasks that differ, of the files that are named: usage, invoice, output."""
    print(len(reconcile(*map(Path, sys.argv[1:4]))))


if __name__ == "__main__":
    main()
