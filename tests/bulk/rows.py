"""Rows of usage made by a seed: every tier, end, ratio and way to say clips, at instants on edges and beside them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

import pyarrow as pa

from pricing.catalogue import Catalogue, Market
from pricing.resolution import find_changes
from pricing.usage import Status, UsageRow
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS

DAYS: Final = 200
_EDGES: Final = tuple(
    datetime.fromisoformat(day).replace(tzinfo=UTC)
    for day in ("2026-01-01", "2026-01-15", "2026-03-01", "2026-05-01", "2026-06-01")
)
_LENGTHS: Final = tuple(map(Decimal, ("1", "1.65", "2.5", "4.999999", "5", "5.000001", "7.25", "7.5", "0.05", "30")))
_STATUSES: Final[tuple[Status, ...]] = ("succeeded",) * 12 + ("failed", "failed_upscaling", "canceled", "moderated")
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


class Names(NamedTuple):
    """What rows name, and from when on they are."""

    accounts: Sequence[str | None] = ("acme", "globex")
    environments: Sequence[str | None] = ("production", "production", "staging")
    hosts: Sequence[str] = ("atlas",)
    regions: Sequence[str | None] = (None,)
    edges: Sequence[datetime] = _EDGES


def names_in(catalogue: Catalogue) -> Names:
    """The names that a catalogue knows, now and then none, and the days on which anything changes there."""
    head = catalogue.head
    cards = [card for name, card in catalogue.cards.items() if catalogue.files[name].own]
    markets = [Market(None, None, card.card.host, card.card.region) for card in cards]
    return Names(
        (*head.accounts * 4, None),
        (*head.environments * 4, None),
        [market.host for market in markets],
        (*{market.region for market in markets}, None),
        sorted({at for market in markets for at in find_changes(catalogue, market)}),
    )


def make_rows(seed: int, count: int, names: Names = Names()) -> list[UsageRow]:  # noqa: B008 - it is frozen
    """So many rows, in no order of time."""
    chance = random.Random(seed)  # noqa: S311 - rows, not secrets
    return [_make_row(chance, number, names) for number in range(count)]


def _make_row(chance: random.Random, number: int, names: Names) -> UsageRow:
    is_billed = chance.random() < 0.15
    clips = tuple(_length(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 3, 5))))
    return UsageRow.model_construct(
        id=f"job-{number:06}",
        at=_instant(chance, names.edges),
        account=chance.choice(names.accounts),
        environment=chance.choice(names.environments),
        host=chance.choice(names.hosts),
        region=chance.choice(names.regions),
        resolution=chance.choice(RESOLUTIONS),
        ratio=chance.choice((None, *ASPECT_RATIOS)),
        duration_s=chance.choice((Decimal(chance.randint(2, 10)), _length(chance))),
        clips_s=None if is_billed else clips,
        billed_clips_s=chance.choice((Decimal(0), _length(chance))) if is_billed else None,
        references=None if is_billed else len(clips) + chance.randint(0, 2),
        status=chance.choice(_STATUSES),
        consumed_before={},
    )


def _length(chance: random.Random) -> Decimal:
    if chance.random() < 0.5:
        return chance.choice(_LENGTHS)
    return Decimal(chance.randint(0, 15 * 10**6)).scaleb(-6)


def _instant(chance: random.Random, edges: Sequence[datetime]) -> datetime:
    """Anything, or an edge of terms or of a month, here or in Shanghai, and a microsecond to either side."""
    if chance.random() < 0.7:
        return edges[0] + timedelta(microseconds=chance.randrange(-4, DAYS) * 86_400 * 10**6 + chance.randrange(10**10))
    edge = chance.choice(edges)
    return edge - timedelta(hours=chance.choice((0, 8))) + timedelta(microseconds=chance.choice((-1, 0, 1)))


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
