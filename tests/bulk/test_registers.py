"""What a report keeps of its run and its breaks: written exactly, read back equal, refused with all that is wrong."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from pricing.break_causes import CAUSES
from pricing.breaks import Break, Part, Subject
from pricing.reconciliations import Standing, Tolerance
from pricing.shell.bulk import registers
from pricing.shell.bulk.registers import COLUMNS, read_register, write_register
from pricing.shell.bulk.runs import RunOptions, read_options, write_options
from pricing.shell.bulk.summaries import SUMMARY, Summary, read_summary, write_summary
from tests.bulk.published import faults
from tests.bulk.standings import AT, RECONCILIATION, standing
from wan_rules.payloads import UnusableInputError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
amounts = st.decimals(-(10**20) + 1, 10**20 - 1, places=18, allow_nan=False)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside it
lists = st.lists(texts, max_size=3).map(tuple)
maybe = st.none() | texts
subjects = st.builds(
    Subject,
    task_ids=lists,
    invoice_lines=lists,
    matched_by=st.sampled_from(["task_id", "window", "aggregate", "nothing"]),
    account=maybe,
    environment=maybe,
    host=maybe,
    region=maybe,
    resolution=st.sampled_from([None, "720P", "1080P-SR"]),
    at=st.none() | instants,
)
parts = st.builds(
    Part,
    cause=st.sampled_from(CAUSES),
    detail=texts,
    currency=st.sampled_from(["USD", "CNY"]),
    amount=amounts,
    evidence=texts,
    also=lists,
)
standings = st.lists(
    st.builds(
        Standing,
        found=st.builds(Break, id=texts, subject=subjects, expected=amounts, invoiced=amounts, part=parts),
        age=st.sampled_from(["new", "open", "resolved"]),
        since=instants,
        status=st.sampled_from(["open", "assigned", "accepted"]),
        owner=maybe,
        note=maybe,
    ),
    max_size=4,
    unique_by=lambda one: one.found.id,
)


class TestTheRegister:
    """`breaks.parquet`."""

    @given(standings)
    @settings(max_examples=30)
    def test_what_is_written_is_read_back_equal(
        self, tmp_path_factory: pytest.TempPathFactory, found: list[Standing]
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "law.parquet"
        write_register(path, iter(found))
        assert read_register(path) == tuple(found)

    def test_its_columns_are_those_that_are_documented(self, tmp_path: Path) -> None:
        write_register(path := tmp_path / "breaks.parquet", [standing("B1")])
        schema = parquet.read_schema(path)
        assert schema.names == [*COLUMNS]
        assert str(schema.field("amount").type) == "decimal128(38, 18)"
        assert str(schema.field("since").type) == "timestamp[us, tz=UTC]"

    def test_the_same_breaks_are_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("one", "other"):
            write_register(tmp_path / name, [standing("B1"), standing("B2")])
        assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()

    def test_many_rows_are_read_in_their_order(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registers, "_ROWS_AT_ONCE", 8)
        found = [standing(f"B{number}") for number in range(20)]
        write_register(path := tmp_path / "breaks.parquet", found)
        assert read_register(path) == tuple(found)


class TestWritingWholeOrNot:
    """A writer that fails leaves what was there."""

    def test_an_amount_that_does_not_fit_is_refused_and_the_old_file_stays(self, tmp_path: Path) -> None:
        write_register(path := tmp_path / "breaks.parquet", [standing("B1")])
        wide = standing("B2", amount=Decimal("1e-19"))
        with pytest.raises(UnusableInputError, match="can't be kept in the register"):
            write_register(path, [wide])
        assert [one.found.id for one in read_register(path)] == ["B1"]
        assert [*tmp_path.iterdir()] == [path]

    def test_half_a_character_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnusableInputError, match="can't be kept in the register"):
            write_register(tmp_path / "breaks.parquet", [standing("B1")._replace(note="\udc80")])

    def test_a_folder_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UnusableInputError, match=r"can't be written: No such file"):
            write_register(tmp_path / "none" / "breaks.parquet", [])

    def test_without_the_extra(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(UnusableInputError, match=r"it needs pyarrow: pip install 'wan-rules\[tables\]'"):
            write_register(tmp_path / "breaks.parquet", [])

    def test_the_file_is_as_readable_as_any_other(self, tmp_path: Path) -> None:
        write_register(path := tmp_path / "breaks.parquet", [])
        (other := tmp_path / "other").touch()
        assert path.stat().st_mode == other.stat().st_mode


class TestWhatIsNoRegister:
    """All faults are told at once."""

    def refusal(self, path: Path) -> str:
        with pytest.raises(UnusableInputError) as refused:
            read_register(path)
        return str(refused.value)

    def write(self, path: Path, **columns: Any) -> Path:  # noqa: ANN401 - whatever a column may wrongly be
        write_register(path, [standing("B1"), standing("B2")])
        table = parquet.read_table(path)
        for name, values in columns.items():
            index = table.schema.get_field_index(name)
            field = table.schema.field(name)
            table = table.set_column(index, pa.field(name, field.type), pa.array(values, field.type))
        parquet.write_table(table, path)
        return path

    def test_a_missing_file(self, tmp_path: Path) -> None:
        assert "name the folder of a report" in self.refusal(tmp_path / "breaks.parquet")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "it can't be read" in self.refusal(tmp_path)

    def test_what_is_no_parquet(self, tmp_path: Path) -> None:
        (path := tmp_path / "breaks.parquet").write_bytes(b"id,since\n")
        assert "no register of breaks: " in self.refusal(path)

    def test_half_a_file(self, tmp_path: Path) -> None:
        write_register(path := tmp_path / "breaks.parquet", [standing("B1")])
        path.write_bytes(path.read_bytes()[:-100])
        assert "no register of breaks: " in self.refusal(path)

    def test_other_columns(self, tmp_path: Path) -> None:
        write_register(path := tmp_path / "breaks.parquet", [standing("B1")])
        table = parquet.read_table(path)
        amount = table.schema.get_field_index("amount")
        table = table.set_column(amount, "amount", pa.array([0.5])).drop_columns(["since", "also"])
        table = table.append_column("colour", pa.array(["red"])).append_column("colour", pa.array(["red"]))
        parquet.write_table(table, path)
        assert self.refusal(path).endswith(
            "no register of breaks: column since is missing; column amount is double: decimal128(38, 18) is wanted; "
            "column also is missing; column colour is none of a register; column colour stands twice"
        )

    def test_other_words_and_empty_cells(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path / "breaks.parquet",
            status=["open", "done"],
            cause=["rates", "rate"],
            currency=["USD", None],
            also=[["x"], ["x", None]],
        )
        told = self.refusal(path)
        assert "row 1: cause is 'rates': missing_in_usage, " in told
        assert "row 2: status is 'done': open, assigned, accepted are known" in told
        assert "row 2: currency is empty" in told
        assert "row 2: also is empty" in told

    def test_an_id_twice(self, tmp_path: Path) -> None:
        path = self.write(tmp_path / "breaks.parquet", id=["B1", "B1"])
        assert self.refusal(path).endswith("no register of breaks: the id 'B1' stands 2 times")

    def test_very_many_faults_are_counted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registers, "_ROWS_AT_ONCE", 8)
        write_register(path := tmp_path / "breaks.parquet", [standing("B1")] * 30)
        table = parquet.read_table(path)
        index = table.schema.get_field_index("age")
        parquet.write_table(table.set_column(index, "age", pa.array(["old"] * 30)), path)
        assert self.refusal(path).endswith("; row 20: age is 'old': new, open, resolved are known (and 10 more)")


OPTIONS = RunOptions(
    ("invoice.csv",),
    AT,
    usage=("usage/*.parquet", "more.jsonl"),
    usage_from="dashscope",
    zone="Asia/Shanghai",
    catalogue="prices",
    columns={"amount": "Betrag"},
    period=(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    window_s=60,
    tolerances={"USD": Tolerance(Decimal("0.01"), Decimal("0.1"))},
    exact=True,
    earlier="2026-09",
    memory_limit="1GB",
    rejects="rejects.jsonl",
    ignores_extra=True,
    catalogue_key="keys.pub",
    keep_for="24h",
    account="acme",
    environment="production",
    region="mainland",
)


class TestOptionsOfARun:
    """They survive the way through JSON, and name the same files from elsewhere."""

    def through(self, options: RunOptions, folder: Path) -> RunOptions:
        told = json.loads(json.dumps(write_options(options, folder)))
        return read_options(told, folder, what="report.json")

    def test_it_is_read_back_equal(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "prices").mkdir()
        assert self.through(OPTIONS, Path("2026-10")) == OPTIONS

    def test_what_is_left_out_stays_so(self, tmp_path: Path) -> None:
        options = RunOptions(("/books/invoice.csv",), AT, charges=("/books/charges.parquet",))
        assert self.through(options, tmp_path) == options

    def test_relative_paths_are_kept_relative_to_the_report(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (books := tmp_path / "books").mkdir()
        (books / "prices").mkdir()
        monkeypatch.chdir(books)
        told = write_options(OPTIONS, Path("reports/2026-10"))
        assert told["usage"] == ["../../usage/*.parquet", "../../more.jsonl"]
        assert (told["catalogue"], told["earlier"]) == ({"path": "../../prices"}, "../../2026-09")
        assert told["catalogue_key"] == "../../keys.pub"
        books.rename(moved := tmp_path / "archive")
        monkeypatch.chdir(tmp_path)
        read = read_options(told, moved / "reports" / "2026-10", what="report.json")
        assert read.usage == ("archive/usage/*.parquet", "archive/more.jsonl")
        assert (read.catalogue, read.catalogue_key) == ("archive/prices", "archive/keys.pub")

    def test_what_is_no_relative_path_stays(self, tmp_path: Path) -> None:
        options = RunOptions(
            ("-", "s3://books/invoice.csv"), AT, usage=("/books/usage.jsonl",), catalogue="HEAD:prices"
        )
        told = write_options(options, tmp_path)
        assert (told["invoice"], told["usage"]) == (["-", "s3://books/invoice.csv"], ["/books/usage.jsonl"])
        assert told["catalogue"] == {"name": "HEAD:prices"}
        assert self.through(options, tmp_path) == options

    def test_pins_stay_with_the_path_of_a_catalogue(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "prices").mkdir()
        pin = "#digest=sha256:" + "0" * 64
        told = write_options(OPTIONS._replace(catalogue=f"prices{pin}"), tmp_path / "report")
        assert told["catalogue"] == {"path": f"../prices{pin}"}

    def test_a_link_to_the_report_names_the_same_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "deep" / "report").mkdir(parents=True)
        (tmp_path / "latest").symlink_to("deep/report")
        told = write_options(RunOptions(("invoice.csv",), AT), Path("latest"))
        for folder in (Path("latest"), Path("deep/report")):
            assert read_options(told, folder, what="x").invoice == ("invoice.csv",)

    def test_what_is_wrong_is_told_at_once(self, tmp_path: Path) -> None:
        told = {**write_options(OPTIONS, tmp_path), "window_s": "soon", "exact": 7, "colour": "red"}
        with pytest.raises(UnusableInputError) as refused:
            read_options(told, tmp_path, what="report.json")
        assert all(name in str(refused.value) for name in ("report.json: options: ", "window_s", "exact", "colour"))

    def test_no_options_are_said_to_be_missing(self, tmp_path: Path) -> None:
        with pytest.raises(UnusableInputError, match="the options of its run are wanted"):
            read_options(None, tmp_path, what="report.json")


class TestTheSummary:
    """`report.json`."""

    def keep(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        options = RunOptions((str(folder / "invoice.csv"),), AT)
        (folder / SUMMARY).write_bytes(write_summary(RECONCILIATION, options, folder))
        return folder

    def test_it_is_read_back_equal_without_the_breaks(self, tmp_path: Path) -> None:
        folder = self.keep(tmp_path / "report")
        options = RunOptions((str(folder / "invoice.csv"),), AT)
        assert read_summary(folder) == Summary(RECONCILIATION._replace(standings=()), options)

    def test_its_causes_have_names_and_its_amounts_all_digits(self, tmp_path: Path) -> None:
        told = json.loads((self.keep(tmp_path) / SUMMARY).read_bytes())
        assert faults(told, "reconciliation") == []
        assert faults(json.loads(write_summary(RECONCILIATION, OPTIONS, tmp_path)), "reconciliation") == []
        (usd,) = told["totals"]
        assert [*usd["causes"]] == [*CAUSES]
        assert usd["causes"]["rate"] == "0.30"
        assert usd["tolerated"] == "0.000000000000000001"
        assert told["period"] == {"from": "2026-10-01T00:00:00Z", "until": "2026-11-01T00:00:00Z"}

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            pytest.param({"schema_version": "2"}, "schema_version is '2': this program reads \"1\"", id="version"),
            pytest.param({"totals": [{"causes": {"luck": "1"}}]}, "totals > 0 > causes", id="causes"),
            pytest.param({"totals": ["much"]}, "totals > 0", id="totals"),
            pytest.param({"period": {"from": "2026-10-01"}}, "period", id="period"),
            pytest.param({"digest": None}, "digest", id="null"),
        ],
    )
    def test_what_is_wrong_is_told(self, tmp_path: Path, change: dict[str, object], told: str) -> None:
        path = self.keep(tmp_path) / SUMMARY
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}), encoding="utf-8")
        with pytest.raises(UnusableInputError) as refused:
            read_summary(tmp_path)
        assert told in str(refused.value)

    def test_a_folder_without_one_is_no_report(self, tmp_path: Path) -> None:
        with pytest.raises(UnusableInputError, match=r"there is no report\.json: name the folder of a report"):
            read_summary(tmp_path)

    @pytest.mark.skipif(os.name != "posix", reason="only there a folder is read as a file so")
    def test_what_can_not_be_read_is_said(self, tmp_path: Path) -> None:
        (tmp_path / SUMMARY).mkdir()
        with pytest.raises(UnusableInputError, match="it can't be read: Is a directory"):
            read_summary(tmp_path)
