"""Agreements written as TOML word for word, for tests of what may be said in one; nothing is added to what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.oracle import Row
from tests.terms import FIRST_DAY

_BARE: Final = frozenset({"from", "until", "date", "free", "inherit", "bands", "environments"})


def table(row: Row) -> str:
    """The lines of one table; bands and lists are TOML already."""
    return "".join(f"{key} = {_value(key, value)}\n" for key, value in row.items())


def _value(key: str, value: str) -> str:
    return value if key in _BARE else f'"{value}"'


def agreement_text(rows: Sequence[Row], **head: str) -> str:
    """An agreement of acme's at Atlas with those terms; `head` changes its first table.

    An `account` of nothing makes it everyone's.
    """
    said = {"id": "acme-terms", "title": "Terms of acme", "account": "acme", "host": "atlas", "from": FIRST_DAY} | head
    first = table({key: value for key, value in said.items() if value})
    return f'schema_version = "1"\n\n[agreement]\n{first}\n' + "\n".join(f"[[term]]\n{table(row)}" for row in rows)
