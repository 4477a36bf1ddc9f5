"""A quote in sentences: why each line is there, from which entry, what was capped, cut, rounded, agreed or assumed.

And a card's rules in words: those for reference clips, and those that round amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from pricing.adjustments import Adjuster, Adjustment
from pricing.charges import find_worth
from pricing.extensions import Extension
from pricing.lines import Line, find_allowance, key_of
from pricing.metering import measure
from pricing.meters import METERS
from pricing.money import EXACT, ZERO, add_up, format_amount, format_amounts, format_decimal, format_span
from pricing.quotes import Quote
from pricing.schemes import Ladder, Span
from pricing.terms import Terms
from pricing.wordings import (
    describe_adjuster,
    describe_allowance,
    describe_card_price,
    describe_limits,
    describe_price,
    describe_rounding,
    describe_unit_price,
    name_units,
)
from wan_rules.messages import ENGLISH, Translation
from wan_rules.rules.output import DEFAULT_BILLED
from wan_rules.staging import Plan

Locate = Callable[[str], object]
"""Where an entry or agreement stands: its file and line, or `None`."""


def explain(quote: Quote, locate: Locate, translation: Translation = ENGLISH) -> tuple[str, ...]:
    """The quote's sentences, in the order in which the price comes about; what a rule says, in that language."""
    return tuple(_sentences(quote, locate, translation))


def _sentences(quote: Quote, locate: Locate, translation: Translation) -> Iterator[str]:
    priced, charged = quote.priced, quote.priced.charged
    terms = priced.pricing.terms
    yield _whose(quote, locate)
    for violation in quote.valid.report.violations:
        if violation.rule is DEFAULT_BILLED:
            yield violation.finding.tell(translation)
    yield from _stages(quote.plan)
    for line in charged.lines:
        yield from _line(line, quote, locate)
    if quote.work.clips and terms.billed == "no":
        yield "Reference clips are not billed: the card says so."
    for adjustment in charged.adjustments:
        yield _adjustment(adjustment, quote, locate)
    yield _total(quote)
    for assumption in priced.assumptions:
        yield f"Assumed: {assumption.message}."


def _whose(quote: Quote, locate: Locate) -> str:
    pricing = quote.priced.pricing
    market, card = pricing.market, pricing.card.card
    who = f"account {market.account} in {market.environment}" if market.account else "anyone"
    at = quote.at.isoformat().replace("+00:00", "Z")
    text = f"For {who} at {at}, the card {card.id} holds ({_place(locate, card.id)})"
    for agreement in pricing.agreements:
        own = agreement.agreement
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
    terms = quote.priced.pricing.terms
    quantity, rate = line.quantity, line.rate
    what = quantity.meter.replace("_", " ")
    much = format_span(quantity.pricing_min, quantity.pricing, to=" to ")
    yield (
        f"{what.capitalize()}: {much} {name_units(line.unit, much)} at {quantity.resolution}"
        f"{_product(line, terms.currency)}{_rounded(line, terms)}, "
        f"by {rate.entry or 'no entry'} ({_place(locate, rate.source)})."
    )
    yield from _included(line, quote)
    if rate.steps:
        steps = "; ".join(f"{step.said} ({_place(locate, step.source)})" for step in rate.steps)
        yield f"The contracted price comes from {_listed(line, quote)}; {steps}."
    if quantity.meter == "reference_video_seconds":
        yield from _clips(line, quote)


def _included(line: Line, quote: Quote) -> Iterator[str]:
    """What of the line is not charged for, since the month includes it."""
    terms, quantity = quote.priced.pricing.terms, line.quantity
    key = key_of(quantity, measure(quote.work, terms))
    allowed = find_allowance(terms.allowances, key)
    if allowed is not None and quantity.used is not None:
        used = format_span(quantity.used.low, quantity.used.high, to=" to ")
        unit = METERS[quantity.meter].unit
        yield f"{used} {name_units(unit, used)} are used: {describe_allowance(allowed)} ({allowed.source})."


def _product(line: Line, currency: str) -> str:
    if line.rate.contracted == (ZERO, None):
        return ", free"
    amounts = format_amounts(line.amount_min, line.amount, currency, to=" to ")
    if line.shares:
        parts = (f"{format_decimal(s.quantity)} x {format_amount(s.unit_price, currency)}" for s in line.shares)
        return f", {' + '.join(parts)} = {amounts}"
    price = describe_unit_price(line.rate.contracted, currency)
    return f", at {price}, = {amounts}" if isinstance(line.rate.scheme, Ladder) else f" x {price} = {amounts}"


def _rounded(line: Line, terms: Terms) -> str:
    """How the card rounds the line, unless its amount is the product that is shown."""
    if terms.rounding is None or terms.rounding.place != "line" or _multiply(line) == (line.amount_min, line.amount):
        return ""
    return f" ({describe_rounding(terms.rounding)} by {terms.rounding_from})"


