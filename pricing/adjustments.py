"""What is added to a request's lines as a whole, in one order, and to a month's: rebate, overage, minimum, cap, credit.

The order is fixed (docs/adr/0014-order-of-adjustments.md) and each step starts from what the one before has left; the
rounding of a quote comes after all of them. Where the month so far is not known, both ends are worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias, assert_never

from pricing.agreed_terms import Per
from pricing.algebra import DECIMALS, Algebra, C, T
from pricing.formulas import charge_overage, leave_of, lower_to_cap, raise_to_minimum
from pricing.money import EXACT, ZERO
from pricing.schemes import Span

AdjusterKind: TypeAlias = Literal["rebate", "commitment", "minimum", "cap", "credit"]
ORDER: Final[tuple[AdjusterKind, ...]] = ("rebate", "commitment", "minimum", "cap", "credit")
SPEND: Final = "spend"
"""The running total of what was billed in the month."""
CREDIT: Final = "credit/"
"""Before a credit's name, the running total of what was used of it: since it was granted, and not in the month."""


class Adjuster(NamedTuple):
    """A term about a whole request or month. Amounts are in the terms' currency; `rate` is a commitment's overage.

    `counter` names the running total that it looks at, if it does.
    """

    kind: AdjusterKind
    per: Per
    amount: Decimal
    source: str
    counter: str | None = None
    rate: Decimal = ZERO


class Adjustment(NamedTuple):
    """What one adjuster, or rounding, adds at the most and at the least that the request costs; it may be negative.

    `amount` is `None` where nothing bounds the lines: a cap may bound the total all the same.
    """

    kind: AdjusterKind | Literal["rounding"]
    amount: Decimal | None
    amount_min: Decimal
    source: str


def sort_adjusters(adjusters: Sequence[Adjuster]) -> tuple[Adjuster, ...]:
    """In the order in which they apply; those of one kind stay as they are."""
    return tuple(sorted(adjusters, key=lambda adjuster: ORDER.index(adjuster.kind)))


def adjust(
    ends: Span, adjusters: Sequence[Adjuster], before: Mapping[str, Span]
) -> tuple[Span, tuple[Adjustment, ...]]:
    """Both ends after each adjuster that is about a request, and what each that changes one of them adds."""
    found: list[Adjustment] = []
    for adjuster in adjusters:
        if adjuster.kind == "minimum" and adjuster.per == "month":
            continue  # owed when the month is closed, whatever a request costs
        used = before[adjuster.counter] if adjuster.counter else _NOTHING
        least, most = _differences(adjuster, ends, used)
        changed = Span(EXACT.add(ends.low, least), _add(ends.high, most, adjuster, used))
        if changed != ends:
            found.append(Adjustment(adjuster.kind, most, least, adjuster.source))
        ends = changed
    return ends, tuple(found)


_NOTHING: Final = Span(ZERO, ZERO)


def _add(high: Decimal | None, most: Decimal | None, adjuster: Adjuster, used: Span) -> Decimal | None:
    if high is not None and most is not None:
        return EXACT.add(high, most)
    return leave_of(DECIMALS, adjuster.amount, used.low) if adjuster.kind == "cap" else None


def _differences(adjuster: Adjuster, ends: Span, used: Span) -> tuple[Decimal, Decimal | None]:
    """What is added to the least and to the most; each takes an unknown total at the end that makes it so."""
    # The more was used, the more of a total is overage and the less is left of a credit; but the less a cap leaves.
    at_least, at_most = (used.high, used.low) if adjuster.kind == "cap" else used
    low = _difference(adjuster, ends.low, at_least)
    return low, None if ends.high is None else _difference(adjuster, ends.high, at_most)


def _difference(adjuster: Adjuster, total: Decimal, used: Decimal | None) -> Decimal:
    left = ZERO if used is None else leave_of(DECIMALS, adjuster.amount, used)
    return find_difference(DECIMALS, adjuster, total, left)


def find_difference(a: Algebra[T, C], adjuster: Adjuster, total: T, left: T) -> T:
    """What the adjuster adds to a total, of whose amount so much is `left`."""
    match adjuster.kind:
        case "rebate" | "credit":
            return a.sub(a.number(ZERO), a.least(total, left))
        case "commitment":
            return charge_overage(a, total, left, adjuster.rate)
        case "minimum":
            return raise_to_minimum(a, total, adjuster.amount)
        case "cap":
            return lower_to_cap(a, total, left)
        case _:
            assert_never(adjuster.kind)
