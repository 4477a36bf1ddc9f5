"""Bounds contain the exact quote for any lengths of the clips within the host's limits, and both ends are reached."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pricing import Market, quote, resolve
from pricing.money import ZERO
from pricing.shell.catalogues import load_published
from tests.laws.test_sums import charged
from tests.oracle import Terms
from tests.strategies import CLIP_SECONDS, HOST_NAMES, Ask, asks, examples, seconds, valid, with_length
from tests.terms import ASKED_ON, all_terms, instant


def _unknown(ask: Ask) -> Ask:
    for clip in ask.clips:
        ask = with_length(ask, clip.url, None)
    return ask


@examples(60)
@given(asks(("atlas",), clips=1), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_bounds_contain_what_it_costs(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    bounds = charged(_unknown(ask), terms, on)
    for clip in ask.clips:
        ask = with_length(ask, clip.url, data.draw(seconds(*CLIP_SECONDS)))
    known = charged(ask, terms, on)
    assert bounds.total_min <= known.total_min
    assert (known.total or ZERO) <= (bounds.total or ZERO)
    for bound, line in zip(bounds.lines, known.lines, strict=True):
        assert bound.amount_min <= line.amount_min
        assert (line.amount or ZERO) <= (bound.amount or ZERO)


@examples(60)
@given(asks(HOST_NAMES, clips=1).filter(lambda ask: not (ask.resolution or "").endswith("-SR")))
def test_both_ends_are_reached_at_list_prices(ask: Ask) -> None:
    """A bound that no clip can reach would be wider than what is known."""
    at = instant("2026-11-01")
    pricing = resolve(load_published(), Market(None, None, ask.host), at)
    charged_at = {}
    for length in (None, *map(str, CLIP_SECONDS)):
        same = ask
        for clip in ask.clips:
            same = with_length(same, clip.url, length)
        charged_at[length] = quote(valid(same), pricing, at).priced.charged
    low, high = map(str, CLIP_SECONDS)
    assert charged_at[None].total_min == charged_at[low].total_min
    assert charged_at[None].total == charged_at[high].total
