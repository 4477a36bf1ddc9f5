"""A quote in sentences: why each line is there, from which entry, what was capped, cut, rounded, agreed or assumed.

And a card's rules in words: those for reference clips, and those that round amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from pricing.cards import RateCard, ReferenceVideoRule
from pricing.charges import Adjustment, Line
from pricing.formulas import ClipRule, Place
from pricing.money import ZERO, Rounding, format_amount, format_amounts, format_decimal, format_span
from pricing.quotes import Quote
from pricing.terms import Terms
from wan_rules.rules.output import DEFAULT_BILLED
from wan_rules.staging import Plan

Locate = Callable[[str], object]
"""Where an entry or agreement stands: its file and line, or `None`."""

_BILLED: Final[Mapping[str, str]] = MappingProxyType({"yes": "billed", "unknown": "not known whether billed; if so,"})
_PRICED_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "output": "at the output's price",
        "render": "at the rendered tier's price",
        "own": "at a price of their own",
    }
)
_PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {"clip": "each", "total": "the sum", "line": "each line", "quote": "the total"}
)


def explain(quote: Quote, locate: Locate) -> tuple[str, ...]:
    """The quote's sentences, in the order in which the price comes about."""
    return tuple(_sentences(quote, locate))


def clip_rule_in_force(card: RateCard, at: datetime) -> ReferenceVideoRule:
    """The card's rule for reference clips at `at`, which is not before the card's first day."""
    return max((rule for rule in card.reference_video if rule.from_ <= at), key=lambda rule: rule.from_)


def describe_clip_rule(rule: ReferenceVideoRule) -> Iterator[str]:
    """How reference clips are billed: whether and at whose price, each limit as it applies, what is assumed."""
    limits = tuple(_limits(rule.to_clip_rule()))
    if rule.billed == "no":
        yield "not billed"
    else:
        yield f"{_BILLED[rule.billed]}{'' if limits else ' whole,'} {_PRICED_AS[rule.priced_as]}"
        yield from limits
    if rule.assumed:
        yield f"assumed: {rule.assumed}"


def describe_rounding(rounding: Rounding) -> str:
    """Which amounts are rounded, which way, and to what."""
    return f"{_PLACES[rounding.place]} rounded {rounding.mode} to a multiple of {format_decimal(rounding.quantum)}"


def _sentences(quote: Quote, locate: Locate) -> Iterator[str]:
    priced, charged = quote.priced, quote.priced.charged
    terms = priced.pricing.terms
    yield _whose(quote, locate)
    for violation in quote.valid.report.violations:
        if violation.rule is DEFAULT_BILLED:
            yield violation.finding.message
    yield from _stages(quote.plan)
    for line in charged.lines:
        yield from _line(line, quote, locate)
    if quote.work.clips and terms.billed == "no":
        yield "Reference clips are not billed: the card says so."
    for adjustment in charged.adjustments:
        yield _adjustment(adjustment, terms)
    yield _total(quote)
    for assumption in priced.assumptions:
        yield f"Assumed: {assumption.message}."


def _whose(quote: Quote, locate: Locate) -> str:
    pricing = quote.priced.pricing
    market, card = pricing.market, pricing.card.card
    who = f"account {market.account} in {market.environment}" if market.account else "anyone"
    at = quote.at.isoformat().replace("+00:00", "Z")
    text = f"For {who} at {at}, the card {card.id} holds ({_place(locate, card.id)})"
    if pricing.agreement is not None:
        own = pricing.agreement.agreement
        text += f", with the agreement {own.id} ({own.title}; {_place(locate, own.id)})"
    return f"{text}. Source: {card.source}, checked {card.checked}, {card.confidence}."


def _place(locate: Locate, name: str) -> str:
    return str(locate(name) or "no file")


def _stages(plan: Plan) -> Iterator[str]:
    for number, stage in enumerate(plan.stages, start=1):
        size = f"{stage.width_px} x {stage.height_px} pixels" if stage.width_px else "the first frame's shape"
        expected = ", expected rather than promised" if stage.expected else ""
        yield f"Stage {number}: {stage.name} by {stage.model} to {stage.output}, {size}, {stage.seconds} s{expected}."


