"""A backtest for people to read: totals by cause, a table of groups, what was not rated; as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.backtests import Bucket, Side
from pricing.bridges import CAUSES
from pricing.fields import spell_instant
from pricing.money import EXACT, ZERO, format_amount, format_decimal
from pricing.shell.backtest_documents import Backtest
from pricing.shell.change_lines import escape, say_instant, say_percent
from pricing.shell.grids import Column, grid_lines
from pricing.shell.text import Paint, count, hang, plain
from pricing.tallies import Rejection, Sum, list_causes, total_by_currency

BAR: Final = 24
"""Characters of the longest bar."""
_LEFT: Final = frozenset({"account", "environment", "host", "region", "tier", "currency", "over"})
"""Columns of words; the others are numbers, and end at the same place."""


class _Column(NamedTuple):
    name: str
    cells: tuple[str, ...]


def text_lines(told: Backtest, paint: Paint) -> Iterator[str]:
    """The totals of each currency with a bar for each cause, a row for each group, and what was not rated."""
    yield from map(plain, _heading(told))
    for (old, new), one in total_by_currency(told.summary).items():
        yield ""
        yield from _total(one, old, new, paint)
    columns = _columns(told)
    if columns:
        yield ""
        yield from _table(columns)
    if told.summary.rejections:
        yield from ("", "Not rated:")
    for rejection in told.summary.rejections:
        yield from hang(f"  {_name(rejection)}: ", (plain(_where(told, rejection)),))
    yield from _notes(told)


def markdown_lines(told: Backtest) -> Iterator[str]:
    """The same as tables."""
    title, *others = _heading(told)
    yield f"### {escape(title)}"
    for line in others:
        yield from ("", escape(line))
    for columns in (_total_columns(told), _columns(told)):
        if columns:
            yield ""
            yield from _markdown_table(columns)
    if told.summary.rejections:
        yield from ("", "Not rated:", "")
    for rejection in told.summary.rejections:
        yield f"- {escape(f'{_name(rejection)}: {_where(told, rejection)}')}"
    yield from map(escape, _notes(told))


def _heading(told: Backtest) -> Iterator[str]:
    (old, new), names = told.sides, told.names
    yield f"Usage rated at {_side(names[0], old)}, then at {_side(names[1], new)}"
    rest = told.summary.rows - told.summary.rated
    yield f"{count(told.summary.rows, 'row')}: {told.summary.rated} rated, {rest} not rated."
    if told.limit is not None:
        yield f"Groups that move by more than {format_decimal(told.limit)} %: {len(told.over)}."


def _side(name: str, side: Side) -> str:
    """The catalogue, and as of when."""
    if side.at is None:
        return f"{name} as of each row's instant"
    return f"{name} as of {side.at.date().isoformat() if side.at.time() == time() else say_instant(side.at)}"


def _total(one: Sum, old: str, new: str, paint: Paint) -> Iterator[str]:
    if old != new:
        yield f"{old} before, {new} after, which do not compare: {count(one.rows, 'row')}"
        yield f"  before  {format_amount(one.before, old)} {old}"
        yield f"  after   {format_amount(one.after, new)} {new}"
        return
    moves = [(cause.replace("_", " "), amount) for cause, amount in zip(CAUSES, one.causes, strict=True) if amount]
    rows = [("before", format_amount(one.before, old)), *((name, signed(amount, old)) for name, amount in moves)]
    rows.append(("after", format_amount(one.after, old)))
    moved = ", ".join(filter(None, (signed(one.difference or ZERO, old), _percent(one))))
    bars = ["", *_bars([amount for _, amount in moves]), moved]
    yield f"{old}: {count(one.rows, 'row')}"
    *cells, after = ((*row, bar) for row, bar in zip(rows, bars, strict=True))
    yield from grid_lines(_WALK, [*cells, [paint(cell, "total") for cell in after]], "  ")


_WALK: Final = (Column(), Column(right=True), Column())


def _bars(amounts: Sequence[Decimal]) -> Iterator[str]:
    """A bar of plus or minus signs for each amount, the longest BAR long, none empty."""
    most = max(map(EXACT.abs, amounts), default=ZERO)
    for amount in amounts:
        scaled = EXACT.multiply(EXACT.abs(amount), Decimal(BAR))
        length = sum(scaled >= EXACT.multiply(most, Decimal(part)) for part in range(1, BAR + 1))
        yield ("+" if amount > 0 else "-") * max(length, 1)


def signed(amount: Decimal, currency: str) -> str:
    """The amount with its sign, unless it is nothing."""
    return f"{'+' if amount > 0 else ''}{format_amount(amount, currency)}"


def _percent(one: Sum) -> str:
    if one.percent is None:
        return ""
    return f"{'+' if one.percent > 0 else ''}{say_percent(one.percent)} %"


def _columns(told: Backtest) -> list[_Column]:
    """The table of groups: a column for each name, amount and cause, but for those that say nothing."""
    sums = told.summary.sums
    names = [_names(bucket) for bucket in sums]
    heads = ("account", "environment", "host", "region", "tier")
    columns = [_Column(head, tuple(row[index] for row in names)) for index, head in enumerate(heads)]
    columns += _amounts([((bucket.currency, bucket.new_currency), one) for bucket, one in sums.items()])
    columns.append(_Column("over", tuple("over" if bucket in told.over else "" for bucket in sums)))
    return [column for column in columns if any(column.cells)]


def _total_columns(told: Backtest) -> list[_Column]:
    return [column for column in _amounts([*total_by_currency(told.summary).items()]) if any(column.cells)]


def _names(bucket: Bucket) -> tuple[str, ...]:
    return (*(name or "" for name in bucket.market), bucket.resolution)


def _amounts(sums: Sequence[tuple[tuple[str, str], Sum]]) -> Iterator[_Column]:
    """Currency, rows, before and after, and the difference with the causes that move any of the sums."""
    yield _Column("currency", tuple(old if old == new else f"{old} -> {new}" for (old, new), _ in sums))
    yield _Column("rows", tuple(str(one.rows) for _, one in sums))
    yield _Column("before", tuple(format_amount(one.before, old) for (old, _), one in sums))
    yield _Column("after", tuple(format_amount(one.after, new) for (_, new), one in sums))
    differences = [(old, one.difference) for (old, _), one in sums]
    yield _Column("difference", tuple("" if own is None else signed(own, old) for old, own in differences))
    yield _Column("change", tuple(_percent(one) for _, one in sums))
    for cause in list_causes([one for _, one in sums]):
        index = CAUSES.index(cause)
        cells = (signed(one.causes[index], old) if one.causes else "" for (old, _), one in sums)
        yield _Column(cause.replace("_", " "), tuple(cells))


def _table(columns: Sequence[_Column]) -> Iterator[str]:
    shown = [Column(column.name, right=column.name not in _LEFT) for column in columns]
    yield from grid_lines(shown, [*zip(*(map(plain, column.cells) for column in columns), strict=True)])


def _markdown_table(columns: Sequence[_Column]) -> Iterator[str]:
    yield f"| {' | '.join(column.name for column in columns)} |"
    yield f"|{'|'.join('---' if column.name in _LEFT else '---:' for column in columns)}|"
    for line in zip(*(column.cells for column in columns), strict=True):
        yield f"| {' | '.join(map(escape, line))} |"


def _name(rejection: Rejection) -> str:
    side = "" if rejection.side is None else f" ({rejection.side})"
    return f"{count(rejection.rows, 'row')}, {rejection.reason.replace('_', ' ')}{side}"


def _where(told: Backtest, rejection: Rejection) -> str:
    """What was said of the first such row, and where it stands."""
    place = told.first[rejection.reason, rejection.side]
    name = "" if place.id is None else f" ({place.id})"
    at = f"line {place.line}" if place.file is None else f"{place.file}:{place.line}"
    return f"{at}{name}: {rejection.message}"


def _notes(told: Backtest) -> Iterator[str]:
    """What the new prices hold in store that no row reaches."""
    if told.upcoming is not None:
        at = spell_instant(told.upcoming)
        yield ""
        yield f"Changes at {told.names[1]} from {at} on reach none of these rows: --new-at {at} rates them as of it."
