"""Usage from files as tables: all files are looked at first, then each is read, in pieces, with its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from pricing.shell.bulk.column_readings import Expression
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.local_times import read_zone
from pricing.shell.bulk.parquet_schemas import Demand, ParquetFile
from pricing.shell.bulk.parquet_usage import Rows, open_parquet, parquet_rows, scan
from pricing.shell.bulk.sources import USAGE_FORMATS, Source, list_sources

PIECE_ROWS: Final = 2_000_000


class Reading(NamedTuple):
    """How usage is read: the zone of instants that say none, and whether columns that are not ours are left out."""

    zone: str | None = None
    ignores_extra: bool = False


class Piece(NamedTuple):
    """What is rated at once and restarted at: a file, or a span of rows of one, from 1 and with the last."""

    source: Source
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Files that can be read, all of them looked at."""

    connection: Expression
    sources: tuple[Source, ...]
    reading: Reading
    footers: Mapping[str, ParquetFile]

    def pieces(self, rows: int = PIECE_ROWS) -> tuple[Piece, ...]:
        """The files in order, large ones of Parquet in spans of whole row groups with at least that many rows."""
        return tuple(piece for source in self.sources for piece in self._cut(source, rows))

    def _cut(self, source: Source, rows: int) -> list[Piece]:
        file = self.footers[source.name]
        ends = [0]
        for end in accumulate(file.group_rows):
            if end - ends[-1] >= rows:
                ends.append(end)
        total = sum(file.group_rows)
        if len(ends) < 2 or ends == [0, total]:  # noqa: PLR2004 - no cut, or none but the end
            return [Piece(source)]
        ends[-1] = total
        return [Piece(source, (first + 1, last)) for first, last in pairwise(ends)]

    def rows(self, piece: Piece) -> Rows:
        """The rows of a piece: `all()`, `good()` or `bad()`."""
        source = piece.source
        table = scan(self.connection, source.name, piece.span)
        return parquet_rows(table, source, self.footers[source.name], self.reading.zone)


def open_usage(connection: Expression, names: Sequence[str], asked: Reading) -> Usage:
    """The usage that the names stand for.

    Raises UnusableInputError for names that stand for nothing, and FaultyFilesError with all faults of all files.
    """
    if asked.zone is not None:
        read_zone(asked.zone)
    connection.raw_sql("set TimeZone = 'UTC'")
    sources = list_sources(names, USAGE_FORMATS)
    demand = Demand(asked.zone, asked.ignores_extra)
    footers: dict[str, ParquetFile] = {}
    faults: list[FileFault] = []
    for source in sources:
        try:
            footers[source.name] = open_parquet(source, demand)
        except FaultyFilesError as error:
            faults.extend(error.faults)
    if faults:
        raise FaultyFilesError("usage", faults)
    return Usage(connection, sources, asked, footers)
