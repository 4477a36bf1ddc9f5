"""An invoice is read with every digit, in three formats alike; what can't be read is told, kept and counted."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest
from pyarrow import parquet

from pricing.shell.bulk import invoice_texts
from pricing.shell.bulk.databases import open_database
from pricing.shell.bulk.faults import FaultyFilesError
from pricing.shell.bulk.invoices import InvoiceAsked, open_invoice, write_rejects
from pricing.shell.bulk.sums import Counted
from wan_rules.payloads import UnusableInputError

HEAD = "line,task_id,amount,currency,at,begin,end,resolution,meter,quantity"


def read(
    folder: Path, *names: str, ignores_extra: bool = False, **columns: str
) -> tuple[Counted, list[dict[str, Any]], list[dict[str, Any]]]:
    """The counts, the lines that were read, and those that were not."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    with open_database(beside=folder) as database:
        counted = open_invoice(
            database, InvoiceAsked([str(folder / name) for name in names], columns, work, ignores_extra)
        )
        found = database.execute("FROM invoice ORDER BY line")
        keys = [column[0] for column in found.description]
        lines = [dict(zip(keys, values, strict=True)) for values in found.fetchall()]
        write_rejects(database, folder / "rejects.jsonl")
    rejects = [json.loads(line) for line in (folder / "rejects.jsonl").read_text().splitlines()]
    return counted, lines, rejects


def csv(folder: Path, *lines: str, head: str = HEAD) -> str:
    (folder / "invoice.csv").write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return "invoice.csv"


def test_a_line_has_every_digit_and_its_instants_in_utc(tmp_path: Path) -> None:
    name = csv(tmp_path, "7,a,-0.123456789012345678,USD,2026-10-01T09:30:00.5+08:00,,,720P,requests,1.5")
    counted, (line,), _ = read(tmp_path, name)
    assert counted[:2] == (1, 0)
    assert (line["line"], line["task_id"], line["currency"]) == ("7", "a", "USD")
    assert line["amount"] == Decimal("-0.123456789012345678")
    assert line["at"] == datetime(2026, 10, 1, 1, 30, 0, 500_000)  # noqa: DTZ001 - tables hold UTC without a zone
    assert (line["resolution"], line["meter"], line["quantity"]) == ("720P", "requests", Decimal("1.5"))


@pytest.mark.parametrize(
    ("begin", "end", "until"),
    [
        ("2026-10", "", datetime(2026, 11, 1)),  # noqa: DTZ001
        ("2026-10-31", "", datetime(2026, 11, 1)),  # noqa: DTZ001
        ("2026-10-30", "2026-11-02", datetime(2026, 11, 2)),  # noqa: DTZ001
    ],
    ids=["a month", "a day", "days"],
)
def test_a_line_may_cover_a_time(tmp_path: Path, begin: str, end: str, until: datetime) -> None:
    _, (line,), _ = read(tmp_path, csv(tmp_path, f"7,,1,USD,,{begin},{end},,,"))
    assert line["until"] == until


def test_a_line_without_a_name_is_called_by_its_place(tmp_path: Path) -> None:
    _, lines, _ = read(tmp_path, csv(tmp_path, ",a,1,USD,,,,,,", ",b,2,USD,,,,,,"))
    assert [line["line"] for line in lines] == [f"invoice.csv:{row}" for row in (1, 2)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('2,,"1,234.56",USD,,,,,,', "amount: 1,234.56: no exact amount: write 1234.56"),
        ("2,,1e3,USD,,,,,,", "amount: 1e3: no exact amount"),
        ("2,,,USD,,,,,,", "amount: nothing is there"),
        ("2,,1,,,,,,,", "currency: nothing is there"),
        ("2,,1,USD,2026-10-01T09:30:00,,,,,", "at: 2026-10-01T09:30:00: no instant with its zone"),
        ("2,,1,USD,2026-02-30,,,,,", "at: 2026-02-30: no instant"),
        ("2,,1,USD,0000-01-01,,,,,", "at: 0000-01-01: no instant"),
        ("2,,1,USD,9999-12-31T23:59:59-01:00,,,,,", "at: 9999-12-31T23:59:59-01:00: no instant"),
        ("2,,1,USD,,9999-12,,,,", "begin, end: a time has both"),
        ("2,,1,USD,,2026-10-02,2026-10-01,,,", "begin, end: a time has both, and ends after it begins"),
        ("2,,1,USD,,,2026-10-01,,,", "begin, end: a time has both"),
        ("2,,1,USD,,,,720p,,", "resolution: 720p: no tier: 720P"),
        ("2,,1,USD,,,,,minutes,", "meter: minutes: no meter: output_video_seconds"),
        ("2,,1,USD,,,,,,x", "quantity: x: no exact amount"),
        ("2,,1", "3 cells under 10 columns"),
        ("2,,1,USD,,,,,,,,", "12 cells under 10 columns"),
        ('2,"a"b,1,USD,,,,,,', "no line of CSV"),
    ],
)
def test_a_line_that_cannot_be_read_is_kept_with_the_reason(tmp_path: Path, line: str, told: str) -> None:
    counted, lines, rejects = read(tmp_path, csv(tmp_path, "1,,1,USD,,,,,,", line, "3,,3,USD,,,,,,"))
    assert counted[:2] == (3, 1)
    assert [one["line"] for one in lines] == ["1", "3"]
    assert (rejects[0]["row"], rejects[0]["reason"]) == (2, "unreadable")
    assert told in rejects[0]["message"]


