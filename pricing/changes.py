"""What differs between two catalogues: each market's prices and terms, from when until when, and where that stands.

A price is what is paid: of a unit as contracted, or the least for a request. A rate whose price is the same by another
entry has not changed; that its card or agreement is another one is said on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeAlias

from pricing.aspects import ORDER, Aspect, Aspects, Grid, Source, What, list_aspects, refine
from pricing.catalogue import Catalogue, Market
from pricing.entries import entry_id
from pricing.extensions import Extension
from pricing.money import is_apart, percent_change
from pricing.periods import list_markets
from pricing.positions import find_line
from pricing.reaches import Reaches
from pricing.resolution import find_changes
from pricing.schemes import Ladder, Package, Scheme, Tariff, list_prices
from wan_rules.hosts import HOSTS, Hosts


class Side(NamedTuple):
    """What one catalogue says: in words, as a price if it is one, and each file and line that it comes from.

    Of bands `price` is the first one's, and `prices` are all; `way` is how they are charged, apart from that.
    """

    words: str
    price: Decimal | None
    currency: str | None
    where: tuple[str, ...]
    prices: tuple[Decimal, ...] = ()
    way: tuple[Hashable, ...] = ()


class Change(NamedTuple):
    """One difference for one market from `begin` (inclusive) until `end` (exclusive; `None` for ever).

    `before` and `after` are `None` where nothing is priced. `percent` is rounded to 0.1, to be shown; of bands that of
    the one that moves the most. It is `None` where no price moves, where it moves from nothing, between currencies, and
    where it is charged in another way, as by packages of another size.
    """

    market: Market
    begin: datetime
    end: datetime | None
    what: What
    before: Side | None
    after: Side | None
    percent: Decimal | None


class Group(NamedTuple):
    """Markets of one host and region that have the same changes; each change is that of the first of them."""

    markets: tuple[Market, ...]
    changes: tuple[Change, ...]


_Locate: TypeAlias = Callable[[Source], str]
_Pair: TypeAlias = tuple[Side | None, Side | None]


def compare_catalogues(old: Catalogue, new: Catalogue, hosts: Hosts = HOSTS) -> tuple[Change, ...]:
    """Every change for every market that either knows: by market, then instant, then what changes."""
    locates = (_locator(old), _locator(new))
    reaches = (Reaches(old), Reaches(new))
    known: dict[tuple[Hashable, Hashable], list[Change]] = {}
    changes: list[Change] = []
    for market in dict.fromkeys((*list_markets(old, hosts), *list_markets(new, hosts))):
        before, after = (one.find(market) for one in reaches)
        key = (before.key, after.key)
        if key not in known:
            sides = (before.catalogue, after.catalogue)
            known[key] = _compare_market(sides, market, hosts[market.host].limits.resolutions.value, locates)
        changes += [change._replace(market=market) for change in known[key]]
    return tuple(changes)


def _compare_market(
    sides: tuple[Catalogue, Catalogue], market: Market, tiers: Sequence[str], locates: tuple[_Locate, _Locate]
) -> list[Change]:
    """Every change of one market, from one instant at which anything may change to the next."""
    instants = sorted({at for side in sides for at in find_changes(side, market)})
    found: list[Change] = []
    for begin, end in zip(instants, [*instants[1:], None], strict=True):
        grid = Grid(tiers)
        for side in sides:  # what one tells apart is told apart of both
            grid = refine(grid, side, market, begin)
        old, new = (list_aspects(side, market, begin, grid) for side in sides)
        found = _append(found, _compare((old, new), locates), (market, begin, end))
    return sorted(found, key=_by_period)


def exceeds(change: Change, percent: Decimal) -> bool:
    """Whether a price moves by more than so many percent, either way.

    One that ends does, one that was free, and one that comes to be in another currency or charged in another way. Of
    bands one is enough. Where nothing was priced before, nothing moves.
    """
    before, after = change.before, change.after
    if before is None or before.price is None:
        return False
    pairs = None if after is None else _pair_prices(before, after)
    return pairs is None or any(is_apart(old, new, percent) for old, new in pairs)


def _pair_prices(before: Side, after: Side) -> list[tuple[Decimal, Decimal]] | None:
    """The prices of both sides, each beside its own; `None` where they are no such pairs."""
    if before.price is None or after.price is None or before.currency != after.currency or before.way != after.way:
        return None
    return list(zip(before.prices, after.prices, strict=True))


def group_changes(changes: Iterable[Change]) -> tuple[Group, ...]:
    """The changes, those that are the same for several accounts and environments together."""
    shared: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        market = change.market
        shared.setdefault((market.host, market.region, *change[1:]), []).append(change)
    groups: dict[tuple[Market, ...], list[Change]] = {}
    for alike in shared.values():
        groups.setdefault(tuple(change.market for change in alike), []).append(alike[0])
    ordered = (Group(markets, tuple(sorted(found, key=_by_period))) for markets, found in groups.items())
    return tuple(sorted(ordered, key=lambda group: (group.markets[0].host, group.markets[0].region or "")))


def _by_period(change: Change) -> tuple[object, ...]:
    """By begin, then by end, for ever last; then by what changes."""
    return (change.begin, change.end is None, change.end or change.begin, ORDER[change.what])


def _append(
    changes: list[Change], pairs: Mapping[What, _Pair], stretch: tuple[Market, datetime, datetime | None]
) -> list[Change]:
    """The market's changes with those of the next stretch; one that goes on is made longer."""
    market, begin, end = stretch
    going_on = {(c.what, c.before, c.after): index for index, c in enumerate(changes) if c.end == begin}
    merged = list(changes)
    for what, (before, after) in pairs.items():
        index = going_on.get((what, before, after))
        if index is not None:
            merged[index] = merged[index]._replace(end=end)
        else:
            merged.append(Change(market, begin, end, what, before, after, _percent(before, after)))
    return merged


