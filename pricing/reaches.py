"""Which agreements may ever hold for a market: markets that none of them tells apart have the same terms at any time.

A comparison over all of time looks once at each such set of markets, and at each only when something may change there.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from pricing.agreed import list_concerning
from pricing.catalogue import Catalogue, Market, alter


class Reach(NamedTuple):
    """What tells a market from others, and the catalogue without the agreements that never hold for it."""

    key: Hashable
    catalogue: Catalogue


class Reaches:
    """The reach of each market of one catalogue; the smaller catalogues are shared by markets of one reach."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing was looked at yet."""
        self._catalogue = catalogue
        self._smaller: dict[tuple[str, ...], Catalogue] = {}

    def find(self, market: Market) -> Reach:
        """The reach of the market; of a name that the catalogue does not know, the name itself."""
        head = self._catalogue.head
        account = market.account if market.account not in head.accounts else ""
        agreements = list_concerning(self._catalogue, market)
        held = tuple(agreements)
        if held not in self._smaller:
            self._smaller[held] = alter(self._catalogue, agreements=agreements)
        cards = tuple(self._cards(market))
        environment = market.environment if market.environment not in head.environments else ""
        return Reach((account, environment, market.host, market.region, cards, held), self._smaller[held])

    def _cards(self, market: Market) -> Iterator[str]:
        """The cards that are for some environments only, and for this one."""
        for name, card in self._catalogue.cards.items():
            if card.card.host == market.host and market.environment in card.card.environments:
                yield name
