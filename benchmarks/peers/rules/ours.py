"""Ours: every rule, and what each of them finds."""

from __future__ import annotations

from collections.abc import Sequence

from wan_rules import check as check_reading
from wan_rules import parse_facts, parse_object, read, recognise


def check(payload: bytes, facts: bytes) -> Sequence[object]:
    """All violations, each with its rule, pointer, limit, message and remedy."""
    asked = parse_object(payload)
    return check_reading(read(asked, recognise(asked), parse_facts(parse_object(facts)))).violations