@pytest.mark.parametrize("fields", [b"%b", b'1,a,1,USD,"x%b'], ids=["bare", "quoted"])
def test_a_line_without_an_end_is_not_held_in_memory(tmp_path: Path, fields: bytes) -> None:
    long = fields % (b"0," * 16_000_000)
    (tmp_path / "invoice.csv.gz").write_bytes(
        gzip.compress(b"%b\n1,,1,USD,,,,,,\n%b\n3,,3,USD,,,,,,\n" % (HEAD.encode(), long), 1)
    )
    (tmp_path / "invoice.jsonl.gz").write_bytes(
        gzip.compress(b'{"amount": 1, "currency": "USD"}\n{"line": "%b\n{"amount": 2, "currency": "USD"}' % long, 1)
    )
    tracemalloc.start()
    counted, lines, rejects = read(tmp_path, "invoice.csv.gz", "invoice.jsonl.gz")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (counted[:2], sorted(line["amount"] for line in lines)) == ((6, 2), [1, 1, 2, 3])
    assert "no line of an invoice is that long" in rejects[0]["message"]
    assert most < 16_000_000


def test_json_lines_keep_their_digits_and_their_faults(tmp_path: Path) -> None:
    (tmp_path / "invoice.jsonl").write_text(
        '{"line": 1, "amount": 0.10, "currency": "USD"}\n'
        '{"line": 2, "amount": 0.1234567890123456789, "currency": "USD"}\n'
        "no JSON\n"
        '{"line": 4, "amount": "2", "currency": "USD"}\n'
    )
    counted, lines, rejects = read(tmp_path, "invoice.jsonl")
    assert counted[:2] == (4, 2)
    assert [(one["line"], one["amount"]) for one in lines] == [("1", Decimal("0.10")), ("4", Decimal(2))]
    assert [one["row"] for one in rejects] == [2, 3]


def test_a_column_of_parquet_with_nothing_in_it_is_as_good_as_none(tmp_path: Path) -> None:
    nothing = pa.array([None, None], pa.timestamp("us", tz="UTC"))
    table = {"line": ["1", "2"], "amount": ["1", "x"], "currency": ["USD", "USD"], "begin": nothing, "end": nothing}
    parquet.write_table(pa.table(table), tmp_path / "invoice.parquet")
    counted, (line,), (reject,) = read(tmp_path, "invoice.parquet")
    assert counted[:3] == (2, 1, 0)
    assert (line["begin"], line["until"]) == (None, None)
    assert reject["line"] == {"line": "2", "amount": "x", "currency": "USD", "begin": None, "end": None}


def test_a_wanted_column_with_nothing_in_it_is_told_of_each_line(tmp_path: Path) -> None:
    table = {"amount": ["1", "2"], "currency": pa.array([None, None], pa.string())}
    parquet.write_table(pa.table(table), tmp_path / "invoice.parquet")
    counted, lines, rejects = read(tmp_path, "invoice.parquet")
    assert (counted[:2], lines) == ((2, 2), [])
    assert {one["message"] for one in rejects} == {"currency: nothing is there, and no line goes without"}


