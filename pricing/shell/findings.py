"""What `wan-rules cards check` does: every finding of a catalogue, for people or for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.linting import Bounds, Lint, lint
from pricing.money import parse_decimal
from pricing.shell import jobs
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.options import Source
from pricing.shell.printing import answer, paint, print_lines
from pricing.shell.text import WIDTH, Paint, count, plain
from wan_rules.payloads import UnusableInputError

SCHEMA_VERSION: Final = "1"


class CheckAsked(NamedTuple):
    """Which catalogue to check, as of when and by which bounds, as the command line says it."""

    source: Source
    at: str | None
    max_ratio: str
    max_age_days: int
    strict: bool


def check_catalogue(asked: CheckAsked, form: str) -> int:
    """`wan-rules cards check`."""

    def job() -> int:
        today = read_instant(asked.at).date()
        within = Bounds(_read_ratio(asked.max_ratio), asked.max_age_days)
        catalogue = open_catalogue(asked.source)
        found = lint(catalogue, today, within)
        if form == "json":
            print_lines([json.dumps(_document(catalogue.digest, found), ensure_ascii=False)])
        else:
            print_lines(_lines(found, today, paint()))
        fails = any(one.severity == "error" or asked.strict for one in found)
        return jobs.REJECTED if fails else jobs.DONE

    return answer(job, form)


def _read_ratio(text: str) -> Decimal:
    try:
        ratio = parse_decimal(text)
    except ValueError:
        ratio = Decimal(0)
    if ratio < 1:
        raise UnusableInputError("--max-ratio", f"{text[:64]!r} is no factor: write a number of 1 or more, such as 2.5")
    return ratio


def _document(digest: str, found: Sequence[Lint]) -> dict[str, object]:
    return {"schema_version": SCHEMA_VERSION, "digest": digest, "findings": [one._asdict() for one in found]}


def _lines(found: Sequence[Lint], today: date, paint: Paint) -> Iterator[str]:
    for one in found:
        yield f"{plain(one.file)}{f':{one.line}' if one.line else ''} {one.key}"
        yield f"  {paint(one.severity)} {one.id} {one.name}"
        yield from textwrap.wrap(
            plain(one.message),
            WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield ""
    errors = sum(one.severity == "error" for one in found)
    yield f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')} as of {today}"
