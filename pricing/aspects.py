"""All that holds for one market at one instant, aspect by aspect, in words that compare: rates and other terms.

Two aspects are the same when their words are; where they stand is beside the point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from pricing.adjustments import Adjuster
from pricing.catalogue import AmbiguousTermsError, Catalogue, Market, NoCardError, Pricing, UnknownNameError
from pricing.errors import ClashingTermsError, PricingError, UnwieldyPriceError
from pricing.keys import WITH_CLIPS, WITHOUT_CLIPS, name_names
from pricing.money import ZERO, format_amount
from pricing.rates import Rate, list_keys
from pricing.resolution import resolve
from pricing.terms import Terms, zone_in_force
from pricing.wordings import (
    clip_rule_in_force,
    describe_adjuster,
    describe_allowance,
    describe_clip_rule,
    describe_outcomes,
    describe_price,
    describe_rounding,
    describe_worth,
)
from wan_rules.request import ASPECT_RATIOS

TERMS_HELD: Final = "terms"
"""The name of the change from terms to none, or from none to terms."""
ADJUSTER_NAMES: Final = ("rebate", "monthly commitment", "minimum", "monthly minimum", "cap", "monthly cap", "credit")
TERM_NAMES: Final = (
    TERMS_HELD,
    *ADJUSTER_NAMES,
    "allowances",
    "outcomes",
    "reference_video",
    "rounding",
    "currency",
    "zone",
    "worth",
    "super_resolution",
    "card",
    "agreements",
)
"""What can change beside rates."""
_NO_TERMS: Final[Mapping[type[PricingError], str]] = MappingProxyType(
    {
        UnknownNameError: "the market is not known",
        AmbiguousTermsError: "two of the same rank hold",
        NoCardError: "no card holds",
        UnwieldyPriceError: "a price with too many digits",
        ClashingTermsError: "terms that contradict each other",
    }
)


class What(NamedTuple):
    """What changes: a meter at a tier (and at what else its price depends on), or, without one, one of TERM_NAMES."""

    name: str
    resolution: str | None = None


ORDER: Final[Mapping[What, int]] = MappingProxyType(
    {
        what: index
        for index, what in enumerate(
            (
                What(TERMS_HELD),
                *(What(key.meter, name_names(key)) for key in list_keys(ASPECT_RATIOS, (WITH_CLIPS, WITHOUT_CLIPS))),
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
    rates = pricing.terms.rates.items()
    held |= {What(key.meter, name_names(key)): _rate(rate, pricing) for key, rate in rates if key.resolution in tiers}
    return held | {What(name): term for name, term in _terms(pricing, at)}


def _rate(rate: Rate, pricing: Pricing) -> Aspect:
    entry = () if rate.is_own else (Source(rate.entry),)
    sources = [*entry, *(Source(step.source) for step in rate.steps)]
    price = _price(rate.contracted_unit_price, pricing.terms.currency, sources)
    if rate.scheme is None:
        return price
    currency = pricing.terms.currency
    return price._replace(words=f"{describe_price(rate.contracted, currency)} {currency}")


def _price(price: Decimal, currency: str, sources: Iterable[Source]) -> Aspect:
    words = f"{format_amount(price, currency)} {currency}" if price else "free"
    return Aspect(words, tuple(sources), price, currency)


def _terms(pricing: Pricing, at: datetime) -> Iterator[tuple[str, Aspect]]:
    """Each term that is no rate; that there is no minimum is a minimum of nothing."""
    terms, card = pricing.terms, pricing.card
    of_card = (Source(card.card.id),)
    for name, found in _adjusters(terms).items():
        if name == "minimum":
            amount, sources = (found[0].amount, (Source(found[0].source),)) if found else (ZERO, ())
            yield name, _price(amount, terms.currency, sources) if amount else Aspect("none", (), ZERO, terms.currency)
        else:
            said = "; ".join(describe_adjuster(adjuster, terms.currency) for adjuster in found)
            yield name, Aspect(said or "none", tuple(Source(adjuster.source) for adjuster in found))
    yield "allowances", _allowances(terms)
    yield "outcomes", Aspect("; ".join(describe_outcomes(terms)) or "not said", of_card)
    rule = clip_rule_in_force(card, at)
    in_words = "; ".join(describe_clip_rule(rule.model_copy(update={"assumed": None})))
    rule_at = Source(card.card.id, ("reference_video", card.reference_video.index(rule)))
    yield "reference_video", Aspect(in_words, (rule_at,))
    yield "rounding", Aspect(describe_rounding(terms.rounding) if terms.rounding else "none", of_card)
    yield "currency", Aspect(terms.currency, of_card)
    zone = zone_in_force(card, pricing.agreements) or "none"
    yield "zone", Aspect(zone, (*of_card, *(Source(one.agreement.id) for one in pricing.agreements)))
    yield "super_resolution", Aspect(f"priced by {terms.super_resolution}", of_card)
    yield "card", Aspect(card.card.id, of_card)
    worth = terms.worth
    yield "worth", Aspect(describe_worth(terms.currency, worth.value, worth.currency) if worth else "none", of_card)
    names = tuple(agreement.agreement.id for agreement in pricing.agreements)
    yield "agreements", Aspect(", ".join(names) or "none", tuple(map(Source, names)))


def _adjusters(terms: Terms) -> dict[str, list[Adjuster]]:
    """The adjusters by name: those of a month are told apart from those of a request."""
    found: dict[str, list[Adjuster]] = {name: [] for name in ADJUSTER_NAMES}
    for adjuster in terms.adjusters:
        found[adjuster.kind if adjuster.per == "request" else f"monthly {adjuster.kind}"].append(adjuster)
    return found


def _allowances(terms: Terms) -> Aspect:
    said = "; ".join(map(describe_allowance, terms.allowances))
    return Aspect(said or "none", tuple(Source(one.source) for one in terms.allowances))