def test_parquet_is_read_as_it_is(tmp_path: Path) -> None:
    at = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
    table = pa.table(
        {
            "line": pa.array([1, 2, 3], pa.int64()),
            "amount": pa.array([Decimal("1.50"), None, Decimal(2)], pa.decimal128(12, 2)),
            "currency": ["USD", "USD", "CNY"],
            "at": pa.array([at, at, None], pa.timestamp("us", tz="UTC")),
        }
    )
    parquet.write_table(table, tmp_path / "invoice.parquet")
    counted, lines, rejects = read(tmp_path, "invoice.parquet")
    assert counted[:2] == (3, 1)
    assert [one["amount"] for one in lines] == [Decimal("1.50"), Decimal(2)]
    assert lines[0]["at"] == at.replace(tzinfo=None)
    assert rejects[0]["line"]["line"] == "2"


@pytest.mark.parametrize(
    ("more", "until"),
    [
        pytest.param({}, datetime(2026, 11, 3), id="alone"),  # noqa: DTZ001 - tables hold UTC without a zone
        pytest.param({"end": pa.array([None], pa.date32())}, datetime(2026, 11, 3), id="no-end"),  # noqa: DTZ001 - as above
        pytest.param({"end": pa.array([date(2026, 11, 5)])}, datetime(2026, 11, 5), id="both"),  # noqa: DTZ001 - as above
    ],
)
def test_a_day_in_parquet_is_one_day_as_it_is_in_text(
    tmp_path: Path, more: dict[str, pa.Array], until: datetime
) -> None:
    said = {"amount": ["1"], "currency": ["USD"], "begin": pa.array([date(2026, 11, 2)]), **more}
    parquet.write_table(pa.table(said), tmp_path / "x.parquet")
    counted, (line,), _ = read(tmp_path, "x.parquet")
    assert counted[:2] == (1, 0)
    assert (line["begin"], line["until"]) == (datetime(2026, 11, 2), until)  # noqa: DTZ001 - as above


def test_an_end_in_parquet_that_begins_on_no_day_is_told(tmp_path: Path) -> None:
    said = {"amount": ["1"], "currency": ["USD"], "begin": pa.array([None], pa.date32()), "end": [date(2026, 11, 2)]}
    parquet.write_table(pa.table(said), tmp_path / "x.parquet")
    _, _, (reject,) = read(tmp_path, "x.parquet")
    assert reject["message"] == "begin, end: a time has both, and ends after it begins"


def test_files_of_all_formats_make_one_invoice(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    csv(folder, "1,,1,USD,,,,,,")
    (folder / "more.tsv.gz").write_bytes(gzip.compress(b"line\tamount\tcurrency\n2\t2\tUSD\n"))
    parquet.write_table(pa.table({"line": ["3"], "amount": ["3"], "currency": ["USD"]}), folder / "more.parquet")
    _, lines, _ = read(tmp_path, "in")
    assert [one["amount"] for one in lines] == [1, 2, 3]


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    name = csv(tmp_path, "1,2.5,USD", head="line,Betrag,Waehrung")
    _, lines, _ = read(tmp_path, name, amount="Betrag", currency="Waehrung")
    assert lines[0]["amount"] == Decimal("2.5")


def _double(folder: Path) -> str:
    columns = {"amount": [1.5], "currency": ["USD"], "at": pa.array([0], pa.timestamp("us"))}
    parquet.write_table(pa.table(columns), folder / "x.parquet")
    return "x.parquet"


def _broken(folder: Path) -> str:
    (folder / "x.parquet").write_bytes(b"PAR1 and no more")
    return "x.parquet"


def _truncated(folder: Path) -> str:
    (folder / "x.csv.gz").write_bytes(gzip.compress(b"line,amount,currency\n" * 9_000)[:-20])
    return "x.csv.gz"


@pytest.mark.parametrize(
    ("make", "columns", "told"),
    [
        (
            _double,
            {},
            ["amount: it is DOUBLE", "a double has lost digits", "at: it is TIMESTAMP: write TIMESTAMP WITH"],
        ),
        (_broken, {}, ["no Parquet file"]),
        (_truncated, {}, ["it can't be read to its end"]),
        (
            lambda folder: csv(folder, "1", head="amounts"),
            {},
            ["--columns amount=amounts", "currency: there is no such"],
        ),
        (lambda folder: csv(folder, "1,1", head="amount,amount"), {}, ["amount: it stands twice"]),
        (lambda folder: csv(folder, "1,1", head="amount,currency"), {"task_id": "id"}, ["id: there is no such column"]),
    ],
    ids=["a double", "no Parquet", "half a file", "no amount", "a column twice", "a name that is not there"],
)
def test_columns_are_looked_at_first(
    tmp_path: Path, make: Callable[[Path], str], columns: dict[str, str], told: list[str]
) -> None:
    with pytest.raises(FaultyFilesError) as caught:
        read(tmp_path, make(tmp_path), ignores_extra=False, **columns)
    for each in told:
        assert each in str(caught.value)


def test_a_column_that_no_invoice_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="price: an invoice has line, amount"):
        read(tmp_path, csv(tmp_path), price="Preis")


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"")
    with pytest.raises(FaultyFilesError, match="amount: there is no such column"):
        read(tmp_path, "x.csv")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"line,amount,currency\n1,1,USD\n2,1,\xff\xff\n")
    _, _, rejects = read(tmp_path, "x.csv")
    assert rejects[0]["message"].startswith("not UTF-8")


