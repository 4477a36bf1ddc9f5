"""Requests and terms that Hypothesis drew, charged; what has no price, or no terms, is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from hypothesis import assume
from hypothesis import strategies as st

from pricing import Charged, NoRateError, Pricing, Quote, quote
from pricing.catalogue import NoCardError
from pricing.errors import ClashingTermsError, UnwieldyPriceError
from tests.oracle import Terms
from tests.points import decimal_totals, edges_of
from tests.strategies import Ask, asks, valid, with_length
from tests.tables import instant, resolved

ASKS: Final = asks(("atlas", "atlas", "alibaba"))
"""Of hosts with every tier, and with first frames."""
NOTHING_SAID: Final[Mapping[str, Decimal]] = {}


def forget_some(data: st.DataObject, ask: Ask) -> Ask:
    """The same request, the length of some of its clips unknown."""
    for clip in ask.clips:
        if data.draw(st.integers(0, 2)) == 0:
            ask = with_length(ask, clip.url, None)
    return ask


def say_some(data: st.DataObject, terms: Terms, pricing: Pricing) -> dict[str, Decimal]:
    """Where some of the running totals stand, or none or all of them."""
    names = data.draw(st.sampled_from(((), pricing.terms.counters, pricing.terms.counters[::2])))
    return {name: data.draw(decimal_totals(edges_of(terms))) for name in names}


def price_list(terms: Terms, on: str, host: str = "atlas") -> Pricing:
    """What is in force."""
    try:
        return resolved(terms, on, host=host)
    except (ClashingTermsError, NoCardError, UnwieldyPriceError):
        assume(False)  # noqa: FBT003 - Hypothesis' own way to pass over an example
        raise


def quoted(ask: Ask, pricing: Pricing, on: str, before: Mapping[str, Decimal] = NOTHING_SAID) -> Quote:
    """The quote."""
    try:
        return quote(valid(ask), pricing, instant(on), before)
    except NoRateError:
        assume(False)  # noqa: FBT003 - as above
        raise


def charged(ask: Ask, pricing: Pricing, on: str, before: Mapping[str, Decimal] = NOTHING_SAID) -> Charged:
    """What the quote charges."""
    return quoted(ask, pricing, on, before).priced.charged
