"""What the prices and running totals of a catalogue depend on, beside meters and tiers."""

from __future__ import annotations

from collections.abc import Iterator

from pricing.agreed_terms import Override
from pricing.catalogue import Catalogue
from pricing.entries import Banded, Entry, entry_key
from pricing.keys import ANY, EntryKey


def depends_on_ratio(catalogue: Catalogue) -> bool:
    """Whether any price is for one ratio."""
    return any(key.ratio != ANY for key, _ in _list_prices(catalogue))


def counts_by_clips(catalogue: Catalogue) -> bool:
    """Whether any running total is of jobs with clips, or without, alone: bands of units are counted so."""
    banded = (key for key, one in _list_prices(catalogue) if isinstance(one, Banded | Override) and one.bands)
    return any(key.clips != ANY for key in banded)


def _list_prices(catalogue: Catalogue) -> Iterator[tuple[EntryKey, Entry | Override]]:
    for card in catalogue.cards.values():
        yield from ((entry_key(entry), entry) for entry in card.entry)
    for agreement in catalogue.agreements.values():
        yield from ((term.key, term) for term in agreement.term if isinstance(term, Override))
