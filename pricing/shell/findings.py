"""What `wan-rules cards check` does: every finding of a catalogue, for people, for programs or for CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from pricing.catalogue import Catalogue
from pricing.coverage import NOT_TRIED, Tried, try_catalogue
from pricing.linting import CHECKS, Bounds, Lint, lint
from pricing.money import parse_decimal
from pricing.shell import codes
from pricing.shell.asked_values import Source
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.junit_suites import suite_of_checks, suites_of_trials
from pricing.shell.locking import read_pasts
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import paint, print_json, print_lines
from pricing.shell.terminals import find_room
from pricing.shell.text import Paint, count, plain
from pricing.shell.text_widths import fold
from pricing.shell.trial_lines import summary
from pricing.shell.verdicts import answer_for_ci, print_junit, print_sarif
from wan_rules.payloads import UnusableInputError

SCHEMA_VERSION: Final = "1"


class CheckAsked(NamedTuple):
    """Which catalogue to check, as of when and by which bounds, as the command line says it."""

    source: Source
    at: str | None
    max_ratio: str
    max_age_days: int
    min_coverage: str | None
    strict: bool
    against: str | None = None
    lock: Path | None = None


class _Checked(NamedTuple):
    """What came of it."""

    digest: str
    found: tuple[Lint, ...]
    tried: Tried
    today: date


def check_catalogue(asked: CheckAsked, form: str) -> int:
    """`wan-rules cards check`."""

    def job() -> int:
        now = read_instant(asked.at)
        pasts = read_pasts(asked.source.name or "", asked.against, asked.lock, now)
        least, today = _read_percent(asked.min_coverage), now.date()
        within = Bounds(_read_ratio(asked.max_ratio), asked.max_age_days, pasts, least)
        catalogue = open_catalogue(asked.source)
        tried = _try(catalogue, within)
        found = lint(catalogue, today, within, tried=tried, hosts=use_plugins().hosts)
        _print(_Checked(catalogue.digest, found, tried, today), form, strict=asked.strict)
        fails = any(one.severity == "error" or (asked.strict and one.acknowledged is None) for one in found)
        return codes.REJECTED if fails else codes.DONE

    return answer_for_ci(job, form)


def _try(catalogue: Catalogue, within: Bounds) -> Tried:
    return try_catalogue(catalogue, hosts=use_plugins().hosts) if catalogue.tests or within.min_coverage else NOT_TRIED


def _print(checked: _Checked, form: str, *, strict: bool) -> None:
    found, trials = checked.found, checked.tried.trials
    match form:
        case "json":
            print_json(_document(checked.digest, found))
        case "sarif":
            print_sarif(found, CHECKS)
        case "junit":
            print_junit([suite_of_checks(found, strict=strict), *suites_of_trials(trials)])
        case _:
            print_lines(_lines(checked, paint()))


def _read_ratio(text: str) -> Decimal:
    try:
        ratio = parse_decimal(text)
    except ValueError:
        ratio = Decimal(0)
    if ratio < 1:
        raise UnusableInputError("--max-ratio", f"{text[:64]!r} is no factor: write a number of 1 or more, such as 2.5")
    return ratio


def _read_percent(text: str | None) -> Decimal:
    if text is None:
        return Decimal(0)
    try:
        percent = parse_decimal(text.removesuffix("%").rstrip())
    except ValueError:
        percent = Decimal(-1)
    if not 0 <= percent <= 100:  # noqa: PLR2004 - of a hundred
        raise UnusableInputError("--min-coverage", f"{text[:64]!r} is no share: write 0% to 100%, such as 80%")
    return percent


def _document(digest: str, found: Sequence[Lint]) -> dict[str, object]:
    return {"schema_version": SCHEMA_VERSION, "digest": digest, "findings": [one._asdict() for one in found]}


def _lines(checked: _Checked, paint: Paint) -> Iterator[str]:
    for one in checked.found:
        yield f"{plain(one.file)}{f':{one.line}' if one.line else ''} {plain(one.key)}"
        yield f"  {paint(one.severity)} {one.id} {one.name}{_meant(one)}"
        yield from fold(plain(one.message), find_room(), "    ", "    ")
        yield ""
    found = checked.found
    errors, meant = sum(one.severity == "error" for one in found), sum(one.acknowledged is not None for one in found)
    more = f", {meant} acknowledged" if meant else ""
    yield f"{count(errors, 'error')}, {count(len(found) - errors - meant, 'warning')}{more} as of {checked.today}"
    if checked.tried is not NOT_TRIED:
        yield summary(checked.tried)


def _meant(one: Lint) -> str:
    return "" if one.acknowledged is None else f", acknowledged: {plain(one.acknowledged)}"
