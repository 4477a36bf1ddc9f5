"""The command `wan-rules probe` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import measuring_options as m
from pricing.shell import options as o
from pricing.shell.helping import MEASURING

SHORT_HELP: Final = "Measure media: kind, size, format, length."


Annotate = Annotated[
    Path | None,
    typer.Option(
        "--annotate",
        help="Draw what --subjects saw into this PNG.\n\n"
        "With --subjects: draw what was seen in one picture into this PNG.",
        metavar="FILE",
        rich_help_panel=MEASURING,
    ),
]
Seconds = Annotated[
    float,
    typer.Option(
        "--seconds", min=0.1, max=600, help="How long measuring may take.", metavar="N", rich_help_panel=MEASURING
    ),
]
Media = Annotated[list[str], typer.Argument(help="Files, or URLs at http, https or data.", show_default=False)]


def probe(
    media: Media,
    allow: m.Allow = None,
    bills: m.BillsOption = v.Bills.SAMPLES,
    cache: m.Cache = False,
    subjects: m.Subjects = False,
    weights: m.SubjectWeights = None,
    annotate: Annotate = None,
    seconds: Seconds = 10.0,
    format: o.AnyFormat = v.Format.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Measure media from their headers: kind, format, pixels, alpha, bytes, and every length that a file claims.

    Of a remote file no more is read than that takes. What can't be measured is said, and ends with exit code 3.

    Example: wan-rules probe examples/media/dance.mp4 examples/media/girl.png
    """
    from pricing.shell import probe_commands

    if weights is not None and not subjects:
        raise typer.BadParameter("a detector counts subjects by them: add --subjects", param_hint="--weights")
    measuring = v.Measuring(allow or (), bills, cache, subjects, weights, seconds=seconds)
    raise typer.Exit(probe_commands.probe(media, measuring, format, annotate))
