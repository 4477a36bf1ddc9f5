"""The command `wan-rules settle` and what it alone is given. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o

SHORT_HELP: Final = "Settle a quote by what the host reports."
ReportArgument = Annotated[
    str, typer.Argument(help="What the host reports of the job, in JSON, or -.", show_default=False)
]
Settled = Annotated[
    str | None,
    typer.Option("--settled", help="An earlier settlement of the same quote, in JSON.", metavar="FILE"),
]


def settle(
    quote: o.QuoteArgument,
    report: ReportArgument,
    settled: Settled = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Settle a quote by what the host reports of the job: the charge, what of the hold is released, and why.

    Example: wan-rules settle quote.json examples/alibaba-five-references.result.json
    """
    from pricing.shell import settling

    raise typer.Exit(settling.settle_quote(settling.SettleAsked(quote, report, settled), format))
