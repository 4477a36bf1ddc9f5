"""What an output is: whether a person sees it, whether it shows colour, for how many columns a text is made."""

from __future__ import annotations

import os
import re
import sys
from typing import Final, TextIO

PIPED_COLUMNS: Final = 10_000
"""Columns of what goes into a pipe or a file: wide enough that no table is broken."""
UNSAID_COLUMNS: Final = 80
"""Columns of a terminal that does not say how many it has."""
PROSE_COLUMNS: Final = 100
"""The longest line of prose, however wide the terminal: a longer one is hard to read."""
FEWEST_COLUMNS: Final = 40
"""A terminal that has fewer breaks lines itself."""
_NO: Final = ("", "0")
_is_width: Final = re.compile(r"[0-9]{1,5}").fullmatch
"""Whether COLUMNS says one: more digits are a slip, and Python takes no number of thousands of them."""


def is_terminal(stream: TextIO | None = None) -> bool:
    """Whether a person looks at the stream, by default at standard output."""
    stream = stream or sys.stdout
    return stream is not None and stream.isatty()


def is_able(stream: TextIO | None = None) -> bool:
    """Whether a person looks at the stream on a terminal that obeys sequences: TERM=dumb says that it does not."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def is_coloured() -> bool:
    """Whether text has colour: NO_COLOR says no, FORCE_COLOR and CLICOLOR_FORCE yes, else it is for able terminals.

    CLICOLOR=0 and TERM=dumb say that a terminal is not able.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "") not in _NO:
        return True
    return is_able() and os.environ.get("CLICOLOR") != "0"


def find_columns(stream: TextIO | None = None) -> int:
    """Columns of a table: many in a pipe; at a terminal what COLUMNS says, else as many as it has."""
    stream = stream or sys.stdout
    if not is_terminal(stream):
        return PIPED_COLUMNS
    said = os.environ.get("COLUMNS", "")
    if _is_width(said) and int(said):
        return max(int(said), FEWEST_COLUMNS)
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(columns or UNSAID_COLUMNS, FEWEST_COLUMNS)


def find_room() -> int:
    """Columns of prose on standard output: those of a table, and at most as many as are read with ease."""
    return min(find_columns(), PROSE_COLUMNS)
