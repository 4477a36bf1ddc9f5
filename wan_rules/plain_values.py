"""Values of a payload made in Python, rather than parsed: what JSON writes for them, in JSON's own types."""

from __future__ import annotations

from typing import Final, cast

_OWN: Final = frozenset({str, int, float, bool, type(None)})
_DEEPEST: Final = 6
"""Levels of arrays and objects within each other that are looked at: no host's payload has as many."""


def has_kin(value: object, levels: int = _DEEPEST) -> bool:
    """Whether some part is of a type that JSON writes as one of its own: a tuple, a member of an enumeration."""
    kind = type(value)
    if kind in _OWN or not levels:
        return False
    if kind is dict or kind is list:
        parts = cast("dict[str, object]", value).values() if kind is dict else cast("list[object]", value)
        return any(has_kin(part, levels - 1) for part in parts)
    return isinstance(value, str | int | float | dict | list | tuple)


def simplify(value: object, levels: int = _DEEPEST) -> object:
    """The value with each such part as JSON writes it; what JSON can't write stays as it is."""
    if type(value) in _OWN or not levels:
        return value
    if isinstance(value, dict):
        return {key: simplify(part, levels - 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [simplify(part, levels - 1) for part in value]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return int.__int__(value) if isinstance(value, int) else value
