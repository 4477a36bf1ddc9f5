"""Bounds contain whatever it turns out to cost; at list prices both ends are reached."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from pricing import Charged, Market, NoRateError, quote, resolve
from pricing.shell.catalogues import load_published
from tests.charging import ASKS, charged, forget_some, price_list, say_some
from tests.laws.test_oracle import assert_within
from tests.oracle import Bill, Terms
from tests.points import Point, bill_at, clip_lengths, edges_of, lengths_of, totals_near
from tests.quoting import reading_of, unlimited
from tests.strategies import CLIP_SECONDS, HOST_NAMES, Ask, asks, examples, render, valid, with_ends, with_length
from tests.tables import instant
from tests.terms import ASKED_ON, all_terms
from wan_rules import validate

LENGTHS: Final = st.integers(1_000_000, 30_000_000).map(lambda micros: Decimal(micros) / 1_000_000)
"""As long as every host takes a clip, in seconds."""
BEYOND: Final = tuple(map(Fraction, ("30.5", "31", "64", "1000")))
"""Clips as no shipped host takes them, in seconds."""
TRIED: Final = 12
"""How many points are drawn in which what is not known turns out."""


@examples(100)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_bounds_contain_what_it_costs(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    ask, before = forget_some(data, ask), say_some(data, terms, pricing)
    bounds = charged(ask, pricing, on, before)
    known = {name: Fraction(total) for name, total in before.items()}
    edges = edges_of(terms)
    lengths = lengths_of(ask)
    some = Point(tuple(length or Fraction(2) for length in lengths), known)
    totals = totals_near(edges, bill_at(some, ask, terms, on))
    for _ in range(TRIED):
        clips = tuple(data.draw(st.sampled_from(clip_lengths(edges))) if n is None else n for n in lengths)
        turned = {name: data.draw(st.sampled_from(totals)) for name in pricing.terms.counters}
        point = Point(clips, turned | known, billed=data.draw(st.booleans()))
        assert_within(bill_at(point, ask, terms, on), bounds)


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


@examples(100)
@given(ASKS.filter(lambda ask: bool(ask.clips)), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_bounds_of_disputed_lengths_contain_every_length_between(
    ask: Ask, terms: Terms, on: str, data: st.DataObject
) -> None:
    """And they are no wider than the bounds without them."""
    pricing = price_list(terms, on, ask.host)
    before = say_some(data, terms, pricing)
    low, high = sorted(data.draw(st.tuples(LENGTHS, LENGTHS)))
    disputed, unknown = ask, ask
    for clip in ask.clips:
        disputed = with_ends(disputed, clip.url, low, high)
        unknown = with_length(unknown, clip.url, None)
    bounds, wider = charged(disputed, pricing, on, before), charged(unknown, pricing, on, before)
    assert wider.total_min <= bounds.total_min
    assert bounds.total is not None
    assert wider.total is None or bounds.total <= wider.total
    known = {name: Fraction(total) for name, total in before.items()}
    totals = totals_near(edges_of(terms), bill_at(Point((Fraction(low),) * len(ask.clips), known), ask, terms, on))
    for _ in range(TRIED):
        clips = tuple(Fraction(data.draw(st.sampled_from((low, (low + high) / 2, high)))) for _ in ask.clips)
        turned = {name: data.draw(st.sampled_from(totals)) for name in pricing.terms.counters}
        point = Point(clips, turned | known, billed=data.draw(st.booleans()))
        assert_within(bill_at(point, ask, terms, on), bounds)


@examples(100)
@given(ASKS.filter(lambda ask: bool(ask.clips)), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_bounds_without_a_limit_contain_every_length(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    """Where a cap bounds what no limit does."""
    pricing = price_list(terms, on, ask.host)
    ask, before = forget_some(data, ask), say_some(data, terms, pricing)
    case = render(ask)
    try:
        found = quote(validate(reading_of(unlimited(ask.host), case.payload, case.facts)), pricing, instant(on), before)
    except NoRateError:
        assume(False)  # noqa: FBT003 - Hypothesis' own way to pass over an example
        raise
    bounds, known = found.priced.charged, {name: Fraction(total) for name, total in before.items()}
    edges = edges_of(terms)
    lengths = lengths_of(ask)
    some = Point(tuple(length or Fraction(2) for length in lengths), known)
    totals = totals_near(edges, bill_at(some, ask, terms, on))
    for _ in range(TRIED):
        clips = tuple(data.draw(st.sampled_from((*clip_lengths(edges), *BEYOND))) if n is None else n for n in lengths)
        turned = {name: data.draw(st.sampled_from(totals)) for name in pricing.terms.counters}
        assert_between(bill_at(Point(clips, turned | known, billed=data.draw(st.booleans())), ask, terms, on), bounds)


def assert_between(bill: Bill, bounds: Charged) -> None:
    """No amount lies outside its ends, of which the upper one may be without a bound."""
    lines = zip(bounds.lines, bill.lines, strict=True)
    ends = [(line.amount_min, expected.amount, line.amount) for line, expected in lines]
    for low, amount, high in (*ends, (bounds.total_min, bill.total, bounds.total)):
        assert low <= amount
        assert high is None or amount <= high
