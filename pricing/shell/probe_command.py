"""The command `wan-rules probe`, and the options by which `check` and `quote` measure. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import typer

from pricing.shell import options as o

SHORT_HELP: Final = "Measure media: kind, size, format, length."


class Bills(StrEnum):
    """Whose word on a length is taken where all agree."""

    SAMPLES = "samples"
    EDIT = "edit"
    TRACK = "track"
    MOVIE = "movie"


class Measuring(NamedTuple):
    """How to measure, as the command line says it; `None` where nothing is to be measured."""

    allow: Sequence[str] = ()
    bills: str = Bills.SAMPLES
    seconds: float = 10.0


Probe = Annotated[bool, typer.Option("--probe", help="Measure the media: facts are then read off their headers.")]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", help="A host, or host:port, that may be asked whatever its address; may be given again."),
]
BillsOption = Annotated[Bills, typer.Option("--bills", help="Whose word on a clip's length is taken where all agree.")]
Seconds = Annotated[float, typer.Option("--seconds", min=0.1, max=600, help="How long all of it may take.")]
Media = Annotated[list[str], typer.Argument(help="Files, or URLs at http, https or data.", show_default=False)]


def probe(
    media: Media,
    allow: Allow = None,
    bills: BillsOption = Bills.SAMPLES,
    seconds: Seconds = 10.0,
    format: o.AnyFormat = o.Format.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Measure media from their headers: kind, format, pixels, alpha, bytes, and every length that a file claims.

    Of a remote file no more is read than that takes. What can't be measured is said, and ends with exit code 3.

    Example: wan-rules probe dance.mp4 https://media.example.com/girl.jpg
    """
    from pricing.shell import probe_commands

    raise typer.Exit(probe_commands.probe(media, Measuring(allow or (), bills, seconds), format))
