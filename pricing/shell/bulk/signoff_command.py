"""The command `wan-rules signoff` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o

SHORT_HELP = "Sign a reconciliation off, or verify one that was."
Report = Annotated[Path, typer.Argument(help="The folder of a report, as `reconcile` wrote it.", show_default=False)]
By = Annotated[str | None, typer.Option("--by", help="Who signs.", metavar="NAME")]
Note = Annotated[str | None, typer.Option("--note", help="What they add.", metavar="TEXT")]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="When it is signed; now if left out.\n\nWhen it is signed: an instant with its zone; now if left out.",
        metavar="INSTANT",
    ),
]
AllowOpen = Annotated[
    bool,
    typer.Option(
        "--allow-open",
        help="Sign with breaks that nobody looks after.\n\n"
        "Sign with breaks that nobody accepted or looks after, and with lines of the invoice that can't be read.",
    ),
]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify",
        help="Compute all again, and say what differs.\n\n"
        "Digest every file and compute everything again, and say what differs.",
    ),
]


def signoff(
    report: Report,
    by: By = None,
    note: Note = None,
    at: At = None,
    allow_open: AllowOpen = False,
    verify: Verify = False,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Sign a report off: compute it again, and write down who signs, from which files, and to which totals.

    Example: wan-rules signoff reports/2026-10 --by "Mei Lin" --allow-open
    """
    from pricing.shell.bulk import signing_off, verifying
    from pricing.shell.bulk.ways import find_ways

    asked = signing_off.SignOffAsked(report, by, note, at, allow_open)
    does = verifying.verify if verify else signing_off.sign_off
    raise typer.Exit(does(asked, find_ways(), format))
