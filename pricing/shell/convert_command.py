"""The command `wan-rules convert` and the options that it alone has. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.offered_words import HOST_WORDS

SHORT_HELP: Final = "Write a payload in another host's shape."
To = Annotated[
    str,
    typer.Option(
        "--to",
        help="The host whose payload is wanted.",
        show_default=False,
        metavar="NAME",
        autocompletion=lambda: HOST_WORDS,
    ),
]
OrderOption = Annotated[
    v.Order | None,
    typer.Option(
        "--order",
        help="images-first or videos-first, of two arrays.\n\nHow a host with two arrays counts images and videos.",
        metavar="WORD",
    ),
]


def convert(
    payload: o.Payload,
    to: To,
    host: o.Host = None,
    facts: o.Facts = None,
    order: OrderOption = None,
    lang: o.Lang = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Write a payload in another host's shape, labels rewritten; what it can't carry is said on stderr.

    Example: wan-rules convert examples/fal-one-clip.payload.json --to runware
    """
    from pricing.shell import commands

    raise typer.Exit(commands.convert(v.Asked(payload, host, facts, format, lang=lang), to, order))
