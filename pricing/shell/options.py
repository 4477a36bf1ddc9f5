"""The options that commands share, as they are declared. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pricing.shell.asked_values import Bills, Format, Order, TextMarkdownOrJson, TextOrJson
from pricing.shell.helping import MEASURING, OUTPUTS, TERMS

if TYPE_CHECKING:
    pass

HOST_WORDS: Final = ("alibaba", "atlas", "fal", "runware")
TIER_WORDS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
REGION_WORDS: Final = ("international", "mainland")
LANGUAGE_WORDS: Final = ("en", "zh")
"""What a shell offers to complete; a test holds the four to what the core and the published cards know."""


def _offer_more(words: Sequence[str], incomplete: str) -> list[str]:
    """What may follow in a list with commas: what is there already, and each word that is not."""
    there, comma, _ = incomplete.rpartition(",")
    return [f"{there}{comma}{word}" for word in words if word not in there.split(",")]


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
ProbeSeconds = Annotated[
    float,
    typer.Option(
        "--seconds", min=0.1, max=600, help="How long measuring may take.", metavar="N", rich_help_panel=MEASURING
    ),
]
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
Effects = Annotated[
    bool,
    typer.Option("--effects", help="Say what each warning and fix does to the price.", rich_help_panel=OUTPUTS),
]
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
    Order | None,
    typer.Option(
        "--order",
        help="images-first or videos-first, of two arrays.\n\nHow a host with two arrays counts images and videos.",
        metavar="WORD",
    ),
]
QuoteArgument = Annotated[
    str,
    typer.Argument(help="A quote, as `quote --format json` writes it, or - for standard input.", show_default=False),
]
ReportArgument = Annotated[
    str, typer.Argument(help="What the host reports of the job, in JSON, or -.", show_default=False)
]
Settled = Annotated[
    str | None,
    typer.Option("--settled", help="An earlier settlement of the same quote, in JSON.", metavar="FILE"),
]
Hosts = Annotated[
    str | None,
    typer.Option(
        "--hosts",
        help="Comma-separated; all of them if left out.",
        metavar="NAMES",
        autocompletion=lambda incomplete: _offer_more(HOST_WORDS, incomplete),
    ),
]
Tiers = Annotated[
    str | None,
    typer.Option(
        "--tiers",
        help="Comma-separated; all four if left out.",
        metavar="NAMES",
        autocompletion=lambda incomplete: _offer_more(TIER_WORDS, incomplete),
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
Version = Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)]
NoPlugins = Annotated[
    bool,
    typer.Option(
        "--no-plugins",
        help="Leave plugins aside (WAN_RULES_PLUGINS=0 too).\n\n"
        "Leave all installed plugins aside. Also: WAN_RULES_PLUGINS=0.",
    ),
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
