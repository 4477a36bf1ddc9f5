"""A quote: a valid request, its plan, and what it costs under the terms of one market at one instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from pricing.agreements import is_overridden
from pricing.cards import PricingError, entry_key
from pricing.catalogue import Pricing
from pricing.charges import Charged, Kind, Line, MissingRateError, charge_billable
from pricing.metering import Billable, Span, Work, consume, describe_work, measure
from pricing.terms import Rate
from wan_rules.staging import Plan, plan
from wan_rules.validation import ValidRequest

CACHED_CHARGES: Final = 8192
"""Charges kept: what is billed alike under the same terms costs the same, however long the clips were."""


class NoRateError(PricingError):
    """Nothing prices what was asked, for that market at that instant; `nearest` says what would help."""

    def __init__(self, reason: str, nearest: str) -> None:
        """Join both parts."""
        super().__init__(f"{reason}. {nearest}")
        self.reason, self.nearest = reason, nearest


class Assumption(NamedTuple):
    """Something that the quote takes for granted, with a code to filter by."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A charge under the terms of one market, and what was assumed; one object for all that is billed alike."""

    pricing: Pricing
    charged: Charged
    assumptions: tuple[Assumption, ...]


class Quote(NamedTuple):
    """What a valid request costs: the request, its plan and work, the terms and the charge, as of `at`."""

    valid: ValidRequest
    plan: Plan
    work: Work
    priced: Priced
    at: datetime

    @property
    def total(self) -> Decimal | None:
        """The most that it can cost, in `currency`; `None` where nothing bounds it."""
        return self.priced.charged.total

    @property
    def total_min(self) -> Decimal:
        """The least that it can cost; the total where the quote is exact."""
        return self.priced.charged.total_min

    @property
    def kind(self) -> Kind:
        """Whether the total is exact, bounded or unbounded."""
        return self.priced.charged.kind

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.priced.pricing.terms.currency

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, by meter and stage."""
        return self.priced.charged.lines

    def consumed(self, line: Line) -> Span:
        """What was used of a line's meter, before caps, cuts and rounding: from the least to the most."""
        return consume(line.quantity, self.work)


def quote(valid: ValidRequest, pricing: Pricing, at: datetime) -> Quote:
    """The quote of a valid request under the terms in force at `at`. Raises NoRateError where they do not price it."""
    planned = plan(valid)
    work = describe_work(valid, planned)
    return Quote(valid, planned, work, price(pricing, work), at)


def price(pricing: Pricing, work: Work) -> Priced:
    """The charge of some work under the terms in force. Raises NoRateError with what would help."""
    for span in work.clips:
        if span.low != span.high:
            return _price_bounded(pricing, work)
    return _price_billable(pricing, measure(work, pricing.terms), len(work.clips), 0)


@lru_cache(maxsize=CACHED_CHARGES)
def _price_bounded(pricing: Pricing, work: Work) -> Priced:
    """Where the length of a clip is not known: few such works differ."""
    unknown = sum(1 for span in work.clips if span.low != span.high)
    return _price_billable(pricing, measure(work, pricing.terms), len(work.clips), unknown)


@lru_cache(maxsize=CACHED_CHARGES)
def _price_billable(pricing: Pricing, billable: Billable, clips: int, unknown: int) -> Priced:
    try:
        charged = charge_billable(billable, pricing.terms)
    except MissingRateError as error:
        raise _no_rate(pricing, error) from None
    assumptions = [*_assume(pricing, charged)]
    if clips:
        assumptions += _assume_of_clips(pricing, unknown, charged)
    return Priced(pricing, charged, tuple(assumptions))


def _no_rate(pricing: Pricing, error: MissingRateError) -> NoRateError:
    market, card = pricing.market, pricing.card.card
    who = f"account {market.account} in {market.environment}" if market.account else "anyone"
    reason = f"{card.id} ({card.title}) has no price for {error.meter} at {error.resolution}, for {who}"
    priced = sorted({tier for meter, tier in pricing.terms.rates if meter == error.meter})
    later = sorted(
        entry.from_
        for entry in pricing.card.entry
        if entry_key(entry) in ((error.meter, error.resolution), (error.meter, "any"))
    )
    if priced:
        nearest = f"It has one for {', '.join(priced)}"
    elif later:
        nearest = f"Entries for it begin on {', '.join(instant.date().isoformat() for instant in later[:3])}"
    else:
        nearest = "It has none for this meter"
    return NoRateError(reason, f"{nearest}; an agreement with an override for {error.resolution} would price it.")


def _assume(pricing: Pricing, charged: Charged) -> Iterator[Assumption]:
    card = pricing.card.card
    if pricing.note:
        yield Assumption("catalogue-kept", pricing.note)
    if pricing.assumed_region:
        yield Assumption(
            "region-assumed", f"no region was named: {pricing.market.region} is taken for {pricing.market.host}"
        )
    seen: set[str] = set()
    for line in charged.lines:
        rate = line.rate
        if rate.entry in seen:
            continue
        seen.add(rate.entry)
        if rate.list_unit_price is None:
            yield Assumption(
                "no-list-price", f"{rate.entry}: the card has no price of its own here, only the agreement has"
            )
        elif not is_overridden(rate.steps):
            yield from _assume_of_list_price(rate, card.source)


def _assume_of_list_price(rate: Rate, source: str) -> Iterator[Assumption]:
    if rate.confidence == "second-hand":
        yield Assumption(
            "price-second-hand", f"{rate.entry}: the price comes from a reseller or client, not from {source}"
        )
    if rate.note:
        yield Assumption("price-note", f"{rate.entry}: {rate.note}")


def _assume_of_clips(pricing: Pricing, unknown: int, charged: Charged) -> Iterator[Assumption]:
    rules = [rule for rule in pricing.card.reference_video if rule.to_clip_rule() == pricing.terms.clip_rule]
    for rule in rules[-1:]:
        if rule.assumed:
            yield Assumption("reference-rule-assumed", rule.assumed)
    if pricing.terms.billed == "unknown":
        yield Assumption(
            "reference-billing-unknown", "whether reference clips are billed is unknown: from nothing to all of it"
        )
    if unknown:
        plural = "s" if unknown > 1 else ""
        yield Assumption(
            "clip-length-unknown", f"the length of {unknown} clip{plural} is unknown: bounded by the host's limits"
        )
    if pricing.terms.clip_rule.rounding is None and any(_has_part(line.quantity.pricing) for line in charged.lines):
        yield Assumption("part-seconds-exact", "part seconds are billed exactly: the card does not say how they round")


def _has_part(seconds: Decimal | None) -> bool:
    return seconds is not None and seconds != seconds.to_integral_value()
