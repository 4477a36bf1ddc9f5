"""What rows of usage would come to together under each alternative, alone or after another one, or for some rows only.

Beside the alternatives of `pricing.alternatives` stand two that are the invoice's own: its quantities, its unit prices.
"""

from __future__ import annotations

import decimal
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

from pricing.alternatives import list_alternatives
from pricing.break_causes import CAUSES, Cause
from pricing.cases import Alternative, Case, Rerater, compose
from pricing.catalogue import Catalogue
from pricing.money import EXACT, ZERO, count_decimals, format_amount, format_decimal
from pricing.outcomes import SECONDS, Meter, Metered, Outcome, Stated, sum_outcomes
from pricing.rating import MAX_DECIMALS

Cases: TypeAlias = tuple[tuple[Case, int], ...]
"""The cases of a match, each with how many rows it has, in an order of their own."""

CASES_KEPT: Final = 512
"""Cases whose alternatives are remembered."""
PAIRED_KEPT: Final = 128
"""Cases, or sets of them, whose pairs are remembered."""
CASES_MOST: Final = 256
"""Cases of one match that alternatives are tried on; a line that covers more kinds of rows is taken by its numbers."""
OWN: Final = Alternative("unknown", "", "by their own terms")
BY_QUANTITY: Final = Alternative("quantity", "invoice quantity", "by the quantity that the invoice states")
BY_PRICE: Final = Alternative("rate", "invoice unit price", "at the unit price that the invoice states")
MISSING: Final = Alternative("missing_on_invoice", "row of a sum", "not billed", owed="free")


class Candidate(NamedTuple):
    """An alternative, and what the rows come to under it."""

    alternative: Alternative
    outcome: Outcome

    @property
    def told(self) -> str:
        """The candidate as a sentence says it."""
        return f"{self.outcome.told} {self.alternative.said}"


Pair: TypeAlias = tuple[Candidate, Candidate]
"""A first alternative, and what comes of it and a second one, in the second one's name."""


class Workshop:
    """Makes candidates; it remembers what each case comes to under each alternative."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is rated before it is asked for."""
        self._catalogue = catalogue
        self._rerater = Rerater()
        self._known: dict[Case, dict[tuple[Cause, str], tuple[Alternative, Outcome]]] = {}
        self._pairs: dict[Cases, Sequence[Pair]] = {}

    def rate_as_expected(self, cases: Cases) -> Outcome | None:
        """What the rows come to by their own terms; `None` where these do not give it."""
        return self._sum(cases, OWN)

    def list_singles(self, cases: Cases, stated: Stated, base: Outcome) -> tuple[Candidate, ...]:
        """Each alternative applied to all rows that know it, in the order of attribution; none that changes nothing."""
        found = [self._for_all(cases, name) for name in self._names(cases)] if len(cases) <= CASES_MOST else []
        own = [_restate(base, stated, alternative) for alternative in (BY_QUANTITY, BY_PRICE)]
        candidates = [each for each in (*found, *own) if each and each.outcome.total != base.total]
        return tuple(sorted(candidates, key=lambda each: CAUSES.index(each.alternative.cause)))

    def list_shares(self, cases: Cases, gap: Decimal, base: Outcome) -> Iterator[Candidate]:
        """Each alternative applied to as many rows of one case as the gap takes: exactly that money, and no more."""
        if len(cases) <= CASES_MOST and sum(count for _, count in cases) > 1:
            for case, count in cases:
                known = self._rate_case(case)
                own = known[OWN.cause, OWN.detail][1]
                for alternative, outcome in (*_missing(own), *known.values()):
                    share = _count_share(gap, EXACT.subtract(outcome.total, own.total), count)
                    if share:
                        yield _apply_share(Candidate(alternative, outcome), own, base, share)

    def list_pairs(self, cases: Cases, named: Sequence[Candidate]) -> Sequence[Pair]:
        """Each two of the candidates, one after the other, where the second takes a step too; kept for the cases."""
        known = self._pairs.get(cases)
        if known is None:
            if len(self._pairs) >= PAIRED_KEPT:
                self._pairs.clear()
            pairs = (self.join(cases, first, second, Stated()) for first, second in combinations(named, 2))
            known = self._pairs[cases] = [pair for found in pairs for pair in found]
        return known

    def join(self, cases: Cases, first: Candidate, second: Candidate, stated: Stated) -> Iterator[Pair]:
        """The first and what both come to, where they can be joined and the second takes a step."""
        both = self.follow(cases, first, second, stated)
        if both and both.outcome.total != first.outcome.total:
            yield first, both

    def follow(self, cases: Cases, first: Candidate, second: Candidate, stated: Stated) -> Candidate | None:
        """The second alternative after the first; `None` where both can't be."""
        if second.alternative in (BY_QUANTITY, BY_PRICE):
            return _restate(first.outcome, stated, second.alternative)
        if first.alternative in (BY_QUANTITY, BY_PRICE):
            alone = second.outcome
            return _named(_restate(alone, stated, first.alternative), second.alternative)
        both = compose(first.alternative, second.alternative)
        outcome = self._sum(cases, both) if both else None
        return Candidate(second.alternative, outcome) if outcome else None

    def restate(self, outcome: Outcome, stated: Stated) -> Outcome | None:
        """The outcome with both the quantities and the unit prices of the invoice."""
        by_quantity = _restate(outcome, stated, BY_QUANTITY)
        both = _restate(by_quantity.outcome, stated, BY_PRICE) if by_quantity else None
        return both.outcome if both else None

    def _names(self, cases: Cases) -> list[tuple[Cause, str]]:
        names: dict[tuple[Cause, str], None] = {}
        for case, _ in cases:
            names.update(dict.fromkeys(self._rate_case(case)))
        return [name for name in names if name != (OWN.cause, OWN.detail)]

    def _for_all(self, cases: Cases, name: tuple[Cause, str]) -> Candidate | None:
        parts, last = [], OWN
        for case, count in cases:
            known = self._rate_case(case)
            alternative, outcome = known.get(name) or known[OWN.cause, OWN.detail]
            last = alternative if alternative is not OWN else last
            parts.append((outcome, count))
        return Candidate(last, sum_outcomes(parts, _currency(cases)))

    def _rate_case(self, case: Case) -> dict[tuple[Cause, str], tuple[Alternative, Outcome]]:
        """What the case comes to by each alternative that gives a sum, by its cause and detail."""
        known = self._known.get(case)
        if known is None:
            if len(self._known) >= CASES_KEPT:
                self._known.clear()
            known = self._known[case] = {}
            for alternative in (OWN, *list_alternatives(self._catalogue, case)):
                outcome = self._rerater.rerate(case, alternative)
                if outcome is not None:
                    known.setdefault((alternative.cause, alternative.detail), (alternative, outcome))
        return known

    def _sum(self, cases: Cases, alternative: Alternative) -> Outcome | None:
        """What all rows come to by the alternative; `None` where one of them does not."""
        parts = []
        for case, count in cases:
            outcome = self._rerater.rerate(case, alternative)
            if outcome is None:
                return None
            parts.append((outcome, count))
        return sum_outcomes(parts, _currency(cases))


