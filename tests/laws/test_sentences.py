"""What a quote's sentences say can be worked out again from them; of clips they say what the card makes of these."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from pricing import Quote
from pricing.explanations import explain
from pricing.metering import measure
from pricing.money import format_span
from tests.charging import ASKS, forget_some, price_list, quoted, say_some
from tests.oracle import Terms
from tests.points import decimal_totals, edges_of
from tests.strategies import Ask, examples
from tests.terms import ASKED_ON, all_terms

PRODUCT: Final = re.compile(r": ([\d.]+) [^,]+ at \S+ x ([\d.]+) = ([\d.]+), by ")
BANDS: Final = re.compile(r" at \S+, ([\d.]+ x [\d.]+(?: \+ [\d.]+ x [\d.]+)*) = ([\d.]+), by ")


def told(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> tuple[Quote, tuple[str, ...]]:
    """A quote of which all or some is known, and its sentences."""
    pricing = price_list(terms, on, ask.host)
    some = say_some(data, terms, pricing)
    if data.draw(st.booleans()):
        found = quoted(forget_some(data, ask), pricing, on, some)
    else:
        before = {name: data.draw(decimal_totals(edges_of(terms))) for name in pricing.terms.counters}
        found = quoted(ask, pricing, on, before)
    return found, explain(found, lambda _: None)


def add_up(bands: str) -> Fraction:
    """What `5 x 0.1 + 2 x 0.05` comes to."""
    return sum((Fraction(much) * Fraction(price) for much, price in map(_split, bands.split(" + "))), Fraction(0))


def _split(band: str) -> tuple[str, str]:
    much, price = band.split(" x ")
    return much, price


@examples(80)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_every_product_that_is_told_is_true(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    """Those that a card rounds say so before `by`."""
    _, sentences = told(ask, terms, on, data)
    for sentence in sentences:
        if product := PRODUCT.search(sentence):
            assert Fraction(product[1]) * Fraction(product[2]) == Fraction(product[3]), sentence
        if bands := BANDS.search(sentence):
            assert add_up(bands[1]) == Fraction(bands[2]), sentence


@examples(80)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_of_clips_it_is_told_what_the_card_makes_of_them(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    found, sentences = told(ask, terms, on, data)
    clips = measure(found.work, found.priced.pricing.terms).clips
    of_clips = [one for one in sentences if one.startswith(("The clip lasts", "The clips last"))]
    if clips is None:
        assert of_clips == []
    else:
        (sentence,) = of_clips
        assert f" {format_span(clips.low, clips.high, to=' to ')} s (the card: " in sentence
