"""Which agreements may ever hold for a market: markets that none of them tells apart have the same terms at any time.

A comparison over all of time looks once at each such set of markets, and at each only when something may change there.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from pricing.agreements import Agreement
from pricing.catalogue import Catalogue, Market, alter


class Reach(NamedTuple):
    """What tells a market from others, and the catalogue without the agreements that never hold for it."""

    key: Hashable
    catalogue: Catalogue


class Reaches:
    """The reach of each market of one catalogue; the smaller catalogues are shared by markets of one reach."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Sorts the agreements by account, so that each market looks at its own alone."""
        self._catalogue = catalogue
        self._smaller: dict[tuple[str, ...], Catalogue] = {}
        self._by_account: dict[str | None, list[tuple[str, Agreement]]] = {}
        for name, agreement in catalogue.agreements.items():
            self._by_account.setdefault(agreement.agreement.account, []).append((name, agreement))

    def find(self, market: Market) -> Reach:
        """The reach of the market; of a name that the catalogue does not know, the name itself."""
        head = self._catalogue.head
        account = market.account if market.account not in head.accounts else ""
        held = tuple(self._agreements(market))
        if held not in self._smaller:
            agreements = {name: self._catalogue.agreements[name] for name in held}
            self._smaller[held] = alter(self._catalogue, agreements=agreements)
        cards = tuple(self._cards(market))
        environment = market.environment if market.environment not in head.environments else ""
        return Reach((account, environment, market.host, market.region, cards, held), self._smaller[held])

    def _agreements(self, market: Market) -> Iterator[str]:
        for account in dict.fromkeys((None, market.account)):
            for name, agreement in self._by_account.get(account, ()):
                own = agreement.agreement
                anywhere = not own.environments or market.environment in own.environments
                if own.host == market.host and own.region in (None, market.region) and anywhere:
                    yield name

    def _cards(self, market: Market) -> Iterator[str]:
        """The cards that are for some environments only, and for this one."""
        for name, card in self._catalogue.cards.items():
            if card.card.host == market.host and market.environment in card.card.environments:
                yield name
