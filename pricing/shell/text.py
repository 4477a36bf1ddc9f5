"""Reports, plans and quotes for people to read: plain text, coloured only where the output is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from pricing.catalogue import Pricing
from pricing.charges import Charged
from pricing.effects import PriceEffect
from pricing.explanations import worth_words
from pricing.lines import Line
from pricing.metering import Work, consume
from pricing.meters import METERS
from pricing.money import format_amount, format_amounts, format_decimal, format_span
from pricing.quotes import Quote
from pricing.rates import Rate
from pricing.schemes import Ladder, Span, list_prices
from pricing.shell import report_words as words
from pricing.shell.grids import Column, grid_lines
from pricing.shell.terminals import find_room
from pricing.shell.text_widths import fold, measure, spell_out
from pricing.wordings import describe_price, describe_unit_price, name_units
from wan_rules.messages import ENGLISH, Translation, tell
from wan_rules.staging import Plan
from wan_rules.validation import Report, Unverified, Violation

_COLOURS: Final = {
    "error": "31",
    "warning": "33",
    "accepted": "32",
    "rejected": "31",
    "undetermined": "33",
    "total": "1",
}
_CHARGE: Final = (Column(folds=True), Column(right=True), Column(folds=True), Column(right=True))


plain: Final = spell_out
"""What others wrote, without what a terminal would obey or hide: each text of theirs goes through it."""


class Paint:
    """Words in colour, or as they are."""

    def __init__(self, *, colour: bool) -> None:
        """Colour is for terminals."""
        self._colour = colour

    def __call__(self, word: str, kind: str | None = None) -> str:
        """The word in the colour of its kind (by default its own)."""
        code = _COLOURS.get(kind or word)
        return f"\x1b[{code}m{word}\x1b[0m" if self._colour and code else word


def report_lines(report: Report, paint: Paint, translation: Translation = ENGLISH) -> Iterator[str]:
    """The report: the verdict, each violation with its remedy, and one line of missing facts a place."""
    verdict = paint(words.say_word(report.verdict, translation), report.verdict)
    severities = [violation.severity for violation in report.violations]
    yield tell(words.say_head(verdict, report.host.title, severities), translation)
    for violation in report.violations:
        yield from _violation_lines(violation, paint, translation)
    if report.unverified:
        yield from ("", tell(words.NOT_VERIFIED, translation))
        for unverified in report.unverified:
            yield f"  {tell(words.say_needs(plain(unverified.at), _needs(unverified)), translation)}"


def count(number: int, what: str) -> str:
    """The number with its word, in the plural where it is not one."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _violation_lines(violation: Violation, paint: Paint, translation: Translation) -> Iterator[str]:
    rule, fix = violation.rule, violation.fix
    severity = paint(words.say_word(violation.severity, translation), violation.severity)
    yield ""
    yield tell(words.say_place(severity, rule.id, rule.name, plain(violation.at)), translation)
    yield from fold(plain(violation.finding.tell(translation)), find_room(), "  ", "  ")
    if fix is not None:
        yield f"  {tell(words.say_fix(fix.op, plain(fix.path), plain(repr(fix.value))), translation)}"


def _needs(unverified: Unverified) -> Iterable[str]:
    return dict.fromkeys(need for rule in unverified.rules for need in rule.needs)


def plan_lines(plan: Plan) -> Iterator[str]:
    """The stages, drawn one below the other."""
    for number, stage in enumerate(plan.stages):
        if number:
            yield "     |"
        size = f"{stage.width_px} x {stage.height_px}" if stage.width_px else "as the first frame"
        yield (
            f"  [{stage.name:^9}]  {stage.input} -> {stage.output}  {stage.model}  {size}, {stage.seconds} s, "
            f"{stage.frames} frames{' (expected)' if stage.expected else ''}"
        )


def quote_lines(
    quote: Quote, paint: Paint, effects: Sequence[PriceEffect] = (), translation: Translation = ENGLISH
) -> Iterator[str]:
    """The quote: report (in that language), plan, one row a line, totals, effects and what was assumed."""
    yield from report_lines(quote.valid.report, paint, translation)
    yield ""
    yield from plan_lines(quote.plan)
    yield ""
    yield from charge_lines(quote.priced.charged, quote.work, quote.currency, paint)
    if worth := worth_words(quote):
        yield plain(f"  {worth.removeprefix(', ')}")
    if effects:
        yield ""
        yield "What the choices cost:"
        currency = quote.priced.pricing.terms.currency
        yield from (plain(f"  {effect_line(effect, currency)}") for effect in effects)
    if quote.priced.assumptions:
        yield ""
        yield "Assumed:"
        for assumption in quote.priced.assumptions:
            yield from fold(plain(assumption.message), find_room(), "  - ", "    ")
    yield ""
    yield plain(_origin(quote))


