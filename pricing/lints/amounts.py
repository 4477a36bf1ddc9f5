"""CAT3xx: prices that can be charged, and that look like what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from pricing.agreements import Agreement, LeastCharge, Override, Term, contract
from pricing.cards import RateCard
from pricing.entries import Entry, EntryKey, entry_key, name_key
from pricing.errors import UnwieldyPriceError
from pricing.lints.lint import Check, Fault, differs, name_markets
from pricing.lints.survey import Holding, Pairing, Span, Survey, list_spans
from pricing.money import EXACT, ZERO, format_amount
from pricing.rates import is_unwieldy
from pricing.terms import Terms, build_terms, list_price
from wan_rules.request import RESOLUTIONS, Resolution
from wan_rules.staging import RENDERED_AT

SOURCE: Final = "docs/explanation/checks.md#amounts"
UNITS: Final = {
    Decimal(60): "seconds and minutes are",
    Decimal(1000): "one and a thousand are",
    Decimal(3600): "seconds and hours are",
}
"""By how much a price is off whose unit was mistaken."""
NEAR: Final = Decimal("1.1")
"""How near a ratio comes to a unit's to be taken for it."""
_Tiers: TypeAlias = tuple[Resolution, Resolution]
LADDERS: Final[tuple[_Tiers, ...]] = (("720P", "1080P"), ("1080P-SR", "1440P-SR"))
"""Tiers of one kind, the smaller first."""
CHEAPER_WAY: Final[_Tiers] = ("1080P-SR", "1080P")


def _unwieldy(survey: Survey) -> Iterator[Fault]:
    """A contracted price has at most 12 digits before the point and 12 after it, as every engine holds.

    Percentages of percentages make more; a request in that time could not be quoted.
    """
    told: set[str] = set()
    spans = {card.card.id: tuple(list_spans(card)) for card in survey.cards}
    wide: dict[tuple[str, tuple[Term, ...]], tuple[tuple[Span, EntryKey], ...]] = {}
    for card, agreement, holdings in survey.pairings:
        if agreement is None or not agreement.term:
            continue
        name, kept = agreement.agreement.id, (card.card.id, agreement.term)
        if kept not in wide:
            wide[kept] = tuple(_too_wide(spans[card.card.id], agreement))
        for span, key in wide[kept]:
            if name not in told and any(_meet(span, holding) for holding in holdings):
                told.add(name)
                yield Fault(
                    survey.place(name),
                    f"Its price for {name_key(key)} has more digits than a price can have, on top of the entry from "
                    f"{span.entry.from_.date()} of {card.card.id!r}. Agree on that price by an override.",
                )


def _too_wide(spans: tuple[Span, ...], agreement: Agreement) -> Iterator[tuple[Span, EntryKey]]:
    """Each price of the card that the agreement turns into one with too many digits."""
    for span in spans:
        price, (meter, named) = list_price(span.entry), entry_key(span.entry)
        for tier in RESOLUTIONS if named == "any" else (named,):
            if price is not None and is_unwieldy(contract(price, (meter, tier), agreement.term)[0]):
                yield span, (meter, tier)


def _meet(span: Span, holding: Holding) -> bool:
    """Whether the entry is in force at some time of the holding."""
    return holding.reaches(span.entry.from_) and span.reaches(holding.begin)


class _Step(NamedTuple):
    """A price and the one before it, of one meter and tier."""

    position: int
    entry: Entry
    before: Decimal
    price: Decimal


def _steps(card: RateCard) -> Iterator[_Step]:
    """Every change from one price to another; what is free or named absent is passed over."""
    before: dict[EntryKey, Decimal] = {}
    for entry, position, _ in list_spans(card):
        price = list_price(entry)
        if price:
            key = entry_key(entry)
            yield _Step(position, entry, before.get(key, price), price)
            before[key] = price


def _unit_of(step: _Step) -> str | None:
    """The words for the units that were mistaken, if the change looks like it."""
    small, large = sorted((step.before, step.price))
    found = (words for factor, words in UNITS.items() if not differs(large, factor * small, NEAR))
    return next(found, None)


def _jumps(survey: Survey) -> Iterator[Fault]:
    """A price changes by no more than a factor, 2 unless `--max-ratio` says another, from the entry before."""
    for card in survey.cards:
        for step in _steps(card):
            if differs(step.before, step.price, survey.bounds.max_ratio) and _unit_of(step) is None:
                most = f"a change by more than a factor of {survey.bounds.max_ratio}"
                mend = "Mend the slip, or check with a larger --max-ratio if it is meant"
                yield _changed(survey, card, step, f"{most}. {mend}.")


def _unit_slips(survey: Survey) -> Iterator[Fault]:
    """No price is near 60, 1000 or 3600 times the entry before, or that part of it: then a unit was mistaken."""
    for card in survey.cards:
        for step in _steps(card):
            unit = _unit_of(step)
            if unit is not None:
                said = f"as far apart as {unit}. A price is for one second, or for one request: write it so."
                yield _changed(survey, card, step, said)