def _compare(states: tuple[Aspects, Aspects], locates: tuple[_Locate, _Locate]) -> dict[What, _Pair]:
    """What differs. Terms that are no rate are compared only where there are terms on both sides."""
    old, new = states
    found: dict[What, _Pair] = {}
    for what in dict.fromkeys((*old, *new)):
        before, after = old.get(what), new.get(what)
        comparable = what.resolution is not None or (before is not None and after is not None)
        if comparable and (before and before.words) != (after and after.words):
            found[what] = (_side(before, locates[0]), _side(after, locates[1]))
    return found


def _percent(before: Side | None, after: Side | None) -> Decimal | None:
    pairs = None if before is None or after is None else _pair_prices(before, after)
    moved = [percent_change(old, new) for old, new in pairs or () if old and old != new]
    return max(moved, key=abs, default=None)


def _side(held: Aspect | None, locate: _Locate) -> Side | None:
    if held is None:
        return None
    prices = () if held.price is None else list_prices(Tariff(held.price, held.scheme))
    return Side(
        held.words, held.price, held.currency, tuple(map(locate, held.sources)), prices, _describe_way(held.scheme)
    )


def _describe_way(scheme: Scheme | None) -> tuple[Hashable, ...]:
    match scheme:
        case Ladder(model, by, counter, bands):
            return (model, by, counter, *(up_to for up_to, _ in bands))
        case Package(size):
            return (size,)
        case Extension(model, parameters):
            return (model.name, model.version, parameters.model_dump_json())
        case _:
            return ()


def _locator(catalogue: Catalogue) -> _Locate:
    """Where things stand in that catalogue, each looked up once; every entry is named beforehand, once."""
    entries = {
        entry_id(name, entry): Source(name, ("entry", index))
        for name, card in catalogue.cards.items()
        for index, entry in card.live
    }

    @cache
    def locate(source: Source) -> str:
        part, path = entries.get(source.name, source)
        if not path:
            return str(catalogue.locate(part))
        owned = catalogue.files[part]
        return f"{owned.file}:{find_line(owned.text, path)}"

    return locate
