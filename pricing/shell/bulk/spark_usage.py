"""Usage for Spark: files of Parquet that both this program and the executors reach, checked by the same expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis

from pricing.shell.bulk.checks import TYPED, check_rows
from pricing.shell.bulk.column_readings import ANY_ENGINE
from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.parquet_schemas import Demand, ParquetFile
from pricing.shell.bulk.parquet_usage import open_parquet, spell_row
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.sources import Source, list_sources
from pricing.shell.bulk.spark import SparkEngine
from pricing.shell.bulk.usage_rows import Rows
from pricing.shell.bulk.usage_tables import Piece, Reading
from wan_rules.payloads import UnusableInputError

_KINDS: Mapping[str, str] = {"seconds": "DECIMAL", "integer": "a whole number", "utc": "TIMESTAMP WITH TIME ZONE"}


@dataclass(frozen=True, slots=True)
class SparkUsage:
    """Files that can be read; each is a piece, which Spark divides further by itself."""

    engine: SparkEngine
    sources: tuple[Source, ...]
    reading: Reading
    footers: Mapping[str, ParquetFile]

    def pieces(self) -> tuple[Piece, ...]:
        """The files in order."""
        return tuple(Piece(source) for source in self.sources)

    def rows(self, piece: Piece) -> Rows:
        """The rows of a file."""
        source = piece.source
        file = self.footers[source.name]
        frame = self.engine.session.read.parquet(source.path.absolute().as_uri())
        instant = "CAST(at AS TIMESTAMP_NTZ) AS at"
        others = [f"`{name}`" for name in file.columns if name != "at"]
        read = frame.selectExpr(instant, *others, "_metadata.row_index + 1 AS row")
        table = self.engine.view(f"usage_{self.sources.index(source)}", read)
        checked = check_rows(table, {**file.forms, **TYPED}, ANY_ENGINE)
        where = {"file": ibis.literal(source.name), "row": table.row.cast("int64")}
        return Rows(table, checked, where, spell_row(table, [name for name in file.columns if name in USAGE]))


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
