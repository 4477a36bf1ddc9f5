"""The options of `wan-rules cards ...` alone. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell.asked_values import CiFormat, Meter
from pricing.shell.helping import OUTPUTS
from pricing.shell.offered_words import HOST_WORDS


def _offer_cards(ctx: typer.Context, incomplete: str) -> list[str]:
    from pricing.shell.completing import offer_cards

    return offer_cards(ctx.params, incomplete)


Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="Say why this one holds.\n\nSay what was looked at and why this one holds.",
        rich_help_panel=OUTPUTS,
    ),
]
HostArgument = Annotated[
    str,
    typer.Argument(help="alibaba, atlas, fal or runware.", show_default=False, autocompletion=lambda: HOST_WORDS),
]
CardArgument = Annotated[str, typer.Argument(help="The card's id.", show_default=False, autocompletion=_offer_cards)]
OldCatalogue = Annotated[
    str,
    typer.Argument(
        help="Folder, archive, URL, REV:path or `published`.\n\n"
        "A folder, archive or URL, a folder at a revision as REV:path, or published.",
        show_default=False,
    ),
]
NewCatalogue = Annotated[str, typer.Argument(help="What comes after it, named in the same way.", show_default=False)]
FailOver = Annotated[
    str | None,
    typer.Option(
        "--fail-over",
        help="Exit with 1 when a price moves by more: 10%.\n\nExit with 1 when a price moves by more: 10% or 2.5%.",
        metavar="PERCENT",
        rich_help_panel=OUTPUTS,
    ),
]
Now = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="The instant to mark as now: 2026-11-01.\n\n"
        "The instant that is marked as now: 2026-11-01, or with time and zone.",
        metavar="INSTANT",
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot",
        help="Also draw the prices into this SVG file.\n\nAlso draw the prices over time into this SVG file.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]
MeterOption = Annotated[
    Meter | None,
    typer.Option(
        "--meter",
        help="What the plot shows; output_video_seconds, else.\n\n"
        "What the plot shows; output_video_seconds if left out.",
        metavar="WORD",
        rich_help_panel=OUTPUTS,
    ),
]
InstantArgument = Annotated[
    str, typer.Argument(help="The instant: 2026-11-01, or with time and zone.", show_default=False)
]
CatalogueArgument = Annotated[
    str, typer.Argument(help="A folder of TOML, an archive or a URL: the catalogue to check.", show_default=False)
]
Today = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="The day to take for today: 2026-11-01.\n\nThe day to take for today, such as 2026-11-01.",
        metavar="DAY",
    ),
]
StrictFindings = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 for warnings too.", rich_help_panel=OUTPUTS)
]
MaxRatio = Annotated[str, typer.Option("--max-ratio", help="By which factor a price may change.", metavar="N")]
MaxAgeDays = Annotated[
    int,
    typer.Option(
        "--max-age-days",
        min=0,
        help="How old a check may be.\n\nHow long ago a card may have been checked.",
        metavar="N",
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        help="A revision whose past must be unchanged.\n\nA git revision: what had begun must be as it is there.",
        metavar="REV",
    ),
]
LockFile = Annotated[
    Path | None,
    typer.Option("--lock", help="A lock file: what it holds must be as it was.", metavar="FILE"),
]
LockedCatalogue = Annotated[Path, typer.Argument(help="A folder of TOML: the catalogue to lock.", show_default=False)]
LockOutput = Annotated[
    Path, typer.Option("--output", "-o", help="The lock file to write.", show_default=False, metavar="FILE")
]
NewFolder = Annotated[Path, typer.Argument(help="A folder that is empty, or not there yet.", show_default=False)]
ShippedCards = Annotated[
    list[str],
    typer.Option(
        "--from",
        help="A shipped card, by its id.\n\nA shipped card to begin from, by its id; may be given again.",
        show_default=False,
        metavar="CARD",
        autocompletion=_offer_cards,
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account", help="A name it is to know.\n\nA name it is to know; may be given again.", metavar="NAME"
    ),
]
Environments = Annotated[
    list[str] | None,
    typer.Option(
        "--environment", help="A name it is to know.\n\nA name it is to know; may be given again.", metavar="NAME"
    ),
]
FindingsFormat = Annotated[
    CiFormat,
    typer.Option(
        "--format",
        help="text, json, junit (for CI) or sarif.\n\nFor people, programs, CI (junit) or pull requests (sarif).",
        metavar="WORD",
        show_default=False,
        rich_help_panel=OUTPUTS,
    ),
]
MinCoverage = Annotated[
    str | None,
    typer.Option(
        "--min-coverage",
        help="Find untested parts below this share: 80%.\n\nFind untested parts where fewer are tested: 100% or 80%.",
        metavar="PERCENT",
    ),
]
TestedCatalogue = Annotated[
    Path, typer.Argument(help="A folder of TOML: the catalogue whose tests are run.", show_default=False)
]
Update = Annotated[
    bool,
    typer.Option(
        "--update",
        help="Write what failing tests would expect.\n\nWrite what failing tests would have to expect. Not in CI.",
    ),
]
