"""Lines and adjustments sum to the total, and their least to the least total; equal bounds are exact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.charging import ASKS, charged, forget_some, price_list, say_some
from tests.oracle import Terms
from tests.strategies import Ask, examples
from tests.terms import ASKED_ON, all_terms


def _sum(amounts: Sequence[Decimal | None]) -> Fraction:
    assert None not in amounts
    return sum((Fraction(amount) for amount in amounts if amount is not None), Fraction(0))


@examples(80)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_parts_sum(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    found = charged(forget_some(data, ask), pricing, on, say_some(data, terms, pricing))
    lines, adjustments = found.lines, found.adjustments
    assert found.total == _sum([x.amount for x in lines] + [x.amount for x in adjustments])
    assert found.total_min == _sum([x.amount_min for x in lines] + [x.amount_min for x in adjustments])
    assert found.contracted_total == _sum([x.amount for x in lines])
    assert found.total is not None
    assert 0 <= found.total_min <= found.total
    assert (found.kind == "exact") == (found.total == found.total_min)
    assert all(0 <= line.amount_min <= line.amount for line in lines if line.amount is not None)
