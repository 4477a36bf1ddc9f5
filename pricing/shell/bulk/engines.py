"""DuckDB as the engine of tables: one connection for a run, which keeps to its memory and spills beside the output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias

from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.literals import name_file, quote
from pricing.shell.bulk.memory import check_memory, tell_too_little
from wan_rules.payloads import UnusableInputError

BATCH_ROWS: Final = 20_000
ROW_GROUP: Final = 32_768
"""Rows of charges that are held until they are written, by each thread: these have forty columns."""


EngineName: TypeAlias = Literal["duckdb", "spark"]


class Limits(NamedTuple):
    """On which engine a run is, and what it may take; `None` is the engine's own choice.

    `master` is Spark's, or `sc://...` of a Spark Connect server.
    """

    memory: str | None = None
    threads: int | None = None
    engine: EngineName = "duckdb"
    master: str | None = None


class Engine(Protocol):
    """What a run needs of an engine: expressions of ibis go in, rows and files of Parquet come out."""

    backend: Any

    @property
    def version(self) -> str:
        """As it is told in reports."""

    def put(self, name: str, table: Any) -> Expression:  # noqa: ANN401 - pyarrow has no types
        """A table of pyarrow as one of the engine."""

    def fetch(self, query: Expression) -> list[dict[str, Any]]:
        """All rows of a small answer."""

    def stream(self, query: Expression) -> Iterator[dict[str, Any]]:
        """The rows of an answer of any size, in its order."""

    def write(self, query: Expression, path: Path) -> None:
        """The answer as Parquet: a file, or a folder of files."""

    def read(self, paths: list[Path]) -> Expression:
        """Parquet as one table."""

    def count(self, paths: list[Path]) -> int:
        """How many rows are there."""

    def find_share(self) -> float:
        """How much of the query that runs is done, from 0 to 1."""

    def close(self) -> None:
        """Frees all that it holds."""


@contextmanager
def open_engine(limits: Limits, spill: Path) -> Iterator[Engine]:
    """The engine of a run, until it ends. Raises UnusableInputError where its memory is too little."""
    engine = _open(limits, spill)
    import duckdb

    try:
        yield engine
    except duckdb.OutOfMemoryException as error:
        raise tell_too_little(limits.memory, error) from None
    finally:
        engine.close()


def _open(limits: Limits, spill: Path) -> Engine:
    if limits.engine == "duckdb":
        return DuckDBEngine(limits, spill)
    from pricing.shell.bulk.spark import SparkEngine

    return SparkEngine(limits.master, spill)


@contextmanager
def open_plain(limits: Limits) -> Iterator[Any]:
    """A connection for copying files."""
    import duckdb

    with duckdb.connect(config={"memory_limit": limits.memory} if limits.memory else {}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield _Plain(connection)


class _Plain(NamedTuple):
    """A connection with the one verb that both kinds have."""

    connection: Any

    def raw_sql(self, query: str) -> Any:  # noqa: ANN401 - DuckDB's own
        """Runs it."""
        return self.connection.execute(query)


class DuckDBEngine:
    """Queries of ibis on DuckDB. All instants are UTC."""

    name: Final = "duckdb"

    def __init__(self, limits: Limits, spill: Path) -> None:
        """A database in memory. Raises UnusableInputError for a limit that is none, or without the extra."""
        check_memory(limits.memory)
        try:
            import duckdb  # noqa: F401 - ibis wants it below, and says less clearly that it is not there
            import ibis
        except ImportError:
            raise UnusableInputError("tables", "they need ibis and DuckDB: pip install 'wan-rules[tables]'") from None
        config: dict[str, Any] = {"temp_directory": str(spill)}
        if limits.memory:
            config["memory_limit"] = limits.memory
        if limits.threads:
            config["threads"] = limits.threads
        self.backend = ibis.duckdb.connect(**config)
        # What was read of files is not kept: the system does that already.
        settings = ("TimeZone = 'UTC'", "enable_progress_bar = false", "enable_external_file_cache = false")
        self.backend.raw_sql(";".join(f"set {setting}" for setting in settings))

    @property
    def version(self) -> str:
        """As it is told in reports."""
        return f"{self.name} {self.backend.version.removeprefix('v')}"

    def put(self, name: str, table: Any) -> Expression:  # noqa: ANN401 - pyarrow has no types
        """A table of pyarrow as one of the engine."""
        return self.backend.create_table(name, table, overwrite=True)

    def fetch(self, query: Expression) -> list[dict[str, Any]]:
        """All rows of a small answer."""
        rows: list[dict[str, Any]] = self.backend.to_pyarrow(query).to_pylist()
        return rows

    def stream(self, query: Expression) -> Iterator[dict[str, Any]]:
        """The rows of an answer of any size, in its order."""
        for batch in self.backend.to_pyarrow_batches(query, chunk_size=BATCH_ROWS):
            yield from batch.to_pylist()

    def write(self, query: Expression, path: Path) -> None:
        """The answer as a file of Parquet."""
        # What is there is a draft. A file beside it, which DuckDB would write first, it seeks behind a backslash.
        # Not ibis's `to_parquet`: that writes the path as Python does, so that it misses a folder with U+3000 in it.
        self.backend._run_pre_execute_hooks(query)  # noqa: SLF001 - it registers the tables in memory, as `to_parquet` does
        form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, USE_TMP_FILE false"
        self.backend.raw_sql(f"COPY ({self.backend.compile(query)}) TO {quote(str(path))} ({form})")

    def read(self, paths: list[Path]) -> Expression:
        """Files of Parquet as one table."""
        return self.backend.read_parquet([name_file(str(path)) for path in paths])

    def count(self, paths: list[Path]) -> int:
        """How many rows are in files of Parquet."""
        found: int = self.fetch(self.read(paths).count().name("rows").as_table())[0]["rows"] if paths else 0
        return found

    def find_share(self) -> float:
        """How much of the query that runs is done, from 0 to 1."""
        percent: float = self.backend.con.query_progress()
        return max(percent, 0) / 100

    def close(self) -> None:
        """Frees all that it holds."""
        self.backend.disconnect()
