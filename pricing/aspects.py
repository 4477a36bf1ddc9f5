"""All that holds for one market at one instant, aspect by aspect, in words that compare: rates and other terms.

Two aspects are the same when their words are; where they stand is beside the point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from pricing.agreements import is_overridden
from pricing.cards import PricingError
from pricing.catalogue import AmbiguousTermsError, Catalogue, Market, NoCardError, Pricing, UnknownNameError, resolve
from pricing.explanations import clip_rule_in_force, describe_clip_rule, describe_rounding
from pricing.meters import METERS
from pricing.money import ZERO, format_amount
from pricing.terms import Rate, UnwieldyPriceError
from wan_rules.request import RESOLUTIONS

TERMS_HELD: Final = "terms"
"""The name of the change from terms to none, or from none to terms."""
TERM_NAMES: Final = (
    TERMS_HELD,
    "minimum",
    "reference_video",
    "rounding",
    "currency",
    "super_resolution",
    "card",
    "agreement",
)
"""What can change beside rates."""
_NO_TERMS: Final[Mapping[type[PricingError], str]] = MappingProxyType(
    {
        UnknownNameError: "the market is not known",
        AmbiguousTermsError: "two of the same rank hold",
        NoCardError: "no card holds",
        UnwieldyPriceError: "a price with too many digits",
    }
)


class What(NamedTuple):
    """What changes: a meter at a tier, or, without a tier, one of TERM_NAMES."""

    name: str
    resolution: str | None = None


ORDER: Final[Mapping[What, int]] = MappingProxyType(
    {
        what: index
        for index, what in enumerate(
            (
                What(TERMS_HELD),
                *(What(meter, tier) for meter in METERS for tier in RESOLUTIONS),
                *map(What, TERM_NAMES[1:]),
            )
        )
    }
)
"""In which order aspects are told."""


class Source(NamedTuple):
    """A card, agreement or entry by its id; with a path, that table of the card."""

    name: str
    path: tuple[str | int, ...] = ()


class Aspect(NamedTuple):
    """What holds, in words; as a price if it is one; and what it comes from."""

    words: str
    sources: tuple[Source, ...] = ()
    price: Decimal | None = None
    currency: str | None = None


Aspects: TypeAlias = Mapping[What, Aspect]


def list_aspects(catalogue: Catalogue, market: Market, at: datetime, tiers: Sequence[str]) -> Aspects:
    """All that holds for the market at `at`, at the tiers that its host has; or why nothing does."""
    try:
        pricing = resolve(catalogue, market, at)
    except PricingError as error:
        return {What(TERMS_HELD): Aspect(_NO_TERMS[type(error)])}
    held = {What(TERMS_HELD): Aspect("in force")}
    held |= {What(*key): _rate(rate, pricing) for key, rate in pricing.terms.rates.items() if key[1] in tiers}
    return held | {What(name): term for name, term in _terms(pricing, at)}


def _rate(rate: Rate, pricing: Pricing) -> Aspect:
    sources = [Source(rate.entry)]
    if pricing.agreement is not None and rate.steps and not is_overridden(rate.steps):
        sources.append(Source(pricing.agreement.agreement.id))
    return _price(rate.contracted_unit_price, pricing.terms.currency, sources)


def _price(price: Decimal, currency: str, sources: Iterable[Source]) -> Aspect:
    words = f"{format_amount(price, currency)} {currency}" if price else "free"
    return Aspect(words, tuple(sources), price, currency)


def _terms(pricing: Pricing, at: datetime) -> Iterator[tuple[str, Aspect]]:
    """Each term that is no rate; that there is no minimum is a minimum of nothing."""
    terms, card = pricing.terms, pricing.card
    of_card = (Source(card.card.id),)
    if terms.minimum:
        yield "minimum", _price(terms.minimum, terms.currency, map(Source, filter(None, (terms.minimum_from,))))
    else:
        yield "minimum", Aspect("none", (), ZERO, terms.currency)
    rule = clip_rule_in_force(card, at)
    in_words = "; ".join(describe_clip_rule(rule.model_copy(update={"assumed": None})))
    rule_at = Source(card.card.id, ("reference_video", card.reference_video.index(rule)))
    yield "reference_video", Aspect(in_words, (rule_at,))
    yield "rounding", Aspect(describe_rounding(terms.rounding) if terms.rounding else "none", of_card)
    yield "currency", Aspect(terms.currency, of_card)
    yield "super_resolution", Aspect(f"priced by {terms.super_resolution}", of_card)
    yield "card", Aspect(card.card.id, of_card)
    agreement = pricing.agreement and pricing.agreement.agreement.id
    yield "agreement", Aspect(agreement, (Source(agreement),)) if agreement else Aspect("none")