def test_half_a_character_in_json_is_a_fault_of_its_line(tmp_path: Path) -> None:
    """No file of ours could hold it: it once ended a run with a traceback."""
    (tmp_path / "x.jsonl").write_bytes(b'{"amount": "1", "currency": "USD"}\n{"amount": "1", "currency": "\\ud800"}\n')
    counted, _, rejects = read(tmp_path, "x.jsonl")
    assert counted[:2] == (2, 1)
    assert "half a character" in rejects[0]["message"]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"amount,currency,a\xff,a\xff", "a\ufffd: it stands twice"),
        (b"amount,currency,a\xff,a\xfe", "a\ufffd: it stands twice"),
        (b"amount,currency,,(column 3)", "(column 3): it stands twice"),
        (b"amount,currency,_fault", "_fault: that name is taken: rename the column"),
        (b"amount,currency,_row", "_row: that name is taken: rename the column"),
    ],
    ids=["no-text", "no-text-alike", "no-name", "our-fault", "our-row"],
)
def test_no_two_columns_become_one(tmp_path: Path, head: bytes, told: str) -> None:
    """Lines would be rejected, or lost, by what stands in a column that nobody looks at."""
    (tmp_path / "x.csv").write_bytes(head + b"\n1,USD,,\n")
    with pytest.raises(FaultyFilesError) as caught:
        read(tmp_path, "x.csv")
    assert told in str(caught.value).encode().decode()


def test_a_file_of_unreadable_lines_proposes_no_column_of_ours(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"{\n")
    with pytest.raises(FaultyFilesError, match="amount: there is no such column: name its column"):
        read(tmp_path, "x.jsonl")


class TestLateColumns:
    """In JSON Lines any line may be the first to say something of ours, and none depends on the lines before it."""

    LINES: Final = (
        '{"line": "1", "amount": "1", "currency": "USD"}\n',
        '{"line": "2", "amount": "1", "currency": "USD", "begin": "2026-11-03"}\n',
        '{"line": "3", "amount": "1", "currency": "USD", "Job": "x"}\n',
    )

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(invoice_texts, "_ROWS_AT_ONCE", 1)

    @pytest.mark.parametrize("given", list(permutations(LINES)))
    def test_the_order_of_lines_makes_no_difference(self, tmp_path: Path, given: tuple[str, ...]) -> None:
        (tmp_path / "x.jsonl").write_text("".join(given))
        counted, lines, _ = read(tmp_path, "x.jsonl", task_id="Job")
        assert counted[:2] == (3, 0)
        assert [line["task_id"] for line in lines] == [None, None, "x"]
        assert [line["begin"] for line in lines] == [None, datetime(2026, 11, 3), None]  # noqa: DTZ001 - as above

    def test_a_column_that_no_line_has_is_missing_all_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "x.jsonl").write_text('{"line": "1", "currency": "USD"}\n{"line": "2", "currency": "USD"}\n')
        with pytest.raises(FaultyFilesError, match="amount: there is no such column: name its column"):
            read(tmp_path, "x.jsonl")

    @pytest.mark.parametrize(
        ("late", "told"),
        [
            ('{"amount": "1", "currency": "USD", "_row": 7}', "_row: a column that no line before had"),
            ('{"amount": "1", "currency": "USD", "LINE": "x"}', "LINE: a column that no line before had"),
        ],
    )
    def test_what_would_be_another_column_is_a_fault_of_its_line(self, tmp_path: Path, late: str, told: str) -> None:
        (tmp_path / "x.jsonl").write_text(self.LINES[0] + late + "\n")
        _, _, (reject,) = read(tmp_path, "x.jsonl")
        assert reject["message"] == told


