"""The changes between two catalogues for people to read: as text, and as Markdown for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from itertools import groupby
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.aspects import What
from pricing.catalogue import Market
from pricing.changes import Change, Side, group_changes
from pricing.money import format_decimal
from pricing.shell.grids import Column, lay_out
from pricing.shell.text import hang, plain

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "minimum": "least charge of a request",
        "reference_video": "reference clips",
        "rounding": "rounding of amounts",
        "super_resolution": "super-resolution",
    }
)
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_TICKS: Final = re.compile(r"`+")


class Compared(NamedTuple):
    """The two names, what differs, and how many changes move a price by more than `limit` percent."""

    names: tuple[str, str]
    changes: Sequence[Change]
    over: int
    limit: Decimal | None


def say_instant(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.isoformat().replace("+00:00", "Z")


def say_percent(percent: Decimal) -> str:
    """With one decimal, and a minus where it is one."""
    return f"{percent:f}"


def text_lines(compared: Compared) -> Iterator[str]:
    """The changes by host and markets, then by period, a line each."""
    yield from map(plain, _summary(compared))
    for group in group_changes(compared.changes):
        yield ""
        yield _describe(group.markets)
        for (begin, end), changes in groupby(group.changes, key=lambda change: (change.begin, change.end)):
            yield f"  {_period(begin, end)}"
            yield from map(plain, _aligned(list(changes)))


def markdown_lines(compared: Compared) -> Iterator[str]:
    """The same as tables, one for each group of markets."""
    title, *others = _summary(compared)
    yield f"### {escape(title)}"
    for line in others:
        yield from ("", escape(line))
    for group in group_changes(compared.changes):
        yield from ("", f"#### {escape(_describe(group.markets))}", "")
        yield "| from | until | what | before | after | change | where |"
        yield "|---|---|---|---|---|---|---|"
        for change in group.changes:
            yield f"| {' | '.join(_cells(change))} |"


def _summary(compared: Compared) -> Iterator[str]:
    old, new = compared.names
    groups = group_changes(compared.changes)
    if not compared.changes:
        yield f"No price and no term differs between {old} and {new}"
        return
    markets = len({change.market for change in compared.changes})
    yield f"{_count(sum(len(group.changes) for group in groups), 'change')} from {old} to {new}"
    yield f"Markets touched: {markets}, in {_count(len(groups), 'group')} with the same changes."
    if compared.limit is not None:
        limit = format_decimal(compared.limit)
        yield f"Prices that move by more than {limit} %: {compared.over}, counted for each market and period."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _describe(markets: Iterable[Market]) -> str:
    """`atlas: acme, globex / production; initech / staging`: accounts with the same environments together."""
    listed = list(markets)
    environments: dict[str, list[str]] = {}
    for market in listed:
        environments.setdefault(market.account or "anyone", []).append(market.environment or "")
    accounts: dict[str, list[str]] = {}
    for account, named in environments.items():
        accounts.setdefault(", ".join(filter(None, named)), []).append(account)
    who = "; ".join(" / ".join(filter(None, (", ".join(names), where))) for where, names in accounts.items())
    return f"{' '.join(filter(None, listed[0][2:]))}: {who}"


def _period(begin: datetime, end: datetime | None) -> str:
    return f"from {_day(begin)}" + (f" until {_day(end)}" if end else "")


def _day(at: datetime) -> str:
    """The date alone where it is 00:00 UTC, as cards write it."""
    return at.date().isoformat() if at.time() == time() else say_instant(at)


def _aligned(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each price, in columns; other terms as long as they are."""
    rows = [tuple(map(plain, _row(change))) for change in changes]
    priced = [row for row, change in zip(rows, changes, strict=True) if _is_priced(change)]
    lines = lay_out(_PRICED, priced, "    ")
    for change, row in zip(changes, rows, strict=True):
        if _is_priced(change):
            yield from next(lines)
        else:
            parts = (_words(change.before), f"-> {_words(change.after)}", _where(change))
            yield from hang(f"    {row[0]}: ", filter(None, parts))


_PRICED: Final = (Column(), Column(folds=True), Column(), Column(folds=True))


def _row(change: Change) -> tuple[str, ...]:
    return _name(change.what), _move(change), _percent(change), _where(change)


def _is_priced(change: Change) -> bool:
    return any(side is not None and side.price is not None for side in (change.before, change.after))


def _name(what: What) -> str:
    return f"{what.name} at {what.resolution}" if what.resolution else _NAMES.get(what.name, what.name)


def _move(change: Change) -> str:
    """`0.10 -> 0.11 USD`: the currency once where it is the same."""
    before, after = _words(change.before), _words(change.after)
    unit = f" {change.after.currency}" if change.after and change.after.currency else ""
    return f"{before.removesuffix(unit) if after.endswith(unit) else before} -> {after}"


def _words(side: Side | None) -> str:
    return "no price" if side is None else side.words


def _percent(change: Change) -> str:
    if change.percent is None:
        return ""
    sign = "" if change.percent.is_signed() else "+"
    return f"{sign}{say_percent(change.percent)} %"


def _where(change: Change) -> str:
    return " -> ".join(filter(None, map(_places, (change.before, change.after))))


def _places(side: Side | None) -> str:
    return ", ".join(side.where) if side else ""


def _cells(change: Change) -> Iterator[str]:
    yield _day(change.begin)
    yield _day(change.end) if change.end else ""
    yield _code(_name(change.what)) if change.what.resolution else escape(_name(change.what))
    yield escape(_words(change.before))
    yield escape(_words(change.after))
    yield _percent(change)
    sides = [side.where for side in (change.before, change.after) if side is not None and side.where]
    yield " → ".join(", ".join(map(_code, where)) for where in sides)


def escape(text: str) -> str:
    """The text as Markdown shows it, on one line."""
    return _MARKUP.sub(r"\\\1", plain(text))


def _code(text: str) -> str:
    """The text as code, in a cell: fenced by more backticks than it has in a row, its bars escaped."""
    shown = plain(text)
    fence = "`" * (1 + max((len(found) for found in _TICKS.findall(shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|")
