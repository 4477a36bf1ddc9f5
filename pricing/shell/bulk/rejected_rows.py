"""Rows that are not rated, each with its place and its reason, in one file that appears when it is whole."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Final

import ibis
from ibis.expr import datatypes as dt

from pricing.shell.bulk import literals
from pricing.shell.bulk.column_readings import Expression
from pricing.shell.bulk.schemas import USAGE, WHERE
from pricing.shell.bulk.usage_rows import Rows
from pricing.shell.drafts import follow
from pricing.shell.targets import refuse_stream
from wan_rules.payloads import UnusableInputError

REJECTS: Final[Mapping[str, str]] = MappingProxyType(
    {**WHERE, "id": "string", "reason": "string", "message": "string", "raw": "string"}
)
"""`raw` is the row as it stood in its file, or, where it could be read, as a line of JSON that can be read again."""
UNREADABLE: Final = "unreadable"
_WRITTEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".jsonl": "format json",
        ".ndjson": "format json",
        ".csv": "format csv, header true",
        ".parquet": "format parquet, compression zstd",
    }
)
_COMPRESSED: Final[Mapping[str, str]] = MappingProxyType(
    {".gz": ", compression 'gzip'", ".zst": ", compression 'zstd'", "": ""}
)


@ibis.udf.scalar.builtin(name="to_json", signature=((None,), dt.string))  # type: ignore[untyped-decorator]  # ibis has no types
def _to_json(row: Expression) -> Expression: ...


def list_unreadable(rows: Rows) -> Expression:
    """The bad rows of a piece of usage, in the columns of REJECTS."""
    bad = rows.bad()
    return bad.select(bad.file, bad.row, bad.id, reason=ibis.literal(UNREADABLE), message=bad.fault, raw=bad.raw)


def describe_unpriced(table: Expression, reason: Expression, message: Expression) -> Expression:
    """Rows that could be read but not priced, in the columns of REJECTS; the table has those of USAGE and WHERE."""
    return table.select(table.file, table.row, table.id, reason=reason, message=message, raw=spell_usage(table))


def spell_usage(table: Expression) -> Expression:
    """Each row as a line of JSON that can be read again."""
    return _to_json(ibis.struct({name: _spell(table[name]) for name in USAGE}))


def _spell(column: Expression) -> Expression:
    """As `pricing.usage` reads it: numbers as text, since DuckDB writes decimals in JSON by way of DOUBLE."""
    kind = column.type()
    if kind.is_timestamp():
        return column.cast("string").replace(" ", "T") + "Z"  # engines differ in patterns of dates, and not in this
    if kind.is_array():
        return column.cast("array<string>")
    return column.cast("string") if kind.is_decimal() else column


def check_target(file: Path) -> None:
    """Raises UnusableInputError for a file whose ending says no format that rejected rows are written in."""
    if _find_form(file) is None:
        endings = ", ".join(_WRITTEN)
        raise UnusableInputError("--rejects", f"{file}: name a file that ends in {endings} (text also .gz or .zst)")
    refuse_stream("--rejects", file)
    if file.is_dir():
        raise UnusableInputError("--rejects", f"{file} is a folder: name a file")


def write_rejects(connection: Expression, parts: Sequence[Path], file: Path) -> Mapping[str, int]:
    """Writes what the parts hold, by file and row, and says how many rows each reason has.

    The parts are Parquet files in the columns of REJECTS, one for each piece. Raises UnusableInputError.
    """
    check_target(file)
    form = _find_form(file)
    columns = ", ".join(REJECTS)
    source = f"read_parquet([{', '.join(literals.quote_file(str(part)) for part in parts)}])" if parts else _EMPTY
    cells = ", ".join(map(_escape, REJECTS)) if form and "csv" in form else columns
    rows = f"select {cells} from {source} as parts order by parts.file, parts.row"  # noqa: S608 - quoted
    place = follow(file)
    draft = _open_draft(place)
    try:
        connection.raw_sql(f"copy ({rows}) to {literals.quote(str(draft))} ({form}, use_tmp_file false)")
        counted = f"select reason, count(*) from {source} group by reason order by reason"  # noqa: S608 - as above
        found = dict(connection.raw_sql(counted).fetchall())
        draft.replace(place)
    except OSError as error:
        raise _unwritable(file, error) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return found


_EMPTY: Final = f"(select {', '.join(f'null::{kind} as {name}' for name, kind in REJECTS.items())} limit 0)"


def _find_form(file: Path) -> str | None:
    suffix = file.suffix.lower() if file.suffix.lower() in _COMPRESSED else ""
    plain = file.with_suffix("") if suffix else file
    form = _WRITTEN.get(plain.suffix.lower())
    return None if form is None or (suffix and "parquet" in form) else form + _COMPRESSED[suffix]


def _escape(name: str) -> str:
    """Text that a spreadsheet would compute, with an apostrophe before it."""
    if REJECTS[name] != "string":
        return name
    return f"{literals.guard_column(name)} as {name}"


def _open_draft(file: Path) -> Path:
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
            mask = os.umask(0o077)
            os.umask(mask)
            Path(draft.name).chmod(0o666 & ~mask)
            return Path(draft.name)
    except OSError as error:
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> UnusableInputError:
    return UnusableInputError("--rejects", f"{file} can't be written: {error.strerror}")
