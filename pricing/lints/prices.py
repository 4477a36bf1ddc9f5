"""What is paid for a unit under a card and agreements, over all time: the one place where checks contract prices."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Final, NamedTuple, cast

from pricing.agreed_terms import Discount, Exchange, Markup, Override, Surcharge, Term
from pricing.agreements import Agreement
from pricing.cards import RateCard
from pricing.conditions import Conversion, convert_own, find_conditions
from pricing.contracts import Layer, contract, patterns
from pricing.entries import Minimum, to_tariff
from pricing.errors import ClashingTermsError
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey, name_names
from pricing.lints.spans import Span
from pricing.metering import list_delivered
from pricing.money import EXACT, ZERO
from pricing.periods import BEGINNING
from pricing.rates import is_unwieldy, list_keys
from pricing.schemes import Package, Tariff, list_prices, scale
from wan_rules.request import ASPECT_RATIOS, Resolution

ONE: Final = Tariff(Decimal(1))


class Priced(NamedTuple):
    """What a unit costs from `begin` until the next: `None` where nothing says, or it has too many digits (`wide`).

    Of a ladder it is the first band's price; what is sold by the package has no price of a unit. `span` is the entry
    that it comes from; a price of the agreement's own has none.
    """

    begin: datetime
    price: Decimal | None
    span: Span | None = None
    wide: bool = False


class Prices:
    """The prices of a card under terms, by meter and tier and in order of time; each is worked out when asked for."""

    def __init__(self, spans: Mapping[EntryKey, tuple[Span, ...]], layers: tuple[Layer, ...], currency: str) -> None:
        """`spans` is what the card, in that currency, says of each meter and tier, over time."""
        self._spans, self._layers, self._currency = spans, layers, currency
        self._conversion = _find_conversion(layers, currency)
        self._known: dict[EntryKey, tuple[Priced, ...]] = {}

    def __getitem__(self, key: EntryKey) -> tuple[Priced, ...]:
        """The contracted price of one meter and tier over all time."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._contract(key))
        return found

    @property
    def currency(self) -> str:
        """What the prices are in: the card's currency, or the one that it is exchanged to."""
        return self._conversion.currency if self._conversion else self._currency

    def keys(self) -> Iterator[EntryKey]:
        """Every meter and tier that there may be a price for, and what else the card or an override names."""
        named = {*self._spans, *(held.term.key for held in chain(*self._layers) if isinstance(held.term, Override))}
        ratios = ASPECT_RATIOS if any(key.ratio != ANY for key in named) else ()
        return list_keys(ratios, (WITH_CLIPS, WITHOUT_CLIPS) if any(key.clips != ANY for key in named) else ())

    def _find(self, key: EntryKey) -> tuple[Span, ...]:
        """The card's entries; it tells nothing apart that an override alone names."""
        return next(self._spans[pattern] for pattern in patterns(key) if pattern in self._spans)

    def _contract(self, key: EntryKey) -> Iterator[Priced]:
        """An override is one price for ever, unless a markup starts from the card's own, once there is one.

        Without an override percentages are one factor.
        """
        about = tuple(tuple(held for held in layer if is_about(held.term, key)) for layer in self._layers)
        terms = [held.term for layer in about for held in layer]
        if not any(isinstance(term, Override) for term in terms):
            if terms and self._find(key):
                yield from self._multiply(key, about)
            else:
                yield from (Priced(span.begin, _unit_price(_list(span)), span) for span in self._find(key))
            return
        yield self._pay(BEGINNING, None, key, about)
        if any(isinstance(term, Markup) for term in terms):
            yield from (self._pay(span.begin, _list(span), key, about)._replace(span=span) for span in self._find(key))

    def _multiply(self, key: EntryKey, about: tuple[Layer, ...]) -> Iterator[Priced]:
        """What the card asks, times all percentages and the exchange; one by one where those alone are too long."""
        whole, rate = contract(ONE, key, about), convert_own(None, self._currency, self._conversion)
        factor = None if whole.is_lost else _scale(whole.tariff or ONE, rate)
        for span in self._find(key):
            tariff = _list(span)
            if tariff is None:
                yield Priced(span.begin, None, span)
            elif factor:
                yield _to_priced(span.begin, _scale(tariff, factor.unit_price))._replace(span=span)
            else:  # what is free stays free
                yield self._pay(span.begin, tariff, key, about)._replace(span=span)

    def _pay(self, begin: datetime, listed: Tariff | None, key: EntryKey, about: tuple[Layer, ...]) -> Priced:
        contracted = contract(listed, key, about)
        own = cast("Tariff", contracted.tariff)  # whoever calls has found an override or a price of the card
        try:
            rate = convert_own(contracted.own, self._currency, self._conversion)
        except ClashingTermsError:  # told by its own check
            return Priced(begin, None)
        return _to_priced(begin, None if contracted.is_lost else _scale(own, rate))


