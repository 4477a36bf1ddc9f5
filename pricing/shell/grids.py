"""Tables for people: columns that line up in cells, as wide as is needed and no wider than the terminal.

Where the room is short, columns of words are folded; amounts and names are never broken. Where that is not enough, each
row is shown as a list of its cells, one below the other. Nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple, TypeAlias

from pricing.shell.terminals import find_columns, is_coloured
from pricing.shell.text_widths import chop, fold, measure, pad

GAP: Final = "  "
_FEWEST: Final = 16
"""Cells that a folded column keeps: in fewer nobody reads words."""


class Column(NamedTuple):
    """One column: its head, whether its cells stand right, and whether they may be folded."""

    head: str = ""
    right: bool = False
    folds: bool = False


Rows: TypeAlias = Sequence[Sequence[str]]


def grid_lines(columns: Sequence[Column], rows: Rows, indent: str = "", *, room: int | None = None) -> Iterator[str]:
    """The rows as a table of so many cells at most, by default as standard output has; an empty one has no line.

    They stand below their heads, where any column has one.
    """
    if is_coloured():
        columns = [column._replace(head=_embolden(column.head)) for column in columns]
    heads = [column.head for column in columns]
    shown = [heads, *rows] if any(heads) and rows else rows
    for lines in lay_out(columns, shown, indent, room=room):
        yield from lines


def _embolden(head: str) -> str:
    return f"\x1b[1m{head}\x1b[0m" if head else ""


def lay_out(
    columns: Sequence[Column], rows: Rows, indent: str = "", *, room: int | None = None
) -> Iterator[Sequence[str]]:
    """The lines of each row, for a table that has other lines in between; its heads, where shown, are the first row."""
    room = room or find_columns()
    widths = _find_widths(columns, rows, room - measure(indent))
    if widths is not None:
        yield from (tuple(_row_lines(columns, row, widths, indent)) for row in rows)
        return
    heads = [column.head for column in columns]
    named = any(heads) and [*rows[0]] == heads
    for number, row in enumerate(rows[1:] if named else rows):
        lines = tuple(_list_lines(heads, row, indent, room))
        yield ("", *lines) if named and number else lines


def _find_widths(columns: Sequence[Column], rows: Rows, room: int) -> list[int] | None:
    """The cells of each column, the widest that fold made narrower; `None` where they do not fit all the same."""
    widths = [max((measure(row[place]) for row in rows), default=0) for place in range(len(columns))]
    over = sum(widths) + len(GAP) * (len(widths) - 1) - room
    folding = [place for place, column in enumerate(columns) if column.folds and widths[place] > _FEWEST]
    while over > 0 and folding:
        widest = max(folding, key=lambda place: widths[place])
        next_width = max((widths[place] for place in folding if widths[place] < widths[widest]), default=_FEWEST)
        taken = min(over, max(widths[widest] - next_width, 1))
        widths[widest] -= taken
        over -= taken
        folding = [place for place in folding if widths[place] > _FEWEST]
    return None if over > 0 else widths


def _row_lines(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int], indent: str) -> Iterator[str]:
    cells = [
        [text] if measure(text) <= width else [*chop(text, width)] for text, width in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        padded = [pad(part, width, right=c.right) for part, width, c in zip(parts, widths, columns, strict=True)]
        yield f"{indent}{GAP.join(padded)}".rstrip()


def _list_lines(heads: Sequence[str], row: Sequence[str], indent: str, room: int) -> Iterator[str]:
    """The cells of a row, one below the other, each beside the head of its column."""
    width = max(map(measure, heads))
    for number, (head, text) in enumerate(zip(heads, row, strict=True)):
        label = f"{indent}{pad(head, width)}{GAP}" if width else f"{indent}{GAP if number else ''}"
        yield from fold(text, room, label, " " * measure(label))
