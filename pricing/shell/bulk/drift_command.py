"""The command `wan-rules drift` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.helping import INPUTS, OUTPUTS

SHORT_HELP = "Say how far invoiced unit prices are from quoted ones."


class By(StrEnum):
    """The periods of a drift, in UTC; a week begins on its Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


Quoted = Annotated[
    list[str],
    typer.Option(
        "--quoted",
        help="Quotes or charges: a file, folder or glob.\n\n"
        "Quotes as `quote --format jsonl` writes them, or charges: a file, folder or glob; may be given again.",
        metavar="FILE",
        rich_help_panel=INPUTS,
        show_default=False,
    ),
]
Invoiced = Annotated[
    list[str],
    typer.Option(
        "--invoiced",
        help="The invoice, with task_id, amount, currency.\n\n"
        "The invoice, with task_id, amount and currency, and quantity if it has one; may be given again.",
        metavar="FILE",
        rich_help_panel=INPUTS,
        show_default=False,
    ),
]
Periods = Annotated[
    By,
    typer.Option(
        "--by", help="How long a period is, in UTC.\n\nHow long a period is, in UTC; a week begins on Monday."
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot",
        help="Also draw this SVG file.\n\nAlso draw this SVG file; one for each currency where there are several.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]
FailOver = Annotated[
    str | None,
    typer.Option(
        "--fail-over",
        help="Exit with 1 when one is further off: 1%.\n\n"
        "Exit with 1 when a period, or all up to it, is further off: 1% or 0.5%.",
        metavar="PERCENT",
        rich_help_panel=OUTPUTS,
    ),
]


def drift(
    quoted: Quoted,
    invoiced: Invoiced,
    by: Periods = By.WEEK,
    plot: Plot = None,
    fail_over: FailOver = None,
    format: o.ChangesFormat = v.TextMarkdownOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Say how far invoiced unit prices are from those that were quoted, by host and tier, over time.

    Example: wan-rules drift --quoted charges --invoiced examples/finance/invoice.csv --by month
    """
    try:
        from pricing.shell.bulk import drifting
    except ImportError as error:
        from pricing.shell.printing import answer_without

        raise typer.Exit(answer_without("drift", error, "tables", format)) from None

    asked = drifting.DriftAsked(quoted, invoiced, by.value, fail_over, plot)
    raise typer.Exit(drifting.drift(asked, format))
