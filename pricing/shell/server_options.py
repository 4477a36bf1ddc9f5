"""How a command names a quote service and its key. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer

from pricing.shell.helping import TERMS

Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        help="A service to ask for a quote that binds.\n\n"
        "The URL of a service to ask for a quote that binds (wan-rules[client]).",
        metavar="URL",
        rich_help_panel=TERMS,
    ),
]
KeyFile = Annotated[
    str | None,
    typer.Option(
        "--key-file",
        help="Its API key. Also: WAN_RULES_KEY.\n\nA file with the API key for the service. Also: WAN_RULES_KEY.",
        metavar="FILE",
        rich_help_panel=TERMS,
    ),
]


class ServerAsked(NamedTuple):
    """The service as the command line names it, or none; a key without one is refused."""

    url: str | None = None
    key_file: str | None = None
