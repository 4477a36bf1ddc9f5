"""Every way to run a request, as the page sets them side by side: a currency at a time, a host a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pricing.comparison import Option, group_by_currency
from pricing.shell.plugins import use_plugins
from pricing.shell.service.page.asking import Answer
from pricing.shell.service.page.charts import Asked, Point, Series, draw_chart, find_top
from pricing.shell.text import span
from wan_rules.messages import ENGLISH, Translation
from wan_rules.request import RESOLUTIONS


class TableRow(NamedTuple):
    """What one tier of one host costs, length by length."""

    host: str
    tier: str
    cells: tuple[str, ...]


class Group(NamedTuple):
    """All that is priced in one currency: a picture a host, and the same as a table."""

    currency: str
    charts: tuple[str, ...]
    durations: tuple[int, ...]
    rows: tuple[TableRow, ...]


class Refusal(NamedTuple):
    """Which host refuses, why, and the language of that where it is another than the page's own."""

    host: str
    reason: str
    language: str | None


class OptionsView(NamedTuple):
    """The groups by currency, and why the rest is not priced."""

    groups: tuple[Group, ...]
    refusals: tuple[Refusal, ...]
    lost: tuple[tuple[str, str], ...]


def show_options(answer: Answer) -> OptionsView | None:
    """The comparison; `None` where there is none."""
    if not answer.options:
        return None
    reading = answer.reading
    asked = None
    if answer.quote is not None and reading is not None:
        request = answer.quote.valid.request
        asked = Asked(reading.host.name, request.resolution, request.duration_s)
    groups = group_by_currency(answer.options)
    return OptionsView(
        tuple(_group(currency, options, asked) for currency, options in groups.items()),
        tuple(_refusals(answer.options, ENGLISH if answer.sale is None else answer.sale.translation)),
        tuple(_gather((option.host, lost) for option in answer.options if option.charged for lost in option.lost)),
    )


def _title(host: str) -> str:
    found = use_plugins().hosts.get(host)
    return found.title if found else host


def _group(currency: str, options: Sequence[Option], asked: Asked | None) -> Group:
    hosts = [host for host in use_plugins().hosts if any(option.host == host for option in options)]
    durations = tuple(sorted({option.duration_s for option in options}))
    top = find_top([amount for option in options for amount in _ends(option)], currency)
    by_host = {host: _series(host, options) for host in hosts}
    charts = tuple(
        draw_chart(_title(host), series, top, asked if asked and asked.host == host else None)
        for host, series in by_host.items()
    )
    rows = tuple(row for host in hosts for row in _rows(host, options, durations))
    return Group(currency, charts, durations, rows)


def _ends(option: Option) -> Iterator[Decimal]:
    if option.charged is not None:
        yield option.charged.total_min
        if option.charged.total is not None:
            yield option.charged.total


def _series(host: str, options: Sequence[Option]) -> tuple[Series, ...]:
    """One for each tier that the host has a price for, shortest length first."""
    found = []
    for number, tier in enumerate(RESOLUTIONS):
        points = [
            Point(option.duration_s, option.charged.total_min, option.charged.total)
            for option in options
            if option.host == host and option.resolution == tier and option.charged
        ]
        if points:
            found.append(Series(tier, number, tuple(sorted(points))))
    return tuple(found)


def _rows(host: str, options: Sequence[Option], durations: Sequence[int]) -> Iterator[TableRow]:
    for tier in RESOLUTIONS:
        totals: Mapping[int, str] = {
            option.duration_s: span(option.charged.total_min, option.charged.total, option.currency or "")
            for option in options
            if option.host == host and option.resolution == tier and option.charged
        }
        if totals:
            yield TableRow(_title(host), tier, tuple(totals.get(seconds, "–") for seconds in durations))


def _refusals(options: Iterable[Option], translation: Translation) -> Iterator[Refusal]:
    """Each once, in order; what a host refuses was told in that language, what prices do not have in English."""
    language = None if translation is ENGLISH else translation.language
    found = (
        Refusal(_title(option.host), reason, language if option.refused_by == "host" else None)
        for option in options
        for reason in option.refusals
    )
    yield from dict.fromkeys(found)


def _gather(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each pair once, in order, with the host's title."""
    for host, reason in dict.fromkeys(pairs):
        yield _title(host), reason
