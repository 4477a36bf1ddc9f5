"""The workbook of a reconciliation, read back: exact texts beside numbers, no formula, the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from pricing.break_causes import CAUSES
from pricing.break_tallies import tell_verdict
from pricing.reconciliations import Reconciliation
from pricing.shell.bulk.outputs import workbook
from pricing.shell.bulk.outputs.workbook import CELL_CHARACTERS, CUT, write_workbook
from tests.bulk.handed_over import AT, reconciliation, standing, varied


def read(told: Reconciliation, **limits: int) -> Any:  # noqa: ANN401 - openpyxl has no types
    return openpyxl.load_workbook(BytesIO(write_workbook(told, **limits)))


def read_rows(sheet: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_it_has_four_sheets_that_can_be_sorted_and_stay_readable() -> None:
    book = read(varied())
    assert book.sheetnames == ["Summary", "Bridge", "Breaks", "Inputs"]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"


def test_amounts_are_numbers_with_their_exact_text_beside() -> None:
    told = reconciliation([standing(amount="12345678901234567.000000000000000001", currency="EUR")])
    (row,) = read_rows(read(told)["Breaks"])
    assert row["Amount"] == pytest.approx(12345678901234567)
    assert row["Amount, exact"] == "12345678901234567.000000000000000001"
    assert row["Invoiced of the match, exact"] == "12345678901234569.000000000000000001"


@pytest.mark.parametrize(
    ("currency", "form"),
    [
        pytest.param("USD", "#,##0.00", id="cents"),
        pytest.param("JPY", "#,##0", id="none"),
        pytest.param("KWD", "#,##0.000", id="thousandths"),
        pytest.param("atlas-credit", "#,##0.######", id="credits"),
    ],
)
def test_numbers_show_the_minor_units_of_their_currency(currency: str, form: str) -> None:
    sheet = read(reconciliation([standing(currency=currency)]))["Breaks"]
    assert {cell.number_format for cell in sheet[2] if isinstance(cell.value, float)} == {form}


def test_nothing_is_a_formula_a_link_or_a_control_character() -> None:
    content = write_workbook(varied())
    book = openpyxl.load_workbook(BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert all(cell.hyperlink is None for cell in cells)
    told = {cell.value for cell in cells if cell.data_type == "s"}
    assert {"=cmd()", "+1", "@host", '=HYPERLINK("http://x")', r"\u202eevil\u202c\t\x00&amp;"} <= told
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_ids_are_text_whatever_they_look_like() -> None:
    told = reconciliation([standing(id="0012", task_ids=("1e5",), invoice_lines=("007",), account="3.10")])
    (row,) = read_rows(read(told)["Breaks"])
    assert (row["Id"], row["Task ids"], row["Invoice lines"], row["Account"]) == ("0012", "1e5", "007", "3.10")


def test_every_break_is_there_with_all_that_is_known() -> None:
    told = varied()
    rows = {row["Id"]: row for row in read_rows(read(told)["Breaks"])}
    assert len(rows) == len(told.standings)
    row = rows["b0000024"]
    assert (row["Status"], row["Owner"], row["Note"], row["Matched by"]) == ("accepted", "ann", "paid", "aggregate")
    assert row["Since (UTC)"] == row["At (UTC)"] == datetime(2026, 11, 3, 9, 30)  # noqa: DTZ001 - as workbooks have it
    assert row["Task ids"].endswith("t898, t899")
    assert rows["b0000025"]["At (UTC)"] is None


def test_an_instant_before_all_workbooks_is_written_out() -> None:
    (row,) = read_rows(read(reconciliation([standing(since=AT.replace(year=1800))]))["Breaks"])
    assert row["Since (UTC)"].startswith("1800-11-03 09:30:00")


def test_the_bridge_sums_by_its_exact_texts() -> None:
    rows = [row for row in read_rows(read(varied())["Bridge"]) if row["Currency"] == "USD"]
    steps = {row["Step"]: Decimal(row["Amount, exact"]) for row in rows}
    assert list(steps) == ["expected", *(cause.replace("_", " ") for cause in CAUSES), "tolerated", "invoiced"]
    assert sum(steps.values()) == 2 * steps["invoiced"]
    (quantity,) = (row for row in rows if row["Step"] == "quantity")
    assert (quantity["Differences"], quantity["Asked too much, exact"]) == (2, "11.126")


def test_the_summary_says_the_verdict_and_how_it_was_reached() -> None:
    told = varied()
    book = read(told)
    summary = {row["What"]: row["Value"] for row in read_rows(book["Summary"])}
    assert summary["Verdict"] == tell_verdict(told)
    assert summary["Compared by checksum"] == "yes"
    assert summary["Tolerance in USD"] == "0.005 USD or 0.1 % of the expected"
    assert summary["Breaks"] == str(len(told.standings))
    inputs = {row["What"]: row["Value"] for row in read_rows(book["Inputs"])}
    assert (inputs["Rows of usage"], inputs["Engine"]) == (120_034, "DuckDB 1.5.6")


def test_what_does_not_fit_on_a_sheet_goes_on_in_another() -> None:
    told = reconciliation([standing(number, amount=str(100 - number)) for number in range(41)])
    book = read(told, rows=21)
    assert book.sheetnames == ["Summary", "Bridge", "Breaks", "Breaks 2", "Breaks 3", "Inputs"]
    found = [row["Id"] for name in ("Breaks", "Breaks 2", "Breaks 3") for row in read_rows(book[name])]
    assert found == [f"b{number:07}" for number in range(41)]
    summary = {row["What"]: row["Value"] for row in read_rows(book["Summary"])}
    assert summary["Breaks"] == "41, on 3 sheets from Breaks to Breaks 3: one holds 20"


def test_no_breaks_leave_a_sheet_with_heads_alone() -> None:
    book = read(reconciliation())
    assert book.sheetnames == ["Summary", "Bridge", "Breaks", "Inputs"]
    assert book["Breaks"].max_row == 1


def test_a_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    (row,) = read_rows(read(reconciliation([standing(task_ids=("t" * 40_000,))]))["Breaks"])
    assert len(row["Task ids"]) == CELL_CHARACTERS
    assert row["Task ids"].endswith(CUT)


@pytest.mark.parametrize("large", [50_000, 3], ids=["in-memory", "row-by-row"])
def test_the_same_reconciliation_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(workbook, "LARGE", large)
    content = write_workbook(varied())
    assert content == write_workbook(varied())
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert {info.date_time[0] for info in parts.infolist()} == {1980}
        core = parts.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4}-[^<]+)<", core)) == {"2000-01-01T00:00:00Z"}
    assert len(read_rows(openpyxl.load_workbook(BytesIO(content))["Breaks"])) == len(varied().standings)
