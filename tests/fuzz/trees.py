"""Documents changed as documents: values, keys and whole branches, so that what comes out is JSON or TOML again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

Tree: TypeAlias = Any
"""A parsed document."""
Place: TypeAlias = tuple[Any, Any]
"""An object or array, and a key or position in it."""
EDGES: Final[tuple[object, ...]] = (
    None, True, False, 0, 1, -1, 2, 5, 10, 15, 64, 100, 2**31 - 1, 2**31, 2**53, -(2**63), 10**40, 0.5, 1.0, -0.0,
    1e300, "", " ", "0", "1", "5", "-1", "1e400", "0.000001", "0.0000001", "999999999999.999999999999", "NaN", "\u0663",
    "\ud800",
    "a\u0301", "\U0001f3ac", "\u202e", "x" * 300, [], {}, [[]], [{}], {"": None},
)  # fmt: skip
"""Values that are often overlooked."""
_SPLICES: Final = ("", " ", "\n", "\t", '"', "\\", "/", "~1", "~0", "%", "\x00", "\u2028", "-", ".", ":", "é", "界")
_REPEATED: Final = (2, 3, 6, 40, 300)
_HUGE: Final = 10**30


class Pool(NamedTuple):
    """What is put into documents: keys and values that mean something there, and documents to take branches from."""

    keys: Sequence[str]
    values: Sequence[object]
    trees: Sequence[Tree]


def change_tree(chance: Random, tree: Tree, pool: Pool) -> Tree:
    """The document with one to four changes; what was given is changed too."""
    root = [tree]
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        holder, key = chance.choice(list(_places(root)))
        chance.choice(_CHANGES)(chance, (holder, key), (root, pool))
        if not root:
            root.append({})
    return root[0]


def _places(holder: Tree) -> Iterator[Place]:
    """Every value of a document, by where it stands."""
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    for key in keys:
        yield holder, key
        if isinstance(holder[key], dict | list):
            yield from _places(holder[key])


_Around: TypeAlias = tuple[list[Tree], Pool]
_Change: TypeAlias = Callable[[Random, Place, _Around], None]


def _copy(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {key: _copy(value) for key, value in tree.items()}
    return [_copy(value) for value in tree] if isinstance(tree, list) else tree


def _replace(chance: Random, place: Place, around: _Around) -> None:
    place[0][place[1]] = _copy(chance.choice(around[1].values if chance.random() < 0.7 else EDGES))


def _remove(_: Random, place: Place, _around: _Around) -> None:
    del place[0][place[1]]


def _add(chance: Random, place: Place, around: _Around) -> None:
    value, pool = place[0][place[1]], around[1]
    found = _copy(chance.choice(pool.values if chance.random() < 0.8 else EDGES))
    if isinstance(value, dict):
        value[chance.choice(pool.keys)] = found
    elif isinstance(value, list):
        value.insert(chance.randrange(len(value) + 1), _copy(chance.choice(value)) if value else found)
    else:
        place[0][place[1]] = [value, found]


def _repeat(chance: Random, place: Place, _around: _Around) -> None:
    value = place[0][place[1]]
    if isinstance(value, list):
        value.extend(_copy(item) for item in value[:4] * chance.choice(_REPEATED))
    elif isinstance(value, dict) and value:
        key = chance.choice(list(value))
        value.update((f"{key}{number}", _copy(value[key])) for number in range(chance.choice(_REPEATED)))
    elif isinstance(value, str):
        place[0][place[1]] = value[:40] * chance.choice(_REPEATED)


def _rename(chance: Random, place: Place, around: _Around) -> None:
    holder, key = place
    if isinstance(holder, dict):
        value = holder.pop(key)
        holder[chance.choice(around[1].keys) if chance.random() < 0.7 else _splice(chance, str(key))] = value


def _move(chance: Random, place: Place, around: _Around) -> None:
    """Puts a branch of this document or another one there."""
    source = around[0] if chance.random() < 0.5 or not around[1].trees else [chance.choice(around[1].trees)]
    holder, key = chance.choice(list(_places(source)))
    place[0][place[1]] = _copy(holder[key])


def _graft(chance: Random, place: Place, around: _Around) -> None:
    """Puts there what another document has under the same key."""
    if around[1].trees:
        others = [h[k] for h, k in _places([chance.choice(around[1].trees)]) if k == place[1]]
        if others:
            place[0][place[1]] = _copy(chance.choice(others))


def _retype(chance: Random, place: Place, _around: _Around) -> None:
    value = place[0][place[1]]
    place[0][place[1]] = chance.choice(
        (lambda: str(value), lambda: [value], lambda: {"x": value}, lambda: _number(value))
    )()


def _number(value: object) -> object:
    try:
        return int(str(value))
    except ValueError:
        return value


def _edit(chance: Random, place: Place, around: _Around) -> None:
    """Changes a text or number a little."""
    value: Tree = place[0][place[1]]
    if isinstance(value, str):
        texts = [word for word in around[1].values if isinstance(word, str)] if chance.random() < 0.3 else None
        place[0][place[1]] = _splice(chance, value, chance.choice(texts) if texts else None)
    elif isinstance(value, bool) or value is None:
        place[0][place[1]] = not value
    elif isinstance(value, int):
        place[0][place[1]] = chance.choice((value + 1, value - 1, value * 10, -value, value // 2, value + 0.5))
    elif isinstance(value, float | Decimal):
        place[0][place[1]] = chance.choice((round(value) if -_HUGE < value < _HUGE else 0, str(value), -value))


def _splice(chance: Random, text: str, put: str | None = None) -> str:
    at = chance.randrange(len(text) + 1)
    changed = chance.choice((str.upper, str.lower, str.title, str, str, str))(text)
    return changed[:at] + (chance.choice(_SPLICES) if put is None else put) + changed[at + chance.randrange(3) :]


_CHANGES: Final[tuple[_Change, ...]] = (
    _replace, _replace, _remove, _add, _add, _repeat, _rename, _move, _graft, _graft, _retype, _edit, _edit, _edit,
)  # fmt: skip
