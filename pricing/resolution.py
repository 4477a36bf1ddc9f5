"""What is in force for a market at an instant: which card, which layers of agreements over it, and their terms.

Precedence (docs/adr/0013-layers.md): agreements are layers, everyone's, then an environment's, then an account's, then
an account's in an environment; of cards, the one that the last layer names, else the company's own before the included
published ones, then one that names the environment. Two of the same rank are an error, never a choice. Nothing stands
in for a name that is missing or unknown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from pricing.agreed import is_anyones, is_there, list_cards, list_concerning, list_possible, list_regions
from pricing.agreements import Agreement, list_bounds
from pricing.cards import RateCard
from pricing.catalogue import (
    AmbiguousTermsError,
    Catalogue,
    Market,
    NoCardError,
    Pricing,
    UnknownNameError,
    suggest,
)
from pricing.fields import spell_instant
from pricing.terms import build_terms, reference_in_force


def resolve(catalogue: Catalogue, market: Market, at: datetime) -> Pricing:
    """The one set of terms in force for the market at the instant `at` (aware).

    Raises UnknownNameError, AmbiguousTermsError or NoCardError, each saying what was looked for.
    """
    if at.tzinfo is None:
        msg = f"{at.isoformat()} has no zone: an instant that picks prices says its own"
        raise UnknownNameError(msg)
    named, boundaries, known = _find_timeline(catalogue, market)
    index = bisect_right(boundaries, at)
    pricing = known.get(index)
    if pricing is None:
        since, until = (boundaries[index - 1] if index else None), next(iter(boundaries[index:]), None)
        found = _resolve(catalogue, named, at, assumed=market.region is None)
        pricing = known[index] = replace(found, since=since, until=until)
    return pricing


def list_changes(catalogue: Catalogue, market: Market) -> Sequence[datetime]:
    """`find_changes` of a market that may leave names to the catalogue. Raises UnknownNameError."""
    return _find_timeline(catalogue, market)[1]


def _find_timeline(catalogue: Catalogue, market: Market) -> tuple[Market, list[datetime], dict[int, Pricing]]:
    """The market with every name, when anything may change for it, and what was resolved of the periods between."""
    timelines = catalogue._found.timelines  # noqa: SLF001 - the catalogue's own memory, filled only here
    timeline = timelines.get(market)
    if timeline is None:
        named = name_market(catalogue, market)
        timeline = timelines[market] = (named, find_changes(catalogue, named), {})
    return timeline


def name_market(catalogue: Catalogue, market: Market) -> Market:
    """The market with the catalogue's own defaults, every name known. Raises UnknownNameError."""
    head = catalogue.head
    account = _known(_said(market.account, head.default_account), head.accounts, "account", head.name)
    environment = _known(
        _said(market.environment, head.default_environment), head.environments, "environment", head.name
    )
    regions = list_regions(catalogue, Market(account, environment, market.host, None))
    region = _said(market.region, _default_region(head.regions.get(market.host), regions))
    if regions or region is not None:
        region = _known(region, regions, "region", head.name)
    return Market(account, environment, market.host, region)


def _default_region(named: str | None, regions: Sequence[str]) -> str | None:
    """The region where none is said: the catalogue's own, where the account has it, or the only one."""
    return named if named in regions else regions[0] if len(regions) == 1 else None


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
    """Every instant at which anything about the market may change; what it does not name may be any."""
    agreements = list_possible(catalogue, market)
    named = {one.agreement.card for one in agreements}
    instants = {alias.from_ for alias in catalogue.aliases if alias.name in named}
    for card in list_cards(catalogue, market):
        parts = (*card.entry, *card.reference_video, *card.rounding, *card.unfinished, *card.credit)
        instants.update(part.from_ for part in parts)
    for one in agreements:
        instants.update(list_bounds(one))
    return sorted(instants)


def _resolve(catalogue: Catalogue, market: Market, at: datetime, *, assumed: bool) -> Pricing:
    card, agreements = choose(catalogue, market, at)
    terms = build_terms(card, agreements, at)
    if terms is None:
        first = min(rule.from_ for rule in card.reference_video)
        msg = f"the card {card.card.id!r} says nothing for {at.isoformat()}: its first day is {spell_instant(first)}"
        raise NoCardError(msg)
    if terms.zone is None:
        terms = terms._replace(zone=_find_zone(catalogue, market))
    region_assumed = assumed and card.card.region is not None and not catalogue.head.accounts
    digest, name, note = catalogue.digest, catalogue.head.name, catalogue.note
    rule = reference_in_force(card, at)
    return Pricing(
        market,
        at,
        terms,
        card,
        agreements,
        digest,
        name,
        region_assumed,
        note,
        assumed_clips=rule.assumed if rule else None,
    )


def _find_zone(catalogue: Catalogue, market: Market) -> str | None:
    """The one zone that cards and agreements of the market name at any time; `None` where they name several, or none.

    Nothing looks at the month of terms without a zone; but what is used under them counts in the month of later ones.
    """
    cards = [one.card for one in list_cards(catalogue, market)]
    named = {card.zone for card in cards if is_there(card, market.environment)}
    named |= {one.agreement.zone for one in list_concerning(catalogue, market).values()}
    zones = named - {None}
    return zones.pop() if len(zones) == 1 else None


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
    for agreement in list_concerning(catalogue, market).values():
        own = agreement.agreement
        if own.holds(at):
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
        msg = f"the alias {name!r} leads to no card at {at.isoformat()}: its first day is {spell_instant(first)}"
        raise NoCardError(msg)
    return catalogue.cards[max(begun, key=lambda alias: alias.from_).card]


def _pick_card(catalogue: Catalogue, market: Market) -> RateCard:
    found = [
        ((catalogue.files[card.card.id].own, bool(card.card.environments)), card)
        for card in catalogue.cards.values()
        if is_anyones(card.card, market) and is_there(card.card, market.environment)
    ]
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
