"""The workbook of a reconciliation, written with XlsxWriter: the same reconciliation gives the same bytes.

Spreadsheets hold numbers of 15 to 17 digits: beside each amount its exact text stands in a column of its own. No text
becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain, count, islice
from typing import Any, Final

from pricing.currencies import MINOR_UNITS
from pricing.money import format_amount
from pricing.reconciliations import Reconciliation
from pricing.shell.bulk.outputs.sheets import (
    BREAKS,
    BRIDGE,
    FACTS,
    Amount,
    Column,
    Row,
    Value,
    list_breaks,
    list_bridges,
    list_inputs,
    list_summary,
)
from pricing.shell.text import plain

SHEET_ROWS: Final = 1_048_576
"""As many as a sheet has, the one with the heads among them."""
CELL_CHARACTERS: Final = 32_767
CUT: Final = " (cut: the whole is in breaks.parquet)"
MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - no zone in a workbook; the same in every one, for equal bytes
LARGE: Final = 50_000
"""With more breaks than that, rows leave memory as they are written; some spreadsheets of other makers read such a
workbook less well."""
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_FIRST_YEAR: Final = 1900
_PALE: Final = "#57606a"


def write_workbook(told: Reconciliation, rows: int = SHEET_ROWS) -> bytes:
    """The bytes of the workbook, whose sheets have at most so many rows. Raises ImportError without XlsxWriter."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {**_OPTIONS, "constant_memory": len(told.standings) > LARGE}) as book:
        book.set_properties({"title": "Invoice reconciliation", "created": MADE})
        writer = _Writer(book, rows)
        notes = [("Breaks", _tell_sheets(len(told.standings), rows - 1))]
        writer.write("Summary", FACTS, chain(list_summary(told), notes))
        writer.write("Bridge", BRIDGE, list_bridges(told))
        writer.write("Breaks", BREAKS, list_breaks(told))
        writer.write("Inputs", FACTS, list_inputs(told))
    return buffer.getvalue()


def _tell_sheets(breaks: int, room: int) -> str:
    sheets = max(-(-breaks // room), 1)
    more = "" if sheets == 1 else f", on {sheets} sheets from Breaks to Breaks {sheets}: one holds {room:,}"
    return f"{breaks:,}{more}"


class _Writer:
    """Writes sheets of one workbook."""

    def __init__(self, book: Any, rows: int) -> None:  # noqa: ANN401 - XlsxWriter has no types
        self._book = book
        self._rows = rows
        self._formats: dict[str, Any] = {}

    def write(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """The rows below their heads; where a sheet is full, they go on in another one."""
        left = iter(rows)
        for number in count(1):
            self._write_sheet(name if number == 1 else f"{name} {number}", columns, islice(left, self._rows - 1))
            if (following := next(left, None)) is None:
                break
            left = chain([following], left)

    def _write_sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        sheet = self._book.add_worksheet(name)
        heads = [head for column in columns for head in _spread_head(column)]
        for number, (head, width) in enumerate(heads):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, head, self._format("head"))
        last = 0
        for last, row in enumerate(rows, start=1):
            self._write_row(sheet, last, _spread(columns, row))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(heads) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{SHEET_ROWS}"})
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)

    def _write_row(self, sheet: Any, line: int, cells: Iterator[tuple[Value, str]]) -> None:  # noqa: ANN401 - as above
        for number, (value, kind) in enumerate(cells):
            match value:
                case Amount(amount, currency):
                    sheet.write_number(line, number, float(amount), self._format(_number_format(currency)))
                case datetime() if value.year >= _FIRST_YEAR:
                    moment = value.astimezone(UTC).replace(tzinfo=None)
                    sheet.write_datetime(line, number, moment, self._format("yyyy-mm-dd hh:mm:ss"))
                case int():
                    sheet.write_number(line, number, value, self._format("#,##0"))
                case None:
                    pass
                case _:
                    sheet.write_string(line, number, _fit(str(value)), self._format(kind))

    def _format(self, kind: str) -> Any:  # noqa: ANN401 - as above
        if kind not in self._formats:
            head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            text, pale = {"num_format": "@", "valign": "top"}, {"font_color": _PALE, "align": "right"}
            named = {"head": head, "text": text, "exact": {**text, **pale}, "wrap": {**text, "text_wrap": True}}
            self._formats[kind] = self._book.add_format(named.get(kind, {"num_format": kind}))
        return self._formats[kind]


def _spread_head(column: Column) -> Iterator[tuple[str, int]]:
    """The head and the width of a column, and of the exact text beside it."""
    yield column.head, column.width
    if column.is_amount:
        yield f"{column.head}, exact", column.width + 4


def _spread(columns: Sequence[Column], row: Row) -> Iterator[tuple[Value, str]]:
    """The values with the format of their text, each amount followed by its exact text."""
    for column, value in zip(columns, row, strict=True):
        yield value, "wrap" if column.wraps else "text"
        if column.is_amount:
            yield format_amount(value.amount, value.currency) if isinstance(value, Amount) else None, "exact"


def _number_format(currency: str) -> str:
    """As many decimals as the currency's minor units; credits have none that is agreed, and show what they have."""
    if currency not in MINOR_UNITS:
        return "#,##0.######"
    digits = MINOR_UNITS[currency]
    return f"#,##0.{'0' * digits}" if digits else "#,##0"


def _fit(text: str) -> str:
    """The text as a cell can hold it: without control characters, and cut where it is too long."""
    shown = plain(text)
    return shown if len(shown) <= CELL_CHARACTERS else f"{shown[: CELL_CHARACTERS - len(CUT)]}{CUT}"
