"""A quote in sentences: why each line is there, from which entry, what was capped, cut, rounded, agreed or assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from pricing.charges import Adjustment, Line
from pricing.money import format_amount, format_amounts, format_decimal, format_span
from pricing.quotes import Quote
from pricing.terms import Terms
from wan_rules.rules.output import DEFAULT_BILLED
from wan_rules.staging import Plan

Locate = Callable[[str], object]
"""Where an entry or agreement stands: its file and line, or `None`."""


def explain(quote: Quote, locate: Locate) -> tuple[str, ...]:
    """The quote's sentences, in the order in which the price comes about."""
    return tuple(_sentences(quote, locate))


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
    yield (
        f"{what.capitalize()}: {much} {line.unit}s at {quantity.resolution} "
        f"x {format_amount(rate.contracted_unit_price, currency)} "
        f"= {format_amounts(line.amount_min, line.amount, currency, to=' to ')}, "
        f"by {rate.entry or 'no entry'} ({_place(locate, rate.entry)})."
    )
    if rate.steps:
        listed = (
            "no list price"
            if rate.list_unit_price is None
            else f"list price {format_amount(rate.list_unit_price, currency)}"
        )
        yield f"The contracted price comes from {listed}; {'; '.join(rate.steps)}."
    if quantity.meter == "reference_video_seconds":
        yield from _clips(line, quote)


def _clips(line: Line, quote: Quote) -> Iterator[str]:
    quantity, terms = line.quantity, quote.priced.pricing.terms
    lengths = ", ".join(format_span(clip.low, clip.high, to=" to ") for clip in quote.work.clips)
    changed = quote.consumed(line) != (quantity.pricing_min, quantity.pricing)
    how = "; ".join(_rule_words(terms)) or "whole"
    verb = "are charged as" if changed else "are charged in full:"
    much = format_span(quantity.pricing_min, quantity.pricing, to=" to ")
    yield f"The clips last {lengths} s and {verb} {much} s (the card: {how})."


def _rule_words(terms: Terms) -> Iterator[str]:
    rule = terms.clip_rule
    if terms.billed == "unknown":
        yield "whether clips are billed is unknown"
    if rule.cuts_s:
        yield f"cut to {' / '.join(map(format_decimal, rule.cuts_s))} s each by the number of {rule.cuts_by}"
    if rule.cap_per_clip_s is not None:
        yield f"at most {format_decimal(rule.cap_per_clip_s)} s of each"
    if rule.cap_total_s is not None:
        yield f"at most {format_decimal(rule.cap_total_s)} s in total"
    if rule.minimum_s is not None:
        yield f"at least {format_decimal(rule.minimum_s)} s"
    if rule.rounding is not None:
        yield f"rounded {rule.rounding.mode} to {format_decimal(rule.rounding.step)} s, {rule.rounding.place}"


def _adjustment(adjustment: Adjustment, terms: Terms) -> str:
    amounts = format_amounts(adjustment.amount_min, adjustment.amount, terms.currency, to=" to ")
    if adjustment.kind == "minimum":
        least = format_amount(terms.minimum or Decimal(0), terms.currency)
        return f"Minimum of {least}: {amounts} is added ({adjustment.source})."
    return f"Rounding of the total, as the card says: {amounts} is added ({adjustment.source})."


def _total(quote: Quote) -> str:
    charged, currency = quote.priced.charged, quote.priced.pricing.terms.currency
    total = format_amounts(charged.total_min, charged.total, currency, to=" to ")
    listed = (
        ""
        if charged.list_total in (None, charged.contracted_total)
        else f" (list: {format_amount(charged.list_total, currency)})"
    )
    return f"Total: {total} {currency}{listed}, before tax; {charged.kind}."
