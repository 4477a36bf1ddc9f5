"""The options that commands share, as they are declared. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated

import typer

from pricing.shell.asked_values import Format, TextMarkdownOrJson, TextOrJson
from pricing.shell.helping import OUTPUTS, TERMS
from pricing.shell.offered_words import HOST_WORDS, LANGUAGE_WORDS, REGION_WORDS


def _check_lang(tag: str | None) -> str | None:
    """The tag, where there is such a language. Raises BadParameter, which names those that there are."""
    if tag is not None:
        from wan_rules.payloads import UnusableInputError
        from wan_rules.shell.translations import find_translation

        try:
            find_translation(tag)
        except UnusableInputError as error:
            raise typer.BadParameter(error.reason) from None
    return tag


Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        envvar="WAN_RULES_LANG",
        show_envvar=False,
        callback=_check_lang,
        help="The language of violations: en or zh. Also: WAN_RULES_LANG.",
        autocompletion=lambda: LANGUAGE_WORDS,
    ),
]


def _offer_accounts(ctx: typer.Context, incomplete: str) -> list[str]:
    from pricing.shell.completing import offer_names

    return offer_names(ctx.params, "accounts", incomplete)


def _offer_environments(ctx: typer.Context, incomplete: str) -> list[str]:
    from pricing.shell.completing import offer_names

    return offer_names(ctx.params, "environments", incomplete)


# The first sentence of a help is for the screen; one after an empty line stands on the reference page instead of it.
Payload = Annotated[str, typer.Argument(help="A payload in JSON, or - for standard input.", show_default=False)]
Host = Annotated[
    str | None,
    typer.Option(
        "--host",
        help="alibaba, atlas, fal, runware; else recognised.\n\n"
        "alibaba, atlas, fal or runware; recognised if left out.",
        metavar="NAME",
        autocompletion=lambda: HOST_WORDS,
    ),
]
Facts = Annotated[
    str | None,
    typer.Option(
        "--facts",
        help="Facts about the media, in JSON.\n\nFacts about the media, in JSON, by URL or pointer.",
        metavar="FILE",
    ),
]
AnyFormat = Annotated[
    Format,
    typer.Option(
        "--format", help="jsonl: a request a line.\n\njsonl reads and writes a request a line.", rich_help_panel=OUTPUTS
    ),
]
OneFormat = Annotated[TextOrJson, typer.Option("--format", help="For people or for programs.", rich_help_panel=OUTPUTS)]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit with 3 when undetermined.\n\nExit with 3 when the verdict is undetermined.",
        rich_help_panel=OUTPUTS,
    ),
]
Catalogue = Annotated[
    str | None,
    typer.Option(
        "--catalogue",
        help="Folder, archive or URL; else the list prices.\n\n"
        "A folder of TOML, an archive of one, or a URL; the hosts' list prices without it.",
        metavar="SOURCE",
        rich_help_panel=TERMS,
    ),
]
CatalogueKey = Annotated[
    str | None,
    typer.Option(
        "--catalogue-key",
        help="Public keys: it has to be signed by one.\n\n"
        "A file of minisign public keys: the catalogue has to be signed by one. Also: WAN_RULES_CATALOGUE_KEY.",
        metavar="FILE",
        rich_help_panel=TERMS,
    ),
]
KeepFor = Annotated[
    str | None,
    typer.Option(
        "--keep-for",
        help="How long a copy will do if a URL fails: 24h.\n\n"
        "Keep a copy, and use it that long when the URL gives no answer: 30m, 24h, 7d.",
        metavar="TIME",
        rich_help_panel=TERMS,
    ),
]
Account = Annotated[
    str | None,
    typer.Option(
        "--account", help="Whose terms.", metavar="NAME", rich_help_panel=TERMS, autocompletion=_offer_accounts
    ),
]
Environment = Annotated[
    str | None,
    typer.Option(
        "--environment",
        help="Which environment's terms.",
        metavar="NAME",
        rich_help_panel=TERMS,
        autocompletion=_offer_environments,
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        help="Alibaba's: international (assumed) or mainland.\n\nAt alibaba: international (assumed) or mainland.",
        metavar="NAME",
        rich_help_panel=TERMS,
        autocompletion=lambda: REGION_WORDS,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="When it is sent: 2026-11-01; now if left out.\n\n"
        "The instant that picks prices: 2026-11-01, or with time and zone.",
        metavar="INSTANT",
        rich_help_panel=TERMS,
    ),
]
ConsumedBefore = Annotated[
    list[str] | None,
    typer.Option(
        "--consumed-before",
        help="Used in the month before: spend=80.50.\n\n"
        "What was used in the month before: output_video_seconds=1200 or spend=80.50; may be given again.",
        metavar="X=N",
        rich_help_panel=TERMS,
    ),
]
QuoteArgument = Annotated[
    str,
    typer.Argument(help="A quote, as `quote --format json` writes it, or - for standard input.", show_default=False),
]
ChangesFormat = Annotated[
    TextMarkdownOrJson,
    typer.Option(
        "--format",
        help="text, markdown (for a pull request) or json.\n\nFor people, a pull request or programs.",
        metavar="WORD",
        show_default=False,
        rich_help_panel=OUTPUTS,
    ),
]