class TestStrangers:
    """Columns that are none of an invoice's."""

    @pytest.mark.parametrize(
        ("head", "told"),
        [
            ("line,amount,currency,qty", "qty: no column of an invoice: leave it out, or say --ignore-extra"),
            ("line,amount,currency,acount", "did you mean 'account'? Say --columns account=acount. Else leave it out"),
            (
                "line,amount,currency,Task_ID",
                "Task_ID: no column of an invoice: rename Task_ID with --columns task_id=",
            ),
            ("line,amount,currency,", "(column 4): no column of an invoice: leave it out"),
            ("line,amount,Currency,region", "currency: there is no such column: rename Currency with --columns"),
        ],
    )
    def test_they_are_refused_with_what_may_be_meant(self, tmp_path: Path, head: str, told: str) -> None:
        with pytest.raises(FaultyFilesError) as caught:
            read(tmp_path, csv(tmp_path, "1,2.5,USD,x", head=head))
        (fault,) = caught.value.faults
        assert told in str(fault)

    def test_parquet_has_no_other_rules(self, tmp_path: Path) -> None:
        parquet.write_table(pa.table({"amount": ["3"], "currency": ["USD"], "note": ["x"]}), tmp_path / "x.parquet")
        with pytest.raises(FaultyFilesError, match="note: no column of an invoice"):
            read(tmp_path, "x.parquet")
        assert read(tmp_path, "x.parquet", ignores_extra=True)[0][:2] == (1, 0)

    def test_they_are_left_out_on_request_and_kept_with_what_is_rejected(self, tmp_path: Path) -> None:
        name = csv(tmp_path, "1,2.5,USD,x", "2,two,USD,y", head="line,amount,currency,note")
        counted, lines, rejects = read(tmp_path, name, ignores_extra=True)
        assert (counted[:2], [line["line"] for line in lines]) == ((2, 1), ["1"])
        assert rejects[0]["line"]["note"] == "y"

    def test_ours_in_other_letters_is_never_left_out(self, tmp_path: Path) -> None:
        name = csv(tmp_path, "1,2.5,USD,x", head="line,amount,currency,Task_ID")
        with pytest.raises(FaultyFilesError, match="--columns task_id=Task_ID"):
            read(tmp_path, name, ignores_extra=True)
        assert read(tmp_path, name, ignores_extra=True, task_id="Task_ID")[1][0]["task_id"] == "x"

    def test_a_late_line_may_have_them_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(invoice_texts, "_ROWS_AT_ONCE", 1)
        (tmp_path / "x.jsonl").write_text(
            '{"line": 1, "amount": "1", "currency": "USD"}\n'
            '{"line": 2, "amount": "1", "currency": "USD", "note": "x"}\n'
            '{"line": 3, "amount": "1", "currency": "USD", "task_id": "x"}\n'
        )
        counted, _, (reject,) = read(tmp_path, "x.jsonl")
        assert (counted[:2], reject["row"], reject["message"]) == ((3, 1), 2, "note: a column that no line before had")
        counted, lines, _ = read(tmp_path, "x.jsonl", ignores_extra=True)
        assert (counted[:2], [line["task_id"] for line in lines]) == ((3, 0), [None, None, "x"])


@pytest.mark.usefixtures("in_tokyo")
def test_days_of_parquet_are_days_of_utc_on_any_machine(tmp_path: Path) -> None:
    """Where the machine is nine hours ahead, too: as the same days in CSV."""
    days = {"at": date(2026, 10, 30), "begin": date(2026, 10, 30), "end": date(2026, 11, 2)}
    table = {"amount": ["1"], "currency": ["USD"], **{name: pa.array([day]) for name, day in days.items()}}
    parquet.write_table(pa.table(table), tmp_path / "invoice.parquet")
    _, (line,), _ = read(tmp_path, "invoice.parquet")
    found = [line[name] for name in ("at", "begin", "until")]
    assert found == [datetime(2026, 10, 30), datetime(2026, 10, 30), datetime(2026, 11, 2)]  # noqa: DTZ001 - as above
