"""How commands name the place where the quote service keeps what it must not forget. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

DEFAULT_STATE: Final = Path("wan-rules-state")
State = Annotated[
    Path,
    typer.Option(
        "--state",
        help="The folder of its database and its keys.\n\nThe folder of the database and the signing keys.",
        metavar="PATH",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="postgresql://user@host/name; else in --state.\n\n"
        "postgresql://user@host/name or sqlite:///file; a file in --state if left out. Also: WAN_RULES_DATABASE.",
        metavar="URL",
        show_default=False,
    ),
]
SigningKeys = Annotated[
    Path | None,
    typer.Option(
        "--signing-keys",
        help="The file of the keys that sign; else in --state.\n\n"
        "The file of the keys that sign quotes; one in --state.",
        metavar="FILE",
    ),
]


class StateAsked(NamedTuple):
    """Its folder; its database and the file of the keys that sign, where they are not in there."""

    folder: Path
    database: str | None = None
    signing_keys: Path | None = None