def _scale(tariff: Tariff, factor: Decimal) -> Tariff | None:
    """`None` where that comes to more digits than are worked out."""
    try:
        return scale(tariff, factor)
    except decimal.Inexact:
        return None


def _to_priced(begin: datetime, tariff: Tariff | None) -> Priced:
    if tariff is None:
        return Priced(begin, None, wide=True)
    wide = any(map(is_unwieldy, list_prices(tariff)))
    return Priced(begin, None if wide else _unit_price(tariff), None, wide)


def _list(span: Span) -> Tariff | None:
    return None if isinstance(span.entry, Minimum) else to_tariff(span.entry)


def _unit_price(tariff: Tariff | None) -> Decimal | None:
    return None if tariff is None or isinstance(tariff.scheme, Package) else tariff.unit_price


def _find_conversion(layers: tuple[Layer, ...], currency: str) -> Conversion | None:
    if not any(isinstance(held.term, Exchange) for layer in layers for held in layer):
        return None
    try:
        return find_conditions(layers, currency, None).conversion
    except ClashingTermsError:  # told by its own check
        return None


class Cause(NamedTuple):
    """A line that a price comes from: since when it counts, and where it stands. The largest counts last."""

    since: datetime
    agreed: bool
    part: str
    path: tuple[str | int, ...]


class Second(NamedTuple):
    """What a second delivered at a tier costs from `begin` until the next, and what each of its stages does."""

    begin: datetime
    price: Decimal | None
    stages: tuple[tuple[EntryKey, Priced], ...]

    @property
    def named(self) -> str:
        """What else than its tier it costs that for, as people read it after a comma."""
        key = self.stages[0][0]._replace(resolution=ANY)
        return f", {name_names(key)}" if key.names else ""


def list_seconds(card: RateCard, prices: Prices, tier: Resolution, names: tuple[str, str]) -> list[Second]:
    """What a second delivered at the tier costs over time, in all its stages; the first is when all have begun.

    `names` are its ratio, and whether there are clips, where prices depend on them.
    """
    keys = [EntryKey(*key[:2], *names) for key in list_delivered(tier, card.card.super_resolution)]
    if len(keys) == 1:
        return [Second(one.begin, one.price, ((keys[0], one),)) for one in prices[keys[0]]]
    begins = sorted({one.begin for key in keys for one in prices[key]})
    found = [[(key, one) for key in keys if (one := _at(prices[key], begin))] for begin in begins]
    return [Second(begin, _add(now), tuple(now)) for begin, now in zip(begins, found, strict=True) if len(now) > 1]


def _at(priced: tuple[Priced, ...], at: datetime) -> Priced | None:
    begun = [one for one in priced if one.begin <= at]
    return begun[-1] if begun else None


def _add(stages: list[tuple[EntryKey, Priced]]) -> Decimal | None:
    total = ZERO
    for _, one in stages:
        if one.price is None:
            return None
        total = EXACT.add(total, one.price)
    return total


def list_causes(card: RateCard, agreements: tuple[Agreement, ...], second: Second) -> Iterator[Cause]:
    """Every line that the price of a stage comes from: its entry, and the terms that count for it."""
    for key, priced in second.stages:
        if priced.span:
            yield Cause(priced.span.begin, agreed=False, part=card.card.id, path=("entry", priced.span.position))
        for agreement in agreements:
            head = agreement.agreement
            for index, term in enumerate(agreement.term):
                if is_about(term, key) and isinstance(term, Override) == (priced.span is None):
                    yield Cause(term.from_ or head.from_, agreed=True, part=head.id, path=("term", index))


def is_about(term: Term, key: EntryKey) -> bool:
    """Whether the term has a say in that price."""
    match term:
        case Override():
            return term.key.covers(key)
        case Markup() | Discount() | Surcharge():
            return term.selects(key)
        case _:
            return isinstance(term, Exchange)


def reordering_layers(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The terms that can put prices into another order than the card has; those about all of them alike can't.

    Beside an override every percentage counts, and the exchange: they change what the override does not. Beside a
    percentage on some prices every markup counts: it starts again from the card's own.
    """
    terms = [held.term for layer in layers for held in layer]
    if any(isinstance(term, Override) for term in terms):
        return _keep(layers, lambda term: isinstance(term, _PRICING))
    if any(map(_is_partial, terms)):
        return _keep(layers, lambda term: isinstance(term, Markup) or _is_partial(term))
    return ()


_PRICING: Final = (Override, Markup, Discount, Surcharge, Exchange)


def _keep(layers: tuple[Layer, ...], counts: Callable[[Term], bool]) -> tuple[Layer, ...]:
    kept = (tuple(held for held in layer if counts(held.term)) for layer in layers)
    return tuple(layer for layer in kept if layer)


def _is_partial(term: Term) -> bool:
    """Whether it is a percentage on some prices and not on others."""
    return isinstance(term, Markup | Discount | Surcharge) and bool(term.meters or term.resolutions)
