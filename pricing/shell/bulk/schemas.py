"""The columns of tables: usage as it is rated, and the charges that come of it.

Instants are UTC with microseconds and no zone of their own; seconds are DECIMAL(12, 6), amounts DECIMAL(38, 18).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INSTANT: Final = "timestamp(6)"
SECONDS: Final = "decimal(12, 6)"
"""Up to 999,999 s: eleven days. A row with more is rejected."""
PRICE: Final = "decimal(24, 12)"
AMOUNT: Final = "decimal(38, 18)"
MAX_CLIPS: Final = 5
"""Clips of one row of usage in a table: as many references as the model takes."""

USAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "string",
        "at": INSTANT,
        "account": "string",
        "environment": "string",
        "host": "string",
        "region": "string",
        "resolution": "string",
        "ratio": "string",
        "duration_s": SECONDS,
        "clips_s": f"array<{SECONDS}>",
        "billed_clips_s": SECONDS,
        "references": "int32",
        "status": "string",
    }
)
"""Usage in our own columns (pricing.usage.UsageRow says what each means); only `id`, `at`, `host`, `resolution`,
`duration_s` and `status` are never null, and one of `clips_s` and `billed_clips_s`."""
WHERE: Final = MappingProxyType({"file": "string", "row": "int64"})
"""Where a row of usage stands, from 1: two more columns, by which a rejected row is named."""

METERS: Final = ("output", "super_resolution", "reference", "requests")
"""The lines of a charge as prefixes of columns, in the order of a quote's lines."""
ADJUSTMENTS: Final = ("rebate", "commitment", "minimum", "cap", "credit", "rounding")
CHARGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **USAGE,
        "currency": "string",
        **{
            f"{meter}_{part}": kind
            for meter in METERS
            for part, kind in (("quantity", "decimal(18, 6)"), ("unit_price", PRICE), ("amount", AMOUNT))
        },
        **dict.fromkeys(ADJUSTMENTS, AMOUNT),
        "total": AMOUNT,
        "list_total": AMOUNT,
        "terms": "int32",
    }
)
"""A row for each row of usage: `..._quantity` is the pricing quantity, null where there is no such line; a unit price
is null where no one price makes the line (a ladder). The amounts and adjustments sum to `total`. `list_total` is null
where the card has no price. `terms` is the number of the terms in `_terms.json` beside the charges."""
