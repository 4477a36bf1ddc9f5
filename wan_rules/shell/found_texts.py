"""`Found` as text that a cache can hold, and back; text that nobody here wrote is no `Found`."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from wan_rules.shell.found import Found

FORM: Final = "1 "
"""What the text begins with; another one when readers find more, or otherwise, so that what they found before is not
taken for what they would find now."""


def write_found(found: Found) -> str:
    """The value as text."""
    return FORM + _adapter().dump_json(found).decode()


def read_found(text: str) -> Found | None:
    """The value that `write_found` wrote; `None` for any other text."""
    if not text.startswith(FORM):
        return None
    try:
        found = _adapter().validate_json(text.removeprefix(FORM))
    except ValidationError:
        return None
    numbers = [length.seconds for length in found.lengths] + ([] if found.frame_s is None else [found.frame_s])
    return found if all(map(Decimal.is_finite, numbers)) else None


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Found]:
    """Built when a cache is asked for the first time."""
    return TypeAdapter(Found)
