"""The options by which commands measure media before they look at them. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.shell.asked_values import Bills
from pricing.shell.helping import MEASURING

Probe = Annotated[
    bool,
    typer.Option(
        "--probe",
        help="Measure the media by their headers.\n\nMeasure the media: facts are read off their headers.",
        rich_help_panel=MEASURING,
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        help="A host that is asked whatever its address.\n\n"
        "A host, or host:port, that is asked whatever its address; may be given again.",
        metavar="HOST",
        rich_help_panel=MEASURING,
    ),
]
BillsOption = Annotated[
    Bills,
    typer.Option(
        "--bills",
        help="Length by samples (default), edit, track or movie.\n\n"
        "Whose word on a clip's length is taken where all agree.",
        metavar="WORD",
        show_default=False,
        rich_help_panel=MEASURING,
    ),
]
Cache = Annotated[
    bool,
    typer.Option(
        "--cache",
        help="Keep what was measured of URLs.\n\nKeep what was measured of URLs, in the user's cache folder.",
        rich_help_panel=MEASURING,
    ),
]
Subjects = Annotated[
    bool,
    typer.Option(
        "--subjects",
        help="Count subjects by a detector.\n\nCount the subjects of pictures and local clips by a detector.",
        rich_help_panel=MEASURING,
    ),
]
SubjectWeights = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        help="The detector's weights.\n\n"
        "The detector's weights. Also: WAN_RULES_SUBJECT_WEIGHTS, and ..._SHA256 for theirs.",
        metavar="FILE",
        rich_help_panel=MEASURING,
    ),
]
TrustSubjects = Annotated[
    bool,
    typer.Option(
        "--trust-subjects",
        help="Let what it counts refuse a request.\n\nWhat a detector counts may refuse a request; else it warns.",
        rich_help_panel=MEASURING,
    ),
]
