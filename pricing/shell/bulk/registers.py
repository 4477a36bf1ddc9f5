"""The break register, `breaks.parquet`: one row for each break with its age, owner and status. Written whole or not.

The law: what is written is read back equal, to the last digit and microsecond, in the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from itertools import islice
from operator import attrgetter, itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final, TypeAlias, get_args

from pricing.break_causes import CAUSES
from pricing.breaks import Break, MatchedBy, Part, Subject
from pricing.reconciliations import Age, Standing, Status
from pricing.shell.drafts import write_whole
from wan_rules.payloads import UnusableInputError
from wan_rules.request import RESOLUTIONS

REGISTER: Final = "breaks.parquet"
"""Its name in the folder of a report."""
EXTRA: Final = "wan-rules[tables]"
_INSTANT: Final = "timestamp[us, tz=UTC]"
_AMOUNT: Final = "decimal128(38, 18)"
_TEXTS: Final = "list<element: string>"
COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "string",
        "since": _INSTANT,
        "age": "string",
        "status": "string",
        "owner": "string",
        "note": "string",
        "cause": "string",
        "detail": "string",
        "currency": "string",
        "amount": _AMOUNT,
        "expected": _AMOUNT,
        "invoiced": _AMOUNT,
        "evidence": "string",
        "also": _TEXTS,
        "matched_by": "string",
        "task_ids": _TEXTS,
        "invoice_lines": _TEXTS,
        "account": "string",
        "environment": "string",
        "host": "string",
        "region": "string",
        "resolution": "string",
        "at": _INSTANT,
    }
)
"""In their order, with the types that Arrow has for them."""
_MAY_BE_NULL: Final = frozenset({"owner", "note", "account", "environment", "host", "region", "resolution", "at"})
_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "age": get_args(Age),
        "status": get_args(Status),
        "cause": CAUSES,
        "matched_by": get_args(MatchedBy),
        "resolution": RESOLUTIONS,
    }
)
_ROWS_AT_ONCE: Final = 16_384
_FAULTS_SHOWN: Final = 20

_PARTS: Final = (
    ("", Standing._fields[1:]),
    ("found.", ("id", "expected", "invoiced")),
    ("found.part.", Part._fields),
    ("found.subject.", Subject._fields),
)
"""Where in a standing the columns are found."""

_Columns: TypeAlias = dict[str, Sequence[Any]]
_Arrow: TypeAlias = Any
"""A module, schema or batch of pyarrow, which has no types of its own."""


def write_register(path: Path, standings: Iterable[Standing]) -> None:
    """Writes all breaks; memory does not grow with them. Raises UnusableInputError for an amount that does not fit."""
    pa, parquet = _load_arrow()
    schema = _schema(pa)

    def fill(file: BinaryIO) -> None:
        every = iter(standings)
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            while several := list(islice(every, _ROWS_AT_ONCE)):
                writer.write_batch(_to_batch(several, schema, pa))

    try:
        write_whole(path, fill)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError) as error:
        raise UnusableInputError(str(path), f"a break can't be kept in the register: {error}") from None


def read_register(path: Path) -> tuple[Standing, ...]:
    """All breaks of a register, in its order. Raises UnusableInputError with all that is wrong with the file."""
    _, parquet = _load_arrow()
    faults: list[str] = []
    standings: list[Standing] = []
    before = 0
    try:
        with parquet.ParquetFile(path) as file:
            _refuse(path, list(_check_schema(file.schema_arrow)))
            for batch in file.iter_batches(_ROWS_AT_ONCE):
                columns = batch.to_pydict()
                faults += _check_cells(columns, before)
                before += batch.num_rows
                standings += [] if faults else _to_standings(columns)
    except OSError as error:
        raise UnusableInputError(str(path), _say_unreadable(error)) from None
    except ValueError as error:  # pyarrow's own errors of what is no Parquet, or broken
        raise UnusableInputError(str(path), f"no register of breaks: {error}") from None
    _refuse(path, faults + _check_ids(standings))
    return tuple(standings)


def _load_arrow() -> tuple[_Arrow, _Arrow]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UnusableInputError(REGISTER, f"it needs pyarrow: pip install '{EXTRA}'") from None
    return pa, parquet


def _schema(pa: _Arrow) -> _Arrow:
    types = {
        "string": pa.string(),
        _INSTANT: pa.timestamp("us", tz="UTC"),
        _AMOUNT: pa.decimal128(38, 18),
        _TEXTS: pa.list_(pa.string()),
    }
    return pa.schema([pa.field(name, types[kind], name in _MAY_BE_NULL) for name, kind in COLUMNS.items()])


def _to_batch(standings: Sequence[Standing], schema: _Arrow, pa: _Arrow) -> _Arrow:
    columns: _Columns = {}
    for part, fields in _PARTS:
        columns |= zip(
            fields, zip(*map(attrgetter(*(part + field for field in fields)), standings), strict=True), strict=True
        )
    return pa.record_batch([pa.array(columns[field.name], field.type) for field in schema], schema)


def _to_standings(columns: _Columns) -> Iterator[Standing]:
    def take(names: Iterable[str]) -> Iterator[Sequence[Any]]:
        for name in names:
            values = columns[name]
            if COLUMNS[name] == _TEXTS:
                values = [*map(tuple, values)]
            elif COLUMNS[name] == _INSTANT:
                values = [value and value.replace(tzinfo=UTC) for value in values]  # Arrow has a zone of its own
            yield values

    subjects, parts = map(Subject, *take(Subject._fields)), map(Part, *take(Part._fields))
    found = map(Break, columns["id"], subjects, columns["expected"], columns["invoiced"], parts)
    return map(Standing, found, *take(Standing._fields[1:]))


def _check_schema(schema: _Arrow) -> Iterator[str]:
    kinds = {field.name: str(field.type).replace("list<item:", "list<element:") for field in schema}
    for name, kind in COLUMNS.items():
        if name not in kinds:
            yield f"column {name} is missing"
        elif kinds[name] != kind:
            yield f"column {name} is {kinds[name]}: {kind} is wanted"
    yield from (f"column {name} is none of a register" for name in kinds if name not in COLUMNS)
    yield from (f"column {name} stands twice" for name, often in Counter(schema.names).items() if often > 1)


def _check_cells(columns: _Columns, before: int) -> list[str]:
    """What is wrong with the rows after so many, in their order."""
    faults = [(row, told) for name, values in columns.items() for row, told in _check_column(name, values)]
    return [f"row {before + row}: {told}" for row, told in sorted(faults, key=itemgetter(0))]


def _check_column(name: str, values: Sequence[Any]) -> Iterator[tuple[int, str]]:
    words, is_list = _WORDS.get(name), COLUMNS[name] == _TEXTS
    for row, value in enumerate(values, start=1):
        if value is None or (is_list and None in value):
            if name not in _MAY_BE_NULL:
                yield row, f"{name} is empty"
        elif words and value not in words:
            yield row, f"{name} is {value[:64]!r}: {', '.join(words)} are known"


def _check_ids(standings: Sequence[Standing]) -> list[str]:
    often = Counter(standing.found.id for standing in standings)
    return [f"the id {name[:64]!r} stands {times} times" for name, times in often.items() if times > 1]


def _refuse(path: Path, faults: Sequence[str]) -> None:
    if faults:
        more = f" (and {len(faults) - _FAULTS_SHOWN} more)" if len(faults) > _FAULTS_SHOWN else ""
        raise UnusableInputError(str(path), f"no register of breaks: {'; '.join(faults[:_FAULTS_SHOWN])}{more}")


def _say_unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is not there: name the folder of a report, which `wan-rules reconcile` wrote"
    return f"it can't be read: {error.strerror or error}"
