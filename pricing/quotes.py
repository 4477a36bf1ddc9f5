"""A quote: a valid request, its plan, and what it costs under the terms of one market at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.assumptions import Assumption, ClipsKnown, Known, list_assumptions, rests_on_parts
from pricing.catalogue import Pricing
from pricing.charges import Charged, Kind, charge_billable
from pricing.entries import entry_key, names_price
from pricing.errors import PricingError
from pricing.fields import spell_instant
from pricing.keys import name_key, name_names
from pricing.lines import Consumed, Line, MissingRateError
from pricing.metering import Billable, Work, consume, describe_work, measure
from pricing.money import AMOUNT_DIGITS, is_amount
from pricing.schemes import Span
from wan_rules.faults import show
from wan_rules.payloads import UnusableInputError
from wan_rules.staging import Plan, plan
from wan_rules.validation import ValidRequest

CACHED_CHARGES: Final = 8192
"""Charges kept: what is billed alike under the same terms costs the same, however long the clips were."""


NOTHING_SAID: Final[Mapping[str, Decimal]] = MappingProxyType({})
"""What was used before, where nobody says it."""


class NoRateError(PricingError):
    """Nothing prices what was asked, for that market at that instant; `nearest` says what would help."""

    def __init__(self, reason: str, nearest: str) -> None:
        """Join both parts."""
        super().__init__(f"{reason}. {nearest}")
        self.reason, self.nearest = reason, nearest


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A charge under the terms of one market, and what was assumed; one object for all that is billed alike."""

    pricing: Pricing
    charged: Charged
    assumptions: tuple[Assumption, ...]


class Quote(NamedTuple):
    """What a valid request costs: the request, its plan and work, the terms and the charge, as of `at`.

    `consumed_before` is what was said of the month so far, as far as the terms look at it.
    """

    valid: ValidRequest
    plan: Plan
    work: Work
    priced: Priced
    at: datetime
    consumed_before: Consumed = ()

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


def quote(
    valid: ValidRequest, pricing: Pricing, at: datetime, consumed_before: Mapping[str, Decimal] = NOTHING_SAID
) -> Quote:
    """The quote of a valid request under the terms in force at `at`. Raises NoRateError where they do not price it.

    That is so of terms of another host, too, and of terms that are not in force at `at` (aware), however they came
    here: `resolve` gives those that are.

    `consumed_before` says where running totals stand in the month before the request, by name (`pricing.terms.counters`
    has those that count; others are left out): units of a meter, or money. What is not said makes the quote bounded.
    Raises UnusableInputError for one that is no exact amount: a float, or below zero.
    """
    if valid.host.name != pricing.market.host or not pricing.holds(at):
        raise _tell_other_terms(valid, pricing, at)
    planned = plan(valid)
    work = describe_work(valid, planned)
    counters = pricing.terms.counters
    said = _read_totals(consumed_before, counters) if counters else ()
    return Quote(valid, planned, work, price(pricing, work, said), at, said)


def _read_totals(said: Mapping[str, object], counters: tuple[str, ...]) -> Consumed:
    found = []
    for name in counters:
        if name in said:
            value = said[name]
            if not isinstance(value, Decimal) or not is_amount(value):
                reason = f'a running total is a Decimal of digits, {AMOUNT_DIGITS}, like Decimal("80.50")'
                raise UnusableInputError(f"consumed_before: {name}", f"{reason}, not {show(value)}")
            found.append((name, value))
    return tuple(found)


def _tell_other_terms(valid: ValidRequest, pricing: Pricing, at: datetime) -> NoRateError:
    """What the terms are of, where that is not what is asked."""
    begin = f" from {spell_instant(pricing.since)}" if pricing.since else ""
    end = f" until {spell_instant(pricing.until)}" if pricing.until else " on" if begin else ""
    asked = f"the request is to {valid.host.name}, at {at.isoformat()}"
    zone = "" if at.tzinfo else ", with its zone"
    reason = f"the terms are of {pricing.market.host}{begin}{end}, and {asked}"
    return NoRateError(reason, f"Resolve the market of that host at that instant{zone}.")


def price(pricing: Pricing, work: Work, consumed: Consumed = ()) -> Priced:
    """The charge of some work under the terms in force. Raises NoRateError with what would help."""
    for span in work.clips:
        if span.low is not span.high:
            return _price_bounded(pricing, work, consumed)
    billable = measure(work, pricing.terms)
    clips = _all_known(len(work.clips), rests_on_parts(work, billable, pricing.terms))
    return _price_billable(pricing, billable, clips, consumed)


@lru_cache(maxsize=64)
def _all_known(clips: int, has_parts: bool) -> ClipsKnown:  # noqa: FBT001 - a keyword would take a slower call
    return ClipsKnown(clips, has_parts=has_parts)


@lru_cache(maxsize=CACHED_CHARGES)
def _price_bounded(pricing: Pricing, work: Work, consumed: Consumed) -> Priced:
    """Where the length of a clip is not known: few such works differ."""
    unknown = sum(1 for span in work.clips if span.low != span.high) - work.disputed
    is_limited = all(span.high is not None for span in work.clips)
    billable = measure(work, pricing.terms)
    has_parts = rests_on_parts(work, billable, pricing.terms)
    clips = ClipsKnown(len(work.clips), unknown, work.disputed, is_limited, has_parts)
    return _price_billable(pricing, billable, clips, consumed)


@lru_cache(maxsize=CACHED_CHARGES)
def _price_billable(pricing: Pricing, billable: Billable, clips: ClipsKnown, consumed: Consumed) -> Priced:
    try:
        charged = charge_billable(billable, pricing.terms, consumed)
    except MissingRateError as error:
        raise tell_no_rate(pricing, error) from None
    return Priced(pricing, charged, tuple(list_assumptions(pricing, charged, Known(billable, clips, consumed))))


def forget_charges() -> None:
    """Keeps no charge any longer, nor the terms that it was made under: after a new catalogue none comes again."""
    _price_bounded.cache_clear()
    _price_billable.cache_clear()


def tell_no_rate(pricing: Pricing, error: MissingRateError) -> NoRateError:
    """What is missing under the terms, for whom, and what would help."""
    market, card = pricing.market, pricing.card.card
    who = f"account {market.account} in {market.environment}" if market.account else "anyone"
    reason = f"{card.id} ({card.title}) has no price for {name_key(error.key)}, for {who}"
    rates = {key: rate for key, rate in pricing.terms.rates.items() if key.meter == error.key.meter}
    priced = sorted(key for key, rate in rates.items() if all(rate != rates.get(wider) for wider in key.widen()))
    live = [entry for _, entry in pricing.card.live if entry_key(entry).covers(error.key) and names_price(entry)]
    later = sorted({entry.from_ for entry in live if entry.from_ > pricing.at})
    if priced:
        names = [name_names(key) for key in priced]
        nearest = f"It has one for {('; ' if any(',' in name for name in names) else ', ').join(names)}"
    elif later:
        nearest = f"Entries for it begin on {', '.join(map(spell_instant, later[:3]))}"
    else:
        nearest = "It has none for this meter"
    return NoRateError(reason, f"{nearest}; an agreement with an override for {name_names(error.key)} would price it.")
