"""What a planned request costs under given terms: lines, what is added to them as a whole, totals with their least."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from pricing.adjustments import Adjustment, adjust
from pricing.lines import Consumed, Line, count_before, draw_lines
from pricing.metering import Billable, Work, measure
from pricing.money import EXACT, ZERO, Rounding, round_amount
from pricing.schemes import Span
from pricing.terms import Terms, Worth

Kind: TypeAlias = Literal["exact", "bounded", "unbounded"]


class Charged(NamedTuple):
    """Lines, adjustments and totals. Lines and adjustments sum to `total`, and their least to `total_min`."""

    kind: Kind
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    total: Decimal | None
    total_min: Decimal
    list_total: Decimal | None
    list_total_min: Decimal | None
    contracted_total: Decimal | None


def charge_work(work: Work, terms: Terms, consumed: Consumed = ()) -> Charged:
    """What the work costs. Raises MissingRateError for a meter and tier that the terms do not price."""
    return charge_billable(measure(work, terms), terms, consumed)


def charge_billable(billable: Billable, terms: Terms, consumed: Consumed = ()) -> Charged:
    """What is charged for what the terms bill. Raises MissingRateError as `charge_work` does."""
    lines = draw_lines(billable, terms, consumed)
    contracted = Span(_sum(line.amount_min for line in lines) or ZERO, _sum(line.amount for line in lines))
    ends = contracted
    adjustments: tuple[Adjustment, ...] = ()
    if terms.adjusters:
        ends, adjustments = adjust(ends, terms.adjusters, count_before(terms, consumed))
    if terms.rounding is not None and terms.rounding.place == "quote":
        ends, rounded = _round(ends, terms.rounding, terms.rounding_from or "")
        adjustments += rounded
    kind: Kind = "unbounded" if ends.high is None else "exact" if ends.high == ends.low else "bounded"
    return Charged(
        kind,
        lines,
        adjustments,
        ends.high,
        ends.low,
        _sum(line.list_amount for line in lines),
        _sum(line.list_amount_min for line in lines),
        contracted.high,
    )


def find_worth(charged: Charged, worth: Worth) -> Span:
    """What the least and the most total in credits are worth in money."""
    most = None if charged.total is None else EXACT.multiply(charged.total, worth.value)
    return Span(EXACT.multiply(charged.total_min, worth.value), most)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total = EXACT.add(total, amount)
    return total


def _round(ends: Span, rounding: Rounding, source: str) -> tuple[Span, tuple[Adjustment, ...]]:
    """Both ends to the card's quantum, and by how much, unless neither changes."""
    low = round_amount(ends.low, rounding)
    high = None if ends.high is None else round_amount(ends.high, rounding)
    by_low = EXACT.subtract(low, ends.low)
    by_high = None if high is None or ends.high is None else EXACT.subtract(high, ends.high)
    if not by_low and not by_high:
        return ends, ()
    return Span(low, high), (Adjustment("rounding", by_high, by_low, source),)
