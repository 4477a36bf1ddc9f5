"""The options that say how usage is read, of each command that rates it. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pricing.shell.helping import INPUTS


class UsageForm(StrEnum):
    """In whose columns usage is."""

    OWN = "own"
    DASHSCOPE = "dashscope"
    FOCUS = "focus"


UsageFrom = Annotated[UsageForm, typer.Option("--from", help="In whose columns the usage is.", rich_help_panel=INPUTS)]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone",
        help="The zone of instants that say none.\n\nThe zone of instants that say none: Asia/Shanghai.",
        metavar="ZONE",
        rich_help_panel=INPUTS,
    ),
]
