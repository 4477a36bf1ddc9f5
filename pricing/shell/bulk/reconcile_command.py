"""The command `wan-rules reconcile` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.bulk.usage_options import IgnoreExtra, MemoryLimit, UsageForm, UsageFrom, Zone
from pricing.shell.helping import INPUTS, LIMITS, OUTPUTS

SHORT_HELP = "Hold an invoice against usage."
Invoice = Annotated[
    list[str],
    typer.Option(
        "--invoice",
        help="Parquet, CSV, JSON Lines: file, folder, glob.\n\n"
        "Lines in Parquet, CSV or JSON Lines: a file, folder or glob; again.",
        metavar="FILE",
        rich_help_panel=INPUTS,
        show_default=False,
    ),
]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="The folder of the report.\n\nThe folder of the report, which appears whole.",
        metavar="PATH",
        rich_help_panel=OUTPUTS,
        show_default=False,
    ),
]
Usage = Annotated[
    list[str] | None,
    typer.Option(
        "--usage",
        help="Usage to rate: a file, folder or glob.\n\nUsage to rate: a file, folder or glob; again.",
        metavar="FILE",
        rich_help_panel=INPUTS,
    ),
]
Charges = Annotated[
    list[str] | None,
    typer.Option(
        "--charges",
        help="Instead of usage: charges of `rate`.\n\nInstead of usage: charges as `rate` wrote them, in Parquet.",
        metavar="PATH",
        rich_help_panel=INPUTS,
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        help="The invoice's columns: amount=Betrag.\n\nWhat the invoice calls its columns: amount=Betrag,line=Zeile.",
        metavar="X=Y",
        rich_help_panel=INPUTS,
    ),
]
Period = Annotated[
    str | None,
    typer.Option(
        "--period",
        help="2026-10, or 2026-10-01..2026-11-01.\n\nWhat the invoice is for: 2026-10, or 2026-10-01..2026-11-01.",
        metavar="PERIOD",
        rich_help_panel=INPUTS,
    ),
]
Window = Annotated[
    str,
    typer.Option(
        "--window",
        help="How far apart instants may lie.\n\nHow far apart instants of one job may lie: 90s, 5m.",
        metavar="TIME",
        rich_help_panel=LIMITS,
    ),
]
Tolerances = Annotated[
    list[str] | None,
    typer.Option(
        "--tolerance",
        help="What no break is: USD=0.01 or USD=0.01,0.1%.\n\n"
        "What no break is, by currency: USD=0.01 or USD=0.01,0.1%; again.",
        metavar="X=N",
        rich_help_panel=LIMITS,
    ),
]
AllowBreaks = Annotated[
    int | None,
    typer.Option(
        "--allow-breaks", min=0, help="Exit with 0 up to so many breaks.", metavar="N", rich_help_panel=LIMITS
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        help="Exit with 0 up to so much money: USD=10.\n\nExit with 0 up to so much money: USD=10; again.",
        metavar="X=N",
        rich_help_panel=LIMITS,
    ),
]
Exact = Annotated[
    bool,
    typer.Option(
        "--exact",
        help="Compare each row, none by checksum.\n\nCompare every row, and none by checksum.",
        rich_help_panel=LIMITS,
    ),
]
Earlier = Annotated[
    str | None,
    typer.Option(
        "--earlier",
        help="An earlier report: what is new or resolved.\n\n"
        "The folder of an earlier report for the same period: what is new, still open, resolved.",
        metavar="PATH",
        rich_help_panel=INPUTS,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="When the report is made; now if left out.\n\nWhen the report is made: an instant; now if left out.",
        metavar="INSTANT",
        rich_help_panel=OUTPUTS,
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="Also write unreadable lines, and why.\n\n"
        "Also write each line of the invoice that can't be read, and why.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]


def reconcile(
    invoice: Invoice,
    output: Output,
    usage: Usage = None,
    charges: Charges = None,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    usage_from: UsageFrom = UsageForm.OWN,
    zone: Zone = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    columns: Columns = None,
    period: Period = None,
    window: Window = "5m",
    tolerance: Tolerances = None,
    allow_breaks: AllowBreaks = None,
    allow: Allow = None,
    exact: Exact = False,
    earlier: Earlier = None,
    at: At = None,
    memory_limit: MemoryLimit = None,
    rejects: Rejects = None,
    ignore_extra: IgnoreExtra = False,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Hold an invoice against what the usage should have cost: each difference with its cause and its money.

    Account, environment and region are what task results leave out (--from dashscope).

    Example: wan-rules reconcile --usage examples/finance/usage.csv --invoice examples/finance/invoice.csv
    --catalogue examples/finance/catalogue --period 2026-08-01..2026-11-01 -o reports/2026-10
    """
    try:
        from pricing.shell.bulk import reconcile_runs
    except ImportError as error:
        from pricing.shell.printing import answer_without

        raise typer.Exit(answer_without("reconcile", error, "tables", format)) from None

    origin = (account, environment, region)
    v.check_origin(usage_from.value, origin)
    inputs = reconcile_runs.Inputs(
        tuple(invoice), tuple(usage or ()), tuple(charges or ()), usage_from.value, zone, origin
    )
    asked = reconcile_runs.ReconcileAsked(
        inputs,
        output,
        v.Source(catalogue, catalogue_key, keep_for),
        columns=tuple(columns or ()),
        period=period,
        window=window,
        tolerances=tuple(tolerance or ()),
        allow_breaks=allow_breaks,
        allow=tuple(allow or ()),
        exact=exact,
        earlier=earlier,
        at=at,
        memory_limit=memory_limit,
        rejects=rejects,
        ignores_extra=ignore_extra,
    )
    raise typer.Exit(reconcile_runs.reconcile(asked, format))
