"""polars by hand: a full join of rated usage and the invoice, both lazy, on the streaming engine."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.peers.invoices.rated_by_hand import EXACT, rate


def reconcile(usage: Path, invoice: Path, output: Path) -> set[str]:
    """The tasks that differ; the output tells how."""
    lines = (
        pl.scan_parquet(invoice).group_by("task_id").agg(invoiced=pl.col("amount").cast(EXACT).sum(), lines=pl.len())
    )
    differing = (
        rate(usage)
        .join(lines, on="task_id", how="full", coalesce=True)
        .filter(pl.col("amount").ne_missing(pl.col("invoiced")))
        .with_columns(
            cause=pl.when(pl.col("amount").is_null())
            .then(pl.lit("no such charge"))
            .when(pl.col("invoiced").is_null())
            .then(pl.lit("missing on invoice"))
            .when(pl.col("lines") > 1)
            .then(pl.lit("duplicate"))
            .otherwise(pl.lit("amount"))
        )
        .collect(engine="streaming")
    )
    output.mkdir(parents=True)
    differing.write_parquet(output / "differing.parquet")
    return set(differing["task_id"])


def main() -> None:
    """The number of tasks that differ, of the files that are named: usage, invoice, output."""
    print(len(reconcile(*map(Path, sys.argv[1:4]))))


if __name__ == "__main__":
    main()
