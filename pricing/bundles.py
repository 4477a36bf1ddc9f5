"""Lines of one instant dealt out as those of single jobs: by what is due where that says it, and else by their order.

The law: there are as many bundles as the meter with the most lines has, each line is in one of them, and none has two
lines of one meter (docs/adr/0022-matching.md).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product, zip_longest
from typing import Final, NamedTuple, TypeAlias

from pricing.meters import MeterId
from pricing.money import add_up

MOST_CHOICES: Final = 4_096
"""Where lines of different meters go together in more ways than these, their order decides alone."""


class Piece(NamedTuple):
    """What a line bills, and of which meter."""

    meter: MeterId
    currency: str
    amount: Decimal


Sums: TypeAlias = tuple[tuple[str, Decimal], ...]
"""By currency what something comes to, in the order of currencies; what comes to nothing is left out."""
_Choice: TypeAlias = tuple[Piece, ...]
_Stock: TypeAlias = Mapping[Piece, deque[int]]


def deal(pieces: Sequence[Piece], dues: Iterable[Sums]) -> list[tuple[int, ...]]:
    """The bundles of lines, as numbers of these in the order that they are given in; in the order of their first lines.

    For each of `dues`, those first that fewest bundles come to, one that does is taken: of several the one with the
    most lines, and then of the least amounts. What is left goes together by its order, the first line of each meter,
    the second of each.
    """
    often = Counter(piece.meter for piece in pieces)
    most = max(often.values())
    spare = {meter: most - often[meter] for meter in sorted(often)}
    stock: dict[Piece, deque[int]] = defaultdict(deque)
    for number, piece in enumerate(pieces):
        stock[piece].append(number)
    choices = _list_choices(stock, spare)
    several = [found for due in dues if (found := choices.get(due))]
    dealt = [_take(choice, stock, spare) for each in sorted(several, key=len) if (choice := _find(each, stock, spare))]
    return sorted([*dealt, *_deal_rest(stock)], key=min)


def _list_choices(stock: _Stock, spare: Mapping[MeterId, int]) -> Mapping[Sums, list[_Choice]]:
    """All that a bundle may hold, by what it comes to, those of the most lines first; none where these are too many.

    A meter that has as many lines as there are bundles is in each of them.
    """
    kinds: list[list[Piece | None]] = [
        [*sorted(piece for piece in stock if piece.meter == meter), *[None] * bool(left)]
        for meter, left in spare.items()
    ]
    found: dict[Sums, list[_Choice]] = defaultdict(list)
    if _count_ways(kinds) <= MOST_CHOICES:
        chosen = (tuple(piece for piece in choice if piece) for choice in product(*kinds))
        for choice in sorted(chosen, key=len, reverse=True):
            found[sum_up(choice)].append(choice)
    return found


def _count_ways(kinds: Iterable[Sequence[object]]) -> int:
    ways = 1
    for each in kinds:
        ways *= len(each)
    return ways


def sum_up(pieces: Iterable[Piece]) -> Sums:
    """What pieces come to."""
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for piece in pieces:
        amounts[piece.currency].append(piece.amount)
    sums = {currency: add_up(each) for currency, each in sorted(amounts.items())}
    return tuple((currency, amount) for currency, amount in sums.items() if amount)


def _find(choices: Iterable[_Choice], stock: _Stock, spare: Mapping[MeterId, int]) -> _Choice | None:
    """The first of which each line is left, and that leaves no meter out which has to be in each bundle left."""
    for choice in choices:
        meters = {piece.meter for piece in choice}
        if all(stock[piece] for piece in choice) and all(spare[meter] for meter in spare if meter not in meters):
            return choice
    return None


def _take(choice: _Choice, stock: _Stock, spare: dict[MeterId, int]) -> tuple[int, ...]:
    for meter in {*spare}.difference(piece.meter for piece in choice):
        spare[meter] -= 1
    return tuple(stock[piece].popleft() for piece in choice)


def _deal_rest(stock: _Stock) -> list[tuple[int, ...]]:
    numbers: dict[MeterId, list[int]] = defaultdict(list)
    for piece in sorted(stock):
        numbers[piece.meter] += stock[piece]
    rows = zip_longest(*(sorted(each) for each in numbers.values()))
    return [tuple(number for number in row if number is not None) for row in rows]
