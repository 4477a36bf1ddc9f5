"""Whose a task is: the account, environment, host and region that usage or a line says, and where both agree.

The law: what one side does not say contradicts nothing, nor does what it never says in the other's words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OWNER: Final = ("account", "environment", "host", "region")


def write_meeting(one: str, other: str, chosen: str, told: Collection[str]) -> str:
    """The SQL of pairs of records of one id that do not contradict each other in what is `told`.

    `one` and `other` name the records in it. In three parts, so that many accounts of one id are looked up, and not
    gone through.
    """
    others = write_fit("one", "other", [name for name in told if name != "account"])
    pairs = f"SELECT {chosen} FROM {one} one JOIN {other} other ON one.id = other.id AND {others}"  # noqa: S608 - our own names
    if "account" not in told:
        return pairs
    return (
        f"{pairs} AND one.account = other.account UNION ALL {pairs} AND one.account IS NULL"
        f" UNION ALL {pairs} AND one.account IS NOT NULL AND other.account IS NULL"
    )


def write_fit(one: str, other: str, names: Iterable[str]) -> str:
    """The SQL of whether two tables' records do not contradict each other in what is named."""
    return " AND ".join(f"coalesce({one}.{name} = {other}.{name}, TRUE)" for name in names) or "TRUE"


def write_same(one: str, other: str) -> str:
    """The SQL of whether two tables' records say the same, where nothing is the same as nothing."""
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in OWNER)


def find_told(database: DuckDBPyConnection, by_lines: Iterable[str]) -> tuple[str, ...]:
    """Which of what lines say usage says too, rated or refused, in the same words at least once.

    Of two files that share no word for it each has its own names, and no line contradicts a row.
    """
    said = {*by_lines}
    return tuple(name for name in OWNER if name in said and _is_shared(database, name))


def _is_shared(database: DuckDBPyConnection, name: str) -> bool:
    """The first lines show it, as a rule; where they don't, all are looked at."""
    looks = (_FIND_SHARED.format(name=name, some=some) for some in ("LIMIT 1000", ""))
    return any(database.execute(look).fetchall() for look in looks)


_FIND_SHARED: Final = """
SELECT 1 FROM (SELECT {name} FROM charges UNION ALL SELECT raw->>'{name}' FROM rejected) WHERE {name} IN (
    SELECT {name} FROM invoice WHERE task_id IS NOT NULL AND {name} IS NOT NULL {some}
) LIMIT 1
"""
