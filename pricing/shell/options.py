"""The options that commands share, and what they were set to. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

if TYPE_CHECKING:
    from wan_rules.messages import Translation

HOST_WORDS: Final = ("alibaba", "atlas", "fal", "runware")
TIER_WORDS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
REGION_WORDS: Final = ("international", "mainland")
LANGUAGE_WORDS: Final = ("en", "zh")
"""What a shell offers to complete; a test holds the four to what the core and the published cards know."""


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class TextOrJson(StrEnum):
    """How results of one request are printed."""

    TEXT = "text"
    JSON = "json"


class TextMarkdownOrJson(StrEnum):
    """How changes are printed; Markdown is for a pull request."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class CiFormat(StrEnum):
    """How findings and tests are printed; JUnit and SARIF are for CI and pull requests."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"


class Meter(StrEnum):
    """What a plot can show the price of."""

    OUTPUT = "output_video_seconds"
    REFERENCE = "reference_video_seconds"
    SUPER_RESOLUTION = "super_resolution_seconds"
    REQUESTS = "requests"


class Order(StrEnum):
    """In which order a host with two arrays counts its references."""

    IMAGES_FIRST = "images-first"
    VIDEOS_FIRST = "videos-first"


class Measuring(NamedTuple):
    """How media are measured, as the command line says it.

    Hosts that may be asked; whose word is taken; whether there is a cache; whether subjects are counted, by which
    weights, and whether that may refuse; seconds in all.
    """

    allow: Sequence[str] = ()
    bills: str = "samples"
    cache: bool = False
    subjects: bool = False
    weights: Path | None = None
    trust_subjects: bool = False
    seconds: float = 10.0


class Asked(NamedTuple):
    """One request as the command line names it; `measuring` where its media are to be measured."""

    payload: str
    host: str | None
    facts: str | None
    format: str
    strict: bool = False
    measuring: Measuring | None = None
    lang: str | None = None

    @property
    def translation(self) -> Translation:
        """What violations are told in; only another language than English is read."""
        from wan_rules.messages import ENGLISH

        if self.lang is None:
            return ENGLISH
        from wan_rules.shell.translations import find_translation

        return find_translation(self.lang)


class Source(NamedTuple):
    """A catalogue's source as the command line names it: `None` is the shipped list; the key's file; how long kept."""

    name: str | None = None
    key: str | None = None
    keep_for: str | None = None


class OnTerms(NamedTuple):
    """The terms to quote on, as the command line names them; `consumed_before` as NAME=AMOUNT."""

    catalogue: Source
    account: str | None
    environment: str | None
    region: str | None
    at: str | None
    consumed_before: Sequence[str] = ()


class Bills(StrEnum):
    """Whose word on a clip's length is taken where all agree."""

    SAMPLES = "samples"
    EDIT = "edit"
    TRACK = "track"
    MOVIE = "movie"


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
Payload = Annotated[str, typer.Argument(help="A payload in JSON, or - for standard input.", show_default=False)]
Host = Annotated[
    str | None,
    typer.Option(
        "--host", help="alibaba, atlas, fal or runware; recognised if left out.", autocompletion=lambda: HOST_WORDS
    ),
]
Facts = Annotated[str | None, typer.Option("--facts", help="Facts about the media, in JSON, by URL or pointer.")]
AnyFormat = Annotated[Format, typer.Option("--format", help="jsonl reads and writes a request a line.")]
OneFormat = Annotated[TextOrJson, typer.Option("--format", help="For people or for programs.")]
Probe = Annotated[bool, typer.Option("--probe", help="Measure the media: facts are read off their headers.")]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", help="A host, or host:port, that is asked whatever its address; may be given again."),
]
BillsOption = Annotated[Bills, typer.Option("--bills", help="Whose word on a clip's length is taken where all agree.")]
Cache = Annotated[bool, typer.Option("--cache", help="Keep what was measured of URLs, in the user's cache folder.")]
Subjects = Annotated[
    bool, typer.Option("--subjects", help="Count the subjects of pictures and local clips by a detector.")
]
SubjectWeights = Annotated[
    Path | None,
    typer.Option(
        "--weights", help="The detector's weights. Also: WAN_RULES_SUBJECT_WEIGHTS, and ..._SHA256 for theirs."
    ),
]
TrustSubjects = Annotated[
    bool, typer.Option("--trust-subjects", help="What a detector counts may refuse a request; else it warns.")
]
ProbeSeconds = Annotated[float, typer.Option("--seconds", min=0.1, max=600, help="How long measuring may take.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 3 when the verdict is undetermined.")]
Catalogue = Annotated[
    str | None,
    typer.Option(
        "--catalogue", help="A folder of TOML, an archive of one, or a URL; the hosts' list prices without it."
    ),
]
CatalogueKey = Annotated[
    str | None,
    typer.Option(
        "--catalogue-key",
        help="A file of minisign public keys: the catalogue has to be signed by one. Also: WAN_RULES_CATALOGUE_KEY.",
    ),
]
KeepFor = Annotated[
    str | None,
    typer.Option("--keep-for", help="Keep a copy, and use it that long when the URL gives no answer: 30m, 24h, 7d."),
]
Account = Annotated[str | None, typer.Option("--account", help="Whose terms.")]
Environment = Annotated[str | None, typer.Option("--environment", help="Which environment's terms.")]
Region = Annotated[
    str | None,
    typer.Option(
        "--region", help="At alibaba: international (assumed) or mainland.", autocompletion=lambda: REGION_WORDS
    ),
]
At = Annotated[
    str | None, typer.Option("--at", help="The instant that picks prices: 2026-11-01, or with time and zone.")
]
ConsumedBefore = Annotated[
    list[str] | None,
    typer.Option(
        "--consumed-before",
        help="What was used in the month before: output_video_seconds=1200 or spend=80.50; may be given again.",
    ),
]
Effects = Annotated[bool, typer.Option("--effects", help="Say what each warning and fix does to the price.")]
To = Annotated[
    str,
    typer.Option(
        "--to", help="The host whose payload is wanted.", show_default=False, autocompletion=lambda: HOST_WORDS
    ),
]
OrderOption = Annotated[
    Order | None, typer.Option("--order", help="How a host with two arrays counts images and videos.")
]
QuoteArgument = Annotated[
    str,
    typer.Argument(help="A quote, as `quote --format json` writes it, or - for standard input.", show_default=False),
]
ReportArgument = Annotated[
    str, typer.Argument(help="What the host reports of the job, in JSON, or -.", show_default=False)
]
Settled = Annotated[str | None, typer.Option("--settled", help="An earlier settlement of the same quote, in JSON.")]
Hosts = Annotated[
    str | None,
    typer.Option(
        "--hosts",
        help="Comma-separated; all of them if left out.",
        autocompletion=lambda incomplete: _offer_more(HOST_WORDS, incomplete),
    ),
]
Tiers = Annotated[
    str | None,
    typer.Option(
        "--tiers",
        help="Comma-separated; all four if left out.",
        autocompletion=lambda incomplete: _offer_more(TIER_WORDS, incomplete),
    ),
]
Durations = Annotated[
    str | None, typer.Option("--durations", help="Comma-separated seconds; the payload's if left out.")
]
Rates = Annotated[
    list[str] | None, typer.Option("--rate", help="CNY/USD=0.139: also show amounts in CNY as USD at that rate.")
]
Version = Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)]
NoPlugins = Annotated[
    bool, typer.Option("--no-plugins", help="Leave all installed plugins aside. Also: WAN_RULES_PLUGINS=0.")
]
Explain = Annotated[bool, typer.Option("--explain", help="Say what was looked at and why this one holds.")]
HostArgument = Annotated[
    str,
    typer.Argument(help="alibaba, atlas, fal or runware.", show_default=False, autocompletion=lambda: HOST_WORDS),
]
CardArgument = Annotated[str, typer.Argument(help="The card's id.", show_default=False)]
OldCatalogue = Annotated[
    str,
    typer.Argument(
        help="A folder, archive or URL, a folder at a revision as REV:path, or published.", show_default=False
    ),
]
NewCatalogue = Annotated[str, typer.Argument(help="What comes after it, named in the same way.", show_default=False)]
ChangesFormat = Annotated[TextMarkdownOrJson, typer.Option("--format", help="For people, a pull request or programs.")]
FailOver = Annotated[
    str | None, typer.Option("--fail-over", help="Exit with 1 when a price moves by more: 10% or 2.5%.")
]
Now = Annotated[
    str | None, typer.Option("--at", help="The instant that is marked as now: 2026-11-01, or with time and zone.")
]
Plot = Annotated[Path | None, typer.Option("--plot", help="Also draw the prices over time into this SVG file.")]
MeterOption = Annotated[
    Meter | None, typer.Option("--meter", help="What the plot shows; output_video_seconds if left out.")
]
InstantArgument = Annotated[
    str, typer.Argument(help="The instant: 2026-11-01, or with time and zone.", show_default=False)
]
CatalogueArgument = Annotated[
    str, typer.Argument(help="A folder of TOML, an archive or a URL: the catalogue to check.", show_default=False)
]
Today = Annotated[str | None, typer.Option("--at", help="The day to take for today, such as 2026-11-01.")]
StrictFindings = Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")]
MaxRatio = Annotated[str, typer.Option("--max-ratio", help="By which factor a price may change.")]
MaxAgeDays = Annotated[int, typer.Option("--max-age-days", min=0, help="How long ago a card may have been checked.")]
Against = Annotated[
    str | None, typer.Option("--against", help="A git revision: what had begun must be as it is there.")
]
LockFile = Annotated[Path | None, typer.Option("--lock", help="A lock file: what it holds must be as it was.")]
LockedCatalogue = Annotated[Path, typer.Argument(help="A folder of TOML: the catalogue to lock.", show_default=False)]
LockOutput = Annotated[Path, typer.Option("--output", "-o", help="The lock file to write.", show_default=False)]
NewFolder = Annotated[Path, typer.Argument(help="A folder that is empty, or not there yet.", show_default=False)]
ShippedCards = Annotated[
    list[str],
    typer.Option("--from", help="A shipped card to begin from, by its id; may be given again.", show_default=False),
]
Accounts = Annotated[list[str] | None, typer.Option("--account", help="A name it is to know; may be given again.")]
Environments = Annotated[
    list[str] | None, typer.Option("--environment", help="A name it is to know; may be given again.")
]
FindingsFormat = Annotated[
    CiFormat, typer.Option("--format", help="For people, programs, CI (junit) or pull requests (sarif).")
]
MinCoverage = Annotated[
    str | None, typer.Option("--min-coverage", help="Find untested parts where fewer are tested: 100% or 80%.")
]
TestedCatalogue = Annotated[
    Path, typer.Argument(help="A folder of TOML: the catalogue whose tests are run.", show_default=False)
]
Update = Annotated[bool, typer.Option("--update", help="Write what failing tests would have to expect. Not in CI.")]
