"""The command `wan-rules reconcile` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import options as o
from pricing.shell.bulk.usage_options import IgnoreExtra, MemoryLimit, UsageForm, UsageFrom, Zone

SHORT_HELP = "Hold an invoice against usage: every difference, its cause and its money."
Invoice = Annotated[
    list[str],
    typer.Option(
        "--invoice", help="Lines in Parquet, CSV or JSON Lines: a file, folder or glob; again.", show_default=False
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="The folder of the report, which appears whole.", show_default=False)
]
Usage = Annotated[list[str] | None, typer.Option("--usage", help="Usage to rate: a file, folder or glob; again.")]
Charges = Annotated[
    list[str] | None, typer.Option("--charges", help="Instead of usage: charges as `rate` wrote them, in Parquet.")
]
Columns = Annotated[
    list[str] | None, typer.Option("--columns", help="What the invoice calls its columns: amount=Betrag,line=Zeile.")
]
Period = Annotated[
    str | None, typer.Option("--period", help="What the invoice is for: 2026-10, or 2026-10-01..2026-11-01.")
]
Window = Annotated[str, typer.Option("--window", help="How far apart instants of one job may lie: 90s, 5m.")]
Tolerances = Annotated[
    list[str] | None,
    typer.Option("--tolerance", help="What no break is, by currency: USD=0.01 or USD=0.01,0.1%; again."),
]
AllowBreaks = Annotated[int | None, typer.Option("--allow-breaks", min=0, help="Exit with 0 up to so many breaks.")]
Allow = Annotated[list[str] | None, typer.Option("--allow", help="Exit with 0 up to so much money: USD=10; again.")]
Exact = Annotated[bool, typer.Option("--exact", help="Compare every row, and none by checksum.")]
Earlier = Annotated[
    str | None, typer.Option("--earlier", help="The folder of an earlier report: what is new, still open, resolved.")
]
At = Annotated[str | None, typer.Option("--at", help="When the report is made: an instant; now if left out.")]
Rejects = Annotated[
    Path | None, typer.Option("--rejects", help="Also write each line of the invoice that can't be read, and why.")
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
    format: o.OneFormat = o.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Hold an invoice against what the usage should have cost: each difference with its cause and its money.

    Account, environment and region are what task results leave out (--from dashscope).

    Example: wan-rules reconcile --usage usage.csv --invoice invoice.csv --catalogue prices -o reports/2026-10
    """
    from pricing.shell.bulk import reconcile_runs

    origin = (account, environment, region)
    inputs = reconcile_runs.Inputs(
        tuple(invoice), tuple(usage or ()), tuple(charges or ()), usage_from.value, zone, origin
    )
    asked = reconcile_runs.ReconcileAsked(
        inputs,
        output,
        o.Source(catalogue, catalogue_key, keep_for),
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
