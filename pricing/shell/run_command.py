"""The command `wan-rules run` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.helping import LIMITS

SHORT_HELP: Final = "Run a program with the guard before its calls."
OPTIONS_COME_FIRST: Final = {"allow_interspersed_args": False}
"""What follows the program's name is the program's, after a `--` or not: its own `--dry-run` is none of ours."""


class OnUnknown(StrEnum):
    """What becomes of a call whose cost can't be told."""

    REFUSE = "refuse"
    ALLOW = "allow"


PerCall = Annotated[
    list[str] | None,
    typer.Option(
        "--per-call",
        help="What a call may cost: USD=1.\n\nThe most that a call may cost: USD=1; one for each currency.",
        metavar="X=N",
        rich_help_panel=LIMITS,
    ),
]
PerDay = Annotated[
    list[str] | None,
    typer.Option(
        "--per-day",
        help="What a day may cost: USD=20; wants --state.\n\nThe most that a day may cost: USD=20; wants --state.",
        metavar="X=N",
        rich_help_panel=LIMITS,
    ),
]
PerRun = Annotated[
    list[str] | None,
    typer.Option(
        "--per-run",
        help="What this run may cost: USD=5.\n\nThe most that this run may cost: USD=5.",
        metavar="X=N",
        rich_help_panel=LIMITS,
    ),
]
Bases = Annotated[
    list[str] | None,
    typer.Option(
        "--base",
        help="Where else a host's API is: fal=https://...\n\n"
        "Another URL with a host's API: alibaba=https://gateway.example.com/api/v1.",
        metavar="HOST=URL",
    ),
]


def run(
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
    zone: Annotated[
        str, typer.Option("--zone", help="The time zone whose days count.", metavar="ZONE", rich_help_panel=LIMITS)
    ] = "UTC",
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            help="The file that keeps count; may be shared.\n\nThe file that keeps count, and that programs may share.",
            metavar="FILE",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    base: Bases = None,
    on_unknown: Annotated[
        OnUnknown,
        typer.Option(
            "--on-unknown",
            help="Of calls whose cost can't be told.\n\nWhat becomes of a call whose cost can't be told.",
            rich_help_panel=LIMITS,
        ),
    ] = OnUnknown.REFUSE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Refuse nothing: only say what would be.", rich_help_panel=LIMITS)
    ] = False,
) -> None:
    """Run a program with the guard before its calls to the hosts: what is rejected or too dear is not sent.

    The program need not know of it. What was sent, refused, spent and saved is said on stderr at its end; the exit
    code is the program's.

    Example: wan-rules run --per-run USD=5 -- python examples/guard/render.py
    """
    from pricing.shell.guard import running_command

    limits = (tuple(per_call or ()), tuple(per_day or ()), tuple(per_run or ()))
    terms = v.OnTerms(v.Source(catalogue), account, environment, region, None)
    asked = running_command.RunAsked(
        terms, facts, limits, zone, state, tuple(base or ()), on_unknown.value, dry_run=dry_run
    )
    raise typer.Exit(running_command.run_command(asked, tuple(command or ())))
