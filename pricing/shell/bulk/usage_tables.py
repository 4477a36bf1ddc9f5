"""Usage from files as tables: all files are looked at first, then each is read, in pieces, with its faults."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.shell.bulk.column_readings import Expression
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.focus_usage import check_focus, focus_rows, stage_focus
from pricing.shell.bulk.line_records import Read, check_header, csv_reader, json_reader
from pricing.shell.bulk.local_times import read_zone
from pricing.shell.bulk.parquet_schemas import Demand, ParquetFile
from pricing.shell.bulk.parquet_usage import open_parquet, parquet_rows, scan
from pricing.shell.bulk.sources import USAGE_FORMATS, Format, Source, list_sources
from pricing.shell.bulk.task_results import Origin, result_reader
from pricing.shell.bulk.text_lines import read_lines, read_whole
from pricing.shell.bulk.text_usage import stage, staged_rows
from pricing.shell.bulk.usage_rows import Rows

PIECE_ROWS: Final = 2_000_000
Shape: TypeAlias = Literal["own", "dashscope", "focus"]
FORMATS: Final[Mapping[Shape, tuple[Format, ...]]] = MappingProxyType(
    {"own": USAGE_FORMATS, "dashscope": ("jsonl", "json"), "focus": ("csv", "tsv")}
)
_SEPARATED: Final = ("csv", "tsv")


class Reading(NamedTuple):
    """How usage is read: in whose shape it is, the zone of instants that say none, and whether other columns go.

    `origin` says of task results what they leave out.
    """

    zone: str | None = None
    ignores_extra: bool = False
    shape: Shape = "own"
    origin: Origin = Origin()


class Piece(NamedTuple):
    """What is rated at once and restarted at: a file, or a span of rows of one, from 1 and with the last."""

    source: Source
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Files that can be read. `footers` are of those in Parquet, `headers` of those in CSV, by their names."""

    connection: Expression
    sources: tuple[Source, ...]
    reading: Reading
    footers: Mapping[str, ParquetFile]
    headers: Mapping[str, tuple[str, ...]]
    scratch: Path

    def pieces(self, rows: int = PIECE_ROWS) -> tuple[Piece, ...]:
        """The files in order, large ones of Parquet in spans of whole row groups with at least that many rows."""
        return tuple(piece for source in self.sources for piece in self._cut(source, rows))

    def _cut(self, source: Source, rows: int) -> list[Piece]:
        groups = self.footers[source.name].group_rows if source.name in self.footers else ()
        ends = [0]
        for end in accumulate(groups):
            if end - ends[-1] >= rows:
                ends.append(end)
        total = sum(groups)
        if ends in ([0], [0, total]):
            return [Piece(source)]
        ends[-1] = total
        return [Piece(source, (first + 1, last)) for first, last in pairwise(ends)]

    def rows(self, piece: Piece) -> Rows:
        """The rows of a piece: `all()`, `good()` or `bad()`.

        Text is first read into Parquet in the scratch folder, once. Raises UnusableInputError where a compressed file
        ends too early.
        """
        source = piece.source
        if source.name in self.footers:
            table = scan(self.connection, source.name, piece.span)
            return parquet_rows(table, source, self.footers[source.name], self.reading.zone)
        staged = self.scratch / f"{self.sources.index(source)}.parquet"
        if not staged.exists():
            draft = staged.with_suffix(".draft")
            self._stage(source, draft)
            draft.replace(staged)
        read = focus_rows if self.reading.shape == "focus" else staged_rows
        return read(self.connection, staged, source)

    def forget(self, piece: Piece) -> None:
        """Removes what was staged of a file of text."""
        (self.scratch / f"{self.sources.index(piece.source)}.parquet").unlink(missing_ok=True)

    def _stage(self, source: Source, draft: Path) -> None:
        if self.reading.shape == "focus":
            stage_focus(_number_rows(source), source, self.headers[source.name], draft)
        else:
            stage(_number_rows(source), self._find_reader(source), draft)

    def _find_reader(self, source: Source) -> Read:
        asked = self.reading
        demand = Demand(asked.zone, asked.ignores_extra)
        if asked.shape == "dashscope":
            return result_reader(asked.origin, asked.zone)
        if source.format in _SEPARATED:
            return csv_reader(source, self.headers[source.name], demand)
        return json_reader(demand)


def _number_rows(source: Source) -> Iterator[tuple[int, bytes]]:
    """The rows of a file of text with the numbers of their lines; a header is none of them."""
    if source.format == "json":
        yield 1, read_whole(source)
        return
    lines = read_lines(source)
    if source.format in _SEPARATED:
        next(lines, None)
    yield from lines


def open_usage(connection: Expression, names: Sequence[str], asked: Reading, *, scratch: Path | None = None) -> Usage:
    """The usage that the names stand for; text is staged in `scratch`, else in a temporary folder.

    Raises UnusableInputError for names that stand for nothing, and FaultyFilesError with all faults of all files.
    """
    if asked.zone is not None:
        read_zone(asked.zone)
    sources = list_sources(names, FORMATS[asked.shape])
    footers: dict[str, ParquetFile] = {}
    headers: dict[str, tuple[str, ...]] = {}
    faults: list[FileFault] = []
    for source in sources:
        try:
            if source.format == "parquet":
                footers[source.name] = open_parquet(source, Demand(asked.zone, asked.ignores_extra))
            elif source.format in _SEPARATED:
                headers[source.name] = _open_separated(source, asked)
        except FaultyFilesError as error:
            faults.extend(error.faults)
    if faults:
        raise FaultyFilesError("usage", faults)
    is_text = len(footers) < len(sources)
    return Usage(connection, sources, asked, footers, headers, _make_scratch(scratch) if is_text else Path())


def _make_scratch(folder: Path | None) -> Path:
    """A folder of this usage alone, which is gone when the program ends, if it is not before."""
    made = Path(mkdtemp(prefix="usage-", dir=folder))
    atexit.register(rmtree, made, ignore_errors=True)
    return made


def _open_separated(source: Source, asked: Reading) -> tuple[str, ...]:
    if asked.shape == "focus":
        return check_focus(source)
    return check_header(source, Demand(asked.zone, asked.ignores_extra))
