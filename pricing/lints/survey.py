"""Who gets which card and agreement, over all time: what the checks look at.

The law: every market and every instant is in exactly one holding. Accounts without an agreement of their own at a host
share theirs, so that the work grows with the agreements and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from pricing.agreements import Agreement, Override
from pricing.cards import Entry, EntryKey, PricingError, RateCard, entry_key
from pricing.catalogue import Catalogue, Market, Place, choose
from pricing.coverage import NOT_TRIED, Tried
from pricing.periods import list_markets
from pricing.positions import find_line
from wan_rules.hosts import Hosts
from wan_rules.request import Resolution
from wan_rules.staging import RENDERED_AT

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


class Bounds(NamedTuple):
    """What is still plausible: a price change by a factor, the age of a card's last check in days, untested parts."""

    max_ratio: Decimal = Decimal(2)
    max_age_days: int = 180
    min_coverage: Decimal = Decimal(0)


class Holding(NamedTuple):
    """What holds from `begin` until `end` (exclusive; `None` for ever) for markets that share it, or why nothing."""

    markets: tuple[Market, ...]
    begin: datetime
    end: datetime | None
    card: RateCard | None
    agreement: Agreement | None
    refusal: PricingError | None

    def covers(self, instant: datetime) -> bool:
        """Whether the instant lies in its time."""
        return self.begin <= instant and self.reaches(instant)

    def reaches(self, instant: datetime) -> bool:
        """Whether some of its time lies after the instant."""
        return self.end is None or instant < self.end


class Pairing(NamedTuple):
    """A card and the agreement over it, or none, with every holding of the two in which the card has begun."""

    card: RateCard
    agreement: Agreement | None
    holdings: list[Holding]

    @property
    def markets(self) -> Iterator[Market]:
        """Every market that has them at some time; one may come twice."""
        return (market for holding in self.holdings for market in holding.markets)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A catalogue seen whole. `cards` are its own, and the included ones that hold somewhere.

    `tried` is what its own tests came to, where they were run.
    """

    catalogue: Catalogue
    hosts: Hosts
    today: date
    bounds: Bounds
    holdings: tuple[Holding, ...]
    pairings: tuple[Pairing, ...]
    cards: tuple[RateCard, ...]
    tried: Tried = NOT_TRIED

    def place(self, part: str, *path: str | int) -> Place:
        """Where a card, an agreement or something in it stands, by its id and the path from there."""
        owned = self.catalogue.files[part]
        whole = path or (("card",) if part in self.catalogue.cards else ("agreement",))
        return Place(owned.file, find_line(owned.text, whole), ".".join(map(str, whole)))

    def tiers(self, host: str) -> tuple[Resolution, ...]:
        """The tiers that a host has, the smallest first."""
        return self.hosts[host].limits.resolutions.value


def survey(catalogue: Catalogue, today: date, bounds: Bounds, hosts: Hosts) -> Survey:
    """The catalogue seen whole on that day."""
    holdings = tuple(_hold(catalogue, hosts))
    pairings: dict[tuple[str, str | None], Pairing] = {}
    for holding in holdings:
        if holding.card is not None and holding.reaches(first_day(holding.card)):
            agreed = holding.agreement.agreement.id if holding.agreement else None
            pairing = Pairing(holding.card, holding.agreement, [])
            pairings.setdefault((holding.card.card.id, agreed), pairing).holdings.append(holding)
    held = {card for card, _ in pairings}
    cards = tuple(card for name, card in catalogue.cards.items() if name in held or catalogue.files[name].own)
    return Survey(catalogue, hosts, today, bounds, holdings, tuple(pairings.values()), cards)


_Group: TypeAlias = tuple[str | None, str | None, str, str | None]
_Concerned: TypeAlias = Mapping[tuple[str, str | None], Mapping[str, Agreement]]


def _hold(catalogue: Catalogue, hosts: Hosts) -> Iterator[Holding]:
    concerned = _concerned(catalogue)
    groups: dict[_Group, list[Market]] = {}
    for market in list_markets(catalogue, hosts):
        own = market.account if (market.host, market.account) in concerned else None
        groups.setdefault((own, market.environment, market.host, market.region), []).append(market)
    cards = {host: {i: c for i, c in catalogue.cards.items() if _is_open(c, host)} for host in hosts}
    for (account, _, host, _), markets in groups.items():
        agreements = {**concerned.get((host, None), {}), **concerned.get((host, account), {})}
        named = {name: catalogue.cards[name] for one in agreements.values() if (name := one.agreement.card)}
        narrow = replace(catalogue, cards={**cards[host], **named}, agreements=agreements, _timelines={})
        yield from _holdings(narrow, tuple(markets))


def _concerned(catalogue: Catalogue) -> _Concerned:
    """The agreements by host and account; those of no account are everyone's."""
    found: dict[tuple[str, str | None], dict[str, Agreement]] = {}
    for name, agreement in catalogue.agreements.items():
        own = agreement.agreement
        found.setdefault((own.host, own.account), {})[name] = agreement
    return found


