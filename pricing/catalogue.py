"""Every card and agreement of one company as one immutable value, with one digest; `resolve` picks what is in force.

Precedence (docs/adr/0013-layers.md): agreements are layers, everyone's, then an environment's, then an account's, then
an account's in an environment; of cards, the one that the last layer names, else the company's own before the included
published ones, then one that names the environment. Two of the same rank are an error, never a choice. Nothing stands
in for a name that is missing or unknown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from itertools import groupby
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from pricing.acknowledgements import Acknowledgement
from pricing.agreements import Agreement
from pricing.cards import RateCard
from pricing.entries import entry_id
from pricing.errors import PricingError
from pricing.fields import Dated, Name, Part, Text
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

    `agreements` are the layers over the card, the most general first.
    """

    market: Market
    terms: Terms
    card: RateCard
    agreements: tuple[Agreement, ...]
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
    _timelines: dict[Market, tuple[list[datetime], dict[int, Pricing]]] = field(default_factory=dict)

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
        table, _, day = rest.partition("@")
        rules = {"reference_video": card.reference_video, "rounding": card.rounding, "credit": card.credit}
        days = [str(rule.from_.date()) for rule in rules.get(table, ())]
        return (table, days.index(day)) if day in days else ("card",)


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
            parts = (*card.entry, *card.reference_video, *card.rounding, *card.unfinished, *card.credit)
            instants.update(part.from_ for part in parts)
    for agreement in catalogue.agreements.values():
        if agreement.agreement.host == market.host:
            for dated in (agreement.agreement, *agreement.term):
                instants.update(instant for instant in (dated.from_, dated.until) if instant)
    return sorted(instants | {alias.from_ for alias in catalogue.aliases})


def _resolve(catalogue: Catalogue, market: Market, at: datetime, *, assumed: bool) -> Pricing:
    card, agreements = choose(catalogue, market, at)
    terms = build_terms(card, agreements, at)
    if terms is None:
        first = min((rule.from_ for rule in card.reference_video), default=None)
        msg = f"the card {card.card.id!r} says nothing for {at.isoformat()}: its first day is {first and first.date()}"
        raise NoCardError(msg)
    region_assumed = assumed and card.card.region is not None and not catalogue.head.accounts
    digest, name, note = catalogue.digest, catalogue.head.name, catalogue.note
    return Pricing(market, terms, card, agreements, digest, name, region_assumed, note)


def choose(catalogue: Catalogue, market: Market, at: datetime) -> tuple[RateCard, tuple[Agreement, ...]]:
    """The card and the layers of agreements that hold at `at` for a market whose every name is said and known.

    Raises AmbiguousTermsError or NoCardError.
    """
    agreements = _stack(catalogue, market, at)
    named = next((one.agreement.card for one in reversed(agreements) if one.agreement.card), None)
    return _find_card(catalogue, named, at) if named else _pick_card(catalogue, market), agreements


def agreements_in_force(
    catalogue: Catalogue, market: Market, at: datetime
) -> list[tuple[tuple[bool, bool], Agreement]]:
    """Each agreement that holds for the market at `at`, the most general first, with its rank.

    The rank says whether it names the account, and whether it names the environment.
    """
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
    return sorted(found, key=lambda pair: pair[0])


def _stack(catalogue: Catalogue, market: Market, at: datetime) -> tuple[Agreement, ...]:
    """One agreement of each rank, the most general first; one that does not inherit is the first."""
    layers: list[Agreement] = []
    for _, ranked in groupby(agreements_in_force(catalogue, market, at), key=lambda pair: pair[0]):
        one, *others = (agreement for _, agreement in ranked)
        if others:
            names = " and ".join(_place_of(catalogue, agreement.agreement.id) for agreement in (one, *others))
            msg = f"{names} both hold for {_describe(market)}: end one, or let one name the environment"
            raise AmbiguousTermsError(msg, tuple(agreement.agreement.id for agreement in (one, *others)))
        layers = [*layers, one] if one.agreement.inherit else [one]
    return tuple(layers)


def _find_card(catalogue: Catalogue, name: str, at: datetime) -> RateCard:
    """The card of that id, or the one that the alias leads to at `at`."""
    if name in catalogue.cards:
        return catalogue.cards[name]
    schedule = [alias for alias in catalogue.aliases if alias.name == name]
    begun = [alias for alias in schedule if alias.from_ <= at]
    if not begun:
        first = min(alias.from_ for alias in schedule)
        msg = f"the alias {name!r} leads to no card at {at.isoformat()}: its first day is {first.date()}"
        raise NoCardError(msg)
    return catalogue.cards[max(begun, key=lambda alias: alias.from_).card]


def _pick_card(catalogue: Catalogue, market: Market) -> RateCard:
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
