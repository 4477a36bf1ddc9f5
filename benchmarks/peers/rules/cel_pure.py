"""CEL in Python, cel-python: the same program, compiled once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import celpy

ENVIRONMENT = celpy.Environment()
TEXT = Path(__file__).with_name("expressions.cel").read_text()
PROGRAM = ENVIRONMENT.program(ENVIRONMENT.compile(TEXT))


def check(payload: bytes, facts: bytes) -> Sequence[object]:
    """The names of the demands that do not hold."""
    try:
        held = PROGRAM.evaluate(
            {"p": celpy.json_to_cel(json.loads(payload)), "f": celpy.json_to_cel(json.loads(facts))}
        )
    except celpy.CELEvalError as error:
        return [error]
    return [name for name, holds in held.items() if not holds]