def _changed(survey: Survey, card: RateCard, step: _Step, said: str) -> Fault:
    before, price = (format_amount(amount, card.card.currency) for amount in (step.before, step.price))
    what = f"{name_key(entry_key(step.entry))} goes from {before} to {price} {card.card.currency}"
    place = survey.place(card.card.id, "entry", step.position, "price")
    return Fault(place, f"{what} on {step.entry.from_.date()}: {said}")


def _tier_inversions(survey: Survey) -> Iterator[Fault]:
    """A second of a larger tier costs at least as much as one of a smaller tier of the same kind."""
    yield from _inversions(survey, LADDERS, "the larger tier costs less. Mend the price that is wrong.")


def _dear_upscaling(survey: Survey) -> Iterator[Fault]:
    """A second of 1080P-SR costs no more than one of 1080P, since upscaling is meant as the cheaper way."""
    said = "upscaling is meant as the cheaper way. Mend the price, or let it stand where the host asks for it."
    yield from _inversions(survey, (CHEAPER_WAY,), said)


def _inversions(survey: Survey, pairs: tuple[_Tiers, ...], said: str) -> Iterator[Fault]:
    """The first time that the first of two tiers costs more than the second, for each card and kind of terms."""
    groups: dict[tuple[str, tuple[Term, ...]], list[Pairing]] = {}
    for pairing in survey.pairings:
        groups.setdefault((pairing.card.card.id, _reordering(pairing.agreement)), []).append(pairing)
    for (_, terms), pairings in groups.items():
        card, agreement = pairings[0].card, pairings[0].agreement if terms else None
        there = [pair for pair in pairs if set(pair) <= set(survey.tiers(card.card.host))]
        told: set[_Tiers] = set()
        for instant in _instants(card, pairings) if there else ():
            found = _terms_at(card, agreement, instant)
            for pair in there:
                low, high = (_second(found, tier) if found else None for tier in pair)
                if pair not in told and low is not None and high is not None and low > high:
                    told.add(pair)
                    prices = (format_amount(price, card.card.currency) for price in (low, high))
                    costs = " and ".join(f"{price} at {tier}" for tier, price in zip(pair, prices, strict=True))
                    markets = name_markets(market for pairing in pairings for market in pairing.markets)
                    yield Fault(
                        survey.place(agreement.agreement.id if agreement else card.card.id),
                        f"From {instant.date()} a second costs {costs}, in {card.card.currency} ({markets}): {said}",
                    )


def _reordering(agreement: Agreement | None) -> tuple[Term, ...]:
    """The terms that can put prices into another order than the card has: those that are not about all of them."""
    terms = agreement.term if agreement else ()
    return tuple(term for term in terms if isinstance(term, Override) or _is_partial(term))


def _is_partial(term: Term) -> bool:
    return not isinstance(term, LeastCharge | Override) and bool(term.meters or term.resolutions)


def _instants(card: RateCard, pairings: list[Pairing]) -> list[datetime]:
    """Every instant at which a price begins to hold for one of the pairings."""
    dates = {entry.from_ for entry in card.entry} | {rule.from_ for rule in card.reference_video}
    windows = {(holding.begin, holding.end): holding for pairing in pairings for holding in pairing.holdings}
    within = {day for day in dates if any(holding.covers(day) for holding in windows.values())}
    return sorted(within | {begin for begin, _ in windows})


def _terms_at(card: RateCard, agreement: Agreement | None, instant: datetime) -> Terms | None:
    try:
        return build_terms(card, agreement, instant)
    except UnwieldyPriceError:  # told by its own check
        return None


def _second(terms: Terms, tier: Resolution) -> Decimal | None:
    """What a second delivered at the tier costs, in all its stages; `None` where one has no price."""
    rendered = RENDERED_AT[tier]
    keys: tuple[EntryKey, ...] = (("output_video_seconds", tier),)
    if terms.super_resolution == "stages" and rendered != tier:
        keys = (("output_video_seconds", rendered), ("super_resolution_seconds", tier))
    total = ZERO
    for key in keys:
        if key not in terms.rates:
            return None
        total = EXACT.add(total, terms.rates[key].contracted_unit_price)
    return total


UNWIELDY: Final = Check(id="CAT301", name="unwieldy-price", severity="error", source=SOURCE, find=_unwieldy)
JUMP: Final = Check(id="CAT302", name="jump", severity="warning", source=SOURCE, find=_jumps)
UNIT_SLIP: Final = Check(id="CAT303", name="unit-slip", severity="warning", source=SOURCE, find=_unit_slips)
INVERSION: Final = Check(id="CAT304", name="tier-inversion", severity="warning", source=SOURCE, find=_tier_inversions)
DEAR_UPSCALING: Final = Check(
    id="CAT305", name="dear-upscaling", severity="warning", source=SOURCE, find=_dear_upscaling
)

AMOUNTS: Final = (UNWIELDY, JUMP, UNIT_SLIP, INVERSION, DEAR_UPSCALING)
