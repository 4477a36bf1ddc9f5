"""Spark as the engine of tables: the same expressions, by way of ibis, on a session here or on a cluster.

All that goes in or out is a file of Parquet, which every executor has to reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pricing.shell.bulk.columns import Expression
from wan_rules.payloads import UnusableInputError

LOCAL: Final = "local[*]"
_REMOTE: Final = re.compile(r"sc://\S+")
_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never null
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


class SparkEngine:
    """Queries of ibis on Spark. `master` is a master's URL, or `sc://...` of a Spark Connect server."""

    name: Final = "spark"

    def __init__(self, master: str | None, scratch: Path) -> None:
        """A session that is ours until it is closed. Raises UnusableInputError without the extra."""
        try:
            import ibis
            from pyspark.sql import SparkSession
        except ImportError:
            raise UnusableInputError("--engine", "spark needs pyspark: pip install 'wan-rules[spark]'") from None
        builder = SparkSession.builder.appName("wan-rules")
        named = master or LOCAL
        builder = builder.remote(named) if _REMOTE.fullmatch(named) else builder.master(named)
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        self.session = builder.getOrCreate()
        if not _REMOTE.fullmatch(named):
            self.session.sparkContext.setLogLevel("ERROR")
        self.backend = ibis.pyspark.connect(self.session)
        self.scratch = scratch

    @property
    def version(self) -> str:
        """As it is told in reports."""
        return f"{self.name} {self.session.version}"

    def put(self, name: str, table: Any) -> Expression:  # noqa: ANN401 - pyarrow has no types
        """A table of pyarrow as one of the engine, by way of a file: what comes by way of pandas loses its types."""
        import pyarrow.parquet as pq

        path = self.scratch / f"{name}.parquet"
        pq.write_table(table, path, coerce_timestamps="us")
        return self.view(name, self.session.read.parquet(str(path)))

    def view(self, name: str, frame: Any) -> Expression:  # noqa: ANN401 - pyspark's own
        """A frame of Spark as a table of ibis."""
        frame.createOrReplaceTempView(name)
        return self.backend.table(name)

    def frame(self, query: Expression) -> Any:  # noqa: ANN401 - pyspark's own
        """The query as a frame of Spark."""
        return self.session.sql(self.backend.compile(query))

    def fetch(self, query: Expression) -> list[dict[str, Any]]:
        """All rows of a small answer."""
        rows: list[dict[str, Any]] = self.frame(query).toArrow().to_pylist()
        return rows

    def stream(self, query: Expression) -> Iterator[dict[str, Any]]:
        """The rows of an answer of any size, in its order, a partition at a time."""
        for row in self.frame(query).toLocalIterator(prefetchPartitions=True):
            yield row.asDict()

    def write(self, query: Expression, path: Path) -> None:
        """The answer as a folder of Parquet files."""
        self.frame(query).write.mode("overwrite").parquet(str(path))

    def read(self, paths: list[Path]) -> Expression:
        """Folders or files of Parquet as one table."""
        return self.view("read", self.session.read.parquet(*map(str, paths)))

    def count(self, paths: list[Path]) -> int:
        """How many rows are in files of Parquet."""
        return int(self.session.read.parquet(*map(str, paths)).count()) if paths else 0

    def find_share(self) -> float:
        """How much of the query that runs is done: Spark does not say it in one number."""
        return 0.0

    def close(self) -> None:
        """Ends the session."""
        self.session.stop()
