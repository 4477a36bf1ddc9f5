"""The terms of one market at one time, ready to charge by: every price looked up, contracted and named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar, get_args

from pricing.adjustments import Adjuster
from pricing.agreements import Agreement, terms_held
from pricing.cards import (
    Billed,
    CreditRule,
    Outcome,
    Owed,
    PricedAs,
    RateCard,
    ReferenceVideoRule,
    RoundingRule,
    SrPriced,
    UnfinishedRule,
)
from pricing.clips import ClipRule
from pricing.conditions import Allowed, find_conditions
from pricing.entries import Entry, Minimum, entry_id, entry_key, rule_id
from pricing.keys import ANY, EntryKey
from pricing.money import Rounding
from pricing.rates import Offer, Rate, price_all
from pricing.schemes import Ladder


class Worth(NamedTuple):
    """What one credit of the card is worth in money, and since when."""

    currency: str
    value: Decimal
    source: str


class Terms(NamedTuple):
    """All that a charge depends on, and nothing else; a quote's basis holds it whole.

    `rates` is by meter, tier, and what else prices depend on: `by_ratio` and `by_clips` say whether they do. `billed`
    and `priced_as` are of reference clips, as the card says. `counters` names the running totals that charges look at;
    `zone` is the time zone of their months. `outcomes` says what jobs that did not succeed cost.
    """

    currency: str
    super_resolution: SrPriced
    rates: Mapping[EntryKey, Rate]
    billed: Billed
    priced_as: PricedAs
    clip_rule: ClipRule
    rounding: Rounding | None
    rounding_from: str | None
    adjusters: tuple[Adjuster, ...] = ()
    allowances: tuple[Allowed, ...] = ()
    outcomes: Mapping[Outcome, Owed] = MappingProxyType({})
    counters: tuple[str, ...] = ()
    zone: str | None = None
    worth: Worth | None = None
    by_ratio: bool = False
    by_clips: bool = False


OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
_Part = TypeVar("_Part", ReferenceVideoRule, RoundingRule, UnfinishedRule, CreditRule)


def _in_force(parts: tuple[_Part, ...], at: datetime) -> _Part | None:
    begun = [part for part in parts if part.from_ <= at]
    return max(begun, key=lambda part: part.from_) if begun else None


def reference_in_force(card: RateCard, at: datetime) -> ReferenceVideoRule | None:
    """What the card says of reference clips at `at`; `None` before its first day."""
    return _in_force(card.reference_video, at)


def entries_in_force(card: RateCard, at: datetime) -> dict[EntryKey, Entry]:
    """The entry in force of each key at `at`: the one with the latest `from` that has begun."""
    found: dict[EntryKey, Entry] = {}
    for _, entry in card.live:
        key = entry_key(entry)
        if entry.from_ <= at and (key not in found or entry.from_ > found[key].from_):
            found[key] = entry
    return found


def build_terms(
    card: RateCard, agreements: Sequence[Agreement], at: datetime, *, agreed_at: datetime | None = None
) -> Terms | None:
    """The terms of a card and the agreements over it at `at`, the most general first; `None` before its first day.

    `agreed_at` is as of when the agreements hold, where that is not `at`. Raises UnwieldyPriceError or
    ClashingTermsError.
    """
    reference = reference_in_force(card, at)
    if reference is None:
        return None
    layers = [terms_held(agreement, agreed_at or at) for agreement in agreements]
    entries = entries_in_force(card, at)
    conditions = find_conditions(layers, card.card.currency, _least_charge(card.card.id, entries))
    rounding, worth = _in_force(card.rounding, at), _in_force(card.credit, at)
    rates = price_all(Offer(card, entries, layers, conditions.conversion))
    return Terms(
        currency=conditions.conversion.currency if conditions.conversion else card.card.currency,
        super_resolution=card.card.super_resolution,
        rates=rates,
        billed=reference.billed,
        priced_as=reference.priced_as,
        clip_rule=reference.to_clip_rule(),
        rounding=rounding.to_rounding() if rounding else None,
        rounding_from=rule_id(card.card.id, "rounding", rounding) if rounding else None,
        adjusters=conditions.adjusters,
        allowances=conditions.allowances,
        outcomes={**dict(_outcomes(_in_force(card.unfinished, at))), **conditions.outcomes},
        counters=find_counters(rates, conditions.allowances, conditions.adjusters),
        zone=zone_in_force(card, agreements),
        worth=Worth(worth.currency, worth.value, rule_id(card.card.id, "credit", worth)) if worth else None,
        by_ratio=any(key.ratio != ANY for key in rates),
        by_clips=any(key.clips != ANY for key in rates),
    )


def zone_in_force(card: RateCard, agreements: Sequence[Agreement]) -> str | None:
    """The zone of months that the last of the agreements says, else the card; `None` where nothing does."""
    return next((one.agreement.zone for one in reversed(agreements) if one.agreement.zone), card.card.zone)


def _least_charge(card: str, entries: Mapping[EntryKey, Entry]) -> Adjuster | None:
    entry = entries.get(EntryKey("minimum"))
    if isinstance(entry, Minimum) and entry.amount is not None:
        return Adjuster("minimum", "request", entry.amount, entry_id(card, entry))
    return None


def _outcomes(rule: UnfinishedRule | None) -> Iterator[tuple[Outcome, Owed]]:
    for outcome in OUTCOMES:
        owed: Owed | None = getattr(rule, outcome, None)
        if owed is not None:
            yield outcome, owed


def find_counters(
    rates: Mapping[EntryKey, Rate], allowances: Sequence[Allowed], adjusters: Sequence[Adjuster]
) -> tuple[str, ...]:
    """The running totals that prices, allowances and adjusters look at, in order of their names."""
    schemes = [scheme for rate in rates.values() for scheme in (rate.list_scheme, rate.scheme)]
    found = {scheme.counter for scheme in schemes if isinstance(scheme, Ladder)}
    found |= {allowed.counter for allowed in allowances}
    found |= {adjuster.counter for adjuster in adjusters if adjuster.counter}
    return tuple(sorted(found))
