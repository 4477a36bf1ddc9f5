"""Invoices that are text, CSV or JSON Lines, line by line into a Parquet file of texts; nothing is lost on the way.

Numbers stay the digits that were written. A line that can't be read keeps its place, with what is wrong with it.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from io import BufferedReader, RawIOBase, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.text_lines import cut_lines
from pricing.usage import parse_record
from wan_rules.payloads import UnusableInputError

FAULT: Final = "_fault"
ROW: Final = "_row"
_ROWS_AT_ONCE: Final = 50_000
_HEAD: Final = 0
"""The row of names above all others, which is no line itself."""
_FIELD_BYTES: Final = 64 * 1024
_LINE_CHARACTERS: Final = 1024 * 1024
_ENDS: Final = ("\n", "\r")

Texts: TypeAlias = dict[str, str | None]


class Read(NamedTuple):
    """One line: its number from 1 (in CSV, beneath the head), its cells, and why it can't be read."""

    row: int
    cells: Mapping[str, str | None]
    fault: str | None = None


class Known(NamedTuple):
    """What an invoice's columns are called, which a line may have though none before had; and whether any others."""

    names: Collection[str] = ()
    others: bool = False


def stage(source: Source, target: Path, known: Known = Known()) -> tuple[str, ...]:  # noqa: B008 - it is frozen
    """Writes the file's lines as texts into a Parquet file, with two columns more; the names of its own columns.

    There may be empty columns beside these. Raises FaultyFilesError where the file as a whole can't be read.
    """
    import pyarrow as pa

    try:
        with pa.input_stream(str(source.path), compression=source.compression) as stream:
            lines = _read_csv(stream, source) if source.format in _DELIMITERS else _read_json(stream)
            return _write(lines, source, target, known)
    except (OSError, pa.ArrowException, EOFError) as error:
        fault = FileFault(source.name, "", "it can't be read to its end", str(error).partition("\n")[0][:160])
        raise FaultyFilesError("invoice", [fault]) from None


_DELIMITERS: Final = {"csv": ",", "tsv": "\t"}


def _write(lines: Iterator[Read], source: Source, target: Path, known: Known) -> tuple[str, ...]:
    """The first lines say which columns there are beside ours; what a later one has beyond them is a fault of it."""
    import pyarrow as pa
    from pyarrow import parquet

    several = list(islice(lines, _ROWS_AT_ONCE))
    first = tuple(dict.fromkeys(name for one in several for name in one.cells))
    if taken := [name for name in (ROW, FAULT) if name in first]:
        faults = [FileFault(source.name, name, "that name is taken", "rename the column") for name in taken]
        raise FaultyFilesError("invoice", faults)
    late = [] if source.format in _DELIMITERS else _list_late(first, known.names)
    names, found = (*first, *late), set(first)
    schema = pa.schema([(ROW, pa.int64()), (FAULT, pa.string()), *((name, pa.string()) for name in names)])
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while several:
            told = [_refuse_others(one, names, known) for one in several if one.row != _HEAD]
            found.update(*(one.cells for one in several))
            columns: dict[str, Any] = {ROW: [one.row for one in told], FAULT: [one.fault for one in told]}
            columns |= {name: [one.cells.get(name) for one in told] for name in names}
            writer.write_table(pa.table(columns, schema))
            several = list(islice(lines, _ROWS_AT_ONCE))
    return tuple(name for name in names if name in found)


def _list_late(first: tuple[str, ...], known: Collection[str]) -> list[str]:
    """Columns of ours that a later line may be the first to have: none that is another's name in other letters.

    A table would take the two for one.
    """
    found = {name.casefold(): name for name in (*known, *first, ROW, FAULT)}
    return [name for name in found.values() if name not in {*first, ROW, FAULT}]


def _refuse_others(read: Read, names: tuple[str, ...], known: Known) -> Read:
    others = [] if known.others else [name for name in read.cells if name not in names]
    return read._replace(fault=f"{', '.join(others)[:64]}: a column that no line before had") if others else read


def _read_csv(stream: RawIOBase, source: Source) -> Iterator[Read]:
    text = TextIOWrapper(BufferedReader(stream), encoding="utf-8-sig", errors="surrogateescape", newline="")
    csv.field_size_limit(_FIELD_BYTES)
    reader = csv.reader(_Lines(text), delimiter=_DELIMITERS[source.format], strict=True)
    head: list[str] | None = None
    row = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row += 1
            yield Read(row, {}, f"no line of CSV: {error}")
            continue
        if head is None:
            head = _check_head(cells, source)
            yield Read(_HEAD, dict.fromkeys(head))
        elif cells:
            row += 1
            yield _pair(row, head, cells)


class _Lines:
    """The lines of a text, none of them held that is longer than an invoice's can be: each such is an error of CSV."""

    def __init__(self, text: TextIOWrapper) -> None:
        """From where the text stands."""
        self._text = text

    def __iter__(self) -> _Lines:
        """Goes on after an error with the line behind it."""
        return self

    def __next__(self) -> str:
        """The line with its end. Raises csv.Error for one that is too long."""
        line = self._text.readline(_LINE_CHARACTERS)
        if not line:
            raise StopIteration
        if len(line) < _LINE_CHARACTERS or line.endswith(_ENDS):
            return line
        while (part := self._text.readline(_LINE_CHARACTERS)) and not part.endswith(_ENDS):
            pass  # the rest of it
        msg = f"over {_LINE_CHARACTERS:,} characters: no line of an invoice is that long"
        raise csv.Error(msg)


def _check_head(cells: list[str], source: Source) -> list[str]:
    names = [_clean(name) or f"(column {number})" for number, name in enumerate(cells, start=1)]
    if twice := sorted(name for name, often in Counter(names).items() if often > 1):
        faults = [FileFault(source.name, name, "it stands twice", "name each column once") for name in twice]
        raise FaultyFilesError("invoice", faults)
    return names


def _pair(row: int, head: list[str], cells: list[str]) -> Read:
    told = {name: _clean(cell) for name, cell in zip(head, cells, strict=False)}
    if len(cells) != len(head):
        return Read(row, told, f"{len(cells)} cells under {len(head)} columns: quote what holds a separator")
    if any("\ufffd" in cell for cell in told.values()):
        return Read(row, told, "not UTF-8: save the file as UTF-8")
    return Read(row, told)


def _clean(cell: str) -> str:
    """The cell as Parquet can hold it: bytes that are no UTF-8 as U+FFFD."""
    return cell.encode(errors="surrogateescape").decode(errors="replace") if not cell.isascii() else cell


def _read_json(stream: RawIOBase) -> Iterator[Read]:
    for row, line in enumerate(cut_lines(BufferedReader(stream)), start=1):
        if line.strip():
            try:
                record = parse_record(line, what="line")
            except UnusableInputError as error:
                yield Read(row, {}, str(error))
                continue
            yield Read(row, {name: _as_text(value) for name, value in record.items()})


def _as_text(value: object) -> str | None:
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 64 else str(value)  # noqa: PLR2004 - longer ones are refused anyway
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str)
