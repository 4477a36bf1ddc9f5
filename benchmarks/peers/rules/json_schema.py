"""jsonschema-rs: one schema over the payload and its facts, compiled once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import jsonschema_rs

VALIDATOR = jsonschema_rs.validator_for(Path(__file__).with_name("schema.json").read_text())


def check(payload: bytes, facts: bytes) -> Sequence[object]:
    """All errors, each with its path and message."""
    return list(VALIDATOR.iter_errors({"p": json.loads(payload), "f": json.loads(facts)}))


def is_valid(payload: bytes, facts: bytes) -> bool:
    """Whether there is no error."""
    valid: bool = VALIDATOR.is_valid({"p": json.loads(payload), "f": json.loads(facts)})
    return valid
