"""From when until when each entry of a card is in force: by what it names, and for each meter and tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pricing.cards import Entry, EntryKey, RateCard, entry_key
from pricing.meters import METERS
from wan_rules.request import RESOLUTIONS

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


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
    return min((rule.from_ for rule in card.reference_video), default=datetime.max.replace(tzinfo=UTC))


def list_spans(card: RateCard) -> Iterator[Span]:
    """Every entry with its time, those of one meter and tier together and in order of time."""
    found: dict[EntryKey, list[tuple[datetime, int]]] = {}
    for position, entry in enumerate(card.entry):
        found.setdefault(entry_key(entry), []).append((entry.from_, position))
    for dated in found.values():
        dated.sort()
        ends = [*(begin for begin, _ in dated[1:]), None]
        for (begin, position), end in zip(dated, ends, strict=True):
            yield Span(card.entry[position], position, begin, end)


def spans_in_force(card: RateCard) -> Mapping[EntryKey, tuple[Span, ...]]:
    """For each meter and tier what its price comes from, in order of time.

    An entry for `any` tier counts until the tier has one of its own.
    """
    named: dict[EntryKey, list[Span]] = {}
    for span in list_spans(card):
        named.setdefault(entry_key(span.entry), []).append(span)
    found: dict[EntryKey, tuple[Span, ...]] = {}
    for meter in METERS:
        for tier in RESOLUTIONS:
            own = named.get((meter, tier), [])
            spans = (*_until(named.get((meter, "any"), []), own[0].begin if own else None), *own)
            found[meter, tier] = spans
    return found


def _until(spans: list[Span], end: datetime | None) -> Iterator[Span]:
    """The spans, as far as they begin before the end; the last of them is cut there."""
    for span in spans:
        if end is None or not span.reaches(end):
            yield span
        elif span.begin < end:
            yield span._replace(end=end)
