"""The options that say how usage is read, of each command that rates it. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class UsageForm(StrEnum):
    """In whose columns usage is."""

    OWN = "own"
    DASHSCOPE = "dashscope"
    FOCUS = "focus"


UsageFrom = Annotated[UsageForm, typer.Option("--from", help="In whose columns the usage is.")]
Zone = Annotated[str | None, typer.Option("--zone", help="The zone of instants that say none: Asia/Shanghai.")]
IgnoreExtra = Annotated[bool, typer.Option("--ignore-extra", help="Leave out columns that are not ours.")]
MemoryLimit = Annotated[str | None, typer.Option("--memory-limit", help="What the tables may take: 1GB, 800MB.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="On how many threads; one a core if left out.")]
