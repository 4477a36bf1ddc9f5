"""An invoice as a table: files looked at first, every fault of their columns told; then lines, the bad counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.invoices import Invoiced
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.invoice_columns import COLUMNS, check_types, find_strangers, write_fault, write_values
from pricing.shell.bulk.invoice_texts import FAULT, ROW, Known, stage
from pricing.shell.bulk.line_names import name_files
from pricing.shell.bulk.literals import quote, quote_file
from pricing.shell.bulk.sources import USAGE_FORMATS, Source, list_sources
from pricing.shell.bulk.sums import Counted, count_lines
from pricing.shell.drafts import write_whole
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FETCHED: Final = 4_096
_ROW_OF_PARQUET: Final = "file_row_number + 1"


class InvoiceAsked(NamedTuple):
    """Which files, what their columns are called that are called otherwise, and where a staged copy may lie.

    Columns of other names are refused, unless they are to be left out.
    """

    names: Sequence[str]
    columns: Mapping[str, str]
    folder: Path
    ignores_extra: bool = False


def open_invoice(database: DuckDBPyConnection, asked: InvoiceAsked) -> Counted:
    """Makes the view `invoice` of all lines that can be read, and `lines_rejected` of the others.

    Raises UnusableInputError, with all that is wrong with the columns of all files.
    """
    names = _name_columns(asked.columns)
    selects: list[str] = []
    faults: list[FileFault] = []
    sources = list_sources(asked.names, USAGE_FORMATS, what="invoice")
    called = name_files([source.name for source in sources])
    for number, source in enumerate(sources):
        file = _File(source, asked.folder / f"invoice-{number}.parquet", called[number])
        select, found = _open_file(database, file, names, ignores_extra=asked.ignores_extra)
        selects.append(select)
        faults += found
    if faults:
        raise FaultyFilesError("invoice", faults)
    database.execute(f"CREATE VIEW invoice_read AS {' UNION ALL '.join(selects)}")
    counted = count_lines(database)
    own = ", ".join(f'"{name}"' for name in Invoiced._fields)
    where = "WHERE fault IS NULL" if counted.rejected else ""
    database.execute(f"CREATE VIEW invoice AS SELECT {own} FROM invoice_read {where}")  # noqa: S608 - our own names
    database.execute("CREATE VIEW lines_rejected AS FROM invoice_read WHERE fault IS NOT NULL")
    return counted


def _name_columns(asked: Mapping[str, str]) -> dict[str, str]:
    """What each of our columns is called in the files."""
    unknown = [name for name in asked if name not in COLUMNS]
    if unknown:
        raise UnusableInputError("--columns", f"{', '.join(unknown)}: an invoice has {', '.join(COLUMNS)}")
    return {name: asked.get(name, name) for name in COLUMNS}


class _File(NamedTuple):
    """A file of the invoice, where a staged copy of it may lie, and what its lines are called after."""

    source: Source
    staged: Path
    called: str


def _open_file(
    database: DuckDBPyConnection, file: _File, names: Mapping[str, str], *, ignores_extra: bool
) -> tuple[str, list[FileFault]]:
    """The SQL of a file's lines in our columns with their faults; and what is wrong with its columns."""
    import duckdb

    source, staged, called = file
    is_parquet = source.format == "parquet"
    absent: set[str] = set()
    if not is_parquet:
        absent = set(names.values()).difference(stage(source, staged, Known(names.values(), ignores_extra)))
    path = source.name if is_parquet else str(staged)
    table = f"read_parquet({quote_file(path)}{', file_row_number = true' if is_parquet else ''})"
    try:
        described = database.execute(f"DESCRIBE FROM {table}").fetchall()
    except duckdb.Error as error:
        why = str(error).partition("\n")[0][:160]
        return "", [FileFault(source.name, "", "no Parquet file, or not the whole of one", f"write it again ({why})")]
    types = {name: str(kind) for name, kind, *_ in described if name not in absent}
    row = _ROW_OF_PARQUET if is_parquet else f'"{ROW}"'
    empty = _list_empty(database, path)
    said = {name: kind for name, kind in types.items() if name not in empty}
    values = write_values(said, names, f"{quote(called + ':')} || ({row})")
    fault = write_fault(said, names, values)
    fault = fault if is_parquet else f'coalesce("{FAULT}", {fault})'
    own = ", ".join(f'{values[name]} AS "{name}"' for name in Invoiced._fields)
    where = f"{quote(source.name)} AS file, ({row})::BIGINT AS row"
    select = f"SELECT {own}, {where}, {fault} AS fault, {_write_raw(types)} AS raw FROM {table}"  # noqa: S608 - quoted
    own_types = {name: types[name] for name in _list_own(types)}
    strangers = find_strangers(source.name, own_types, names, ignores_extra=ignores_extra)
    return select, [*check_types(source.name, own_types, names), *strangers]


def _list_empty(database: DuckDBPyConnection, path: str) -> set[str]:
    """Columns in which nothing stands, as the file's own statistics say: they need neither be read nor checked."""
    found = database.execute(
        f"SELECT path_in_schema FROM parquet_metadata({quote_file(path)}) GROUP BY path_in_schema"  # noqa: S608 - quoted
        " HAVING bool_and(coalesce(stats_null_count = num_values, FALSE))"
    )
    return {name for (name,) in found.fetchall()}


def _list_own(types: Mapping[str, str]) -> list[str]:
    """The columns of a file, without those that are added when it is read."""
    return [name for name in types if name not in {ROW, FAULT, "file_row_number"}]


def _write_raw(types: Mapping[str, str]) -> str:
    """The SQL of a line as it was, as JSON."""
    quoted = [(quote(name), '"' + name.replace('"', '""') + '"') for name in _list_own(types)]
    return f"json_object({', '.join(f'{key}, {value}::VARCHAR' for key, value in quoted)})" if quoted else "'{}'"


def write_rejects(database: DuckDBPyConnection, path: Path) -> None:
    """Writes each line that can't be read as JSON Lines: where it stands, why, and what it was."""

    def tell() -> Iterator[bytes]:
        found = database.execute("SELECT file, row, fault, raw FROM lines_rejected ORDER BY file, row")
        while several := found.fetchmany(_FETCHED):
            for file, row, fault, raw in several:
                told = {"file": file, "row": row, "reason": "unreadable", "message": fault, "line": json.loads(raw)}
                yield json.dumps(told, ensure_ascii=False).encode() + b"\n"

    write_whole(path, lambda file: file.writelines(tell()))
