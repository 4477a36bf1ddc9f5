"""Ids and currencies of an invoice that are usage's but for case, or for blanks at their ends: nothing meets by them.

They are told and not mended: which of both spellings is right, an invoice does not say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from pricing.shell.bulk.literals import quote
from pricing.shell.text import count

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REMEDY: Final = "write them alike on both sides"


def tell_near_ids(database: DuckDBPyConnection) -> Iterator[str]:
    """What is to be said of lines whose task no usage has, where usage that no line names has nearly the same."""
    lines, named, used = database.execute(_FIND).fetchall()[0]
    if lines:
        names = "1 line names its task" if lines == 1 else f"{count(lines, 'line')} name their tasks"
        yield f"{names} in other letters or blanks than usage, as {named!r} where usage has {used!r}: {_REMEDY}"


def tell_near_currencies(invoiced: Collection[str], expected: Collection[str]) -> Iterator[str]:
    """What is to be said of currencies of the invoice that usage is not priced in, and nearly is."""
    known = {_bare(name): name for name in expected}
    for name in sorted({*invoiced} - {*expected}):
        if near := known.get(_bare(name)):
            yield f"the invoice is in {name!r} where usage is priced in {near!r}: {_REMEDY}"


_BLANKS: Final = " \t\r\n\u00a0"


def _bare(name: str) -> str:
    return name.strip(_BLANKS).lower()


_BARE: Final = f"lower(trim({{name}}, {quote(_BLANKS)}))"
"""The SQL of the same."""
_FIND: Final = f"""
SELECT count(*), min_by(task_id, l), min_by(id, l) FROM (
    SELECT l, task_id, min(id) AS id FROM strays JOIN lines_left USING (l)
    JOIN (
        SELECT DISTINCT id FROM units WHERE u * 4 IN (SELECT grp FROM compared WHERE rule = 'nothing')
    ) ON {_BARE.format(name="id")} = {_BARE.format(name="task_id")}
    WHERE id <> task_id GROUP BY l, task_id
)
"""  # noqa: S608 - our own names
