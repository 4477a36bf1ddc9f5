"""Usage for Spark: files of Parquet that both this program and the executors reach, checked by the same expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from pricing.shell.bulk.checks import TYPED, check_rows
from pricing.shell.bulk.column_readings import ANY_ENGINE
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.parquet_schemas import TOTALS, Demand, ParquetFile
from pricing.shell.bulk.parquet_usage import open_parquet, spell_row
from pricing.shell.bulk.pieces import Piece, Sized, cut
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.sources import Source, list_sources
from pricing.shell.bulk.spark import SparkEngine
from pricing.shell.bulk.usage_rows import Rows
from pricing.shell.bulk.usage_tables import Reading
from wan_rules.payloads import UnusableInputError

PIECE_ROWS: Final = 500_000_000
FILE: Final = "file"
ROW: Final = "row"
_KINDS: Mapping[str, str] = {"seconds": "DECIMAL", "integer": "a whole number", "utc": "TIMESTAMP WITH TIME ZONE"}


@dataclass(frozen=True, slots=True)
class SparkUsage:
    """Files that can be read; each is a piece, which Spark divides further by itself."""

    engine: SparkEngine
    sources: tuple[Source, ...]
    reading: Reading
    footers: Mapping[str, ParquetFile]

    def pieces(self) -> tuple[Piece, ...]:
        """The files in order, those together that are alike; Spark divides them further by itself."""
        files = (Sized(source, self._list_columns(source), [self._count(source)]) for source in self.sources)
        return tuple(cut(files, PIECE_ROWS))

    def _list_columns(self, source: Source) -> tuple[tuple[str, str], ...]:
        """Those that are read, with their types."""
        columns = self.footers[source.name].columns
        return tuple((name, kind) for name, kind in columns if name in USAGE or name == TOTALS)

    def count(self, piece: Piece) -> int:
        """How many rows a piece has, good and bad."""
        return sum(map(self._count, piece.sources))

    def _count(self, source: Source) -> int:
        return sum(self.footers[source.name].group_rows)

    def rows(self, piece: Piece) -> Rows:
        """The rows of a piece."""
        source = piece.sources[0]
        names = [name for name, _ in self._list_columns(source)]
        table = self.engine.view(f"usage_{self.sources.index(source)}", self._read(piece, names))
        forms = {name: TYPED.get(name, form) for name, form in self.footers[source.name].forms.items()}
        checked = check_rows(table, forms, ANY_ENGINE)
        where = {"file": table[FILE], "row": table[ROW]}
        return Rows(table, checked, where, spell_row(table, [name for name in names if name in USAGE]))

    def _read(self, piece: Piece, names: Sequence[str]) -> Expression:
        """The columns of those names, instants in UTC; and of each row the file, as it was named, and the number."""
        called = {source.path.absolute().as_posix(): source.name for source in piece.sources}
        read = self.engine.session.read.parquet(*(f"file://{_GLOB.sub(_ESCAPED, path)}" for path in called))
        others = [f"`{name}`" for name in names if name != "at"]
        where = ["_metadata.file_path AS uri", f"_metadata.row_index + 1 AS {ROW}"]
        rows = read.selectExpr("CAST(at AS TIMESTAMP_NTZ) AS at", *others, *where)
        # Spark tells paths as URIs with a single slash.
        seen = {f"file:{path}": called[unquote(path)] for path in (urlsplit(uri).path for uri in read.inputFiles())}
        named = self.engine.session.createDataFrame([*seen.items()], f"uri STRING, {FILE} STRING")
        return rows.join(named.hint("broadcast"), "uri").drop("uri")


_GLOB: Final = re.compile(r"([\[\]{}*?\\])")
_ESCAPED: Final = r"\\\1"


def open_spark_usage(engine: Engine, names: Sequence[str], asked: Reading) -> SparkUsage:
    """The usage that the names stand for. Raises UnusableInputError, and FaultyFilesError with all faults."""
    if not isinstance(engine, SparkEngine):
        msg = f"{engine.version} is no Spark"
        raise TypeError(msg)
    if asked.shape != "own":
        reason = f"spark reads usage in our own columns: rate {asked.shape} on duckdb, or convert it to Parquet first"
        raise UnusableInputError("--engine", reason)
    sources = list_sources(names, ("parquet",))
    footers: dict[str, ParquetFile] = {}
    faults: list[FileFault] = []
    for source in sources:
        try:
            file = open_parquet(source, Demand(asked.zone, asked.ignores_extra))
        except FaultyFilesError as error:
            faults.extend(error.faults)
            continue
        footers[source.name] = file
        faults += [
            FileFault(source.name, name, "its type is read on duckdb alone", f"for spark write {_KINDS[form]}")
            for name, form in TYPED.items()
            if name in file.forms and file.forms[name] not in _accepted(form)
        ]
    if faults:
        raise FaultyFilesError("usage", faults)
    return SparkUsage(engine, sources, asked, footers)


def _accepted(form: str) -> tuple[str, ...]:
    return ("utc", "zoned") if form == "utc" else (form, "absent")
