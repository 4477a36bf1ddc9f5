"""What of invoice and usage is in no sum of a report: lines that can't be read, and rows that are not rated.

What bills such a row is a break; what such a line bills is nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pricing.reconciliations import Counts
from pricing.shell import codes
from pricing.shell.text import count

USAGE_REJECTS: Final = "usage-rejects.jsonl"
"""Rows of usage that were not rated, in the folder of a report."""


def find_codes(counts: Counts, folder: Path) -> set[int]:
    """With what they let a command end that has written its report: a row as in `wan-rules rate`."""
    ended = {codes.UNUSABLE} if counts.lines_rejected else set()
    if (path := folder / USAGE_REJECTS).exists():
        with path.open("rb") as rows:
            ended |= {codes.REJECTION_CODES[json.loads(row)["reason"]] for row in rows}
    return ended


def say_unread(lines: int) -> str:
    """How many lines of the invoice can't be read."""
    return f"{count(lines, 'line')} of the invoice can't be read"


def say_omitted(counts: Counts) -> Iterator[str]:
    """What is in no sum, in words."""
    if counts.lines_rejected:
        yield say_unread(counts.lines_rejected)
    if counts.rejected:
        yield f"{count(counts.rejected, 'row')} of usage not rated"
