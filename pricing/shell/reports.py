"""Reports as JSON: the shape of a verdict, its violations and what could not be verified (docs/reference/wire.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as _text
from types import MappingProxyType
from typing import Any, Final

from pricing.money import format_decimal
from wan_rules.decimals import show_digits
from wan_rules.limits import Range
from wan_rules.messages import ENGLISH, Message, Translation, tell
from wan_rules.payloads import name_type
from wan_rules.urls import show_word
from wan_rules.validation import PatchOp, Report, Unverified, Violation

EXACT_INTEGERS: Final = 2**53
"""From here on a JSON reader may lose digits of a number, and it is written as a string."""
UNVERIFIED_KEPT: Final = 16
"""Places without facts in a report of which the text is kept: everyday requests have no more."""
MOST_WORDS: Final = 64
"""Of a list of words that a report repeats."""


def report_members(report: Report, translation: Translation = ENGLISH) -> bytes:
    """The members of a report's object, as JSON; what is said to people in that language."""
    verdict, host, violations, unverified = report
    found = ",".join([_violation(violation, translation) for violation in violations]) if violations else ""
    head = f'"verdict":"{verdict}","host":"{host.name}","violations":[{found}],"unverified":['
    write = _recall_unverified if len(unverified) <= UNVERIFIED_KEPT else _write_unverified
    return head.encode() + write(unverified)


@lru_cache(maxsize=4096)
def _recall_unverified(unverified: tuple[Unverified, ...]) -> bytes:
    return _write_unverified(unverified)


def _write_unverified(unverified: tuple[Unverified, ...]) -> bytes:
    """The rest of the object; first runs without facts lack the same few things."""
    return f"{','.join([_unverified(one) for one in unverified])}]".encode()


def _violation(violation: Violation, translation: Translation) -> str:
    rule, severity, at, (_, observed, limit, said, unit, _, _), fix = violation
    told = said.english if translation is ENGLISH and said.__class__ is Message else tell(said, translation)
    return (
        f'{{"rule":"{rule.id}","name":"{rule.name}","severity":"{severity}","at":{_text(at)},'
        f'"observed":{_value(observed)},"limit":{_limit(limit)},"unit":{"null" if unit is None else _text(unit)},'
        f'"message":{_text(told)},"fix":{"null" if fix is None else _fix(fix)}}}'
    )


def _fix(fix: PatchOp) -> str:
    value = "" if fix.op == "remove" else f',"value":{_value(fix.value)}'
    return f'[{{"op":"{fix.op}","path":{_text(fix.path)}{value}}}]'


@lru_cache(maxsize=4096)
def _unverified(unverified: Unverified) -> str:
    at = _text(unverified.at)
    return ",".join(
        f'{{"rule":"{rule.id}","name":"{rule.name}","at":{at},"needs":{json.dumps(rule.needs)}}}'
        for rule in unverified.rules
    )


@lru_cache(maxsize=1024, typed=True)
def _limit(value: object) -> str:
    """What is allowed: few values, said again and again."""
    return _value(value)


def _value(value: object) -> str:
    """What was seen or is allowed, as JSON: numbers with a point as strings, long texts cut, whole objects by name."""
    write = _WRITERS.get(type(value))
    return _text(name_type(value)) if write is None else write(value)


def _word(value: str) -> str:
    return _text(show_word(value))


def _whole(value: int) -> str:
    return str(value) if abs(value) < EXACT_INTEGERS else f'"{show_digits(value)}"'


def _items(values: tuple[object, ...] | list[object]) -> str:
    if not all(isinstance(value, str) for value in values):
        return _text(name_type(values))
    return f"[{','.join([_value(value) for value in values[:MOST_WORDS]])}]"


_WRITERS: Final[Mapping[type, Callable[[Any], str]]] = MappingProxyType(
    {
        type(None): lambda _: "null",
        bool: lambda value: "true" if value else "false",
        int: _whole,
        float: lambda value: f'"{value}"',
        str: _word,
        Decimal: lambda value: f'"{format_decimal(value)}"',
        Range: lambda value: f'{{"min":{value.low},"max":{value.high}}}',
        tuple: _items,
        list: _items,
    }
)
