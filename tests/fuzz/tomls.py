"""TOML changed as a document, or line by line, and written again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Final

import tomli

from tests.fuzz.mutators import Change, change_document
from tests.fuzz.target import Blind
from tests.fuzz.trees import Pool, Tree

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def change_toml(pool: Pool, lines: Sequence[str]) -> Change:
    """What changes a part as TOML: half of the time by its lines, which keeps comments and an odd layout."""
    as_document = change_document(_read, lambda _, tree: write_toml(tree).encode(errors="replace"), pool)

    def mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
        if chance.random() < 0.5:
            return as_document(chance, data, blind)
        return _change_lines(chance, data.decode(errors="replace").split("\n"), lines).encode()

    return mutate


def _read(data: bytes) -> Tree:
    return tomli.loads(data.decode(), parse_float=Decimal)


def _change_lines(chance: Random, found: list[str], known: Sequence[str]) -> str:
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, other = chance.randrange(len(found)), chance.randrange(len(found))
        match chance.randrange(5):
            case 0:
                found[at] = chance.choice(known)
            case 1:
                found.insert(at, chance.choice(known))
            case 2:
                found[at], found[other] = found[other], found[at]
            case 3:
                found[at:at] = found[other : other + chance.randrange(1, 9)] * chance.choice((1, 1, 1, 30))
            case _:
                del found[at : at + chance.randrange(1, 4)]
                found = found or [""]
    return "\n".join(found)


def write_toml(tree: Tree) -> str:
    """The document as TOML, its tables and arrays of tables under headers as people write them. Raises TypeError."""
    if not isinstance(tree, dict):
        msg = "a document of TOML is a table"
        raise TypeError(msg)
    return "\n".join(_write_table(tree, ())) + "\n"


def _write_table(table: Tree, path: tuple[str, ...]) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not _has_header(value)}
    yield from (f"{_key(key)} = {_inline(value)}" for key, value in plain.items() if value is not None)
    for key, value in table.items():
        name = ".".join(map(_key, (*path, key)))
        if isinstance(value, dict):
            yield from ("", f"[{name}]", *_write_table(value, (*path, key)))
        elif _has_header(value):
            for item in value:
                yield from ("", f"[[{name}]]", *_write_table(item, (*path, key)))


def _has_header(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    )


def _key(key: object) -> str:
    return str(key) if _BARE.fullmatch(str(key)) else json.dumps(str(key))


def _inline(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime() | date():
            return value.isoformat()
        case int() | float() | Decimal():
            return str(value)
        case list():
            return f"[{', '.join(_inline(item) for item in value if item is not None)}]"
        case dict():
            return f"{{ {', '.join(f'{_key(k)} = {_inline(v)}' for k, v in value.items() if v is not None)} }}"
        case _:
            return json.dumps(str(value), ensure_ascii=False)
