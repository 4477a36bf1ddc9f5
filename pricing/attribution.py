"""Why an invoice differs from what was expected: each difference split into breaks, each with one cause and its money.

The law: in each currency what was expected, all breaks and what was tolerated sum to what was invoiced, whatever the
invoice says. The order of rows and of lines changes nothing. (docs/adr/0021-attribution.md)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.absences import explain_absence, leave_unrated
from pricing.breaks import Break, Part
from pricing.candidates import Cases, Workshop
from pricing.cases import Case, Version, describe_case, find_version, order_case
from pricing.catalogue import Catalogue, Pricing
from pricing.invoices import Expected, Matched
from pricing.money import EXACT, HUNDRED, ZERO, Money, add_up, format_amount
from pricing.namings import name_breaks
from pricing.outcomes import read_stated
from pricing.presence import Compared, set_aside
from pricing.reconciliations import Tolerance
from pricing.searches import Found, Question, search
from pricing.sides import Side, divide
from pricing.units import find_slack

SEARCHES_KEPT: Final = 16_384
"""Searches that an attributor remembers: rows of one kind that are invoiced alike differ for the same reason."""
_NO_TOLERANCE: Final = Tolerance(ZERO, ZERO)
NO_TOLERANCES: Final[Mapping[str, Tolerance]] = MappingProxyType({})


class Context(NamedTuple):
    """What matched rows and lines are compared under. A currency without a tolerance tolerates nothing.

    `period` is the invoice's, from and until (exclusive). Usage outside it is expected on another invoice: nothing is
    expected of it on this one.
    """

    catalogue: Catalogue
    tolerances: Mapping[str, Tolerance] = NO_TOLERANCES
    period: tuple[datetime, datetime] | None = None


class Attributed(NamedTuple):
    """What becomes of one match. By currency: what was expected on this invoice, invoiced, and tolerated.

    `expected` leaves out rows that are not due on this invoice. In each currency expected, breaks and tolerated sum to
    invoiced.
    """

    breaks: tuple[Break, ...]
    expected: dict[str, Decimal]
    invoiced: dict[str, Decimal]
    tolerated: dict[str, Decimal]


class Attributor:
    """Attributes matches one after the other; it remembers what explained the last of them."""

    def __init__(self, context: Context) -> None:
        """Nothing is looked up before the first match."""
        self._context = context
        self._workshop = Workshop(context.catalogue)
        self._versions: dict[Pricing, Version] = {}
        self._known: dict[Question, tuple[Found, ...]] = {}

    def attribute(self, matched: Matched) -> Attributed:
        """The breaks of the match in the order of CAUSES, and its sums by currency."""
        sides = divide(matched, self._context.period)
        tolerated: dict[str, Decimal] = {}
        parts: list[Part] = []
        for side in sides:
            found = self._explain(side, sides, matched)
            parts += found
            rest = EXACT.subtract(side.gap, add_up(part.amount for part in found))
            if rest:
                tolerated[side.currency] = rest
        expected = {side.currency: side.expected for side in sides}
        invoiced = {side.currency: side.invoiced for side in sides}
        return Attributed(name_breaks(matched, parts, expected, invoiced), expected, invoiced, tolerated)

    def _explain(self, side: Side, sides: Sequence[Side], matched: Matched) -> Sequence[Part]:
        """The parts of one currency's difference; what they leave of it is tolerated."""
        if self._is_tolerated(side.gap, side):
            return ()
        absent = explain_absence(side, sides, matched, self._context.catalogue)
        return self._compare(side, matched) if absent is None else absent

    def _compare(self, side: Side, matched: Matched) -> Sequence[Part]:
        """The parts of rows and lines that stand against each other, by rating the rows again."""
        compared = set_aside(side.due, side.undue, side.lines)
        slack = find_slack([line.amount for line in compared.lines], side.currency)
        parts = [
            *compared.parts,
            *(Part(found.cause, found.detail, side.currency, *found[2:]) for found in self._search(compared, slack)),
        ]
        rest = EXACT.subtract(side.gap, add_up(part.amount for part in parts))
        if self._is_tolerated(rest, side):
            return parts
        if matched.unrated and rest.copy_abs() > slack:
            return [*parts, leave_unrated(Money(rest, side.currency), matched)]
        return [*parts, _close(compared, rest, slack)]

    def _search(self, compared: Compared, slack: Decimal) -> tuple[Found, ...]:
        """What explains the rest, or did so when it was last asked for."""
        if compared.expected == compared.invoiced or not compared.rows:
            return ()
        stated = read_stated(compared.lines, frozenset(row.row.resolution for row in compared.rows))
        question = Question(self._count_cases(compared.rows), compared.invoiced, stated, slack)
        known = self._known.get(question)
        if known is None:
            if len(self._known) >= SEARCHES_KEPT:
                self._known.clear()
            known = self._known[question] = search(question, self._workshop)
        return known

    def _count_cases(self, rows: Sequence[Expected]) -> Cases:
        counted: Counter[Case] = Counter()
        for row in rows:
            version = self._versions.get(row.pricing)
            if version is None:
                version = find_version(self._context.catalogue, row.pricing, row.row.at)
                self._versions[row.pricing] = version
            counted[describe_case(row, version)] += 1
        return tuple(sorted(counted.items(), key=lambda pair: order_case(pair[0])))

    def _is_tolerated(self, gap: Decimal, side: Side) -> bool:
        tolerance = self._context.tolerances.get(side.currency, _NO_TOLERANCE)
        distance = gap.copy_abs()
        if distance <= tolerance.amount:
            return True
        share = EXACT.multiply(side.expected.copy_abs(), tolerance.percent)
        return EXACT.multiply(distance, HUNDRED) <= share


def _close(compared: Compared, rest: Decimal, slack: Decimal) -> Part:
    """What is left over: rounding, where that can have left so much, or unknown."""
    currency = compared.lines[0].currency
    reached = EXACT.subtract(compared.invoiced, rest)
    one, other = (f"{format_amount(amount, currency)} {currency}" for amount in (reached, compared.invoiced))
    if rest.copy_abs() <= slack:
        return Part(
            "rounding", "minor unit", currency, rest, f"{one} is invoiced as {other}, rounded to the minor unit"
        )
    return Part(
        "unknown", "unexplained", currency, rest, f"{other} invoiced, and nothing that was tried leads there from {one}"
    )


def attribute(matched: Matched, context: Context) -> Attributed:
    """The breaks of one match: as an attributor's, which is quicker for many."""
    return Attributor(context).attribute(matched)
