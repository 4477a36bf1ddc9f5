"""What is wrong with whole files: of their columns all of it at once, before any row; damage when it is met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


@contextmanager
def naming_damage(name: str) -> Iterator[None]:
    """Whatever DuckDB says of damaged pages within, as UnusableInputError that names the file.

    A file of Parquet shows damage in its pages only when they are read: its footer can be whole all the same.
    """
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if type(error) not in {duckdb.Error, duckdb.InvalidInputException, duckdb.IOException}:
            raise
        why = str(error).partition("\n")[0][:160]
        raise UnusableInputError("usage", f"{name} can't be read to its end: it is damaged ({why})") from None
