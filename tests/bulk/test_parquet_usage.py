"""Usage in Parquet: what is asked of files, of rows, and where each row stands."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pricing.shell.bulk import usage_tables
from pricing.shell.bulk.checks import TYPED, check_rows
from pricing.shell.bulk.column_readings import ANY_ENGINE
from pricing.shell.bulk.faults import FaultyFilesError
from pricing.shell.bulk.pieces import Piece
from pricing.shell.bulk.schemas import USAGE, WHERE
from pricing.shell.bulk.usage_tables import Reading, open_usage
from wan_rules.payloads import UnusableInputError

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis 12 calls it
Connection: TypeAlias = Any
Column: TypeAlias = Any
SECONDS = pa.decimal128(12, 6)
MICROS = pa.timestamp("us", "UTC")
AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def connection() -> Connection:
    return ibis.duckdb.connect()


def columns(count: int = 1, **other: Column) -> dict[str, Any]:
    """Good rows, but for what is given."""
    good = {
        "id": pa.array([f"task-{number}" for number in range(count)]),
        "at": pa.array([AT] * count, MICROS),
        "host": pa.array(["alibaba"] * count),
        "resolution": pa.array(["720P"] * count),
        "duration_s": pa.array([Decimal(5)] * count, SECONDS),
        "clips_s": pa.array([[Decimal("7.2")]] * count, pa.list_(SECONDS)),
        "references": pa.array([2] * count, pa.int32()),
        "status": pa.array(["succeeded"] * count),
    }
    return {name: column for name, column in {**good, **other}.items() if column is not None}


def write(folder: Path, name: str = "usage.parquet", **other: Column) -> str:
    count = max((len(column) for column in other.values() if column is not None), default=1)
    file = folder / name
    pq.write_table(pa.table(columns(count, **other)), file)
    return str(file)


def rows(connection: Connection, file: str, reading: Reading | None = None) -> list[dict[str, Any]]:
    usage = open_usage(connection, [file], reading or Reading())
    return [row for piece in usage.pieces() for row in usage.rows(piece).all().to_pyarrow().to_pylist()]


def faults(connection: Connection, files: Sequence[str], reading: Reading | None = None) -> list[tuple[str, str]]:
    with pytest.raises(FaultyFilesError) as refused:
        open_usage(connection, files, reading or Reading())
    return [(fault.column, f"{fault.seen}: {fault.wanted}") for fault in refused.value.faults]


def test_a_good_row_is_in_our_types_and_has_its_place(connection: Connection, tmp_path: Path) -> None:
    file = write(tmp_path)
    usage = open_usage(connection, [file], Reading())
    (piece,) = usage.pieces()
    table = usage.rows(piece).good()
    assert list(table.columns) == [*USAGE, *WHERE]
    assert {name: str(table[name].type()).removeprefix("!") for name in USAGE} == dict(USAGE)
    (row,) = table.to_pyarrow().to_pylist()
    assert row["at"] == datetime(2026, 11, 1, 9, 30)  # noqa: DTZ001 - UTC, which the column does not say
    assert (row["file"], row["row"], row["clips_s"]) == (file, 1, [Decimal("7.2")])
    assert usage.rows(piece).bad().count().to_pyarrow().as_py() == 0


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"id": pa.array([None], pa.string())}, "id: it is missing"),
        ({"id": pa.array(["x" * 201])}, "id: 1 to 200 characters are wanted, not 201"),
        ({"host": pa.array([""])}, "host: 1 to 64 characters are wanted, not 0"),
        ({"account": pa.array(["x" * 65])}, "account: 1 to 64 characters are wanted, not 65"),
        ({"resolution": pa.array(["720p"])}, "'720P', '1080P', '1080P-SR' or '1440P-SR' is wanted, not '720p'"),
        ({"ratio": pa.array(["16x9"])}, "is wanted, not '16x9'"),
        ({"status": pa.array(["FAILED"])}, "is wanted, not 'FAILED'"),
        ({"duration_s": pa.array([Decimal("-0.000001")], SECONDS)}, "duration_s: seconds are"),
        ({"duration_s": pa.array([Decimal("0.1234567")])}, "duration_s: seconds are"),
        ({"duration_s": pa.array([Decimal("99.9999999")], pa.decimal128(38, 36))}, "duration_s: seconds are"),
        ({"duration_s": pa.array([1_000_000])}, "not '1000000'"),
        ({"duration_s": pa.array(["7.2\n"])}, "duration_s: seconds are"),
        ({"duration_s": pa.array(["1e2"])}, "not '1e2'"),
        ({"duration_s": pa.array([None], SECONDS)}, "duration_s: it is missing"),
        ({"clips_s": pa.array([[Decimal(1), None]], pa.list_(SECONDS))}, "clips_s: in each place"),
        ({"clips_s": pa.array([["1", "x"]])}, "clips_s: in each place"),
        ({"clips_s": pa.array([["1"] * 6])}, "clips_s: a table takes 5 clips at most, not 6"),
        ({"clips_s": pa.array([["1"] * 3])}, "3 clips among 2 references"),
        ({"clips_s": pa.array([None], pa.list_(SECONDS))}, "clips_s or billed_clips_s is wanted"),
        ({"billed_clips_s": pa.array(["1"])}, "clips_s or billed_clips_s is wanted"),
        ({"references": None}, "references is wanted beside clips_s"),
        ({"references": pa.array([-1])}, "references: a whole number from 0 to 1000"),
        ({"at": pa.array(["2026-11-01T09:30:00"])}, "at: an instant with its zone is wanted"),
        ({"at": pa.array(["2026-11-01T24:00:00Z"])}, "at: an instant with its zone is wanted"),
        ({"at": pa.array(["2026-02-30"])}, "at: an instant with its zone is wanted"),
        ({"at": pa.array(["0000-01-01"])}, "at: an instant with its zone is wanted"),
        ({"at": pa.array([253_402_300_800_000_000], MICROS)}, "at: an instant with its zone is wanted"),
        ({"consumed_before": pa.array(['{"x": 1}'])}, "consumed_before: running totals are counted from the rows"),
    ],
    ids=map(str, itertools.count()),
)
def test_a_bad_row_says_what_is_wrong(connection: Connection, tmp_path: Path, other: dict[str, Any], told: str) -> None:
    (row,) = rows(connection, write(tmp_path, **other))
    assert told in row["fault"]
    assert row["raw"].startswith('{"id":')


def test_bad_rows_alone_are_those_with_a_fault(connection: Connection, tmp_path: Path) -> None:
    file = write(tmp_path, duration_s=pa.array([Decimal(5), Decimal(-1), None], SECONDS))
    usage = open_usage(connection, [file], Reading())
    found = usage.rows(usage.pieces()[0])
    every, good, bad = (table().to_pyarrow().to_pylist() for table in (found.all, found.good, found.bad))
    assert bad == every[1:]
    assert good == [{name: value for name, value in every[0].items() if name not in {"fault", "raw"}}]


@pytest.mark.parametrize(
    "other",
    [
        {"id": pa.array([2**63], pa.uint64())},
        {"id": pa.array(["图" * 200])},
        {"at": pa.array([date(2026, 11, 1)])},
        {"at": pa.array([1_000], pa.timestamp("ns", "UTC"))},
        {"at": pa.array(["2026-11-01T09:30:00.123456+08:00"])},
        {"duration_s": pa.array([Decimal("7.200000000")], pa.decimal128(18, 9))},
        {"duration_s": pa.array([999_999], pa.int64())},
        {"duration_s": pa.array(["999999.999999"])},
        {"clips_s": pa.array([[]], pa.list_(pa.int8()))},
        {"clips_s": None, "references": None, "billed_clips_s": pa.array([0])},
        {"region": pa.nulls(1)},
        {"status": pa.array(["failed_upscaling"]).dictionary_encode()},
        {"consumed_before": pa.array(["{}"])},
        {"consumed_before": pa.nulls(1, pa.map_(pa.string(), pa.string()))},
    ],
    ids=map(str, itertools.count()),
)
def test_other_forms_of_the_same_are_read(connection: Connection, tmp_path: Path, other: dict[str, Any]) -> None:
    (row,) = rows(connection, write(tmp_path, **other))
    assert row["fault"] is None
    assert row["raw"] is None


def test_all_faults_of_all_files_are_told_at_once(connection: Connection, tmp_path: Path) -> None:
    first = write(tmp_path, "a.parquet", duration_s=pa.array([5.0]), at=pa.array([AT], pa.timestamp("us")))
    second = write(tmp_path, "b.parquet", Status=pa.array(["x"]), regoin=pa.array(["x"]), foo=pa.array([1]), host=None)
    broken = tmp_path / "c.parquet"
    broken.write_bytes(Path(first).read_bytes()[:-20])
    told = faults(connection, [first, second, str(broken)])
    assert [column for column, _ in told] == ["at", "duration_s", "Status", "Status", "regoin", "foo", "host", ""]
    assert "a binary float has lost digits" in told[1][1]
    assert "--zone" in told[0][1]
    assert "did you mean 'region'" in told[4][1]
    assert "no Parquet file, or not the whole of one" in told[7][1]


def test_other_columns_are_left_out_where_that_is_asked(connection: Connection, tmp_path: Path) -> None:
    file = write(tmp_path, foo=pa.array([1]))
    assert rows(connection, file, Reading(ignores_extra=True))[0]["fault"] is None


def test_either_kind_of_clips_has_to_be_there(connection: Connection, tmp_path: Path) -> None:
    told = faults(connection, [write(tmp_path, clips_s=None)])
    assert told == [("clips_s", "it is missing, as is billed_clips_s: add the one or the other")]


@pytest.mark.parametrize("digits", [39, 52, 76])
def test_decimals_of_more_digits_than_any_engine_reads_are_refused(
    connection: Connection, tmp_path: Path, digits: int
) -> None:
    wide = pa.decimal256(digits, 2)  # DuckDB takes 5.00 of 52 digits for 327680.0
    clips = pa.array([[Decimal("0.5")]], pa.list_(wide))
    told = faults(connection, [write(tmp_path, duration_s=pa.array([Decimal(5)], wide), clips_s=clips)])
    assert [column for column, _ in told] == ["duration_s", "clips_s"]
    assert all("none is read right" in said for _, said in told)


def test_nanoseconds_that_duckdb_would_cut_are_refused(connection: Connection, tmp_path: Path) -> None:
    told = faults(connection, [write(tmp_path, at=pa.array([1_001], pa.timestamp("ns", "UTC")))])
    assert "digits below a microsecond" in told[0][1]


@pytest.mark.parametrize("unit", ["us", "ns", "ms"])
def test_local_times_are_of_the_zone_that_is_named(connection: Connection, tmp_path: Path, unit: str) -> None:
    times = [datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)]  # noqa: DTZ001 - local ones
    file = write(tmp_path, at=pa.array(times, pa.timestamp(unit)))
    found = rows(connection, file, Reading(zone="Europe/Berlin"))
    assert found[0]["at"] == datetime(2026, 3, 29, 0, 30)  # noqa: DTZ001 - UTC, which the column does not say
    assert [row["fault"] is None for row in found] == [True, False, False]
    assert all(row["fault"] is None for row in rows(connection, file, Reading(zone="UTC")))


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_two_databases_of_a_zone_that_differ_on_a_day_of_the_rows_are_refused(
    connection: Connection, tmp_path: Path, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if this machine did not know of summer time in Berlin, where it begins on 29 March at 01:00 UTC."""
    monkeypatch.setattr(usage_tables, "read_zone", lambda _name: timezone(timedelta(hours=1)))
    times = [datetime(2026, 3, 27, 12), datetime(2026, 3, 31)]  # noqa: DTZ001 - local ones
    winter, spring = (
        write(tmp_path, f"{number}.parquet", at=pa.array(times[:number], pa.timestamp(unit))) for number in (1, 2)
    )
    assert [row["fault"] for row in rows(connection, winter, Reading(zone="Europe/Berlin"))] == [None]
    with pytest.raises(UnusableInputError, match="on 2026-03-30 DuckDB's clocks of Europe/Berlin show another time"):
        rows(connection, spring, Reading(zone="Europe/Berlin"))
    empty = write(tmp_path, "none.parquet", at=pa.array([None], pa.timestamp(unit)))
    assert len(rows(connection, empty, Reading(zone="Europe/Berlin"))) == 1


