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
    """The text as a cell of CSV that is no formula."""
    return f"'{text}" if text.startswith(FORMULAS) else text


def guard_column(column: str) -> str:
    """The same in SQL, of a column of text."""
    first = ", ".join(f"chr({ord(mark)})" for mark in FORMULAS)
    return f"if({column}[1] IN ({first}), chr(39) || {column}, {column})"
