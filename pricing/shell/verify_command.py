"""The command `wan-rules quote verify` and its option. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o

SHORT_HELP: Final = "Verify a signed quote offline."


def verify(
    quote: o.QuoteArgument,
    keys_file: Annotated[
        str,
        typer.Option(
            "--keys",
            help="The keys that /.well-known/jwks.json gave.\n\n"
            "The published keys: what /.well-known/jwks.json answered.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Verify a signed quote offline: who signed it, that nothing was changed, and that its basis gives its total.

    Example: wan-rules quote verify quote.json --keys jwks.json
    """
    from pricing.shell import verifying

    raise typer.Exit(verifying.verify_quote(quote, keys_file, format))