def test_a_zone_that_only_this_machine_knows_is_refused(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of zones are not all of their database: `localtime`, `posix/Europe/Berlin`."""
    monkeypatch.setattr(usage_tables, "read_zone", lambda _name: UTC)
    file = write(tmp_path, at=pa.array([datetime(2026, 3, 27, 12)], pa.timestamp("us")))  # noqa: DTZ001 - a local one
    with pytest.raises(UnusableInputError, match="'localtime' is no zone to DuckDB: write it as in Asia/Shanghai"):
        rows(connection, file, Reading(zone="localtime"))


def test_local_nanoseconds_are_a_fault_of_their_row(connection: Connection, tmp_path: Path) -> None:
    file = write(tmp_path, at=pa.array([1_000, 1_001], pa.timestamp("ns")))
    found = rows(connection, file, Reading(zone="UTC"))
    assert [row["fault"] is None for row in found] == [True, False]


def test_large_files_are_cut_between_row_groups(connection: Connection, tmp_path: Path) -> None:
    file = tmp_path / "[1]*.parquet"
    pq.write_table(pa.table(columns(10)), file, row_group_size=3)
    (tmp_path / "1x.parquet").write_bytes(b"")
    usage = open_usage(connection, [str(file)], Reading())
    assert [piece.span for piece in usage.pieces(4)] == [(1, 6), (7, 10)]
    assert usage.pieces(10) == usage.pieces(20) == (Piece(usage.sources),)
    numbers = [usage.rows(piece).all().row.to_pyarrow().to_pylist() for piece in usage.pieces(4)]
    assert numbers == [list(range(1, 7)), list(range(7, 11))]


def test_a_table_in_our_own_types_is_checked_by_the_same_words() -> None:
    kinds = ibis.schema(dict(USAGE)).to_pyarrow()
    good = {"id": "x", "at": datetime(2026, 1, 1), "host": "fal", "resolution": "720P", "status": "failed"}  # noqa: DTZ001 - UTC
    good |= {"duration_s": Decimal(5), "billed_clips_s": Decimal(0)}
    table = ibis.memtable(pa.Table.from_pylist([good, {**good, "duration_s": Decimal(-5)}], schema=kinds))
    forms = {name: TYPED.get(name, "text") for name in USAGE}
    found = check_rows(table, forms, ANY_ENGINE).fault.name("fault").to_pyarrow().to_pylist()
    assert found[0] is None
    assert found[1].startswith("duration_s: seconds are")
