"""Whether a Parquet file's columns can be read as usage, and in which form each is; from the file's footer alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from pricing.shell.bulk.column_readings import NEVER_NULL, Form
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.schemas import SECONDS, USAGE

Arrow: TypeAlias = Any
"""pyarrow has no types of its own."""
TOTALS: Final = "consumed_before"
"""A column that UsageRow has and tables do not: it may be there, with nothing in it."""
_WHOLE: Final = 6
_PLACES: Final = 6
_NO_ZONE: Final = (
    "it has no zone: write TIMESTAMP with isAdjustedToUTC (in SQL, TIMESTAMP WITH TIME ZONE), or say with --zone "
    "which zone's clocks it shows"
)
_SECONDS: Final = f"write {SECONDS.upper()}, an integer or text"
_WANTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at": "write TIMESTAMP WITH TIME ZONE, a DATE or text of RFC 3339",
        "duration_s": _SECONDS,
        "billed_clips_s": _SECONDS,
        "clips_s": f"write a LIST of {SECONDS.upper()}, integers or text",
        "references": "write an INTEGER",
        "id": "write text or an integer",
    }
)


class ParquetFile(NamedTuple):
    """What a footer says: the form of each column of ours that is there, all columns by type, the rows by group."""

    forms: Mapping[str, Form]
    columns: tuple[tuple[str, str], ...]
    group_rows: tuple[int, ...]


class Demand(NamedTuple):
    """What is asked of all files alike: the zone of instants without one, and whether other columns are left out."""

    zone: str | None
    ignores_extra: bool


def read_footer(name: str) -> Arrow:
    """The file's metadata. Raises FaultyFilesError where it is no whole Parquet file."""
    try:
        return pq.ParquetFile(name).metadata
    except (pa.ArrowException, OSError) as error:
        why = str(error).partition("\n")[0][:160]
        fault = FileFault(name, "", "no Parquet file, or not the whole of one", f"write it again ({why})")
        raise FaultyFilesError("usage", [fault]) from None


def describe(metadata: Arrow) -> ParquetFile:
    """The file as its footer has it."""
    schema = metadata.schema.to_arrow_schema()
    forms = {field.name: form for field in schema if field.name in USAGE and (form := find_form(field))}
    if TOTALS in schema.names:
        forms[TOTALS] = "text"
    groups = tuple(metadata.row_group(index).num_rows for index in range(metadata.num_row_groups))
    return ParquetFile(forms, tuple((field.name, str(field.type)) for field in schema), groups)


def find_form(field: Arrow) -> Form | None:
    """How a column of ours is read; `None` where it can't be."""
    kind = field.type.value_type if types.is_dictionary(field.type) else field.type
    if types.is_null(kind):
        return "absent"
    return _FORMS.get(field.name, _of_text)(kind)


def _of_text(kind: Arrow) -> Form | None:
    return "text" if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) else None


def _of_id(kind: Arrow) -> Form | None:
    return "integer" if types.is_integer(kind) else _of_text(kind)


def _of_count(kind: Arrow) -> Form | None:
    return "integer" if types.is_integer(kind) else None


def _of_seconds(kind: Arrow) -> Form | None:
    if types.is_decimal256(kind):
        return None  # an engine takes it for a binary float, and for another number than it is
    if types.is_decimal(kind):
        fits = 0 <= kind.scale <= _PLACES and kind.precision - kind.scale <= _WHOLE
        return "seconds" if fits else "decimal"
    return _of_id(kind)


def _of_clips(kind: Arrow) -> Form | None:
    is_list = types.is_list(kind) or types.is_large_list(kind)
    return _of_seconds(kind.value_type) if is_list else None


def _of_instant(kind: Arrow) -> Form | None:
    if types.is_timestamp(kind):
        if kind.tz is not None:
            return "zoned"
        return "fine" if kind.unit == "ns" else "local"
    return "day" if types.is_date(kind) else _of_text(kind)


_FORMS: Final[Mapping[str, Callable[[Arrow], Form | None]]] = MappingProxyType(
    {
        "id": _of_id,
        "at": _of_instant,
        "duration_s": _of_seconds,
        "billed_clips_s": _of_seconds,
        "clips_s": _of_clips,
        "references": _of_count,
    }
)


def find_faults(name: str, schema: Arrow, demand: Demand) -> Iterator[FileFault]:
    """All that is wrong with the columns of a file."""
    yield from check_names(name, schema.names, demand)
    for field in schema:
        if field.name not in USAGE:
            continue
        form = find_form(field)
        if form is None:
            lost = next((why for is_one, why in _LOST if is_one(_inner(field.type))), "")
            wanted = _WANTED.get(field.name, "write text")
            yield FileFault(name, field.name, f"its type is {field.type}", f"{wanted}{lost}")
        elif form in {"local", "fine"} and demand.zone is None:
            yield FileFault(name, field.name, f"its type is {field.type}", _NO_ZONE)


def _inner(kind: Arrow) -> Arrow:
    return kind.value_type if types.is_list(kind) or types.is_large_list(kind) else kind


_LOST: Final = (
    (types.is_floating, ": a binary float has lost digits"),
    (types.is_decimal256, ": of more than 38 digits none is read right"),
)


def check_names(name: str, names: Sequence[str], demand: Demand) -> Iterator[FileFault]:
    """What is wrong with the names of a file's columns."""
    yield from _find_twins(name, names)
    for column in names:
        if column not in USAGE and column != TOTALS:
            yield from _judge_stranger(name, column, demand)
    for column in USAGE:
        if column in NEVER_NULL and column not in names:
            yield FileFault(name, column, "it is missing", "add it, nothing stands in for it")
    if not {"clips_s", "billed_clips_s"} & set(names):
        yield FileFault(name, "clips_s", "it is missing, as is billed_clips_s", "add the one or the other")


def _find_twins(name: str, names: Sequence[str]) -> Iterator[FileFault]:
    """Engines fold the case of names, and so two may be one."""
    folded: dict[str, str] = {}
    for column in names:
        if (twin := folded.setdefault(column.casefold(), column)) is not column:
            seen = f"it is there twice, as {twin!r} and {column!r}"
            yield FileFault(name, column, seen, "which of them counts? Leave one")


def _judge_stranger(name: str, column: str, demand: Demand) -> Iterator[FileFault]:
    if column.casefold() in USAGE:
        yield FileFault(name, column, "no column of usage", f"did you mean {column.casefold()!r}?")
    elif not demand.ignores_extra:
        close = get_close_matches(column.casefold(), USAGE, n=1)
        meant = f"did you mean {close[0]!r}? Else leave" if close else "leave"
        yield FileFault(name, column, "no column of usage", f"{meant} it out, or say --ignore-extra")
