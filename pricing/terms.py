"""The terms of one market at one time, ready to charge by: every price looked up, contracted and named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeVar

from pricing.agreements import Agreement, LeastCharge, contract, is_overridden
from pricing.cards import (
    EntryKey,
    Flat,
    Minimum,
    PerUnit,
    PricingError,
    RateCard,
    ReferenceVideoRule,
    RoundingRule,
    entry_id,
    entry_key,
)
from pricing.formulas import ClipRule
from pricing.meters import METERS
from pricing.money import EXACT, ZERO, Rounding
from wan_rules.request import RESOLUTIONS

MAX_DECIMALS: Final = 12
"""Of a contracted unit price, so that price times quantity fits every engine."""
MAX_WHOLE_DIGITS: Final = 12
"""Of a contracted unit price, as of every number that is written."""


class UnwieldyPriceError(PricingError):
    """A contracted price with more digits than every engine holds: percentages of percentages, most often."""


class Rate(NamedTuple):
    """The price of one meter at one tier. `list_unit_price` is `None` where only the agreement has a price.

    `steps` says what each term of the agreement did to the list price; `note` is what the card says of the entry.
    """

    list_unit_price: Decimal | None
    contracted_unit_price: Decimal
    entry: str
    steps: tuple[str, ...] = ()
    note: str | None = None
    confidence: str | None = None


class Terms(NamedTuple):
    """All that a charge depends on, and nothing else; a quote's basis holds it whole.

    `rates` is by meter and tier. `billed` and `priced_as` are of reference clips, as the card says.
    """

    currency: str
    super_resolution: Literal["tier", "stages"]
    rates: Mapping[EntryKey, Rate]
    billed: Literal["yes", "no", "unknown"]
    priced_as: Literal["output", "render", "own"]
    clip_rule: ClipRule
    minimum: Decimal | None
    minimum_from: str | None
    rounding: Rounding | None
    rounding_from: str | None


_Part = TypeVar("_Part", ReferenceVideoRule, RoundingRule)


def _in_force(parts: tuple[_Part, ...], at: datetime) -> _Part | None:
    begun = [part for part in parts if part.from_ <= at]
    return max(begun, key=lambda part: part.from_) if begun else None


def entries_in_force(card: RateCard, at: datetime) -> dict[EntryKey, PerUnit | Flat | Minimum]:
    """The entry in force of each meter and tier at `at`: the one with the latest `from` that has begun."""
    found: dict[EntryKey, PerUnit | Flat | Minimum] = {}
    for entry in card.entry:
        key = entry_key(entry)
        if entry.from_ <= at and (key not in found or entry.from_ > found[key].from_):
            found[key] = entry
    return found


def build_terms(card: RateCard, agreement: Agreement | None, at: datetime) -> Terms | None:
    """The terms of a card and an agreement over it at `at`; `None` where the card's first day is later."""
    reference = _in_force(card.reference_video, at)
    if reference is None:
        return None
    rounding = _in_force(card.rounding, at)
    minimum, minimum_from = _minimum(card, agreement, at)
    return Terms(
        currency=card.card.currency,
        super_resolution=card.card.super_resolution,
        rates=_rates(card, agreement, at),
        billed=reference.billed,
        priced_as=reference.priced_as,
        clip_rule=reference.to_clip_rule(),
        minimum=minimum,
        minimum_from=minimum_from,
        rounding=rounding.to_rounding() if rounding else None,
        rounding_from=f"{card.card.id}:rounding@{rounding.from_.date()}" if rounding else None,
    )


def _rates(card: RateCard, agreement: Agreement | None, at: datetime) -> dict[EntryKey, Rate]:
    entries = entries_in_force(card, at)
    rates: dict[EntryKey, Rate] = {}
    for meter in METERS:
        for resolution in RESOLUTIONS:
            entry = entries.get((meter, resolution)) or entries.get((meter, "any"))
            rate = _rate(card, agreement, (meter, resolution), entry)
            if rate is not None:
                rates[(meter, resolution)] = rate
    return rates


def _rate(
    card: RateCard, agreement: Agreement | None, key: EntryKey, entry: PerUnit | Flat | Minimum | None
) -> Rate | None:
    terms = agreement.term if agreement else ()
    listed = list_price(entry)
    contracted, steps = contract(listed if listed is not None else ZERO, key, terms)
    if listed is None and not is_overridden(steps):
        return None
    name = "" if entry is None else entry_id(card.card.id, entry)
    if agreement is not None and is_overridden(steps):
        name = f"{agreement.agreement.id}:override/{'/'.join(key)}"
    if is_unwieldy(contracted):
        msg = f"{name}: {steps[-1]} has more digits than a price can have. Agree on a price by an override"
        raise UnwieldyPriceError(msg)
    note = getattr(entry, "note", None)
    confidence = getattr(entry, "confidence", None) or card.card.confidence
    return Rate(listed, contracted.normalize() if steps else contracted, name, steps, note, confidence)


def is_unwieldy(price: Decimal) -> bool:
    """Whether the price has more digits than every engine holds."""
    return -_exponent(price) > MAX_DECIMALS or price.adjusted() >= MAX_WHOLE_DIGITS


def _exponent(price: Decimal) -> int:
    exponent = price.normalize(EXACT).as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def list_price(entry: PerUnit | Flat | Minimum | None) -> Decimal | None:
    """What the entry asks for a unit: zero where it is free, `None` where it names no price."""
    match entry:
        case PerUnit() | Flat():
            return ZERO if entry.free else entry.price
        case _:
            return None


def _minimum(card: RateCard, agreement: Agreement | None, at: datetime) -> tuple[Decimal | None, str | None]:
    for term in agreement.term if agreement else ():
        if isinstance(term, LeastCharge):
            return term.amount, agreement.agreement.id if agreement else None
    entry = entries_in_force(card, at).get(("minimum", "any"))
    if isinstance(entry, Minimum) and entry.amount is not None:
        return entry.amount, entry_id(card.card.id, entry)
    return None, None
