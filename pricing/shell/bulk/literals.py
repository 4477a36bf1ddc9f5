"""Text as SQL writes it, and as a spreadsheet leaves it alone."""

from __future__ import annotations

from typing import Final

FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet computes; such a text has an apostrophe before it in CSV."""


def quote(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def name_file(name: str) -> str:
    """The file's name as DuckDB reads that file alone, whatever marks of a glob are in it."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in name)


def quote_file(name: str) -> str:
    """The same as a literal of SQL. A file that is written is named by `quote`: there a mark is a mark."""
    return quote(name_file(name))


def guard(text: str) -> str:
    """The text as a cell of CSV that is no formula.

    One that has apostrophes before such a mark gets one more: whoever takes one away has what was said.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULAS) else text


def unguard(cell: str) -> str:
    """The text that `guard` made the cell of."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULAS) else cell


_IS_FORMULA: Final = f"ltrim({{0}}, chr(39))[1] IN ({', '.join(f'chr({ord(mark)})' for mark in FORMULAS)})"


def guard_column(column: str) -> str:
    """The same as `guard` in SQL, of a column of text."""
    return f"if({_IS_FORMULA.format(column)}, chr(39) || {column}, {column})"


def unguard_column(column: str) -> str:
    """The same as `unguard` in SQL."""
    return f"if({column}[1] = chr(39) AND {_IS_FORMULA.format(column)}, {column}[2:], {column})"
