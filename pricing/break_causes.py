"""What a break can come of, in the order of attribution. Imports nothing heavy: a shell completes these words."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Cause: TypeAlias = Literal[
    "missing_in_usage",
    "missing_on_invoice",
    "duplicate",
    "timing",
    "status",
    "currency",
    "quantity",
    "card_version",
    "adjustment",
    "rate",
    "rounding",
    "unknown",
]
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
"""In the order of attribution, which is that of bridges and reports too (docs/adr/0021-attribution.md)."""
