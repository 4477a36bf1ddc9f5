"""JSON Schemas of a backtest: a row of usage, what is written of all rows, and a row that is not rated."""

from __future__ import annotations

from typing import Final, get_args

from card_schemas import describe_model
from wire_parts import (
    COUNT,
    DIALECT,
    DIGEST,
    HOST,
    INSTANT,
    SIGNED,
    TEXT,
    TIER,
    VERSION,
    Schema,
    among,
    closed,
    each,
    list_of,
    or_null,
)

from pricing.backtests import Reason, SideName
from pricing.bridges import CAUSES
from pricing.usage import UsageRow

_ID: Final[Schema] = {"type": ["string", "integer", "null"]}
_PLACE: Final[Schema] = {"line": {"type": "integer", "minimum": 1}, "id": _ID, "file": or_null(TEXT)}
"""The file is null where all rows are lines of one."""
_REFUSAL: Final[Schema] = {
    "reason": among(*get_args(Reason)),
    "side": or_null(among(*get_args(SideName))),
    "message": TEXT,
}
_SUM: Final[Schema] = {
    **each("currency new_currency", {"type": "string", "pattern": "^[A-Z]{3}$"}),
    "rows": {"type": "integer", "minimum": 1},
    **each("before after", SIGNED),
    "difference": or_null(SIGNED),
    "percent": {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]$"},
    "causes": or_null(closed(dict.fromkeys(CAUSES, SIGNED))),
}
_GROUP: Final[Schema] = {
    **each("account environment", or_null(TEXT)),
    "host": HOST,
    "region": or_null(TEXT),
    "resolution": TIER,
    **_SUM,
    "is_over": {"type": ["boolean", "null"]},
}
BACKTEST: Final = closed(
    {
        "schema_version": VERSION,
        **each("old new", DIGEST),
        **each("old_at new_at", or_null(INSTANT)),
        **each("rows rated", COUNT),
        "totals": list_of(closed(_SUM)),
        "groups": list_of(closed(_GROUP)),
        "rejections": list_of(closed({**_REFUSAL, "rows": COUNT, "first": closed(_PLACE)})),
        "next_change": or_null(INSTANT),
    }
)
REJECT: Final = closed({**_PLACE, **_REFUSAL, "row": {"type": ["object", "string", "null"]}})
"""A row of a table that is no object is its text."""


def backtest_schemas() -> dict[str, Schema]:
    """Every schema of a backtest, by the name of its file."""
    shapes = {
        "usage-row": ("One line of usage that `backtest` reads", describe_model(UsageRow)),
        "backtest": ("What `backtest --format json` writes", BACKTEST),
        "backtest-reject": ("One line that `backtest --rejects` writes", REJECT),
    }
    return {
        name: {"$schema": DIALECT, "$id": f"urn:wan-rules:1:{name}", **schema, "title": title}
        for name, (title, schema) in shapes.items()
    }
