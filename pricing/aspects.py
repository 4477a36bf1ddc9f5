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
from pricing.extensions import Extension
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey, name_names
from pricing.money import ZERO, format_amount
from pricing.rates import Rate, list_keys
from pricing.resolution import resolve
from pricing.schemes import Ladder, Scheme
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
    """What holds, in words; as a price, and how it is charged, if it is one; and what it comes from."""

    words: str
    sources: tuple[Source, ...] = ()
    price: Decimal | None = None
    currency: str | None = None
    scheme: Scheme | None = None


Aspects: TypeAlias = Mapping[What, Aspect]


class Grid(NamedTuple):
    """Where prices are told: at these tiers of the host and, where they depend on it, by ratio and by clips."""

    tiers: Sequence[str]
    by_ratio: bool = False
    by_clips: bool = False


def refine(grid: Grid, catalogue: Catalogue, market: Market, at: datetime) -> Grid:
    """The grid, at least as fine as what the market's prices at `at` depend on."""
    try:
        terms = resolve(catalogue, market, at).terms
    except PricingError:
        return grid
    return Grid(grid.tiers, grid.by_ratio or terms.by_ratio, grid.by_clips or terms.by_clips)


def list_aspects(catalogue: Catalogue, market: Market, at: datetime, grid: Grid) -> Aspects:
    """All that holds for the market at `at`, at each place of a grid that was refined by it; or why nothing does."""
    try:
        pricing = resolve(catalogue, market, at)
    except PricingError as error:
        return {What(TERMS_HELD): Aspect(_NO_TERMS[type(error)])}
    held = {What(TERMS_HELD): Aspect("in force")}
    rates = _rates(pricing.terms, grid)
    held |= {What(key.meter, name_names(key)): _rate(rate, pricing) for key, rate in rates}
    return held | {What(name): term for name, term in _terms(pricing, at)}


def _rates(terms: Terms, grid: Grid) -> Iterator[tuple[EntryKey, Rate]]:
    """The rate that requests are charged by at each place of the grid that has one."""
    ratios, clips = ASPECT_RATIOS if grid.by_ratio else (), (WITH_CLIPS, WITHOUT_CLIPS) if grid.by_clips else ()
    for key in list_keys(ratios, clips):
        if key.resolution not in grid.tiers or (clips and key.clips == ANY):
            continue  # a request has clips, or has none
        charged = key._replace(ratio=key.ratio if terms.by_ratio else ANY, clips=key.clips if terms.by_clips else ANY)
        rate = terms.rates.get(charged)
        if rate is not None:
            yield key, rate


def _rate(rate: Rate, pricing: Pricing) -> Aspect:
    entry = () if rate.is_own else (Source(rate.entry),)
    sources = [*entry, *(Source(step.source) for step in rate.steps)]
    price = _price(rate.contracted_unit_price, pricing.terms.currency, sources)
    if rate.scheme is None:
        return price
    currency = pricing.terms.currency
    words = f"{describe_price(rate.contracted, currency)} {currency}{_say_counted(rate.scheme)}"
    return price._replace(words=words, scheme=rate.scheme)


def _say_counted(scheme: Scheme) -> str:
    """What charges depend on beside the prices: the running total of a ladder's units, a plugin's parameters."""
    match scheme:
        case Ladder(_, "units", counter, _):
            return f", counted in {counter}"
        case Extension(_, parameters):
            return f", with {parameters.model_dump_json()}"
        case _:
            return ""


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
            said = "; ".join(_say_adjuster(adjuster, terms.currency) for adjuster in found)
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


def _say_adjuster(adjuster: Adjuster, currency: str) -> str:
    """What it does; of a credit its name too, which is what it is counted by."""
    said = describe_adjuster(adjuster, currency)
    return f"{said} as {adjuster.counter}" if adjuster.kind == "credit" else said


def _adjusters(terms: Terms) -> dict[str, list[Adjuster]]:
    """The adjusters by name: those of a month are told apart from those of a request."""
    found: dict[str, list[Adjuster]] = {name: [] for name in ADJUSTER_NAMES}
    for adjuster in terms.adjusters:
        found[adjuster.kind if adjuster.per == "request" else f"monthly {adjuster.kind}"].append(adjuster)
    return found


def _allowances(terms: Terms) -> Aspect:
    said = "; ".join(map(describe_allowance, terms.allowances))
    return Aspect(said or "none", tuple(Source(one.source) for one in terms.allowances))
