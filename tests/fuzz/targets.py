"""The fuzzers by name; each is imported when it is asked for, so that its child can instrument what it attacks."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from tests.fuzz.target import Target

NAMES: Final = ("payloads", "cards", "usage", "media", "tables", "service")
SLOW: Final = "tables"
"""Inputs of this target go through an engine, a second each: none is kept, and the tests judge few."""


def find_target(name: str) -> Target:
    """The fuzzer of that name."""
    return cast("Target", import_module(f"tests.fuzz.{name}").TARGET)
