"""The words that a shell offers to complete where nothing has to be read for them. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

HOST_WORDS: Final = ("alibaba", "atlas", "fal", "runware")
TIER_WORDS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
REGION_WORDS: Final = ("international", "mainland")
LANGUAGE_WORDS: Final = ("en", "zh")
"""A test holds the four to what the core and the published cards know."""


def offer_more(words: Sequence[str], incomplete: str) -> list[str]:
    """What may follow in a list with commas: what is there already, and each word that is not."""
    there, comma, _ = incomplete.rpartition(",")
    return [f"{there}{comma}{word}" for word in words if word not in there.split(",")]
