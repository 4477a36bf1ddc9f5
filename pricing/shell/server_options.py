"""How a command names a quote service and its key. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer

Server = Annotated[
    str | None, typer.Option("--server", help="The URL of a service to ask for a quote that binds (wan-rules[client]).")
]
KeyFile = Annotated[
    str | None, typer.Option("--key-file", help="A file with the API key for the service. Also: WAN_RULES_KEY.")
]


class ServerAsked(NamedTuple):
    """The service as the command line names it, or none; a key without one is refused."""

    url: str | None = None
    key_file: str | None = None
