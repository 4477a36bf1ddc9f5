"""What commands are asked for, as values: the words of their options, and what several options come to together.

Imports nothing heavy: `--help` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

if TYPE_CHECKING:
    from wan_rules.messages import Translation


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


def measure_if(probe: bool, asked: Measuring) -> Measuring | None:  # noqa: FBT001 - as the option has it
    """What is asked of measuring where anything is measured. Raises BadParameter for what then counts for nothing."""
    said = {
        "--subjects": asked.subjects,
        "--trust-subjects": asked.trust_subjects,
        "--weights": asked.weights is not None,
        "--allow": bool(asked.allow),
        "--bills": asked.bills != Measuring().bills,
        "--cache": asked.cache,
    }
    idle = [name for name, is_said in said.items() if is_said]
    if idle and not probe:
        raise typer.BadParameter("media are measured with --probe: add it", param_hint=idle[0])
    return asked if probe else None


def check_origin(shape: str, origin: tuple[str | None, str | None, str | None]) -> None:
    """Raises BadParameter where it is said whose task results they are, and usage is none."""
    said = [name for name, value in zip(("--account", "--environment", "--region"), origin, strict=True) if value]
    if said and shape != "dashscope":
        reason = "rows of usage say it themselves: leave it out, or say --from dashscope for task results"
        raise typer.BadParameter(reason, param_hint=said[0])


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
