"""The columns of an invoice: what each may hold, and how a table's own columns are read as ours, with every fault.

A column is read as text that is exact, or from a type that is: a DOUBLE has lost digits before anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from pricing.meters import METERS
from pricing.shell.bulk.faults import FileFault
from pricing.shell.bulk.literals import quote
from wan_rules.request import RESOLUTIONS

Kind: TypeAlias = Literal["text", "amount", "instant", "tier", "meter"]

COLUMNS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "line": "text",
        "amount": "amount",
        "currency": "text",
        "task_id": "text",
        "account": "text",
        "environment": "text",
        "host": "text",
        "region": "text",
        "at": "instant",
        "begin": "instant",
        "end": "instant",
        "resolution": "tier",
        "meter": "meter",
        "quantity": "amount",
        "unit_price": "amount",
    }
)
"""In the order of pricing.invoices.Invoiced, whose `until` an invoice calls `end`."""
WANTED: Final = ("amount", "currency")
_DECIMAL: Final = r"-?[0-9]{1,20}(\.[0-9]{1,18}0*)?"
_INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MONTH: Final = r"[0-9]{4}-[0-9]{2}"
_EXACT: Final = ("DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER")

_SAYS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "amount": "no exact amount: write 1234.56, with a point, without separators, of 18 decimals at most",
        "instant": "no instant with its zone: write 2026-10-01T09:30:00Z, or a day",
        "tier": f"no tier: {', '.join(RESOLUTIONS)} are known",
        "meter": f"no meter: {', '.join(METERS)} are known",
    }
)
_TYPES: Final[Mapping[Kind, tuple[tuple[str, ...], str]]] = MappingProxyType(
    {
        "text": ((*_EXACT[1:], "VARCHAR", "UUID", "ENUM"), "write text"),
        "amount": ((*_EXACT, "VARCHAR"), "write DECIMAL with 18 decimals at most, or text: a double has lost digits"),
        "instant": (("TIMESTAMP WITH TIME ZONE", "DATE", "VARCHAR"), "write TIMESTAMP WITH TIME ZONE, or text"),
        "tier": (("VARCHAR", "ENUM"), "write text"),
        "meter": (("VARCHAR", "ENUM"), "write text"),
    }
)


def check_types(file: str, types: Mapping[str, str], names: Mapping[str, str]) -> Iterator[FileFault]:
    """What is wrong with a file's columns, whose types are those of DuckDB; `names` are its own names of ours."""
    for ours, theirs in names.items():
        if theirs not in types and (ours in WANTED or ours != theirs):
            near = get_close_matches(theirs, [name for name in types if not name.startswith("_")], 1, 0.5)
            hint = (
                f"rename {near[0]} with --columns {ours}={near[0]}"
                if near
                else f"name its column: --columns {ours}=..."
            )
            yield FileFault(file, theirs, "there is no such column", hint)
        elif theirs in types:
            kinds, wanted = _TYPES[COLUMNS[ours]]
            kind = types[theirs]
            if not _is_one_of(kind, kinds):
                yield FileFault(file, theirs, f"it is {kind}", wanted)


def find_strangers(
    file: str, own: Collection[str], names: Mapping[str, str], *, ignores_extra: bool = False
) -> Iterator[FileFault]:
    """Columns that are none of an invoice's; of those that are left out on request, none but ours in other letters."""
    ours_of = {theirs.casefold(): ours for ours, theirs in names.items()}
    for column in own:
        if column in names.values():
            continue
        if (ours := ours_of.get(column.casefold())) and names[ours] not in own:
            if ours not in WANTED:  # those are missing, and told as such
                yield FileFault(file, column, _STRANGE, f"rename {column} with --columns {ours}={column}")
        elif not ignores_extra:
            yield FileFault(file, column, _STRANGE, _advise(column, names))


_STRANGE: Final = "no column of an invoice"


def _advise(column: str, names: Mapping[str, str]) -> str:
    close = get_close_matches(column.casefold(), names, n=1)
    meant = f"did you mean {close[0]!r}? Say --columns {close[0]}={column}. Else leave" if close else "leave"
    return f"{meant} it out, or say --ignore-extra"


def _is_one_of(kind: str, kinds: tuple[str, ...]) -> bool:
    head = kind.partition("(")[0]
    return head in kinds and not (head == "DECIMAL" and int(kind.rstrip(")").partition(",")[2]) > 18)  # noqa: PLR2004 - those of AMOUNT


