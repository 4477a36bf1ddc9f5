"""At any instant the history's period holds exactly what `resolve` gives; before the first there is nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import Market, Pricing, PricingError, parse_catalogue, resolve
from pricing.histories import find_period, trace
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import ACCOUNT, ENVIRONMENT, all_terms, catalogue_files

INSTANTS = st.datetimes(datetime(2025, 11, 1), datetime(2027, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - the zones are drawn
MIDNIGHTS = st.integers(-40, 400).map(lambda days: datetime.fromisoformat("2026-01-01T00:00Z") + timedelta(days=days))


def held(pricing: Pricing) -> tuple[object, ...]:
    """What a period is told apart by: the terms, and what they come from."""
    return pricing.terms, pricing.card, pricing.agreements


@examples(100)
@given(all_terms(), st.lists(INSTANTS | MIDNIGHTS, min_size=1, max_size=6))
def test_a_period_holds_what_is_resolved(terms: Terms, instants: list[datetime]) -> None:
    catalogue = parse_catalogue(catalogue_files(terms))
    market = Market(ACCOUNT, ENVIRONMENT, "atlas")
    periods = trace(catalogue, market)
    for at in instants:
        period = find_period(periods, at)
        if period is None or period.pricing is None:
            with pytest.raises(PricingError):
                resolve(catalogue, market, at)
        else:
            assert held(resolve(catalogue, market, at)) == held(period.pricing)


@examples(100)
@given(all_terms())
def test_neighbours_differ_and_join(terms: Terms) -> None:
    periods = trace(parse_catalogue(catalogue_files(terms)), Market(ACCOUNT, ENVIRONMENT, "atlas"))
    assert [one.end for one in periods] == [*(later.begin for later in periods[1:]), None]
    for one, later in pairwise(periods):
        if one.pricing is not None and later.pricing is not None:
            assert held(one.pricing) != held(later.pricing)
