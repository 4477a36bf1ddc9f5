"""Rows of quotes, charges and invoices as texts: from JSON Lines read exactly, and from CSV and Parquet by DuckDB.

No amount passes through a binary float on its way: DuckDB reads numbers in JSON as DOUBLE, so that JSON is read here.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from pricing.money import EXACT, ZERO, format_decimal
from pricing.shell.bulk.line_records import DELIMITERS
from pricing.shell.bulk.literals import quote, quote_file, unguard_column
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.terms_files import read_packages, write_package
from pricing.shell.bulk.text_lines import cut_lines
from pricing.usage import parse_record
from wan_rules.payloads import JsonObject, UnusableInputError

ROWS_AT_ONCE: Final = 16_384
_SECONDS: Final[Mapping[str, str]] = MappingProxyType(
    {"output_video_seconds": "output_quantity", "reference_video_seconds": "reference_quantity"}
)
"""The meters whose seconds a unit price is for. Those of upscaling are seconds of the same video, counted already."""
_DIGITS: Final = 60

Database: TypeAlias = Any
"""A connection of DuckDB."""
Cells: TypeAlias = dict[str, str | None]


class Columns(NamedTuple):
    """The columns of a table: those that have to be there, and those that may. `numbers` must not be binary floats."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    numbers: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.needed + self.optional


QUOTED: Final = Columns(
    ("id", "at", "host", "resolution", "currency", "total", "output_quantity"),
    ("reference_quantity", "kind", "terms", "status"),
    frozenset({"total", "output_quantity", "reference_quantity"}),
)
"""A quote, or a row of charges. `kind` is `exact`, `bounded` or `unbounded` as quotes have it, `refused` for none."""
INVOICED: Final = Columns(("task_id", "amount", "currency"), ("quantity", "meter"), frozenset({"amount", "quantity"}))


def load(database: Database, table: str, files: Sequence[Source], columns: Columns) -> int:
    """Fills a table of texts from the files. Returns how many lines were no record. Raises UnusableInputError."""
    kinds = ", ".join(f'"{name}" VARCHAR' for name in columns.names)
    database.execute(f"CREATE TABLE {table} ({kinds})")
    return sum(_load(database, table, file, columns) for file in files)


def _load(database: Database, table: str, file: Source, columns: Columns) -> int:
    """One file; charges by the package, whose terms lie beside them, as the seconds in the packages."""
    packages = read_packages(file.path) if columns is QUOTED else {}
    if not packages:
        return _load_file(database, table, file, columns)
    database.execute(f"CREATE TABLE packed AS FROM {table} LIMIT 0")
    unreadable = _load_file(database, "packed", file, columns)
    unpacked = ", ".join(_unpack(meter, name, packages) for meter, name in _SECONDS.items())
    database.execute(f"INSERT INTO {table} SELECT * REPLACE ({unpacked}) FROM packed; DROP TABLE packed")  # noqa: S608 - our own names
    return unreadable


def _unpack(meter: str, name: str, packages: Mapping[str, Decimal | None]) -> str:
    """The SQL of a column as seconds; nothing where it, or the other one, has packages whose size is not known.

    Of two numbers of 18 digits DuckDB would make one of 18, and stop at a million seconds.
    """
    sizes = ", ".join(
        f"{quote(key)}: {'NULL' if size is None else format_decimal(size)}::DECIMAL(18, 6)"
        for key, size in packages.items()
    )
    key = write_package(meter)
    seconds = f"(TRY_CAST({name} AS DECIMAL(20, 6)) * map {{{sizes}}}[{key}])::VARCHAR"
    known = f"WHEN {key} IN ({', '.join(map(quote, packages))}) THEN {seconds}"
    return f"CASE WHEN {_find_unknown(packages)} THEN NULL {known} ELSE {name} END AS {name}"


def _find_unknown(packages: Mapping[str, Decimal | None]) -> str:
    """The SQL of whether a row has packages whose size is not known."""
    unknown = [quote(key) for key, size in packages.items() if size is None]
    found = (
        f"(coalesce({name}, '') <> '' AND {write_package(meter)} IN ({', '.join(unknown)}))"
        for meter, name in _SECONDS.items()
    )
    return " OR ".join(found) if unknown else "FALSE"


def _load_file(database: Database, table: str, file: Source, columns: Columns) -> int:
    load_one = _load_json if file.format == "jsonl" else _load_table
    return load_one(database, table, file, columns)


def _load_json(database: Database, table: str, file: Source, columns: Columns) -> int:
    import pyarrow as pa

    if file.compression == "zstd":
        raise UnusableInputError(file.name, "JSON Lines are read plain or with .gz here: compress it so")
    schema = pa.schema([(name, pa.string()) for name in columns.names])
    unreadable = 0

    def read() -> Iterator[Cells]:
        nonlocal unreadable
        for line in _open_lines(file):
            cells = _read_line(line, columns) if not line.isspace() else None
            if cells is not None:
                yield cells
            elif not line.isspace():
                unreadable += 1

    rows = read()
    while several := list(islice(rows, ROWS_AT_ONCE)):
        database.register("several", pa.Table.from_pylist(several, schema))
        database.execute(f"INSERT INTO {table} SELECT * FROM several")  # noqa: S608 - a name of our own
        database.unregister("several")
    return unreadable


def _open_lines(file: Source) -> Iterator[bytes]:
    try:
        with gzip.open(file.path) if file.compression == "gzip" else file.path.open("rb") as lines:
            yield from cut_lines(lines)
    except (OSError, EOFError) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise UnusableInputError(file.name, f"it can't be read: {told}") from None