def _line(line: Line, quote: Quote, locate: Locate) -> Iterator[str]:
    currency = quote.priced.pricing.terms.currency
    quantity, rate = line.quantity, line.rate
    what = quantity.meter.replace("_", " ")
    much = format_span(quantity.pricing_min, quantity.pricing, to=" to ")
    units = line.unit if much == "1" else f"{line.unit}s"
    yield (
        f"{what.capitalize()}: {much} {units} at {quantity.resolution}{_product(line, currency)}, "
        f"by {rate.entry or 'no entry'} ({_place(locate, rate.entry)})."
    )
    if rate.steps:
        yield f"The contracted price comes from {_listed(rate.list_unit_price, currency)}; {'; '.join(rate.steps)}."
    if quantity.meter == "reference_video_seconds":
        yield from _clips(line, quote)


def _product(line: Line, currency: str) -> str:
    if not line.rate.contracted_unit_price:
        return ", free"
    price = format_amount(line.rate.contracted_unit_price, currency)
    return f" x {price} = {format_amounts(line.amount_min, line.amount, currency, to=' to ')}"


def _listed(price: Decimal | None, currency: str) -> str:
    if price is None:
        return "no list price"
    return f"list price {format_amount(price, currency)}" if price else "a list price that is free"


def _clips(line: Line, quote: Quote) -> Iterator[str]:
    quantity, terms = line.quantity, quote.priced.pricing.terms
    clips = quote.work.clips
    lengths = ", ".join(format_span(clip.low, clip.high, to=" to ") for clip in clips)
    last, are = ("The clip lasts", "is") if len(clips) == 1 else ("The clips last", "are")
    changed = quote.consumed(line) != (quantity.pricing_min, quantity.pricing)
    verb = f"{are} charged as" if changed else f"{are} charged in full:"
    much = format_span(quantity.pricing_min, quantity.pricing, to=" to ")
    yield f"{last} {lengths} s and {verb} {much} s (the card: {_say_rule(terms)})."


def _say_rule(terms: Terms) -> str:
    unknown = ("whether clips are billed is unknown",) if terms.billed == "unknown" else ()
    return "; ".join((*unknown, *_limits(terms.clip_rule))) or "every second is billed"


def _limits(rule: ClipRule) -> Iterator[str]:
    """Each limit in words, in the order in which they apply."""
    if rule.cuts_s:
        counts = " / ".join(map(str, range(1, len(rule.cuts_s) + 1)))
        yield f"cut to {' / '.join(map(format_decimal, rule.cuts_s))} s each, for {counts} or more {rule.cuts_by}"
    if rule.cap_per_clip_s is not None:
        yield f"at most {format_decimal(rule.cap_per_clip_s)} s of each"
    yield from _rounded(rule, "clip")
    if rule.cap_total_s is not None:
        yield f"at most {format_decimal(rule.cap_total_s)} s in total"
    if rule.minimum_s is not None:
        yield f"at least {format_decimal(rule.minimum_s)} s"
    yield from _rounded(rule, "total")


def _rounded(rule: ClipRule, place: Place) -> Iterator[str]:
    if rule.rounding is not None and rule.rounding.place == place:
        yield f"{_PLACES[place]} rounded {rule.rounding.mode} to a multiple of {format_decimal(rule.rounding.step)} s"


def _adjustment(adjustment: Adjustment, terms: Terms) -> str:
    by_low, by_high = adjustment.amount_min, adjustment.amount
    if adjustment.kind == "minimum":
        # The least total needs the most; one without bound needs nothing.
        low, high = by_high or ZERO, by_low
        what = f"Minimum of {format_amount(terms.minimum or ZERO, terms.currency)}"
    else:
        low, high = sorted((by_low, by_low if by_high is None else by_high))
        what = "Rounding of the total, as the card says"
    return f"{what}: {format_amounts(low, high, terms.currency, to=' to ')} is added ({adjustment.source})."


def _total(quote: Quote) -> str:
    charged, currency = quote.priced.charged, quote.priced.pricing.terms.currency
    total = format_amounts(charged.total_min, charged.total, currency, to=" to ")
    listed = (
        ""
        if charged.list_total in (None, charged.contracted_total)
        else f" (list: {format_amount(charged.list_total, currency)})"
    )
    return f"Total: {total} {currency}{listed}, before tax; {charged.kind}."
