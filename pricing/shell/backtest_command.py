"""The command `wan-rules backtest` and the options that it alone has. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import options as o
from pricing.shell.bulk.usage_options import IgnoreExtra, MemoryLimit, Threads, UsageForm, UsageFrom, Zone

SHORT_HELP = "Say what past usage costs under other prices."
Usage = Annotated[
    list[str],
    typer.Option(
        "--usage",
        help="Usage: JSON Lines, - for standard input, or tables as `rate` reads them; may be given again.",
        show_default=False,
    ),
]
Old = Annotated[
    str,
    typer.Option("--old", help="A catalogue: a folder, a file, REV:path, a URL, or published.", show_default=False),
]
New = Annotated[str, typer.Option("--new", help="What it is set against, named in the same way.", show_default=False)]
OldAt = Annotated[
    str | None, typer.Option("--old-at", help="Rate every row at --old as of this instant, not as of its own.")
]
NewAt = Annotated[
    str | None, typer.Option("--new-at", help="Rate every row at --new as of this instant, not as of its own.")
]
FailOver = Annotated[
    str | None, typer.Option("--fail-over", help="Exit with 1 when a group moves by more: 5% or 2.5%.")
]
Rejects = Annotated[
    Path | None, typer.Option("--rejects", help="Also write each row that is not rated, and why, as JSON Lines.")
]
Plot = Annotated[Path | None, typer.Option("--plot", help="Also draw before, causes and after into this SVG file.")]


def backtest(
    usage: Usage,
    old: Old,
    new: New,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    old_at: OldAt = None,
    new_at: NewAt = None,
    fail_over: FailOver = None,
    rejects: Rejects = None,
    plot: Plot = None,
    usage_from: UsageFrom = UsageForm.OWN,
    zone: Zone = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    ignore_extra: IgnoreExtra = False,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
    format: o.ChangesFormat = o.TextMarkdownOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Say what past usage costs under two catalogues: before, after, and by which causes, for each account and tier.

    Account, environment and region are what task results leave out (--from dashscope).

    Example: wan-rules backtest --usage usage.jsonl --old published --new prices --new-at 2027-01-01
    """
    from pricing.shell import backtesting

    origin, limits = (account, environment, region), (memory_limit, threads)
    tables = backtesting.TablesAsked(usage_from.value, zone, ignore_extra, origin, limits)
    conditions = (catalogue_key, keep_for)
    asked = backtesting.BacktestAsked(
        tuple(usage), old, new, old_at, new_at, fail_over, rejects, plot, conditions, tables
    )
    raise typer.Exit(backtesting.backtest(asked, format))
