"""From when until when each entry of a card is in force: by what it names, and for each meter and tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pricing.cards import RateCard
from pricing.contracts import patterns
from pricing.entries import Entry, entry_key
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.rates import list_keys
from wan_rules.request import ASPECT_RATIOS


class Span(NamedTuple):
    """An entry, its position in the card's file, and its time: until the next takes its place, or for ever."""

    entry: Entry
    position: int
    begin: datetime
    end: datetime | None

    def reaches(self, instant: datetime) -> bool:
        """Whether it is in force at some time after the instant."""
        return self.end is None or instant < self.end


def first_day(card: RateCard) -> datetime:
    """From when on the card says anything: before its first rule for clips there are no terms."""
    return min(rule.from_ for rule in card.reference_video)


def list_spans(card: RateCard) -> Iterator[Span]:
    """Every entry with its time, those of one meter and tier together and in order of time."""
    found: dict[EntryKey, list[tuple[datetime, int]]] = {}
    for position, entry in card.live:
        found.setdefault(entry_key(entry), []).append((entry.from_, position))
    for dated in found.values():
        dated.sort()
        ends = [*(begin for begin, _ in dated[1:]), None]
        for (begin, position), end in zip(dated, ends, strict=True):
            yield Span(card.entry[position], position, begin, end)


def spans_in_force(card: RateCard) -> Mapping[EntryKey, tuple[Span, ...]]:
    """For each meter and tier (and ratio and clips, where the card names them) what its price comes from over time.

    An entry that names less counts until one that names more has begun.
    """
    named: dict[EntryKey, list[Span]] = {}
    for span in list_spans(card):
        named.setdefault(entry_key(span.entry), []).append(span)
    ratios = ASPECT_RATIOS if any(key.ratio != ANY for key in named) else ()
    clips = (WITH_CLIPS, WITHOUT_CLIPS) if any(key.clips != ANY for key in named) else ()
    return {key: _layer(key, named) for key in list_keys(ratios, clips)}


def _layer(key: EntryKey, named: Mapping[EntryKey, list[Span]]) -> tuple[Span, ...]:
    """The spans of every pattern that fits the key, each until one that names more takes its place."""
    found: list[Span] = []
    for pattern in reversed(patterns(key)):
        own = named.get(pattern, [])
        found = [*_until(found, own[0].begin if own else None), *own]
    return tuple(found)


def _until(spans: list[Span], end: datetime | None) -> Iterator[Span]:
    """The spans, as far as they begin before the end; the last of them is cut there."""
    for span in spans:
        if end is None or not span.reaches(end):
            yield span
        elif span.begin < end:
            yield span._replace(end=end)
