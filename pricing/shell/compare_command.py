"""The command `wan-rules compare` and the options that it alone has. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.helping import OUTPUTS
from pricing.shell.offered_words import HOST_WORDS, TIER_WORDS, offer_more

SHORT_HELP: Final = "Set hosts, tiers and lengths side by side."
Hosts = Annotated[
    str | None,
    typer.Option(
        "--hosts",
        help="Comma-separated; all of them if left out.",
        metavar="NAMES",
        autocompletion=lambda incomplete: offer_more(HOST_WORDS, incomplete),
    ),
]
Tiers = Annotated[
    str | None,
    typer.Option(
        "--tiers",
        help="Comma-separated; all four if left out.",
        metavar="NAMES",
        autocompletion=lambda incomplete: offer_more(TIER_WORDS, incomplete),
    ),
]
Durations = Annotated[
    str | None,
    typer.Option(
        "--durations",
        help="Comma-separated; the payload's if left out.\n\nComma-separated seconds; the payload's if left out.",
        metavar="SECONDS",
    ),
]
Rates = Annotated[
    list[str] | None,
    typer.Option(
        "--rate",
        help="CNY/USD=0.139: also show CNY as USD.\n\nCNY/USD=0.139: also show amounts in CNY as USD at that rate.",
        metavar="A/B=N",
        rich_help_panel=OUTPUTS,
    ),
]


def compare(
    payload: o.Payload,
    host: o.Host = None,
    facts: o.Facts = None,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    at: o.At = None,
    consumed_before: o.ConsumedBefore = None,
    hosts: Hosts = None,
    tiers: Tiers = None,
    durations: Durations = None,
    rate: Rates = None,
    lang: o.Lang = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Set hosts, tiers and lengths side by side for one request: what each costs, and what each would reject.

    Example: wan-rules compare examples/runware-two-seconds.payload.json --tiers 720P,1080P --durations 5,10
    """
    from pricing.shell import commands, comparing

    terms = v.OnTerms(
        v.Source(catalogue, catalogue_key, keep_for), account, environment, region, at, consumed_before or ()
    )
    axes = comparing.AxesAsked(hosts, tiers, durations, tuple(rate or ()))
    raise typer.Exit(commands.compare(v.Asked(payload, host, facts, format, lang=lang), terms, axes))
