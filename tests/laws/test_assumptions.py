"""What a quote does not name as unknown changes nothing of its charge; what is exact is not said to be bounded."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from hypothesis import given
from hypothesis import strategies as st

from pricing import Charged, Quote
from pricing.charges import charge_work
from pricing.clips import Step
from pricing.metering import measure
from pricing.schemes import Span
from tests.charging import ASKS, charged, forget_some, price_list, quoted, say_some
from tests.oracle import Terms
from tests.points import decimal_totals, edges_of
from tests.strategies import Ask, examples, with_length
from tests.terms import ASKED_ON, all_terms


def messages(found: Quote, code: str) -> list[str]:
    return [one.message for one in found.priced.assumptions if one.code.startswith(code)]


@examples(80)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_totals_that_are_not_named_change_nothing(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    ask = forget_some(data, ask)
    found = quoted(ask, pricing, on)
    (said,) = messages(found, "consumed-before-unknown") or [""]
    named = said.partition("(")[2].partition(";")[0].split(", ")
    others = {name: data.draw(decimal_totals(edges_of(terms))) for name in pricing.terms.counters if name not in named}
    assert charged(ask, pricing, on, others) == found.priced.charged


@examples(80)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_lengths_that_are_not_named_change_nothing(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    """The request knows the length of each clip, and is priced once as if it knew none."""
    pricing = price_list(terms, on, ask.host)
    before = say_some(data, terms, pricing)
    unknown = ask
    for clip in ask.clips:
        unknown = with_length(unknown, clip.url, None)
    found = quoted(unknown, pricing, on, before)
    if not messages(found, "clip-length"):
        assert charged(ask, pricing, on, before) == found.priced.charged


@examples(80)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_what_is_exact_is_not_said_to_be_bounded(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    found = quoted(forget_some(data, ask), pricing, on, say_some(data, terms, pricing))
    unknown = messages(found, "consumed-before-unknown") + messages(found, "clip-length")
    assert all(("bounded" in message) == (found.kind == "bounded") for message in unknown)


def in_whole_seconds(span: Span, rounding: str) -> Span:
    low, high = (None if end is None else end.to_integral_value(rounding) for end in span)
    assert low is not None
    return Span(low, high)


def rounded_otherwise(found: Quote) -> list[tuple[Span | None, Charged]]:
    """What is billed of the clips, and the charge, if part seconds rounded: of each length, or of their sum."""
    terms, work, before = found.priced.pricing.terms, found.work, found.consumed_before
    ways = [
        (work._replace(clips=tuple(in_whole_seconds(span, rounding) for span in work.clips)), terms)
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    ]
    if terms.clip_rule.rounding is None:
        steps = [Step(Decimal(1), mode, "total") for mode in ("up", "down", "half-up", "half-even")]
        ways += [(work, terms._replace(clip_rule=terms.clip_rule._replace(rounding=step))) for step in steps]
    return [(measure(*way).clips, charge_work(*way, before)) for way in ways]


@examples(150)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_part_seconds_that_are_not_named_change_nothing(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    """And where they are named, one way to round them would bill other seconds, if not another amount."""
    pricing = price_list(terms, on, ask.host)
    found = quoted(forget_some(data, ask), pricing, on, say_some(data, terms, pricing))
    if pricing.terms.clip_rule.rounding is not None:
        assert messages(found, "part-seconds-exact") == []
        return
    billed, others = measure(found.work, pricing.terms).clips, rounded_otherwise(found)
    if messages(found, "part-seconds-exact"):
        assert any(clips != billed for clips, _ in others)
    else:
        assert all(other == found.priced.charged for _, other in others)
