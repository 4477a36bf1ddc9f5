"""Every card and agreement of one company as one immutable value, with one digest, and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from pricing.acknowledgements import Acknowledgement
from pricing.agreements import Agreement
from pricing.cards import RateCard
from pricing.entries import entry_id, rule_id
from pricing.errors import PricingError
from pricing.fields import Dated, Name, Part, Text
from pricing.positions import find_line
from pricing.terms import Terms


class Market(NamedTuple):
    """Who asks, where, of whom: what terms are looked up by. `None` is not said."""

    account: str | None
    environment: str | None
    host: str
    region: str | None = None


class UnknownNameError(PricingError):
    """An account, environment, host or region that the catalogue does not know, or that must be named."""


class AmbiguousTermsError(PricingError):
    """Two agreements or cards of the same rank are in force: the catalogue does not say which of the `names`."""

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        """Keep the ids of what is in force."""
        super().__init__(message)
        self.names = names


class NoCardError(PricingError):
    """No card holds for the market at that instant."""


class CatalogueHead(Part):
    """The names that a catalogue knows. Without accounts it is a list for anyone, and takes no account.

    `include` names catalogues that it builds on; `regions` is the region taken for a host where none is said.
    """

    name: Text
    accounts: tuple[Name, ...] = ()
    environments: tuple[Name, ...] = ()
    default_account: Name | None = None
    default_environment: Name | None = None
    regions: Annotated[Mapping[Name, Name], Field(default_factory=dict)]
    include: tuple[Literal["published"], ...] = ()


class Alias(Dated):
    """A name by which agreements ask for a card, from a date on: the next of that name leads elsewhere."""

    name: Name
    card: Name


class CatalogueFile(Part):
    """`catalogue.toml`: the head, the aliases of cards, and which findings of `cards check` are meant."""

    schema_version: Literal["1"]
    catalogue: CatalogueHead
    alias: tuple[Alias, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()


class Place(NamedTuple):
    """Where something stands: file, line (from 1) and key."""

    file: str
    line: int | None
    key: str

    def __str__(self) -> str:
        """As an editor opens it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, eq=False)
class Pricing:
    """What is in force for one market at one time: the terms, where they come from, and what is assumed.

    `at` is an instant of that time, which begins with `since` and ends before `until`, `None` where nothing changes:
    whatever begins after it begins after all of it. `agreements` are the layers over the card, the most general first.
    `assumed_clips` is what the card's rule for reference clips, as it is in force, takes for granted.
    """

    market: Market
    at: datetime
    terms: Terms
    card: RateCard
    agreements: tuple[Agreement, ...]
    digest: str
    catalogue: str
    assumed_region: bool
    note: str | None = None
    assumed_clips: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in their time; one without a zone lies in none."""
        if at.tzinfo is None:
            return False
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class OwnedFile(NamedTuple):
    """The text that a card or agreement stands in, and whether it is the catalogue's own or an included one."""

    file: str
    text: str
    own: bool


class Found(NamedTuple):
    """What was looked up in a catalogue so far, which only `resolution` and `agreed` fill.

    For a market, with the catalogue's own names in it: when anything may change, and what was resolved of the periods
    between, by their number; and the agreements by host and account.
    """

    timelines: dict[Market, tuple[Market, list[datetime], dict[int, Pricing]]]
    agreed: dict[tuple[str, str | None], dict[str, Agreement]]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Immutable, and safe to share between threads. `digest` is of what was parsed, whatever the order of files.

    `tests` are the files of its tests as they stand: no price depends on them, so they have no part in the digest, and
    only who runs them reads them (`catalogue_tests`).
    `note` is what whoever loaded it has to say, such as that its source was not reached; every quote says it too.
    """

    head: CatalogueHead
    aliases: tuple[Alias, ...]
    cards: Mapping[str, RateCard]
    agreements: Mapping[str, Agreement]
    digest: str
    files: Mapping[str, OwnedFile]
    acknowledged: tuple[Acknowledgement, ...] = ()
    tests: tuple[OwnedFile, ...] = ()
    note: str | None = None
    _found: Found = field(default_factory=lambda: Found({}, {}))

    def locate(self, name: str) -> Place | None:
        """Where an entry, card, agreement or term that a quote names stands."""
        part, _, rest = name.partition(":")
        owned = self.files.get(part)
        if owned is None:
            return None
        path = self._find_path(part, name, rest)
        return Place(owned.file, find_line(owned.text, path), ".".join(map(str, path)))

    def _find_path(self, part: str, name: str, rest: str) -> tuple[str | int, ...]:
        if part not in self.cards:
            table, _, position = rest.partition("/")
            return ("term", int(position)) if table == "term" else ("agreement",)
        card = self.cards[part]
        for index, entry in card.live:
            if entry_id(part, entry) == name:
                return ("entry", index)
        table = rest.partition("@")[0]
        rules = {"reference_video": card.reference_video, "rounding": card.rounding, "credit": card.credit}
        names = [rule_id(part, table, rule) for rule in rules.get(table, ())]
        return (table, names.index(name)) if name in names else ("card",)


def annotate(catalogue: Catalogue, note: str) -> Catalogue:
    """The same catalogue with a note, which each of its quotes tells; what the other one has looked up stays there."""
    return replace(catalogue, note=note, _found=Found({}, {}))


def hide_folders(catalogue: Catalogue) -> Catalogue:
    """The same catalogue for whoever is not to know the folders of this machine: it tells its files by their names."""
    files = {name: owned._replace(file=owned.file.rpartition("/")[2]) for name, owned in catalogue.files.items()}
    return replace(catalogue, files=files, _found=Found({}, {}))


def alter(
    catalogue: Catalogue,
    *,
    cards: Mapping[str, RateCard] | None = None,
    agreements: Mapping[str, Agreement] | None = None,
) -> Catalogue:
    """The catalogue as it would be with other cards or agreements; the same digest, and nothing looked up yet."""
    own_cards = catalogue.cards if cards is None else cards
    own_agreements = catalogue.agreements if agreements is None else agreements
    return replace(catalogue, cards=own_cards, agreements=own_agreements, _found=Found({}, {}))


def suggest(seen: str, known: Sequence[str]) -> str:
    """The nearest known name, or some of those that there are."""
    close = get_close_matches(seen, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are {', '.join(sorted(known)[:12])}" if known else "the catalogue names none"


def regions_of(catalogue: Catalogue, host: str) -> tuple[str, ...]:
    """The regions that the cards of a host name, in order."""
    return tuple(sorted({c.card.region for c in catalogue.cards.values() if c.card.host == host and c.card.region}))
