"""What is wrong with the columns of files: all of it at once, before any row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wan_rules.payloads import UnusableInputError


class FileFault(NamedTuple):
    """One column of one file, or the file itself where `column` is empty: what was seen and what is wanted."""

    file: str
    column: str
    seen: str
    wanted: str

    def __str__(self) -> str:
        """As one line of a message."""
        return f"{self.file}: {f'{self.column}: ' if self.column else ''}{self.seen}: {self.wanted}"


class FaultyFilesError(UnusableInputError):
    """Files that can't be read as a table; `faults` are all of them, in the order of the files."""

    def __init__(self, what: str, faults: Sequence[FileFault]) -> None:
        """Say each; `faults` has them apart, for a shell that gives each a line."""
        count = f"{len(faults)} fault{'s' if faults[1:] else ''} of files, and no row is read"
        super().__init__(what, "; ".join([count, *map(str, faults)]))
        self.faults = tuple(faults)