def _currency(cases: Cases) -> str:
    return cases[0][0].version.pricing.terms.currency


def _missing(own: Outcome) -> tuple[tuple[Alternative, Outcome], ...]:
    """That a row is not billed at all: one of a sum that is."""
    return ((MISSING, own._replace(total=ZERO, meters={})),)


def _count_share(gap: Decimal, each: Decimal, count: int) -> int:
    """How many rows, of so many, make up the gap where each of them takes so much; 0 for no whole number of them."""
    if not each or (gap < 0) != (each < 0) or gap.copy_abs() > EXACT.multiply(each.copy_abs(), Decimal(count)):
        return 0
    return 0 if EXACT.remainder(gap, each) else int(EXACT.divide_int(gap, each))


def _apply_share(one: Candidate, own: Outcome, base: Outcome, share: int) -> Candidate:
    """What all rows come to where the alternative is of so many rows of one case."""
    total = EXACT.fma(EXACT.subtract(one.outcome.total, own.total), Decimal(share), base.total)
    meters = {}
    for meter in {*base.meters, *one.outcome.meters}:
        theirs, ours, all_of_it = one.outcome.find(meter), own.find(meter), base.find(meter)
        quantity = EXACT.fma(EXACT.subtract(theirs.quantity, ours.quantity), Decimal(share), all_of_it.quantity)
        more = EXACT.fma(EXACT.subtract(theirs.more, ours.more), Decimal(share), all_of_it.more)
        meters[meter] = Metered(quantity, None, more)
    rows = "one of these rows" if share == 1 else f"{share} of these rows"
    told = f"{rows}, {one.outcome.told}{' each' if share > 1 else ''},"
    return Candidate(one.alternative, base._replace(total=total, meters=meters, told=told))


def _named(candidate: Candidate | None, alternative: Alternative) -> Candidate | None:
    return candidate and candidate._replace(alternative=alternative)


def _restate(outcome: Outcome, stated: Stated, alternative: Alternative) -> Candidate | None:
    """The outcome with the quantities, or unit prices, of the invoice; `None` where it says none that apply."""
    quantities, prices = dict(stated.quantities), dict(stated.unit_prices)
    total, meters, said = outcome.total, dict(outcome.meters), []
    for meter in quantities if alternative is BY_QUANTITY else prices:
        before = outcome.find(meter)
        price = before.unit_price if before.quantity else prices.get(meter)
        if price is None:
            return None
        own = before._replace(unit_price=price)
        if alternative is not BY_QUANTITY:
            after = own._replace(unit_price=prices[meter])
        else:
            after = own if own.allows(quantities[meter]) else Metered(quantities[meter], price)
        changed = _change(own, after)
        if changed is None:
            return None
        total, meters[meter] = EXACT.add(total, changed), after
        said.append(_say(meter, after))
    told = f"{' + '.join(said)}: {format_amount(total, outcome.currency)} {outcome.currency}"
    return Candidate(alternative, outcome._replace(total=total, meters=meters, told=told)) if said else None


def _say(meter: Meter, metered: Metered) -> str:
    unit = " s" if meter.endswith(SECONDS) else f" {meter}"
    price = ZERO if metered.unit_price is None else metered.unit_price
    return f"{format_decimal(metered.quantity)}{unit} x {format_decimal(price)}"


def _change(before: Metered, after: Metered) -> Decimal | None:
    """By how much the product changes; `None` for numbers too long to multiply exactly, or for an amount to hold."""
    try:
        one, other = (EXACT.multiply(m.quantity, m.unit_price or ZERO) for m in (before, after))
        changed = EXACT.subtract(other, one)
    except decimal.Inexact:
        return None
    return None if count_decimals(changed) > MAX_DECIMALS else changed
