"""The groups that matching left to be explained, one after the other, as the values that attribution takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pricing.breaks import MatchedBy
from pricing.invoices import Invoiced, Unrated
from pricing.shell.bulk.expected_rows import Charge, read_usage
from pricing.shell.bulk.schemas import USAGE
from pricing.usage import parse_row
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FETCHED: Final = 4_096
_USAGE: Final = tuple(USAGE)
_LINE: Final = Invoiced._fields

_Record: TypeAlias = tuple[Any, ...]


class Group(NamedTuple):
    """Charges and lines that belong together, and by which rule; and usage of theirs that is not rated."""

    charges: tuple[Charge, ...]
    lines: tuple[Invoiced, ...]
    matched_by: MatchedBy
    unrated: tuple[Unrated, ...] = ()


def read_groups(database: DuckDBPyConnection) -> Iterator[Group]:
    """The groups that do not agree, in a stable order; memory holds the largest of them."""
    rows = _read(
        database,
        f"SELECT grp, {_quote(_USAGE)}, total, currency FROM rows_left JOIN row_groups USING (r)"  # noqa: S608 - our own names
        " JOIN (SELECT grp FROM handed) USING (grp) ORDER BY grp, rows_left.at, id, total, r",
    )
    lines = _read(
        database,
        f"SELECT grp, {_quote(_LINE)} FROM lines_left JOIN line_groups USING (l)"  # noqa: S608
        " JOIN (SELECT grp FROM handed) USING (grp) ORDER BY grp, line, currency, amount, l",
    )
    unrated = _read(database, _UNRATED)
    for number, rule in _stream(database, "SELECT grp, rule FROM handed ORDER BY grp"):
        charges = tuple(map(_to_charge, rows(number)))
        left = tuple(_list_unrated(unrated(number)))
        yield Group(charges, tuple(map(_to_line, lines(number))), rule, left)


_UNRATED: Final = """
SELECT grp, message, raw FROM (
    SELECT grp, file, row, message, raw FROM refused JOIN unit_groups USING (u)
    UNION ALL SELECT grp, file, row, message, raw FROM unrated JOIN unit_groups USING (u)
) JOIN (SELECT grp FROM handed) USING (grp) ORDER BY grp, file, row
"""


def _list_unrated(records: Iterable[_Record]) -> Iterator[Unrated]:
    """The rows that say what was asked for, and that only have no price."""
    for _, message, raw in records:
        with suppress(UnusableInputError):
            yield Unrated(parse_row(raw.encode(), what="rejected"), message)


def _quote(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _stream(database: DuckDBPyConnection, sql: str) -> Iterator[_Record]:
    cursor = database.cursor()
    cursor.execute(sql)
    while several := cursor.fetchmany(_FETCHED):
        yield from several


def _read(database: DuckDBPyConnection, sql: str) -> Callable[[int], Sequence[_Record]]:
    """A function that gives the records of a group, asked for in the order of the groups."""
    groups = groupby(_stream(database, sql), itemgetter(0))
    ahead = next(groups, None)

    def take(number: int) -> Sequence[_Record]:
        nonlocal ahead
        if ahead is None or ahead[0] != number:
            return ()
        records = list(ahead[1])
        ahead = next(groups, None)
        return records

    return take


def _to_charge(record: _Record) -> Charge:
    _, *cells, total, currency = record
    return Charge(read_usage(cells), total, currency)


def _to_line(record: _Record) -> Invoiced:
    told = dict(zip(_LINE, record[1:], strict=True))
    return Invoiced(**{**told, **{name: _aware(told[name]) for name in ("at", "begin", "until")}})


def _aware(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
