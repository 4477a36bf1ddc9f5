"""A catalogue over all time: every market that it knows, and the terms of each from one change to the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pricing.agreed import list_regions
from pricing.catalogue import Catalogue, Market, Pricing
from pricing.errors import PricingError
from pricing.resolution import find_changes, resolve
from wan_rules.hosts import HOSTS, Hosts

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
"""Of all time: what has no other begin."""


class Period(NamedTuple):
    """A market's terms from `begin` (inclusive) until `end` (exclusive; `None` for ever), or why there are none."""

    market: Market
    begin: datetime
    end: datetime | None
    pricing: Pricing | None
    refusal: PricingError | None


def list_markets(catalogue: Catalogue, hosts: Hosts = HOSTS) -> tuple[Market, ...]:
    """Every market that can be named: account x environment x host x region, hosts without a card left out."""
    head = catalogue.head
    priced = {card.card.host for card in catalogue.cards.values()}
    return tuple(
        Market(account, environment, host, region)
        for account in head.accounts or (None,)
        for environment in head.environments or (None,)
        for host in hosts
        if host in priced
        for region in list_regions(catalogue, Market(account, environment, host, None)) or (None,)
    )


def list_periods(catalogue: Catalogue, market: Market) -> Iterator[Period]:
    """The market's periods, from the first change to the last; before the first there is nothing to tell."""
    changes = find_changes(catalogue, market)
    for begin, end in zip(changes, [*changes[1:], None], strict=False):
        yield _period(catalogue, market, begin, end)


def _period(catalogue: Catalogue, market: Market, begin: datetime, end: datetime | None) -> Period:
    try:
        return Period(market, begin, end, resolve(catalogue, market, begin), None)
    except PricingError as error:
        return Period(market, begin, end, None, error)
