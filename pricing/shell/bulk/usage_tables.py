"""Usage from files as tables: all files are looked at first, then each is read, in pieces, with its faults."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final, NamedTuple

from pricing.shell.bulk.column_readings import Expression
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.focus_usage import check_focus, focus_rows, place_lines, stage_focus
from pricing.shell.bulk.line_records import check_header, csv_reader, json_reader
from pricing.shell.bulk.local_times import find_rift, read_zone
from pricing.shell.bulk.parquet_schemas import Demand, ParquetFile
from pricing.shell.bulk.parquet_usage import count_rows, open_parquet, parquet_rows, scan
from pricing.shell.bulk.pieces import PIECE_ROWS, Piece, Sized, cut
from pricing.shell.bulk.plain_lines import csv_splitter, json_splitter
from pricing.shell.bulk.sources import SHAPES, Shape, Source, list_sources
from pricing.shell.bulk.task_results import Origin, result_reader
from pricing.shell.bulk.text_lines import read_lines, read_whole
from pricing.shell.bulk.text_usage import Ways, stage, staged_rows
from pricing.shell.bulk.usage_rows import Rows
from pricing.shell.progress import Progress
from wan_rules.payloads import UnusableInputError

ROW_BYTES: Final = 100
"""Of a row of text, about: so that small files are rated together."""
_SEPARATED: Final = ("csv", "tsv")


class Reading(NamedTuple):
    """How usage is read: in whose shape it is, the zone of instants that say none, and whether other columns go.

    `origin` says of task results what they leave out.
    """

    zone: str | None = None
    ignores_extra: bool = False
    shape: Shape = "own"
    origin: Origin = Origin()


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
        """The files in order, small ones that are alike together, large ones of Parquet in spans."""
        return tuple(cut(map(self._size, self.sources), rows))

    def _size(self, source: Source) -> Sized:
        if source.name in self.footers:
            file = self.footers[source.name]
            return Sized(source, file.columns, file.group_rows)
        # The lines of a task may be in several files: those in the columns of FOCUS are read together, however many.
        rows = 0 if self.reading.shape == "focus" else source.size_bytes // ROW_BYTES
        return Sized(source, "text", [rows])

    def rows(self, piece: Piece) -> Rows:
        """The rows of a piece: `all()`, `good()`, `bad()`.

        Text is first read into Parquet in the scratch folder, once. Raises UnusableInputError where a compressed file
        ends too early.
        """
        source = piece.sources[0]
        if source.name in self.footers:
            table = scan(self.connection, [one.name for one in piece.sources], piece.span)
            return parquet_rows(table, piece.sources, self.footers[source.name], self.reading.zone)
        staged = [self._find_staged(one) for one in piece.sources]
        if self.reading.shape == "focus":
            return focus_rows(self.connection, staged, [one.name for one in self.sources])
        return staged_rows(self.connection, staged)

    def count(self, piece: Piece) -> int | None:
        """How many rows a piece has, good and bad; `None` where only reading it all tells."""
        if piece.span:
            return piece.span[1] - piece.span[0] + 1
        if piece.sources[0].name in self.footers:
            return sum(sum(self.footers[source.name].group_rows) for source in piece.sources)
        if self.reading.shape == "focus":
            return None
        return sum(count_rows(self._find_staged(source)) for source in piece.sources)

    def _find_staged(self, source: Source) -> Path:
        """The file in Parquet, made now where it is not there yet."""
        staged = self.scratch / f"{self.sources.index(source)}.parquet"
        if not staged.exists():
            draft = staged.with_suffix(".draft")
            self._stage(source, draft)
            draft.replace(staged)
        return staged

    def _stage(self, source: Source, draft: Path) -> None:
        with Progress(name=f"reading {source.path.name}") as progress:
            lines = progress.follow(_number_rows(source))
            if self.reading.shape == "focus":
                placed = place_lines(lines, self.sources.index(source))
                stage_focus(placed, source, self.headers[source.name], draft)
            else:
                stage(lines, source, self._find_ways(source), draft)

    def _find_ways(self, source: Source) -> Ways:
        asked = self.reading
        demand = Demand(asked.zone, asked.ignores_extra)
        if asked.shape == "dashscope":
            return Ways(result_reader(asked.origin, asked.zone))
        if source.format in _SEPARATED:
            header = self.headers[source.name]
            return Ways(csv_reader(source, header, demand), csv_splitter(source, header, demand))
        return Ways(json_reader(demand), json_splitter(demand))


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
    zone = None if asked.zone is None else read_zone(asked.zone)
    sources = list_sources(names, SHAPES[asked.shape])
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
    local = [name for name, footer in footers.items() if footer.forms["at"] in {"local", "fine"}]
    if zone is not None and asked.zone is not None and local:
        _check_clocks(connection, local, asked.zone, zone)
    is_text = len(footers) < len(sources)
    return Usage(connection, sources, asked, footers, headers, _make_scratch(scratch) if is_text else Path())


def _check_clocks(connection: Expression, files: Sequence[str], name: str, zone: tzinfo) -> None:
    if day := find_rift(connection, files, name, zone):
        reason = f"on {day} DuckDB's clocks of {name} show another time than this machine's: bring the rules of time "
        raise UnusableInputError("--zone", f"{reason}zones up to date here (tzdata), or write instants with an offset")


def _make_scratch(folder: Path | None) -> Path:
    """A folder of this usage alone, which is gone when the program ends, if it is not before."""
    made = Path(mkdtemp(prefix="usage-", dir=folder))
    atexit.register(rmtree, made, ignore_errors=True)
    return made


def _open_separated(source: Source, asked: Reading) -> tuple[str, ...]:
    if asked.shape == "focus":
        return check_focus(source)
    return check_header(source, Demand(asked.zone, asked.ignores_extra))
