"""Which agreements and cards of a catalogue are about a market, at one time or another; `resolution` picks of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pricing.agreements import Agreement, AgreementHead
from pricing.cards import CardHead, RateCard
from pricing.catalogue import Catalogue, Market

Agreed: TypeAlias = Mapping[tuple[str, str | None], Mapping[str, Agreement]]
"""Agreements by host and account, each by its id; those of no account are everyone's."""


def index_agreements(catalogue: Catalogue) -> Agreed:
    """The catalogue's agreements by host and account, in its own order; looked up once."""
    index = catalogue._found.agreed  # noqa: SLF001 - the catalogue's own memory, filled only here
    if not index and catalogue.agreements:
        built: dict[tuple[str, str | None], dict[str, Agreement]] = {}
        for name, agreement in catalogue.agreements.items():
            own = agreement.agreement
            built.setdefault((own.host, own.account), {})[name] = agreement
        index.update(built)  # at once, since other threads may look
    return index


def list_agreed(catalogue: Catalogue, host: str, account: str | None) -> dict[str, Agreement]:
    """Everyone's agreements at the host by their ids, and then the account's own."""
    index = index_agreements(catalogue)
    return {**index.get((host, None), {}), **index.get((host, account), {})}


def list_concerning(catalogue: Catalogue, market: Market) -> dict[str, Agreement]:
    """The agreements that are about a market whose every name is said, everyone's first."""
    agreed = list_agreed(catalogue, market.host, market.account)
    return {name: one for name, one in agreed.items() if concerns(one.agreement, market)}


def list_possible(catalogue: Catalogue, market: Market) -> list[Agreement]:
    """The agreements that may be about the market: what it does not name may be any."""
    if market.account is None:
        index = index_agreements(catalogue)
        named = [one for (host, _), agreed in index.items() if host == market.host for one in agreed.values()]
    else:
        named = [*list_agreed(catalogue, market.host, market.account).values()]
    return [one for one in named if _may_concern(one.agreement, market)]


def list_cards(catalogue: Catalogue, market: Market) -> list[RateCard]:
    """The cards that may be about the market: anyone's, and those that its agreements lead to, but nobody else's."""
    wanted = {one.agreement.card for one in list_possible(catalogue, market) if one.agreement.card}
    wanted |= {alias.card for alias in catalogue.aliases if alias.name in wanted}
    return [
        card
        for card in catalogue.cards.values()
        if card.card.host == market.host and (card.card.id in wanted or is_anyones(card.card, market))
    ]


def is_anyones(own: CardHead, market: Market) -> bool:
    """Whether the card may hold for the market without an agreement that leads to it; no region may be any."""
    return not own.by_agreement and own.host == market.host and market.region in (None, own.region or market.region)


def is_there(own: CardHead, environment: str | None) -> bool:
    """Whether the card holds in the environment; one that is not said may be any."""
    return not own.environments or environment in (None, *own.environments)


def list_regions(catalogue: Catalogue, market: Market) -> tuple[str, ...]:
    """The regions that the market's host has for its account in its environment, in order.

    They are those of the cards that may be about it, and of agreements over cards of any region. A market that names
    no account or environment is that of the catalogue's own.
    """
    head = catalogue.head
    account = head.default_account if market.account is None else market.account
    environment = head.default_environment if market.environment is None else market.environment
    anywhere = Market(account, environment, market.host, None)
    named = {one.card.region for one in list_cards(catalogue, anywhere) if is_there(one.card, environment)}
    named |= {one.agreement.region for one in list_possible(catalogue, anywhere)}
    return tuple(sorted(filter(None, named)))


def _may_concern(own: AgreementHead, market: Market) -> bool:
    filled = Market(
        market.account or own.account,
        market.environment or next(iter(own.environments), None),
        market.host,
        market.region or own.region,
    )
    return concerns(own, filled)


def concerns(own: AgreementHead, market: Market) -> bool:
    """Whether the agreement is about the market, at one time or another."""
    return (
        own.host == market.host
        and own.account in (None, market.account)
        and own.region in (None, market.region)
        and (not own.environments or market.environment in own.environments)
    )
