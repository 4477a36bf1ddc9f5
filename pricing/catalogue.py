"""Every card and agreement of one company as one immutable value, with one digest; `resolve` picks what is in force.

Precedence (docs/adr/0006-precedence.md): of agreements, the one that names account and environment, then account, then
environment; of cards, the company's own before the included published ones, then one that names the environment. Two of
the same rank are an error, never a choice. Nothing stands in for a name that is missing or unknown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from pricing.agreements import Agreement
from pricing.cards import (
    Name,
    PricingError,
    RateCard,
    Text,
    _Part,
    entry_id,
)
from pricing.positions import find_line
from pricing.terms import Terms, build_terms


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


class CatalogueHead(_Part):
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


class CatalogueFile(_Part):
    """`catalogue.toml`: the head, on its own."""

    schema_version: Literal["1"]
    catalogue: CatalogueHead


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
    """What is in force for one market at one time: the terms, where they come from, and what is assumed."""

    market: Market
    terms: Terms
    card: RateCard
    agreement: Agreement | None
    digest: str
    catalogue: str
    assumed_region: bool
    note: str | None = None


class OwnedFile(NamedTuple):
    """The text that a card or agreement stands in, and whether it is the catalogue's own or an included one."""

    file: str
    text: str
    own: bool


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Immutable, and safe to share between threads. `digest` is of what was parsed, whatever the order of files.

    `note` is what whoever loaded it has to say, such as that its source was not reached; every quote says it too.
    """

    head: CatalogueHead
    cards: Mapping[str, RateCard]
    agreements: Mapping[str, Agreement]
    digest: str
    files: Mapping[str, OwnedFile]
    note: str | None = None
    _timelines: dict[Market, tuple[list[datetime], dict[int, Pricing]]] = field(default_factory=dict)

    def locate(self, entry: str) -> Place | None:
        """Where an entry, card or agreement that a quote names stands."""
        card_id = entry.partition(":")[0]
        owned = self.files.get(card_id)
        if owned is None:
            return None
        path: tuple[str | int, ...] = ("card",) if card_id in self.cards else ("agreement",)
        if card_id in self.cards:
            ids = [entry_id(card_id, e) for e in self.cards[card_id].entry]
            path = ("entry", ids.index(entry)) if entry in ids else path
        return Place(owned.file, find_line(owned.text, path), ".".join(map(str, path)))


def annotate(catalogue: Catalogue, note: str) -> Catalogue:
    """The same catalogue with a note, which each of its quotes tells; what the other one has looked up stays there."""
    return replace(catalogue, note=note, _timelines={})


def suggest(seen: str, known: Sequence[str]) -> str:
    """The nearest known name, or some of those that there are."""
    close = get_close_matches(seen, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are {', '.join(sorted(known)[:12])}" if known else "the catalogue names none"


def regions_of(catalogue: Catalogue, host: str) -> tuple[str, ...]:
    """The regions that the cards of a host name, in order."""
    return tuple(sorted({c.card.region for c in catalogue.cards.values() if c.card.host == host and c.card.region}))


def resolve(catalogue: Catalogue, market: Market, at: datetime) -> Pricing:
    """The one set of terms in force for the market at the instant `at` (aware).

    Raises UnknownNameError, AmbiguousTermsError or NoCardError, each saying what was looked for.
    """
    if at.tzinfo is None:
        msg = f"{at.isoformat()} has no zone: an instant that picks prices says its own"
        raise UnknownNameError(msg)
    timeline = catalogue._timelines.get(market)  # noqa: SLF001 - the catalogue's own memory, filled only here
    if timeline is None:
        named = _name(catalogue, market)
        timeline = (find_changes(catalogue, named), {})
        catalogue._timelines[market] = timeline  # noqa: SLF001 - as above
    boundaries, known = timeline
    index = bisect_right(boundaries, at)
    pricing = known.get(index)
    if pricing is None:
        pricing = known[index] = _resolve(catalogue, _name(catalogue, market), at, assumed=market.region is None)
    return pricing


def _name(catalogue: Catalogue, market: Market) -> Market:
    """The market with the catalogue's own defaults; every name known. Raises UnknownNameError."""
    head = catalogue.head
    account = _known(_said(market.account, head.default_account), head.accounts, "account", head.name)
    environment = _known(
        _said(market.environment, head.default_environment), head.environments, "environment", head.name
    )
    regions = regions_of(catalogue, market.host)
    region = _said(market.region, head.regions.get(market.host))
    if region is None and len(regions) == 1:
        region = regions[0]
    if regions or region is not None:
        region = _known(region, regions, "region", head.name)
    return Market(account, environment, market.host, region)


def _said(name: str | None, default: str | None) -> str | None:
    """The name that was said, be it empty; nothing but silence takes the default."""
    return default if name is None else name


