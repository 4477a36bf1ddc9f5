"""Rejected rows: one file of those that can't be read and those that can't be priced, none of them lost."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import pyarrow.parquet as pq
import pytest

from pricing.shell.bulk.rejected_rows import REJECTS, check_target, describe_unpriced, list_unreadable, write_rejects
from pricing.shell.bulk.usage_tables import Reading, open_usage
from pricing.usage import parse_row
from wan_rules.payloads import UnusableInputError

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis 12 calls it
Connection: TypeAlias = Any
GOOD = (
    b'{"id": "a", "at": "2026-10-01T09:30:00.25Z", "host": "fal", "resolution": "720P", "duration_s": "5", '
    b'"clips_s": ["7.2"], "references": 1, "status": "succeeded"}'
)
BAD = b"=cmd()"


@pytest.fixture(scope="module")
def connection() -> Connection:
    return ibis.duckdb.connect()


@pytest.fixture
def parts(connection: Connection, tmp_path: Path) -> list[Path]:
    file = tmp_path / "usage.jsonl"
    file.write_bytes(GOOD + b"\n" + BAD + b"\n")
    usage = open_usage(connection, [str(file)], Reading(), scratch=tmp_path)
    rows = usage.rows(usage.pieces()[0])
    unpriced = describe_unpriced(rows.good(), ibis.literal("no_rate"), ibis.literal("no card"))
    made = [tmp_path / "1.parquet", tmp_path / "2.parquet"]
    for table, part in zip((list_unreadable(rows), unpriced), made, strict=True):
        assert list(table.columns) == list(REJECTS)
        connection.to_parquet(table, part)
    return made


def test_each_row_stands_there_with_its_reason_and_as_it_was(
    connection: Connection, tmp_path: Path, parts: list[Path]
) -> None:
    file = tmp_path / "rejects.jsonl"
    assert write_rejects(connection, parts, file) == {"no_rate": 1, "unreadable": 1}
    unpriced, unreadable = map(json.loads, file.read_text().splitlines())
    assert (unreadable["row"], unreadable["reason"], unreadable["raw"]) == (2, "unreadable", BAD.decode())
    assert (unpriced["row"], unpriced["id"], unpriced["reason"], unpriced["message"]) == (1, "a", "no_rate", "no card")
    assert parse_row(unpriced["raw"].encode()) == parse_row(GOOD)
    assert not list(tmp_path.glob(".rejects*"))


def test_a_cell_of_csv_is_no_formula(connection: Connection, tmp_path: Path, parts: list[Path]) -> None:
    file = tmp_path / "rejects.csv.gz"
    write_rejects(connection, parts, file)
    with gzip.open(file, "rt") as stream:
        assert [row["raw"][:2] for row in csv.DictReader(stream)] == ['{"', "'="]


def test_parquet_has_our_columns_even_of_nothing(connection: Connection, tmp_path: Path) -> None:
    file = tmp_path / "rejects.parquet"
    assert write_rejects(connection, [], file) == {}
    assert pq.read_schema(file).names == list(REJECTS)


@pytest.mark.parametrize("name", ["rejects.xlsx", "rejects", "rejects.parquet.gz"])
def test_an_unknown_ending_is_refused_before_anything_is_done(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableInputError, match="name a file that ends in"):
        check_target(tmp_path / name)


def test_a_file_that_can_not_be_there_is_refused(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    for name in ("x.jsonl", "none/rejects.jsonl"):
        with pytest.raises(UnusableInputError, match="--rejects"):
            write_rejects(connection, [], tmp_path / name)
