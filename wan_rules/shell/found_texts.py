"""`Found` as text that a cache can hold, and back; text that nobody here wrote is no `Found`."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from wan_rules.shell.found import Found


def write_found(found: Found) -> str:
    """The value as JSON."""
    return _adapter().dump_json(found).decode()


def read_found(text: str) -> Found | None:
    """The value that `write_found` wrote; `None` for any other text."""
    try:
        found = _adapter().validate_json(text)
    except ValidationError:
        return None
    numbers = [length.seconds for length in found.lengths] + ([] if found.frame_s is None else [found.frame_s])
    return found if all(map(Decimal.is_finite, numbers)) else None


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Found]:
    """Built when a cache is asked for the first time."""
    return TypeAdapter(Found)
