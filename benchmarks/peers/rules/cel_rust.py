"""CEL in Rust: one program that is compiled once, all demands in one map; what cannot be evaluated is one complaint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cel

PROGRAM = cel.compile(Path(__file__).with_name("expressions.cel").read_text())


def check(payload: bytes, facts: bytes) -> Sequence[object]:
    """The names of the demands that do not hold."""
    try:
        held = PROGRAM.execute({"p": json.loads(payload), "f": json.loads(facts)})
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        return [error]
    return [name for name, holds in held.items() if not holds]
