"""Catalogues and rows of usage as the oracle reads them, and under whose terms a row falls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Final, NamedTuple

from tests.oracle.terms import Card, Terms

NATIVE: Final = ("720P", "1080P")
TIERS: Final[Mapping[str, tuple[str, ...]]] = {
    "alibaba": NATIVE,
    "atlas": (*NATIVE, "1080P-SR", "1440P-SR"),
    "fal": NATIVE,
    "runware": NATIVE,
}
"""What each host renders, as its page says."""


class Used(NamedTuple):
    """One row of usage: who asked for what, where and when, how it ended, and what is known of its clips.

    Either the `clips` and how many `references` there were are known, or what the host says it `billed` of them.
    `is_left_open` says that whoever is held against the oracle found no one price for it.
    """

    at: datetime
    account: str | None
    environment: str | None
    host: str
    region: str | None
    resolution: str
    ratio: str | None
    seconds: Fraction
    clips: tuple[Fraction, ...] | None
    billed: Fraction | None
    references: int | None
    status: str
    is_left_open: bool = False


class Place(NamedTuple):
    """The terms of a host in a region, by the id of their card, and the zone of their months."""

    card: str
    terms: Terms
    zone: str


class Book(NamedTuple):
    """A catalogue: who may ask, for which environments, and the terms of each host and region."""

    accounts: tuple[str | None, ...]
    environments: tuple[str | None, ...]
    places: Mapping[tuple[str, str | None], Place]


def find_place(book: Book, row: Used) -> tuple[Place, tuple[str | None, ...]] | str:
    """The terms and the name of the row's market, or why there is none: nothing stands in for what is not known."""
    if row.resolution not in TIERS.get(row.host, ()):
        return "unknown_name"
    if row.account not in book.accounts or row.environment not in book.environments:
        return "unknown_name"
    regions = [region for host, region in book.places if host == row.host and region]
    region = regions[0] if row.region is None and len(regions) == 1 else row.region
    if (region is None and regions) or (region is not None and region not in regions):
        return "unknown_name"
    place = book.places.get((row.host, region))
    return (place, (row.account, row.environment, row.host, region)) if place else "no_rate"


def list_days(terms: Terms) -> set[str]:
    """Every day on which anything begins or ends."""
    cards: list[Card] = [terms, *terms.get("cards", {}).values()]
    rows = [*terms["agreement"], *terms.get("aliases", [])]
    for card in cards:
        rows += [*card["entries"], *card["reference_video"], *card["rounding"], *card.get("unfinished", [])]
    for layer in terms.get("others", []):
        rows += [layer["head"], *layer["terms"]]
    return {row[name] for row in rows for name in ("from", "until") if name in row}