def _multiply(line: Line) -> Span | None:
    """What the price times the quantity comes to, or the sum over bands; `None` where no such product is shown."""
    if line.shares:
        total = add_up(share.amount for share in line.shares)
        return Span(total, total)
    if isinstance(line.rate.scheme, Ladder | Extension):
        return None
    low, high, price = line.quantity.pricing_min, line.quantity.pricing, line.rate.contracted_unit_price
    return Span(EXACT.multiply(low, price), None if high is None else EXACT.multiply(high, price))


def _listed(line: Line, quote: Quote) -> str:
    """The list price, in the card's own currency: it is converted after all that the agreements do to it."""
    card, terms, quantity = quote.priced.pricing.card, quote.priced.pricing.terms, line.quantity
    if line.rate.listed is None:
        return "no list price"
    price = describe_price(line.rate.listed, terms.currency)
    if card.card.currency != terms.currency:
        price = describe_card_price(card, key_of(quantity, measure(quote.work, terms)), quote.at)
    return "a list price that is free" if price == "free" else f"list price {price}"


def _clips(line: Line, quote: Quote) -> Iterator[str]:
    quantity, terms = line.quantity, quote.priced.pricing.terms
    clips = quote.work.clips
    lengths = ", ".join(format_span(clip.low, clip.high, to=" to ") for clip in clips)
    one = len(clips) == 1
    last, are, count = ("The clip lasts", "is", "counts") if one else ("The clips last", "are", "count")
    billed = quantity.billed
    verb = f"{are} charged" if billed == (quantity.pricing_min, quantity.pricing) else count
    whole = "in full:" if billed == quote.consumed(line) else "as"
    much = format_span(billed.low, billed.high, to=" to ")
    yield f"{last} {lengths} s and {verb} {whole} {much} s (the card: {_say_rule(terms)})."


def _say_rule(terms: Terms) -> str:
    unknown = ("whether clips are billed is unknown",) if terms.billed == "unknown" else ()
    return "; ".join((*unknown, *describe_limits(terms.clip_rule))) or "every second is billed"


def _adjustment(adjustment: Adjustment, quote: Quote, locate: Locate) -> str:
    terms = quote.priced.pricing.terms
    by_low, by_high = adjustment.amount_min, adjustment.amount
    adjuster = next((one for one in terms.adjusters if one.source == adjustment.source), None)
    if by_high is None and adjuster is not None and adjuster.kind != "minimum":
        amounts = _unbounded(by_low, adjuster, quote)
    else:
        amounts = _between(by_low, by_low if by_high is None else by_high, terms.currency)
    what = describe_adjuster(adjuster, terms.currency) if adjuster else "rounding of the total, as the card says"
    return f"{what[0].upper()}{what[1:]}: {amounts}, by {adjustment.source} ({_place(locate, adjustment.source)})."


def _between(by_low: Decimal, by_high: Decimal, currency: str) -> str:
    low, high = sorted((by_low, by_high))
    if high <= ZERO:
        return f"{format_amounts(EXACT.minus(high), EXACT.minus(low), currency, to=' to ')} is taken off"
    return f"{format_amounts(low, high, currency, to=' to ')} is added"


def _unbounded(by_low: Decimal, adjuster: Adjuster, quote: Quote) -> str:
    """Of lines without a bound: what changes the least total changes a greater one by as much, or more.

    A cap or credit of which nobody says how much is left may leave the same total as it is.
    """
    is_known = adjuster.counter is None or adjuster.counter in dict(quote.consumed_before)
    least = EXACT.abs(by_low) if is_known or adjuster.kind not in {"cap", "credit"} else ZERO
    done = "is added" if adjuster.kind == "commitment" else "is taken off"
    return f"{format_amounts(least, None, quote.currency, to=' to ')} {done}"


def _total(quote: Quote) -> str:
    charged, currency = quote.priced.charged, quote.priced.pricing.terms.currency
    total = format_amounts(charged.total_min, charged.total, currency, to=" to ")
    listed = ""
    if charged.list_total not in (None, charged.contracted_total):
        amounts = format_amounts(charged.list_total_min or ZERO, charged.list_total, currency, to=" to ")
        listed = f" (list: {amounts})"
    return f"Total: {total} {currency}{listed}{worth_words(quote)}, before tax; {charged.kind}."


def worth_words(quote: Quote) -> str:
    """What a total in credits is worth in money, after a comma; nothing of one in money."""
    worth = quote.priced.pricing.terms.worth
    if worth is None:
        return ""
    least, most = find_worth(quote.priced.charged, worth)
    return f", worth {format_amounts(least, most, worth.currency, to=' to ')} {worth.currency}"
