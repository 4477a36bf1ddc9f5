"""DuckDB as an engine: a file is written and read by its own name, whatever stands in that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from pricing.shell.bulk.engines import DuckDBEngine, Limits

STRANGE = ["a\u3000b", "a\u00a0b", "a\u00adb", "a\\b", "a\nb", "a'b", 'a"b', "a[x]b", "a*b", "a?b"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(Limits(), tmp_path / "spill")
    yield engine
    engine.close()


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("depth", ["folder", "file"])
def test_a_name_is_taken_as_it_is(engine: DuckDBEngine, name: str, depth: str, tmp_path: Path) -> None:
    paths = []
    for each, rows in (("axb", 3), (name, 2)):
        path = tmp_path / each / "charges.parquet" if depth == "folder" else tmp_path / f"{each}.parquet"
        path.parent.mkdir(exist_ok=True)
        for _ in range(2):  # the second time over a draft that a run left which was killed
            engine.write(engine.put("rows", pa.table({"n": [*range(rows)]})), path)
        paths.append(path)
    assert [engine.count([path]) for path in paths] == [3, 2]
    assert engine.count(paths) == 5