def _is_open(card: RateCard, host: str) -> bool:
    return card.card.host == host and not card.card.by_agreement


def _holdings(catalogue: Catalogue, markets: tuple[Market, ...]) -> Iterator[Holding]:
    """The holdings of markets that share them, in order of time; the catalogue has only what concerns them."""
    heads = [agreement.agreement for agreement in catalogue.agreements.values()]
    instants = sorted({BEGINNING, *(head.from_ for head in heads), *(head.until for head in heads if head.until)})
    for begin, end in zip(instants, [*instants[1:], None], strict=True):
        try:
            card, agreement = choose(catalogue, markets[0], begin)
        except PricingError as refusal:
            yield Holding(markets, begin, end, None, None, refusal)
        else:
            yield Holding(markets, begin, end, card, agreement, None)


def first_day(card: RateCard) -> datetime:
    """From when on the card says anything: before its first rule for clips there are no terms."""
    return min((rule.from_ for rule in card.reference_video), default=datetime.max.replace(tzinfo=UTC))


class Span(NamedTuple):
    """An entry, its position in the card's file, and when the next of its meter and tier takes its place."""

    entry: Entry
    position: int
    end: datetime | None

    def reaches(self, instant: datetime) -> bool:
        """Whether it is in force at some time after the instant."""
        return self.end is None or instant < self.end


def list_spans(card: RateCard) -> Iterator[Span]:
    """Every entry with its end, those of one meter and tier together and in order of time."""
    found: dict[EntryKey, list[tuple[datetime, int]]] = {}
    for position, entry in enumerate(card.entry):
        found.setdefault(entry_key(entry), []).append((entry.from_, position))
    for dated in found.values():
        dated.sort()
        ends = [*(begin for begin, _ in dated[1:]), None]
        for (_, position), end in zip(dated, ends, strict=True):
            yield Span(card.entry[position], position, end)


def list_needs(card: RateCard, agreement: Agreement | None, tiers: tuple[Resolution, ...]) -> dict[EntryKey, None]:
    """The meters and tiers by which requests of these tiers are charged on the card, in order."""
    needs: dict[EntryKey, None] = {}
    for tier in tiers:
        rendered = RENDERED_AT[tier]
        if card.card.super_resolution == "stages" and rendered != tier:
            needs |= {("output_video_seconds", rendered): None, ("super_resolution_seconds", tier): None}
        else:
            needs |= {("output_video_seconds", tier): None}
    if any(rule.billed != "no" and rule.priced_as == "own" for rule in card.reference_video):
        needs |= {("reference_video_seconds", tier): None for tier in tiers}
    priced = [entry_key(entry)[0] for entry in card.entry] + [meter for meter, _ in list_overrides(agreement)]
    if "requests" in priced:
        needs |= {("requests", tier): None for tier in tiers}
    return needs


def list_overrides(agreement: Agreement | None) -> set[EntryKey]:
    """What the agreement has prices of its own for; a tier may be `any`."""
    terms = agreement.term if agreement else ()
    return {(term.meter, term.resolution) for term in terms if isinstance(term, Override)}


def is_named(key: EntryKey, known: set[EntryKey]) -> bool:
    """Whether the meter and tier is there, by its own name or by `any`."""
    return key in known or (key[0], "any") in known