def _known(seen: str | None, known: Sequence[str], what: str, catalogue: str) -> str | None:
    if not known:
        if seen is None:
            return None
        msg = f"{catalogue} knows no {what}s, and {seen!r} was named: leave it out, or give your own catalogue"
        raise UnknownNameError(msg)
    if seen is None:
        msg = f"{catalogue} has terms by {what}: name one of {', '.join(sorted(known)[:12])}"
        raise UnknownNameError(msg)
    if seen not in known:
        msg = f"{what} {seen[:64]!r} is not known to {catalogue}: {suggest(seen, known)}"
        raise UnknownNameError(msg)
    return seen


def find_changes(catalogue: Catalogue, market: Market) -> list[datetime]:
    """Every instant at which anything about the market changes."""
    instants: set[datetime] = set()
    for card in catalogue.cards.values():
        if card.card.host == market.host:
            instants.update(part.from_ for part in (*card.entry, *card.reference_video, *card.rounding))
    for agreement in catalogue.agreements.values():
        if agreement.agreement.host == market.host:
            instants.update(i for i in (agreement.agreement.from_, agreement.agreement.until) if i)
    return sorted(instants)


def _resolve(catalogue: Catalogue, market: Market, at: datetime, *, assumed: bool) -> Pricing:
    card, agreement = choose(catalogue, market, at)
    terms = build_terms(card, agreement, at)
    if terms is None:
        first = min((rule.from_ for rule in card.reference_video), default=None)
        msg = f"the card {card.card.id!r} says nothing for {at.isoformat()}: its first day is {first and first.date()}"
        raise NoCardError(msg)
    region_assumed = assumed and card.card.region is not None and not catalogue.head.accounts
    return Pricing(
        market, terms, card, agreement, catalogue.digest, catalogue.head.name, region_assumed, catalogue.note
    )


def choose(catalogue: Catalogue, market: Market, at: datetime) -> tuple[RateCard, Agreement | None]:
    """The card and the agreement that hold at `at` for a market whose every name is said and known.

    Raises AmbiguousTermsError or NoCardError.
    """
    agreement = _pick_agreement(catalogue, market, at)
    return _pick_card(catalogue, market, agreement), agreement


def agreements_in_force(
    catalogue: Catalogue, market: Market, at: datetime
) -> list[tuple[tuple[bool, bool], Agreement]]:
    """Each agreement that holds for the market at `at`, with its rank: names the account, names the environment."""
    found = []
    for agreement in catalogue.agreements.values():
        own = agreement.agreement
        if (
            own.host != market.host
            or own.account not in (None, market.account)
            or own.region not in (None, market.region)
        ):
            continue
        if own.environments and market.environment not in own.environments:
            continue
        if own.from_ <= at and (own.until is None or at < own.until):
            found.append(((own.account is not None, bool(own.environments)), agreement))
    return sorted(found, key=lambda pair: pair[0], reverse=True)


def _pick_agreement(catalogue: Catalogue, market: Market, at: datetime) -> Agreement | None:
    found = agreements_in_force(catalogue, market, at)
    if not found:
        return None
    best = [agreement for rank, agreement in found if rank == found[0][0]]
    if len(best) > 1:
        names = " and ".join(_place_of(catalogue, agreement.agreement.id) for agreement in best)
        msg = f"{names} both hold for {_describe(market)}: end one, or let one name the environment"
        raise AmbiguousTermsError(msg, tuple(agreement.agreement.id for agreement in best))
    return best[0]


def _pick_card(catalogue: Catalogue, market: Market, agreement: Agreement | None) -> RateCard:
    if agreement is not None and agreement.agreement.card is not None:
        return catalogue.cards[agreement.agreement.card]
    found = []
    for card in catalogue.cards.values():
        head = card.card
        if head.by_agreement or head.host != market.host or head.region not in (None, market.region):
            continue
        if head.environments and market.environment not in head.environments:
            continue
        found.append(((catalogue.files[head.id].own, bool(head.environments)), card))
    if not found:
        msg = f"no card holds for {_describe(market)}"
        raise NoCardError(msg)
    rank = max(pair[0] for pair in found)
    best = [card for own, card in found if own == rank]
    if len(best) > 1:
        names = " and ".join(_place_of(catalogue, card.card.id) for card in best)
        msg = f"{names} both hold for {_describe(market)}: let an agreement name its card, or a card its environments"
        raise AmbiguousTermsError(msg, tuple(card.card.id for card in best))
    return best[0]


def _place_of(catalogue: Catalogue, name: str) -> str:
    return f"{name!r} ({catalogue.locate(name)})"


def _describe(market: Market) -> str:
    parts = (
        ("account", market.account),
        ("environment", market.environment),
        ("host", market.host),
        ("region", market.region),
    )
    return ", ".join(f"{what} {value}" for what, value in parts if value)
