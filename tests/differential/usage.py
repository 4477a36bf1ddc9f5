"""Rows of usage that are made up from a number: mostly of what a catalogue knows, on edges in time and beside them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.usage import Status, UsageRow
from tests.oracle.books import TIERS, Book, list_days
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS

_ACCOUNTS: Final = ("acme",) * 60 + ("globex",) * 10 + ("initech", "acne", None)
_ENVIRONMENTS: Final = ("production",) * 60 + ("staging",) * 10 + ("sandbox", "prod", None)
_STATUSES: Final[tuple[Status, ...]] = ("succeeded",) * 14 + ("failed", "failed_upscaling", "canceled", "moderated")
_LENGTHS: Final = tuple(map(Decimal, ("1", "1.65", "2.5", "4.999999", "5", "5.000001", "7.25", "7.5", "0.05", "30")))
_CLIPS: Final = (0, 0, 1, 1, 1, 2, 2, 3, 4, 5)
_DAYS: Final = 200
_DAY: Final = timedelta(days=1)
_HAIR: Final = timedelta(microseconds=1)


class Named(NamedTuple):
    """Where rows may be, what each host has, and the days on which something changes."""

    places: Sequence[tuple[str, str | None]]
    edges: Sequence[datetime]


def make_rows(number: int, count: int, book: Book) -> list[UsageRow]:
    """So many rows, which depend on the numbers and the book alone, in the order in which they are rated."""
    chance = random.Random(number)  # noqa: S311 - rows, not secrets
    days = {day for place in book.places.values() for day in list_days(place.terms)}
    edges = sorted(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in days)
    strange = [("nowhere", None), ("runware", None), ("fal", "moon")]
    places = [*book.places] * 30 + [(host, None) for host, _ in book.places] + strange
    named = Named(places, edges)
    rows = [_make_row(chance, f"job-{place:06}", named) for place in range(count)]
    return sorted(rows, key=lambda row: (row.at, str(row.id)))


def _make_row(chance: random.Random, name: str, named: Named) -> UsageRow:
    is_billed = chance.random() < 0.15
    clips = tuple([_length(chance) for _ in range(chance.choice(_CLIPS))])
    host, region = chance.choice(named.places)
    offered = [tier for tier in RESOLUTIONS if tier in TIERS.get(host, ())]
    tiers = offered if chance.random() < 0.97 and offered else RESOLUTIONS
    return UsageRow.model_construct(
        id=name,
        at=_instant(chance, named.edges),
        account=chance.choice(_ACCOUNTS),
        environment=chance.choice(_ENVIRONMENTS),
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
