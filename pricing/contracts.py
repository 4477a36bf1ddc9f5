"""Unit prices as contracted: the card's price through each layer of agreements, from the general to the particular.

Within a layer an override is final; without one, markups start again from the card's price, then discounts and
surcharges change what is there, in the order of the file. The next layer starts from what this one has left.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple, TypeAlias, TypeVar

from pricing.agreed_terms import Discount, Markup, Override, Surcharge
from pricing.agreements import Held
from pricing.entries import make_ladder
from pricing.extensions import Extension
from pricing.keys import ANY, EntryKey
from pricing.money import EXACT, HUNDRED, ZERO, format_decimal
from pricing.schemes import Ladder, Package, Tariff, scale

V = TypeVar("V")

OVERRIDDEN: Final = "override: "
"""What the step of an override begins with."""
Layer: TypeAlias = tuple[Held, ...]
"""The terms of one agreement that hold together."""


class Step(NamedTuple):
    """What one term did to a price, in words; `source` is the term's name."""

    source: str
    said: str


class Own(NamedTuple):
    """An override, and its name."""

    source: str
    term: Override


class Contract(NamedTuple):
    """What is paid, how it came about, and the override that it comes from, if one does.

    `is_lost` where the last step comes to more digits than are worked out: the tariff is then that before it.
    """

    tariff: Tariff | None
    steps: tuple[Step, ...] = ()
    own: Own | None = None
    is_lost: bool = False


def contract(listed: Tariff | None, key: EntryKey, layers: Sequence[Layer]) -> Contract:
    """The contracted price of a key whose card's price is `listed`; no tariff where neither has one."""
    found = Contract(listed)
    for layer in layers:
        own = find_override(layer, key)
        found = _take(found, own) if own else _change(found, listed, key, layer)
    return found


def find_override(layer: Layer, key: EntryKey) -> Own | None:
    """The layer's own price for the key: of those that fit, the one that names the most."""
    own = {held.term.key: Own(held.source, held.term) for held in layer if isinstance(held.term, Override)}
    return find_fitting(own, key) if own else None


def find_fitting(by_key: Mapping[EntryKey, V], key: EntryKey) -> V | None:
    """What is there for the key itself, or for the pattern that names most of it."""
    return next((by_key[pattern] for pattern in patterns(key) if pattern in by_key), None)


@lru_cache(maxsize=1024)
def patterns(key: EntryKey) -> tuple[EntryKey, ...]:
    """Every key that fits the key, those that name the most first."""
    found = {EntryKey(key.meter, *names) for names in product(*((name, ANY) for name in key[1:]))}
    return tuple(sorted(found, key=lambda pattern: (-pattern.names, tuple(name == ANY for name in pattern[1:]))))


def to_tariff(term: Override) -> Tariff:
    """What the override asks."""
    if term.model in ("graduated", "volume"):
        return make_ladder(term.bands, (term.model, term.by), term.key)
    price = ZERO if term.price is None else term.price
    return Tariff(price, Package(term.size) if term.size is not None else None)


def _say(price: Decimal) -> str:
    return format_decimal(price) if price else "free"


def say_tariff(tariff: Tariff, say: Callable[[Decimal], str] = _say) -> str:
    """The tariff in words, without its currency: `0.1`, `free`, `1.5 for each 10`, `0.1 up to 1000, then 0.08`."""
    match tariff.scheme:
        case Ladder(model, by, _, bands):
            steps = [
                say(price) if up_to is None else f"{say(price)} up to {format_decimal(up_to)}" for up_to, price in bands
            ]
            return f"{', then '.join(steps)} ({model}, by {by} of the month)"
        case Package(size):
            return f"{say(tariff.unit_price)} for each {format_decimal(size)}"
        case Extension(model, _):
            return f"{say(tariff.unit_price)} by {model.name}"
        case _:
            return say(tariff.unit_price)


def _take(found: Contract, own: Own) -> Contract:
    tariff = to_tariff(own.term)
    return Contract(tariff, (*found.steps, Step(own.source, f"{OVERRIDDEN}{say_tariff(tariff)}")), own)


def _change(found: Contract, listed: Tariff | None, key: EntryKey, layer: Layer) -> Contract:
    """The price after the layer's percentages; where there is none yet, they have nothing to be of."""
    percentages = [(held.source, held.term) for held in layer if isinstance(held.term, Markup | Discount | Surcharge)]
    selected = [(source, term) for source, term in percentages if term.selects(key)]
    markups = [pair for pair in selected if isinstance(pair[1], Markup)]
    if listed is not None and markups:
        found = Contract(listed, found.steps)
    tariff, steps = found.tariff, list(found.steps)
    if tariff is None or found.is_lost:
        return found
    for source, term in (*markups, *(pair for pair in selected if pair not in markups)):
        try:
            tariff = scale(tariff, _factor(term))
        except decimal.Inexact:
            lost = Step(source, f"{term.kind} {term.percent} percent of {say_tariff(tariff)}")
            return Contract(tariff, (*steps, lost), found.own, is_lost=True)
        steps.append(Step(source, f"{term.kind} {term.percent} percent: {say_tariff(tariff)}"))
    return Contract(tariff, tuple(steps), found.own)


def _factor(term: Markup | Discount | Surcharge) -> Decimal:
    signed = EXACT.minus(term.percent) if isinstance(term, Discount) else term.percent
    return EXACT.add(HUNDRED, signed).scaleb(-2, EXACT)
