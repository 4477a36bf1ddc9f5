"""The command `wan-rules run` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from pricing.shell import options as o

SHORT_HELP: Final = "Run a program with the guard before its calls."


class OnUnknown(StrEnum):
    """What becomes of a call whose cost can't be told."""

    REFUSE = "refuse"
    ALLOW = "allow"


PerCall = Annotated[
    list[str] | None, typer.Option("--per-call", help="The most that a call may cost: USD=1; one for each currency.")
]
PerDay = Annotated[
    list[str] | None, typer.Option("--per-day", help="The most that a day may cost: USD=20; wants --state.")
]
PerRun = Annotated[list[str] | None, typer.Option("--per-run", help="The most that this run may cost: USD=5.")]
Bases = Annotated[
    list[str] | None,
    typer.Option("--base", help="Another URL with a host's API: alibaba=https://gateway.example.com/api/v1."),
]


def run(  # noqa: PLR0913, PLR0917 - as many as the command has options
    command: Annotated[
        list[str] | None,
        typer.Argument(help="The program and its arguments, after --.", show_default=False, metavar="-- COMMAND..."),
    ] = None,
    catalogue: o.Catalogue = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    facts: o.Facts = None,
    per_call: PerCall = None,
    per_day: PerDay = None,
    per_run: PerRun = None,
    zone: Annotated[str, typer.Option("--zone", help="The time zone whose days count.")] = "UTC",
    state: Annotated[
        str | None, typer.Option("--state", help="The file that keeps count, and that programs may share.")
    ] = None,
    base: Bases = None,
    on_unknown: Annotated[
        OnUnknown, typer.Option("--on-unknown", help="What becomes of a call whose cost can't be told.")
    ] = OnUnknown.REFUSE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Refuse nothing: only say what would be.")] = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Run a program with the guard before its calls to the hosts: what is rejected or too dear is not sent.

    The program need not know of it. What was sent, refused, spent and saved is said on stderr at its end; the exit
    code is the program's.

    Example: wan-rules run --per-run USD=5 -- python script.py
    """
    from pricing.shell.guard import running_command

    limits = (tuple(per_call or ()), tuple(per_day or ()), tuple(per_run or ()))
    terms = o.OnTerms(o.Source(catalogue), account, environment, region, None)
    asked = running_command.RunAsked(
        terms, facts, limits, zone, state, tuple(base or ()), on_unknown.value, dry_run=dry_run
    )
    raise typer.Exit(running_command.run_command(asked, tuple(command or ())))
