"""Values made in Python, and what JSON writes for them; as deep as a host's payload may be."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Final

import pytest

from wan_rules.plain_values import is_kin, simplify


class Word(StrEnum):
    ONE = "one"


class Number(IntEnum):
    TWO = 2


class Part(float):
    pass


KIN: Final = (Word.ONE, Number.TWO, Part(0.5), ("a", Number.TWO), OrderedDict(a=Word.ONE), [Word.ONE, {"b": (1,)}])


@pytest.mark.parametrize("value", KIN, ids=repr)
def test_a_value_is_made_what_json_writes_for_it(value: object) -> None:
    found = simplify(value)
    assert found == json.loads(json.dumps(value))
    assert {type(part) for part in _walk(found)} <= {str, int, float, dict, list}


def _walk(value: object) -> list[object]:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(below for part in parts for below in _walk(part))]


@pytest.mark.parametrize("value", KIN[:-1], ids=repr)
def test_which_values_are_made_so(value: object) -> None:
    assert is_kin(value)


@pytest.mark.parametrize("value", ["a", 1, 0.5, True, None, {}, [], b"x", {1}, object], ids=repr)
def test_which_values_are_not(value: object) -> None:
    assert not is_kin(value)
    assert simplify(value) == value


@pytest.mark.parametrize("make", [lambda below: [below], lambda below: {"below": below}], ids=["array", "object"])
def test_what_stands_deeper_than_a_host_looks_is_left(make: Callable[[object], object]) -> None:
    near: object = (1,)
    for _ in range(5):
        near = make(near)
    assert tuple not in map(type, _walk(simplify(near)))
    assert type(_walk(simplify(make(near)))[-1]) is tuple