def effect_line(effect: PriceEffect, currency: str) -> str:
    """One price effect: the choice and its signed difference."""
    if effect.difference is None:
        return f"{effect.change}: not bounded ({effect.rule})"
    return f"{effect.change}: {signed(effect.difference, currency)} ({effect.rule})"


def signed(amount: Decimal, currency: str) -> str:
    """The amount with its sign and currency."""
    return f"{'+' if amount >= 0 else '-'}{format_amount(abs(amount), currency)} {currency}"


def charge_lines(charged: Charged, work: Work, currency: str, paint: Paint) -> Iterator[str]:
    """A charge: one row a line, what is added to them, the total."""
    rows = [line_row(line, consume(line.quantity, work), currency) for line in charged.lines]
    rows += [(a.kind, "", a.source, span(a.amount_min, a.amount, currency)) for a in charged.adjustments]
    rows.append(("total", "", charged.kind, span(charged.total_min, charged.total, currency)))
    *cells, total = ((*map(plain, row[:3]), f"{row[3]} {currency}") for row in rows)
    yield from grid_lines(_CHARGE, [*cells, [paint(cell, "total") for cell in total]], "  ")
    if charged.list_total is not None and charged.list_total != charged.contracted_total:
        yield f"  list price: {span(charged.list_total_min or Decimal(0), charged.list_total, currency)} {currency}"


def line_row(line: Line, used: Span, currency: str) -> tuple[str, str, str, str]:
    """What a line is of, how much of it, at what price, and its amount."""
    quantity = line.quantity
    consumed = format_span(used.low, used.high, to="..")
    priced = format_span(quantity.pricing_min, quantity.pricing, to="..")
    charged, units = priced, name_units(line.unit, priced)
    if quantity.packed is not None:
        charged = format_span(quantity.packed.low, quantity.packed.high, to="..")
        units = f"{METERS[quantity.meter].unit}s = {priced} {units}"
    of = charged if charged == consumed else f"{charged} of {consumed}"
    price = _price(line, currency)
    price = f"{units}, free" if price == "free" else f"{units} x {price}"
    what = f"{quantity.meter.replace('_', ' ').removesuffix(' seconds')} {quantity.resolution}"
    return what, of, price, span(line.amount_min, line.amount, currency)


def _price(line: Line, currency: str) -> str:
    """The price; of a ladder how the bands make up the line, or from which price to which they go."""
    if not line.shares and isinstance(line.rate.scheme, Ladder):
        prices = list_prices(line.rate.contracted)
        return format_amounts(min(prices), max(prices), currency, to="..")
    if not line.shares:
        return describe_unit_price(line.rate.contracted, currency)
    (only, *others) = line.shares
    if not others:
        return format_amount(only.unit_price, currency) if only.unit_price else "free"
    parts = (f"{format_decimal(one.quantity)} x {format_amount(one.unit_price, currency)}" for one in line.shares)
    return f"({' + '.join(parts)})"


def span(low: Decimal, high: Decimal | None, currency: str) -> str:
    """An amount, or its least and most."""
    return format_amounts(low, high, currency, to="..")


def price_words(rate: Rate, currency: str) -> str:
    """The list price, how sure it is where the host's own page does not say it, and what is paid if that is another."""
    listed, contracted = rate.listed, rate.contracted
    if listed is None:
        return f"no list price -> {describe_price(contracted, currency)}"
    doubt = "" if rate.confidence in (None, "published") else f" ({rate.confidence})"
    paid = "" if listed == contracted else f" -> {describe_price(contracted, currency)}"
    return f"{describe_price(listed, currency)}{doubt}{paid}"


def hang(label: str, parts: Iterable[str]) -> Iterator[str]:
    """The parts one below the other, each wrapped, the first of them beside the label."""
    indent = " " * measure(label)
    for part in parts:
        yield from fold(plain(part), find_room(), plain(label), indent)
        label = indent


def name_agreements(pricing: Pricing) -> str:
    """The ids of the agreements that hold, the most general first."""
    ids = [one.agreement.id for one in pricing.agreements]
    return f"agreement{'s' if len(ids) > 1 else ''} {', '.join(ids) or 'none'}"


def _origin(quote: Quote) -> str:
    pricing = quote.priced.pricing
    market = pricing.market
    names = [name for name in (market.account, market.environment, market.host, market.region) if name]
    agreements = name_agreements(pricing)
    agreement = f", {agreements}" if pricing.agreements else ""
    at = quote.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    card = pricing.card.card.id
    return f"{' / '.join(names)} at {at}: {pricing.catalogue}, card {card}{agreement}, {pricing.digest[:19]}"
