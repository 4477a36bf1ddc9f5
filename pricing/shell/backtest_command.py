"""The command `wan-rules backtest` and the options that it alone has. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.bulk.usage_options import IgnoreExtra, MemoryLimit, Threads, UsageForm, UsageFrom, Zone
from pricing.shell.helping import INPUTS, OUTPUTS

SHORT_HELP = "Say what past usage costs under other prices."
Usage = Annotated[
    list[str],
    typer.Option(
        "--usage",
        help="JSON Lines or tables; - is standard input.\n\n"
        "Usage: JSON Lines, - for standard input, or tables as `rate` reads them; may be given again.",
        metavar="FILE",
        rich_help_panel=INPUTS,
        show_default=False,
    ),
]
Old = Annotated[
    str,
    typer.Option(
        "--old",
        help="Folder, file, URL, REV:path or `published`.\n\n"
        "A catalogue: a folder, a file, REV:path, a URL, or published.",
        metavar="SOURCE",
        show_default=False,
    ),
]
New = Annotated[
    str,
    typer.Option(
        "--new",
        help="What it is set against, named the same way.\n\nWhat it is set against, named in the same way.",
        metavar="SOURCE",
        show_default=False,
    ),
]
OldAt = Annotated[
    str | None,
    typer.Option(
        "--old-at",
        help="Rate all rows at --old as of this instant.\n\n"
        "Rate every row at --old as of this instant, not as of its own.",
        metavar="INSTANT",
    ),
]
NewAt = Annotated[
    str | None,
    typer.Option(
        "--new-at",
        help="Rate all rows at --new as of this instant.\n\n"
        "Rate every row at --new as of this instant, not as of its own.",
        metavar="INSTANT",
    ),
]
FailOver = Annotated[
    str | None,
    typer.Option(
        "--fail-over",
        help="Exit with 1 if a group moves by more: 5%.\n\nExit with 1 when a group moves by more: 5% or 2.5%.",
        metavar="PERCENT",
        rich_help_panel=OUTPUTS,
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="Also write the rows not rated, and why.\n\n"
        "Also write each row that is not rated, and why, as JSON Lines.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot",
        help="Also draw the causes into this SVG file.\n\nAlso draw before, causes and after into this SVG file.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]


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
    format: o.ChangesFormat = v.TextMarkdownOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Say what past usage costs under two catalogues: before, after, and by which causes, for each account and tier.

    Account, environment and region are what task results leave out (--from dashscope).

    Example: wan-rules backtest --usage examples/usage.jsonl --old examples/catalogue --new examples/catalogue
    --new-at 2027-01-01
    """
    from pricing.shell import backtesting

    origin, limits = (account, environment, region), (memory_limit, threads)
    v.check_origin(usage_from.value, origin)
    tables = backtesting.TablesAsked(usage_from.value, zone, ignore_extra, origin, limits)
    conditions = (catalogue_key, keep_for)
    asked = backtesting.BacktestAsked(
        tuple(usage), old, new, old_at, new_at, fail_over, rejects, plot, conditions, tables
    )
    raise typer.Exit(backtesting.backtest(asked, format))
