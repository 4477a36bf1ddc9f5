"""How inputs of several parts are changed: one part at a time, as a document where it is one, else blindly."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Final, TypeAlias

from tests.fuzz.target import SEPARATOR, Blind
from tests.fuzz.trees import Pool, Tree, change_tree

Read: TypeAlias = Callable[[bytes], Tree]
"""A part as a document. Raises ValueError."""
Write: TypeAlias = Callable[[Random, Tree], bytes]
Change: TypeAlias = Callable[[Random, bytes, Blind], bytes]
BLIND_SHARE: Final = 0.2
"""How many parts are changed blindly though they are documents: what is no document has to be met too."""


def change_parts(change: Change, seeds: Sequence[bytes] = ()) -> Change:
    """What changes one part of an input; now and then a part of a seed comes in, or one goes."""

    def mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
        parts = data.split(SEPARATOR)
        at = chance.randrange(len(parts))
        kind = chance.random()
        if kind < 0.03 and seeds:
            parts.insert(at, chance.choice(chance.choice(seeds).split(SEPARATOR)))
        elif kind < 0.06 and len(parts) > 1:
            del parts[at]
        else:
            parts[at] = change(chance, parts[at], blind)
        found = SEPARATOR.join(parts)
        return found if len(found) <= blind.limit else blind.mutate(data, blind.limit)

    return mutate


def change_document(read: Read, write: Write, pool: Pool) -> Change:
    """What changes a part as a document."""

    def mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
        if chance.random() < BLIND_SHARE:
            return blind.mutate(data, blind.limit)
        try:
            return write(chance, change_tree(chance, read(data), pool))
        except (ValueError, RecursionError, TypeError, ArithmeticError):
            return blind.mutate(data, blind.limit)

    return mutate


def write_json(chance: Random, tree: Tree) -> bytes:
    """The document as JSON, in one of the ways in which it is written."""
    text = json.dumps(
        tree, ensure_ascii=chance.random() < 0.5, separators=(",", ":") if chance.random() < 0.5 else None, default=str
    )
    return text.encode(errors="surrogatepass")


def change_json(pool: Pool) -> Change:
    """What changes a part as JSON."""
    return change_document(json.loads, write_json, pool)
