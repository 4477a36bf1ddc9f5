"""Who gets which card and agreement, over all time: what the checks look at.

The law: every market and every instant is in exactly one holding. Accounts without an agreement of their own at a host
share theirs, so that the work grows with the agreements and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from pricing.agreed import index_agreements, list_agreed
from pricing.agreed_terms import Term
from pricing.agreements import Agreement, list_bounds, terms_held
from pricing.cards import RateCard
from pricing.catalogue import Catalogue, Market, alter
from pricing.contracts import Layer
from pricing.coverage import NOT_TRIED, Tried
from pricing.errors import PricingError
from pricing.keys import EntryKey
from pricing.lints.prices import Prices
from pricing.lints.spans import Span, first_day, spans_in_force
from pricing.periods import BEGINNING, list_markets
from pricing.positions import find_line
from pricing.records import Past
from pricing.resolution import choose
from wan_rules.hosts import Hosts
from wan_rules.request import Resolution


class Bounds(NamedTuple):
    """What is still plausible: by which factor a price changes, how long ago a card was checked, what was tested."""

    max_ratio: Decimal = Decimal(2)
    max_age_days: int = 180
    pasts: tuple[Past, ...] = ()
    min_coverage: Decimal = Decimal(0)


class Spot(NamedTuple):
    """Where something stands: in which card or agreement (or `catalogue`), in which file, line (from 1) and key."""

    part: str
    file: str
    line: int | None
    key: str


class Holding(NamedTuple):
    """What holds from `begin` until `end` (exclusive; `None` for ever) for markets that share it, or why nothing.

    `agreements` are the layers over the card, the most general first.
    """

    markets: tuple[Market, ...]
    begin: datetime
    end: datetime | None
    card: RateCard | None
    agreements: tuple[Agreement, ...]
    refusal: PricingError | None

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The terms of each agreement that hold in it; no term begins or ends within a holding."""
        return tuple(terms_held(agreement, self.begin) for agreement in self.agreements)

    def reaches(self, instant: datetime) -> bool:
        """Whether some of its time lies after the instant."""
        return self.end is None or instant < self.end


class Pairing(NamedTuple):
    """A card and terms over it that hold together, with every holding of them in which the card has begun."""

    card: RateCard
    agreements: tuple[Agreement, ...]
    layers: tuple[Layer, ...]
    holdings: list[Holding]

    @property
    def markets(self) -> Iterator[Market]:
        """Every market that has them at some time; one may come twice."""
        return (market for holding in self.holdings for market in holding.markets)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A catalogue seen whole. `cards` are its own, and the included ones that hold somewhere.

    `spans` is of each of them what the price of each meter and tier comes from, over time. `answered` are the positions
    of the acknowledgements that answer something found so far.
    `tried` is what its own tests came to, where they were run.
    """

    catalogue: Catalogue
    hosts: Hosts
    today: date
    bounds: Bounds
    holdings: tuple[Holding, ...]
    pairings: tuple[Pairing, ...]
    cards: tuple[RateCard, ...]
    spans: Mapping[str, Mapping[EntryKey, tuple[Span, ...]]]
    tried: Tried = NOT_TRIED
    answered: frozenset[int] = frozenset()
    _prices: dict[tuple[str, tuple[tuple[Term, ...], ...]], Prices] = field(default_factory=dict)

    def place(self, part: str, *path: str | int) -> Spot:
        """Where a card, an agreement or something in it stands, by its id and the path from there."""
        owned = self.catalogue.files[part]
        whole = path or (("card",) if part in self.catalogue.cards else ("agreement",))
        return Spot(part, owned.file, find_line(owned.text, whole), ".".join(map(str, whole)))

    def tiers(self, host: str) -> tuple[Resolution, ...]:
        """The tiers that a host has, the smallest first."""
        return self.hosts[host].limits.resolutions.value

    def prices(self, card: RateCard, layers: tuple[Layer, ...]) -> Prices:
        """What is paid under the card and the layers; worked out once for all that have the same terms."""
        key = (card.card.id, tuple(tuple(held.term for held in layer) for layer in layers))
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = Prices(self.spans[card.card.id], layers, card.card.currency)
        return found


def survey(catalogue: Catalogue, today: date, bounds: Bounds, hosts: Hosts) -> Survey:
    """The catalogue seen whole on that day."""
    holdings = tuple(_hold(catalogue, hosts))
    pairings: dict[tuple[str, tuple[str, ...]], Pairing] = {}
    for holding in holdings:
        if holding.card is not None and holding.reaches(first_day(holding.card)):
            layers = holding.layers
            names = tuple(agreement.agreement.id for agreement in holding.agreements)
            sources = tuple(held.source for layer in layers for held in layer)
            pairing = Pairing(holding.card, holding.agreements, layers, [])
            pairings.setdefault((holding.card.card.id, (*names, *sources)), pairing).holdings.append(holding)
    held = {card for card, _ in pairings}
    cards = tuple(card for name, card in catalogue.cards.items() if name in held or catalogue.files[name].own)
    spans = {card.card.id: spans_in_force(card) for card in cards}
    return Survey(catalogue, hosts, today, bounds, holdings, tuple(pairings.values()), cards, spans)


_Group: TypeAlias = tuple[str | None, str | None, str, str | None]


def _hold(catalogue: Catalogue, hosts: Hosts) -> Iterator[Holding]:
    agreed = index_agreements(catalogue)
    groups: dict[_Group, list[Market]] = {}
    for market in list_markets(catalogue, hosts):
        own = market.account if (market.host, market.account) in agreed else None
        groups.setdefault((own, market.environment, market.host, market.region), []).append(market)
    cards = {host: {i: c for i, c in catalogue.cards.items() if _is_open(c, host)} for host in hosts}
    for (account, _, host, _), markets in groups.items():
        agreements = list_agreed(catalogue, host, account)
        asked = {name for one in agreements.values() if (name := one.agreement.card)}
        asked |= {alias.card for alias in catalogue.aliases if alias.name in asked}
        named = {name: catalogue.cards[name] for name in asked if name in catalogue.cards}
        narrow = alter(catalogue, cards={**cards[host], **named}, agreements=agreements)
        yield from _holdings(narrow, tuple(markets))


def _is_open(card: RateCard, host: str) -> bool:
    return card.card.host == host and not card.card.by_agreement


def _holdings(catalogue: Catalogue, markets: tuple[Market, ...]) -> Iterator[Holding]:
    """The holdings of markets that share them, in order of time; the catalogue has only what concerns them."""
    changes = {instant for one in catalogue.agreements.values() for instant in list_bounds(one)}
    named = {one.agreement.card for one in catalogue.agreements.values()}
    changes |= {alias.from_ for alias in catalogue.aliases if alias.name in named}
    instants = sorted({BEGINNING, *changes})
    for begin, end in zip(instants, [*instants[1:], None], strict=True):
        try:
            card, agreements = choose(catalogue, markets[0], begin)
        except PricingError as refusal:
            yield Holding(markets, begin, end, None, (), refusal)
        else:
            yield Holding(markets, begin, end, card, agreements, None)
