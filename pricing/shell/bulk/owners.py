"""Whose a task is: the account, environment, host and region that usage or a line says, and where both agree.

The law: what one side does not say contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OWNER: Final = ("account", "environment", "host", "region")


def write_fit(one: str, other: str, names: Iterable[str] = OWNER) -> str:
    """The SQL of whether two tables' records do not contradict each other."""
    return " AND ".join(f"coalesce({one}.{name} = {other}.{name}, TRUE)" for name in names)


def write_same(one: str, other: str) -> str:
    """The SQL of whether two tables' records say the same, where nothing is the same as nothing."""
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in OWNER)


def find_told(database: DuckDBPyConnection, by_lines: Iterable[str]) -> tuple[str, ...]:
    """Which of what lines say charges say too, anywhere."""
    counts = ", ".join(f"count({name})" for name in OWNER)
    charges = database.execute(f"SELECT {counts} FROM charges").fetchall()[0]  # noqa: S608 - our own names
    return tuple(name for name, count in zip(OWNER, charges, strict=True) if count and name in {*by_lines})