def _read_line(line: bytes, columns: Columns) -> Cells | None:
    """The record's texts by column, of a quote where it is one; `None` for what is no flat record."""
    try:
        record = parse_record(line, what="row")
    except UnusableInputError:
        return None
    if columns is QUOTED and not {"quote", "report", "error"}.isdisjoint(record):
        record = _flatten_quote(record)
    values = {name: record.get(name) for name in columns.names}
    return None if any(isinstance(value, dict | list) for value in values.values()) else _to_texts(values)


def _flatten_quote(record: JsonObject) -> JsonObject:
    """What counts of a line of `wan-rules quote --format jsonl`; `task_id` beside it is what the invoice knows."""
    name, quote = record.get("task_id", record.get("id")), record.get("quote")
    if not isinstance(quote, dict):
        return {"id": name, "kind": "refused"}
    request = quote.get("request")
    tier = request.get("resolution") if isinstance(request, dict) else None
    return {**quote, "id": name, "at": quote.get("as_of"), "resolution": tier, **_sum_seconds(quote.get("lines"))}


def _sum_seconds(lines: object) -> dict[str, object]:
    """The pricing quantities of the meters that count seconds of video; empty where a line leaves it open."""
    sums: dict[str, object] = {}
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict) and (name := _SECONDS.get(str(line.get("meter")))):
            before, own = sums.get(name, ZERO), _count_seconds(line)
            sums[name] = EXACT.add(before, own) if isinstance(before, Decimal) and own is not None else None
    return sums


def _count_seconds(line: JsonObject) -> Decimal | None:
    """The seconds that a line charges for; of packages, those that are in them."""
    quantity, package = _number(line.get("pricing_quantity")), _PACKAGE.fullmatch(str(line.get("unit")))
    return quantity if quantity is None or package is None else EXACT.multiply(quantity, Decimal(package[1]))


_PACKAGE: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) seconds", re.ASCII)
"""The unit of a line that is charged by the package."""


def _number(value: object) -> Decimal | None:
    """A quantity as columns hold it, which leaves room for sums and products."""
    text = str(value) if isinstance(value, str | int) else ""
    return Decimal(text) if _is_exact(text) else None


EXACT_NUMBER: Final = "-?[0-9]{1,20}([.][0-9]{1,18})?"
"""A number of which DECIMAL(38, 18) holds all digits."""
_is_exact: Final = re.compile(EXACT_NUMBER, re.ASCII).fullmatch


def _to_texts(values: Mapping[str, object]) -> Cells:
    return {name: None if value is None else _text(value) for name, value in values.items()}


def _text(value: object) -> str:
    """The text as it is, a number with all its digits; a huge exponent stays one, and is refused later."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if is_number and abs((number := Decimal(str(value))).adjusted()) <= _DIGITS:
        return format_decimal(number)
    return str(value)


def _load_table(database: Database, table: str, file: Source, columns: Columns) -> int:
    """CSV as it is written, Parquet as its exact types say."""
    import duckdb

    reader = _write_reader(file)
    try:
        kinds = {name: kind for name, kind, *_ in database.execute(f"DESCRIBE FROM {reader}").fetchall()}
        _check(kinds, file.name, columns)
        _refuse_twice(database, file, columns)
        picked = ", ".join(_pick(name, file, columns) if name in kinds else "NULL" for name in columns.names)
        database.execute(f"INSERT INTO {table} SELECT {picked} FROM {reader}")  # noqa: S608 - our own names
    except duckdb.Error as error:
        raise UnusableInputError(file.name, f"it can't be read: {str(error).splitlines()[0]}") from None
    return 0


def _refuse_twice(database: Database, file: Source, columns: Columns) -> None:
    """Raises UnusableInputError for a column of CSV that stands twice: DuckDB gives the second one another name."""
    if file.format == "parquet":
        return
    head = database.execute(f"FROM {_write_reader(file, header=False)} LIMIT 1").fetchall()[0]
    if twice := [name for name in columns.names if head.count(name) > 1]:
        raise UnusableInputError(file.name, f"column {', '.join(twice)} stands twice: name each column once")


def _write_reader(file: Source, *, header: bool = True) -> str:
    """The SQL of one file's rows. How CSV is written is said, and not guessed: a guess takes rows for comments."""
    name = quote_file(file.name)
    if file.format == "parquet":
        return f"read_parquet({name})"
    return f"read_csv({name}, delim = {quote(DELIMITERS[file.format])}, header = {header}, {_CSV})"


_CSV: Final = """quote = '"', escape = '"', comment = '', skip = 0, strict_mode = true, all_varchar = true"""


def _pick(name: str, file: Source, columns: Columns) -> str:
    """The SQL of a column as text; of ids in charges that are CSV without the apostrophe that `rate` writes there."""
    column = f'CAST("{name}" AS VARCHAR)'
    is_guarded = columns is QUOTED and name == "id" and file.format != "parquet"
    return unguard_column(column) if is_guarded else column


def _check(kinds: Mapping[str, str], file: str, columns: Columns) -> None:
    faults = [f"column {name} is missing" for name in columns.needed if name not in kinds]
    faults += [
        f"column {name} is {kinds[name]}, which loses digits: write DECIMAL or text"
        for name in sorted(columns.numbers & kinds.keys())
        if kinds[name] in ("DOUBLE", "FLOAT")
    ]
    if faults:
        there = f" (there are {', '.join(kinds)})" if any(name not in kinds for name in columns.needed) else ""
        raise UnusableInputError(file, "; ".join(faults) + there)
