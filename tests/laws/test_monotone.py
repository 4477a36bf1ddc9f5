"""Lengthening one clip or the output, all else equal, never costs less, unless a ladder's price falls on the way.

A price that falls makes more cost less where the whole line takes it (`volume`), and where more of one line moves
another one on, whose units then cost less. A lone graduated line never does, nor do allowances, packages, adjustments.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from pricing import Charged, Pricing
from pricing.money import ZERO
from pricing.schemes import Ladder
from tests.charging import ASKS, charged, price_list, say_some
from tests.oracle import Terms
from tests.strategies import LONGEST_S, Ask, asks, examples, seconds, with_duration, with_length
from tests.terms import ASKED_ON, all_terms


def may_fall(found: Charged) -> bool:
    """Whether a price of a ladder falls that takes whole lines, or that another line can move."""
    ladders = [line.rate.scheme for line in found.lines if isinstance(line.rate.scheme, Ladder)]
    falling = [one for one in ladders if any(next_.unit_price < band.unit_price for band, next_ in pairwise(one.bands))]
    return any(one.model == "volume" or len(found.lines) > 1 for one in falling)


def _never_less(less: Charged, more: Charged) -> None:
    assert (less.total or ZERO) <= (more.total or ZERO)
    assert less.total_min <= more.total_min


def _in_steps(pricing: Pricing, asked: tuple[Ask, Ask], on: str, data: st.DataObject, terms: Terms) -> None:
    before = say_some(data, terms, pricing)
    short, long = (charged(ask, pricing, on, before) for ask in asked)
    assume(not may_fall(short))
    _never_less(short, long)


@examples(100)
@given(asks(("atlas", "alibaba"), clips=1), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_a_longer_clip_never_costs_less(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    clip = data.draw(st.sampled_from(ask.clips))
    short, long = sorted(data.draw(st.tuples(seconds(1, 30), seconds(1, 30))), key=float)
    asked = with_length(ask, clip.url, short), with_length(ask, clip.url, long)
    _in_steps(price_list(terms, on, ask.host), asked, on, data, terms)


@examples(100)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_a_longer_output_never_costs_less(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    longest = LONGEST_S[ask.host][bool(ask.clips)]
    short, long = sorted(data.draw(st.tuples(st.integers(2, longest), st.integers(2, longest))))
    asked = with_duration(ask, short), with_duration(ask, long)
    _in_steps(price_list(terms, on, ask.host), asked, on, data, terms)
