"""Rows of usage made from a number: every tier, end, ratio and way to say clips, on edges in time and beside them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.usage import Status, UsageRow
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS

_EDGES: Final = tuple(
    datetime.fromisoformat(day).replace(tzinfo=UTC)
    for day in ("2026-01-01", "2026-01-15", "2026-03-01", "2026-05-01", "2026-06-01")
)
_STATUSES: Final[tuple[Status, ...]] = ("succeeded",) * 14 + ("failed", "failed_upscaling", "canceled", "moderated")
_LENGTHS: Final = tuple(map(Decimal, ("1", "1.65", "2.5", "4.999999", "5", "5.000001", "7.25", "7.5", "0.05", "30")))
_CLIPS: Final = (0, 0, 1, 1, 1, 2, 2, 3, 4, 5)
_DAYS: Final = 200
_DAY: Final = timedelta(days=1)
_HAIR: Final = timedelta(microseconds=1)


class Names(NamedTuple):
    """What rows name, from when on they are, and the days on which something changes.

    By default what the catalogues of `tests.terms` know. Most rows name a tier that is offered, of hosts for which
    that is said.
    """

    accounts: Sequence[str | None] = ("acme", "globex")
    environments: Sequence[str | None] = ("production", "production", "staging")
    places: Sequence[tuple[str, str | None]] = (("atlas", None),)
    edges: Sequence[datetime] = _EDGES
    tiers: Mapping[str, Sequence[str]] = MappingProxyType({})


def make_rows(number: int, count: int, names: Names = Names()) -> list[UsageRow]:  # noqa: B008 - it is frozen
    """So many rows, which depend on the numbers and the names alone, in no order of time."""
    chance = random.Random(number)  # noqa: S311 - rows, not secrets
    return [_make_row(chance, f"job-{place:06}", names) for place in range(count)]


def _make_row(chance: random.Random, name: str, names: Names) -> UsageRow:
    """One row. In which order chance is asked is kept: runs of `tests.differential` are told by their seeds."""
    is_billed = chance.random() < 0.15
    clips = tuple([_length(chance) for _ in range(chance.choice(_CLIPS))])
    host, region = chance.choice(names.places)
    offered = [tier for tier in RESOLUTIONS if tier in names.tiers.get(host, ())]
    tiers = offered if chance.random() < 0.97 and offered else RESOLUTIONS
    return UsageRow.model_construct(
        id=name,
        at=_instant(chance, names.edges),
        account=chance.choice(names.accounts),
        environment=chance.choice(names.environments),
        host=host,
        region=region,
        resolution=chance.choice(tiers),
        ratio=chance.choice((None, *ASPECT_RATIOS)),
        duration_s=Decimal(chance.randint(2, 10)) if chance.random() < 0.5 else _length(chance),
        clips_s=None if is_billed else clips,
        billed_clips_s=chance.choice((Decimal(0), _length(chance), _length(chance))) if is_billed else None,
        references=None if is_billed else len(clips) + chance.randint(0, 2),
        status=chance.choice(_STATUSES),
        consumed_before={},
    )


def _length(chance: random.Random) -> Decimal:
    if chance.random() < 0.5:
        return chance.choice(_LENGTHS)
    return Decimal(chance.randint(0, 15 * 10**6)).scaleb(-6)


def _instant(chance: random.Random, edges: Sequence[datetime]) -> datetime:
    """Anything, or an edge of terms or of a month in some zone, and a microsecond to either side."""
    if chance.random() < 0.7:
        return edges[0] + _DAY * chance.randrange(-2, _DAYS) + _HAIR * chance.randrange(24 * 3600 * 10**6)
    edge = chance.choice(edges) if chance.random() < 0.6 else datetime(2026, chance.randint(1, 7), 1, tzinfo=UTC)
    return edge + timedelta(hours=chance.choice((0, 0, -8, 5, 4, -1, -2))) + _HAIR * chance.choice((-1, 0, 1))
