"""Where everything is known, the core agrees with a naive oracle, to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import (
    Catalogue,
    ClashingTermsError,
    NoCardError,
    NoRateError,
    Pricing,
    UnwieldyPriceError,
    parse_catalogue,
    quote,
)
from pricing.charges import Charged
from tests import oracle
from tests.charging import ASKS
from tests.oracle import Bill, Terms, TwoCurrenciesError, UnpricedError
from tests.points import Point, bill_at, decimal_totals, edges_of, lengths_of
from tests.strategies import Ask, examples, valid
from tests.tables import catalogue_files, instant, resolved_in
from tests.terms import ASKED_ON, all_terms

MONTHS: Final = 3
"""How many months so far each request is priced in, under the terms of each day."""


@examples(100)
@given(ask=ASKS, terms=all_terms(), data=st.data())
def test_the_core_agrees_with_the_oracle(ask: Ask, terms: Terms, data: st.DataObject) -> None:
    catalogue = parse_catalogue(catalogue_files(terms, host=ask.host))
    totals = decimal_totals(edges_of(terms))
    for on in ASKED_ON:
        pricing = same_terms(catalogue, ask.host, terms, on)
        for _ in range(MONTHS if pricing else 0):
            assert pricing is not None
            before = {name: data.draw(totals) for name in sorted(oracle.counters(terms, on))}
            same_charge(ask, terms, pricing, on, before)


def same_terms(catalogue: Catalogue, host: str, terms: Terms, on: str) -> Pricing | None:
    """What is in force on that day, if both say that something is: it knows every running total that counts."""
    try:
        counters = oracle.counters(terms, on)
    except (UnpricedError, TwoCurrenciesError) as error:
        expected = NoCardError if isinstance(error, UnpricedError) else ClashingTermsError
        with pytest.raises(expected):
            resolved_in(catalogue, on, host=host)
        return None
    if oracle.is_unwieldy(oracle.find_force(terms, on)):
        with pytest.raises(UnwieldyPriceError):
            resolved_in(catalogue, on, host=host)
        return None
    pricing = resolved_in(catalogue, on, host=host)
    assert counters <= set(pricing.terms.counters)
    return pricing


def same_charge(ask: Ask, terms: Terms, pricing: Pricing, on: str, before: Mapping[str, Decimal]) -> None:
    """Both charge alike, or neither has a price."""
    lengths = tuple(length or Fraction(1) for length in lengths_of(ask))
    point = Point(lengths, {name: Fraction(total) for name, total in before.items()})
    try:
        billed, free = (bill_at(point._replace(billed=billed), ask, terms, on) for billed in (True, False))
    except UnpricedError:
        with pytest.raises(NoRateError):
            quote(valid(ask), pricing, instant(on), before)
        return
    charged = quote(valid(ask), pricing, instant(on), before).priced.charged
    assert pricing.terms.currency == oracle.find_force(terms, on).currency
    if billed == free:
        assert charged.kind == "exact"
        agree(charged, billed)
    for bill in (billed, free):
        assert_within(bill, charged)


def exact(amount: Decimal | None) -> Fraction | None:
    return None if amount is None else Fraction(amount)


def agree(charged: Charged, bill: Bill) -> None:
    """Every amount is the oracle's."""
    for line, expected in zip(charged.lines, bill.lines, strict=True):
        assert (line.quantity.meter, line.quantity.priced_by) == (expected.meter, expected.key.meter)
        assert exact(line.quantity.pricing) == expected.charged
        assert exact(line.amount_min) == exact(line.amount) == expected.amount
        assert exact(line.list_amount_min) == exact(line.list_amount) == expected.list_amount
    assert exact(charged.total_min) == exact(charged.total) == bill.total
    assert exact(charged.list_total_min) == exact(charged.list_total) == bill.list_total
    assert adjustments(charged) == {kind: amount for kind, amount in bill.added.items() if amount}


def adjustments(charged: Charged) -> dict[str, Fraction]:
    """What was added by each kind of them, but for what comes to nothing."""
    found: dict[str, Fraction] = {}
    for one in charged.adjustments:
        found[one.kind] = found.get(one.kind, Fraction(0)) + Fraction(one.amount or 0)
    return {kind: amount for kind, amount in found.items() if amount}


def assert_within(bill: Bill, charged: Charged) -> None:
    """No amount of the bill lies outside what is charged at the least and at the most."""
    for line, expected in zip(charged.lines, bill.lines, strict=True):
        assert line.amount is not None
        assert line.amount_min <= expected.amount <= line.amount
        assert (line.list_amount is None) == (expected.list_amount is None)
        if line.list_amount is not None and line.list_amount_min is not None and expected.list_amount is not None:
            assert line.list_amount_min <= expected.list_amount <= line.list_amount
    assert charged.total is not None
    assert charged.total_min <= bill.total <= charged.total
