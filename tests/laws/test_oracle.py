"""The core agrees with a naive oracle, to the last digit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pricing import NoRateError, quote
from tests import oracle
from tests.oracle import Asked, Bill, Terms
from tests.strategies import CLIP_SECONDS, Ask, asks, examples, valid, with_length
from tests.terms import ASKED_ON, all_terms, instant, resolved


def asked_of(ask: Ask) -> Asked:
    low, high = map(str, CLIP_SECONDS)
    lengths = [str(clip.facts["duration_s"]) if clip.facts["duration_s"] else "" for clip in ask.clips]
    clips = [(length or low, length or high) for length in lengths]
    return Asked(ask.resolution or "1080P", int(ask.duration or 5), clips, len(ask.references))


def forget_some(data: st.DataObject, ask: Ask) -> Ask:
    """The same request, the length of some of its clips unknown."""
    for clip in ask.clips:
        if data.draw(st.integers(0, 2)) == 0:
            ask = with_length(ask, clip.url, None)
    return ask


def exact(amount: Decimal | None) -> Fraction:
    assert amount is not None
    return Fraction(amount)


@examples(200)
@given(ask=asks(("atlas",)), terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_the_core_agrees_with_the_oracle(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    ask = forget_some(data, ask)
    asked = asked_of(ask)
    most, least = oracle.bill(asked, terms, on, most=True), oracle.bill(asked, terms, on, most=False)
    try:
        charged = quote(valid(ask), resolved(terms, on), instant(on)).priced.charged
    except NoRateError:
        assert most is None
        return
    assert most is not None
    assert least is not None
    assert exact(charged.total) == most.total
    assert exact(charged.total_min) == least.total
    assert charged.kind == ("exact" if most.total == least.total else "bounded")
    lines = [
        (line.quantity.meter, exact(line.amount), exact(line.amount_min), line.list_amount, line.list_amount_min)
        for line in charged.lines
    ]
    assert lines == [
        (top.meter, top.amount, bottom.amount, top.list_amount, bottom.list_amount)
        for top, bottom in zip(most.lines, least.lines, strict=True)
    ]
    adjusted = {a.kind: (exact(a.amount), exact(a.amount_min)) for a in charged.adjustments}
    assert adjusted == _adjusted(most, least)
    assert charged.list_total == most.list_total
    assert charged.list_total_min == least.list_total


def _adjusted(most: Bill, least: Bill) -> dict[str, tuple[Fraction, Fraction]]:
    """Those that change either end."""
    found = {"minimum": (most.minimum, least.minimum), "rounding": (most.rounding, least.rounding)}
    return {kind: amounts for kind, amounts in found.items() if any(amounts)}
