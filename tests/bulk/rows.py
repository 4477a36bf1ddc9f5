"""Rows of usage for a catalogue that was loaded, and rows as the table that engines read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from pricing.catalogue import Catalogue, Market
from pricing.resolution import find_changes
from pricing.usage import UsageRow
from tests.usage_rows import Names

SECONDS: Final = pa.decimal128(12, 6)
SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("at", pa.timestamp("us")),
        *((name, pa.string()) for name in ("account", "environment", "host", "region", "resolution", "ratio")),
        ("duration_s", SECONDS),
        ("clips_s", pa.list_(SECONDS)),
        ("billed_clips_s", SECONDS),
        ("references", pa.int32()),
        ("status", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
    ]
)


def names_in(catalogue: Catalogue) -> Names:
    """The names that a catalogue knows, now and then none, and the days on which anything changes there."""
    head = catalogue.head
    cards = [card for name, card in catalogue.cards.items() if catalogue.files[name].own]
    markets = [Market(None, None, card.card.host, card.card.region) for card in cards]
    regions = (*dict.fromkeys(market.region for market in markets), None)
    return Names(
        (*head.accounts * 4, None),
        (*head.environments * 4, None),
        [(market.host, region) for market in markets for region in regions],
        sorted({at for market in markets for at in find_changes(catalogue, market)}),
    )


def to_table(rows: Sequence[UsageRow]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The rows in the columns of tables, each with its place."""
    names = [name for name in SCHEMA.names if name not in ("file", "row")]
    cells = [
        {name: getattr(row, name) for name in names}
        | {"at": row.at.replace(tzinfo=None), "clips_s": None if row.clips_s is None else list(row.clips_s)}
        | {"file": "usage", "row": number}
        for number, row in enumerate(rows, start=1)
    ]
    return pa.Table.from_pylist(cells, schema=SCHEMA)