def write_values(types: Mapping[str, str], names: Mapping[str, str], line: str) -> dict[str, str]:
    """The SQL of each of our columns, with `until` for `end`; `line` that of the name of a line that has none."""
    found = {ours: _write_value(ours, theirs, types) for ours, theirs in names.items()}
    found["line"] = f"coalesce({found['line']}, {line})"
    begin, end = _column("begin", names, types), _column("end", names, types)
    kind = types.get(names["begin"], "")
    if kind == "DATE":
        found["end"] = f"CASE WHEN {end} IS NULL THEN {found['begin']} + INTERVAL 1 DAY ELSE {found['end']} END"
    elif kind == "VARCHAR":
        found["begin"] = (
            f"coalesce({found['begin']}, CASE WHEN {_is(begin, _MONTH)} THEN {_to_instant(begin + _FIRST)} END)"
        )
        ends = f"CASE WHEN {_is(begin, _MONTH)} THEN {found['begin']} + INTERVAL 1 MONTH"
        ends += f" WHEN {_is(begin, _DAY)} THEN {found['begin']} + INTERVAL 1 DAY END"
        found["end"] = f"CASE WHEN {end} IS NULL THEN {ends} ELSE {found['end']} END"
    found["until"] = found.pop("end")
    return {**found, **{name: _within_calendar(found[name]) for name in ("at", "begin", "until")}}


def _within_calendar(instant: str) -> str:
    """Null for an instant that only a table's calendar has, such as one before the year 1."""
    return f"CASE WHEN ({instant}) BETWEEN {_CALENDAR} THEN {instant} END"


_CALENDAR: Final = "TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"


_FIRST: Final = " || '-01'"


def _column(ours: str, names: Mapping[str, str], types: Mapping[str, str]) -> str:
    """The column as it is, empty text as null; null where there is none."""
    theirs = names[ours]
    if theirs not in types:
        return "NULL::VARCHAR"
    name = '"' + theirs.replace('"', '""') + '"'
    return f"nullif({name}, '')" if types[theirs] == "VARCHAR" else name


def _is(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, {quote(pattern)})"


def _to_instant(text: str) -> str:
    """An instant of text in UTC; a bare day begins at 00:00. The epoch is the way that no zone of a session touches."""
    full = f"CASE WHEN length({text}) = 10 THEN {text} || 'T00:00:00Z' ELSE {text} END"
    return f"make_timestamp(epoch_us(TRY_CAST({full} AS TIMESTAMPTZ)))"


def _write_value(ours: str, theirs: str, types: Mapping[str, str]) -> str:
    value = _column(ours, {ours: theirs}, types)
    kind = types.get(theirs, "VARCHAR")
    return _WRITERS[COLUMNS[ours]](value, is_text=kind == "VARCHAR")


def _write_amount(value: str, *, is_text: bool) -> str:
    exact = f"TRY_CAST({value} AS DECIMAL(38, 18))"
    return f"CASE WHEN {_is(value, _DECIMAL)} THEN {exact} END" if is_text else exact


def _write_instant(value: str, *, is_text: bool) -> str:
    if not is_text:
        return f"make_timestamp(epoch_us({value}::TIMESTAMPTZ))"
    return f"CASE WHEN {_is(value, f'{_INSTANT}|{_DAY}')} THEN {_to_instant(value)} END"


def _write_text(value: str, *, is_text: bool) -> str:
    return value if is_text else f"{value}::VARCHAR"


def _write_word(words: tuple[str, ...]) -> Callable[..., str]:
    listed = ", ".join(map(quote, words))
    return lambda value, is_text: (
        f"CASE WHEN {_write_text(value, is_text=is_text)} IN ({listed}) THEN {value}::VARCHAR END"
    )


_WRITERS: Final[Mapping[Kind, Callable[..., str]]] = MappingProxyType(
    {
        "text": _write_text,
        "amount": _write_amount,
        "instant": _write_instant,
        "tier": _write_word(RESOLUTIONS),
        "meter": _write_word(tuple(METERS)),
    }
)


def write_fault(types: Mapping[str, str], names: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The SQL of all that is wrong with a row, joined; null where nothing is."""
    faults = [*_list_faults(types, names, values)]
    if not faults:
        return "NULL::VARCHAR"
    is_bad = " OR ".join(f"({bad})" for bad, _ in faults)
    told = ", ".join(f"CASE WHEN {bad} THEN {told} END" for bad, told in faults)
    return f"CASE WHEN {is_bad} THEN concat_ws('; ', {told}) END"  # texts are put together for bad rows alone


def _list_faults(
    types: Mapping[str, str], names: Mapping[str, str], values: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Conditions that are never true of a good row, and what is said where they hold."""
    for ours, theirs in names.items():
        raw, read = _column(ours, names, types), values["until" if ours == "end" else ours]
        if ours in WANTED:
            yield f"{raw} IS NULL", quote(f"{theirs}: nothing is there, and no line goes without")
        if theirs in types and COLUMNS[ours] != "text":
            told = f"{quote(theirs + ': ')} || left({raw}::VARCHAR, 64) || {quote(': ' + _SAYS[COLUMNS[ours]])}"
            yield f"{raw} IS NOT NULL AND ({read}) IS NULL", told
    if names["begin"] in types or names["end"] in types:
        begin, until = values["begin"], values["until"]
        told = quote("begin, end: a time has both, and ends after it begins")
        yield f"(({begin}) IS NULL) <> (({until}) IS NULL) OR {begin} >= {until}", told
