"""The options that say how usage is read, of each command that rates it. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pricing.shell.helping import INPUTS, LIMITS


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
IgnoreExtra = Annotated[
    bool, typer.Option("--ignore-extra", help="Leave out columns that are not ours.", rich_help_panel=INPUTS)
]
MemoryLimit = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", help="What the tables may take: 1GB, 800MB.", metavar="SIZE", rich_help_panel=LIMITS
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        help="On how many threads; else one a core.\n\nOn how many threads; one a core if left out.",
        metavar="N",
        rich_help_panel=LIMITS,
    ),
]
