"""What is paid for a unit under a card and an agreement, over all time: the one place where checks contract prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, assert_never

from pricing.agreements import Agreement, Discount, LeastCharge, Override, Surcharge, Term, contract
from pricing.cards import EntryKey, RateCard
from pricing.lints.spans import BEGINNING, Span
from pricing.money import EXACT, ZERO
from pricing.terms import is_unwieldy, list_price
from wan_rules.request import Resolution
from wan_rules.staging import RENDERED_AT

ONE: Final = Decimal(1)


class Priced(NamedTuple):
    """What a unit costs from `begin` until the next: `None` where nothing says, or it has too many digits (`wide`).

    `span` is the entry that it comes from; a price of the agreement's own has none.
    """

    begin: datetime
    price: Decimal | None
    span: Span | None = None
    wide: bool = False


class Prices:
    """The prices of a card under terms, by meter and tier and in order of time; each is worked out when asked for."""

    def __init__(self, spans: Mapping[EntryKey, tuple[Span, ...]], terms: tuple[Term, ...]) -> None:
        """`spans` is what the card says of each meter and tier, over time."""
        self._spans, self._terms = spans, terms
        self._known: dict[EntryKey, tuple[Priced, ...]] = {}

    def __getitem__(self, key: EntryKey) -> tuple[Priced, ...]:
        """The contracted price of one meter and tier over all time."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(_contract(self._spans[key], self._terms, key))
        return found


def _contract(spans: tuple[Span, ...], terms: tuple[Term, ...], key: EntryKey) -> Iterator[Priced]:
    """An override is one price for ever; percentages are one factor, worked out once for all dates."""
    about = tuple(term for term in terms if _is_about(term, key))
    if any(isinstance(term, Override) for term in about):
        yield Priced(BEGINNING, contract(ZERO, key, about)[0])
        return
    factor = contract(ONE, key, about)[0]
    for span in spans:
        listed = list_price(span.entry)
        price = EXACT.multiply(listed, factor) if listed is not None and about else listed
        wide = price is not None and bool(about) and is_unwieldy(price)
        yield Priced(span.begin, None if wide else price, span, wide)


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


def list_seconds(card: RateCard, prices: Prices, tier: Resolution) -> list[Second]:
    """What a second delivered at the tier costs over time, in all its stages; the first is when all have begun."""
    keys = _stages(card, tier)
    if len(keys) == 1:
        return [Second(one.begin, one.price, ((keys[0], one),)) for one in prices[keys[0]]]
    begins = sorted({one.begin for key in keys for one in prices[key]})
    found = [[(key, one) for key in keys if (one := _at(prices[key], begin))] for begin in begins]
    return [Second(begin, _add(now), tuple(now)) for begin, now in zip(begins, found, strict=True) if len(now) > 1]


def _stages(card: RateCard, tier: Resolution) -> tuple[EntryKey, ...]:
    """What a second delivered at the tier is charged by."""
    rendered = RENDERED_AT[tier]
    if card.card.super_resolution == "stages" and rendered != tier:
        return (("output_video_seconds", rendered), ("super_resolution_seconds", tier))
    return (("output_video_seconds", tier),)


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


def list_causes(card: RateCard, agreement: Agreement | None, second: Second) -> Iterator[Cause]:
    """Every line that the price of a stage comes from: its entry, and the terms that count for it."""
    head = agreement.agreement if agreement else None
    for key, priced in second.stages:
        if priced.span:
            yield Cause(priced.span.begin, agreed=False, part=card.card.id, path=("entry", priced.span.position))
        for index, term in enumerate(agreement.term if agreement else ()):
            if head and _is_about(term, key) and isinstance(term, Override) == (priced.span is None):
                yield Cause(head.from_, agreed=True, part=head.id, path=("term", index))


def _is_about(term: Term, key: EntryKey) -> bool:
    match term:
        case Override():
            return term.meter == key[0] and term.resolution in (key[1], "any")
        case Discount() | Surcharge():
            return term.selects(key)
        case LeastCharge():
            return False
        case _:
            assert_never(term)


def reordering_terms(agreement: Agreement | None) -> tuple[Term, ...]:
    """The terms that can put prices into another order than the card has; those about all of them alike can't.

    Beside an override every percentage counts: it changes what the override does not.
    """
    terms = tuple(term for term in agreement.term if not isinstance(term, LeastCharge)) if agreement else ()
    if any(isinstance(term, Override) for term in terms):
        return terms
    return tuple(term for term in terms if not isinstance(term, LeastCharge | Override) and _is_partial(term))


def _is_partial(term: Discount | Surcharge) -> bool:
    return bool(term.meters or term.resolutions)
