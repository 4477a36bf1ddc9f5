"""Lengthening one clip or the output, all else equal, never costs less."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pricing import Charged
from pricing.money import ZERO
from tests.laws.test_sums import charged
from tests.oracle import Terms
from tests.strategies import LONGEST_S, Ask, asks, examples, seconds, with_duration, with_length
from tests.terms import ASKED_ON, all_terms


def _never_less(less: Charged, more: Charged) -> None:
    assert (less.total or ZERO) <= (more.total or ZERO)
    assert less.total_min <= more.total_min


@examples(70)
@given(asks(("atlas",), clips=1), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_a_longer_clip_never_costs_less(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    clip = data.draw(st.sampled_from(ask.clips))
    short, long = sorted(data.draw(st.tuples(seconds(1, 30), seconds(1, 30))), key=float)
    _never_less(
        charged(with_length(ask, clip.url, short), terms, on), charged(with_length(ask, clip.url, long), terms, on)
    )


@examples(70)
@given(asks(("atlas",)), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_a_longer_output_never_costs_less(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    longest = LONGEST_S["atlas"][bool(ask.clips)]
    short, long = sorted(data.draw(st.tuples(st.integers(2, longest), st.integers(2, longest))))
    _never_less(charged(with_duration(ask, short), terms, on), charged(with_duration(ask, long), terms, on))
