"""Whose a task is: the account, environment, host and region that usage or a line says, and where both agree.

The law: what one side does not say contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OWNER: Final = ("account", "environment", "host", "region")


def write_meeting(one: str, other: str, ids: str, chosen: str) -> str:
    """The SQL of pairs of records of one id, `ids` says how, that do not contradict each other; `one` and `other` name.

    In three parts, so that many accounts of one id are looked up, and not gone through.
    """
    others = " AND ".join(f"coalesce(one.{name} = other.{name}, TRUE)" for name in OWNER if name != "account")
    pairs = f"SELECT {chosen} FROM {one} one JOIN {other} other ON {ids} AND {others} AND"  # noqa: S608 - our own names
    return (
        f"{pairs} one.account = other.account UNION ALL {pairs} one.account IS NULL"
        f" UNION ALL {pairs} one.account IS NOT NULL AND other.account IS NULL"
    )


def write_same(one: str, other: str) -> str:
    """The SQL of whether two tables' records say the same, where nothing is the same as nothing."""
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in OWNER)


def find_told(database: DuckDBPyConnection, by_lines: Iterable[str]) -> tuple[str, ...]:
    """Which of what lines say charges say too, anywhere."""
    counts = ", ".join(f"count({name})" for name in OWNER)
    charges = database.execute(f"SELECT {counts} FROM charges").fetchall()[0]  # noqa: S608 - our own names
    return tuple(name for name, count in zip(OWNER, charges, strict=True) if count and name in {*by_lines})
