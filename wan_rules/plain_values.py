"""Values of a payload made in Python, rather than parsed: what JSON writes for them, in JSON's own types."""

from __future__ import annotations

from typing import Final

_OWN: Final = frozenset({str, int, float, bool, type(None)})
_JSON: Final = _OWN | {dict, list}
_DEEPEST: Final = 6
"""Levels of arrays and objects within each other that are looked at: no host's payload has as many."""


def is_kin(value: object) -> bool:
    """Whether it is of a type that JSON writes as one of its own: a tuple, a member of an enumeration."""
    return type(value) not in _JSON and isinstance(value, str | int | float | dict | list | tuple)


def simplify(value: object, levels: int = _DEEPEST) -> object:
    """The value with each part of such a type as JSON writes it; what JSON can't write stays as it is."""
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
