"""Rows of usage for a catalogue that was made up: mostly of what it knows, now and then of what nobody does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pricing.usage import UsageRow
from tests import usage_rows
from tests.oracle.books import TIERS, Book, list_days

_ACCOUNTS: Final = ("acme",) * 60 + ("globex",) * 10 + ("initech", "acne", None)
_ENVIRONMENTS: Final = ("production",) * 60 + ("staging",) * 10 + ("sandbox", "prod", None)
_STRANGE: Final = (("nowhere", None), ("runware", None), ("fal", "moon"))


def make_rows(number: int, count: int, book: Book) -> list[UsageRow]:
    """So many rows, which depend on the numbers and the book alone, in the order in which they are rated."""
    days = {day for place in book.places.values() for day in list_days(place.terms)}
    edges = sorted(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in days)
    places = [*book.places] * 30 + [(host, None) for host, _ in book.places] + [*_STRANGE]
    rows = usage_rows.make_rows(number, count, usage_rows.Names(_ACCOUNTS, _ENVIRONMENTS, places, edges, TIERS))
    return sorted(rows, key=lambda row: (row.at, str(row.id)))
