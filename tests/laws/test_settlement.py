"""Bounds contain every settled amount whose report agrees with the request and the host's limits.

Hold and differences sum to the charge, to the last digit. The same report twice changes nothing.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from pricing import (
    Basis,
    MissingUsageError,
    NoRateError,
    PricingError,
    Quote,
    Reported,
    Settlement,
    quote,
    read_basis,
    read_report,
    settle,
)
from pricing.cards import Owed
from pricing.metering import measure
from pricing.shell.wire import write_quote
from tests.documents import JsonObject
from tests.laws.test_oracle import forget_some
from tests.oracle import Terms
from tests.strategies import CLIP_SECONDS, RATIOS, TIERS, Ask, asks, examples, seconds, valid
from tests.terms import ASKED_ON, all_terms, instant, resolved


def _quoted(ask: Ask, terms: Terms, on: str) -> Quote:
    try:
        return quote(valid(ask), resolved(terms, on), instant(on))
    except NoRateError:
        assume(False)  # noqa: FBT003 - Hypothesis' own way to pass over an example
        raise


def _agreeing(data: st.DataObject, quoted: Quote) -> Reported:
    """A report that agrees with the request: what was asked, and clips as long as it left open, or billed so."""
    work, terms = quoted.work, quoted.priced.pricing.terms
    document: JsonObject = {"status": "succeeded"}
    said = {"resolution": work.resolution, "ratio": work.ratio, "output_video_seconds": str(work.seconds)}
    document |= {key: value for key, value in said.items() if data.draw(st.booleans())}
    billed = measure(work, terms).clips
    lengths = [data.draw(seconds(*CLIP_SECONDS)) if low != high else str(low) for low, high in work.clips]
    if billed is not None and billed.high is not None and (terms.billed == "unknown" or data.draw(st.booleans())):
        part = data.draw(st.decimals(billed.low, billed.high, places=6))
        document["billed_reference_video_seconds"] = str(part)
    elif data.draw(st.booleans()) or billed is None or billed.low != billed.high:
        document["reference_video_seconds"] = lengths
    return read_report(document)


@examples(100)
@given(ask=asks(("atlas",)), terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_bounds_contain_what_is_settled(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    quoted = _quoted(forget_some(data, ask), terms, on)
    found = settle(quoted, _agreeing(data, quoted))
    assert found.charge is not None
    assert quoted.total is not None
    assert quoted.total_min <= found.charge <= quoted.total == found.hold
    assert found.top_up == 0


_SECONDS: Final = st.decimals(0, 40, places=6).map(str)


@st.composite
def _reports(draw: st.DrawFn, clips: int) -> Reported:
    """Any report, whatever was asked."""
    document: JsonObject = {"status": draw(st.sampled_from(("succeeded", "succeeded", "failed", "moderated")))}
    if draw(st.booleans()):
        document["resolution"] = draw(st.sampled_from(TIERS["atlas"]))
    if draw(st.booleans()):
        document["ratio"] = draw(st.sampled_from(RATIOS))
    if draw(st.booleans()):
        document["output_video_seconds"] = draw(_SECONDS)
    if clips and draw(st.booleans()):
        document["billed_reference_video_seconds"] = draw(_SECONDS)
    elif draw(st.booleans()):
        document["reference_video_seconds"] = draw(st.lists(_SECONDS, min_size=clips, max_size=clips))
    if draw(st.booleans()):
        document["billed"] = {"amount": str(draw(st.decimals(0, 100, places=4))), "currency": "USD"}
    return read_report(document)


def _settled(basis: Basis, reported: Reported) -> Settlement:
    try:
        return settle(basis, reported)
    except (NoRateError, MissingUsageError):
        assume(False)  # noqa: FBT003 - as above
        raise


OUTCOMES: Final[st.SearchStrategy[Owed]] = st.sampled_from(("free", "full", "rendered"))


def _frozen(quoted: Quote, owed: Owed) -> Basis:
    """The quote's basis, its terms saying what jobs cost that did not succeed."""
    terms = quoted.priced.pricing.terms._replace(outcomes={"failed": owed, "moderated": owed})
    return Basis(terms, quoted.work, quoted.consumed_before)


@examples(100)
@given(ask=asks(("atlas",)), terms=all_terms(), on=st.sampled_from(ASKED_ON), owed=OUTCOMES, data=st.data())
def test_hold_and_causes_sum_to_what_is_charged_and_billed(
    ask: Ask, terms: Terms, on: str, owed: Owed, data: st.DataObject
) -> None:
    basis = _frozen(_quoted(forget_some(data, ask), terms, on), owed)
    reported = data.draw(_reports(len(basis.work.clips)))
    found = _settled(basis, reported)
    causes = [each for each in found.differences if each.what != "billed"]
    assert found.charge == Fraction(found.hold) + sum(Fraction(each.amount) for each in causes)
    assert found.charge == found.hold - found.release + found.top_up
    if reported.billed is not None:
        all_of_them = sum(Fraction(each.amount) for each in found.differences)
        assert reported.billed.amount == Fraction(found.hold) + all_of_them
    order = ("status", "tier", "quantity", "rate")
    places = [order.index(each.cause) for each in causes]
    assert places == sorted(places)


@examples(60)
@given(ask=asks(("atlas",)), terms=all_terms(), on=st.sampled_from(ASKED_ON), owed=OUTCOMES, data=st.data())
def test_the_same_report_twice_changes_nothing(
    ask: Ask, terms: Terms, on: str, owed: Owed, data: st.DataObject
) -> None:
    basis = _frozen(_quoted(forget_some(data, ask), terms, on), owed)
    first, second = (_settled(basis, data.draw(_reports(len(basis.work.clips)))) for _ in range(2))
    assert settle(basis, first.reported, first) == first
    again = settle(basis, second.reported, first)
    assert settle(basis, second.reported, again) == again
    if again.resettled is not None:
        assert again.charge == again.resettled.charge_before + again.resettled.difference


@examples(40)
@given(ask=asks(("atlas",)), terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_the_basis_alone_settles_alike(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    quoted = _quoted(forget_some(data, ask), terms, on)
    reported = data.draw(_reports(len(quoted.work.clips)))
    basis = read_basis(json.loads(write_quote(quoted))["basis"])
    answers: list[Settlement | str] = []
    for each in (quoted, basis):
        try:
            answers.append(settle(each, reported))
        except PricingError as error:
            answers.append(str(error))
    assert answers[0] == answers[1]


@examples(40)
@given(ask=asks(("atlas",)), terms=all_terms(), on=st.sampled_from(ASKED_ON), more=st.decimals(0, 5, places=3))
def test_more_output_never_costs_less(ask: Ask, terms: Terms, on: str, more: Decimal) -> None:
    quoted = _quoted(ask, terms, on)
    base = quoted.work.seconds
    clips = {"billed_reference_video_seconds": "1"} if quoted.work.clips else {}
    low, high = (
        settle(quoted, read_report({"status": "succeeded", "output_video_seconds": str(each), **clips})).charge
        for each in (base, base + more)
    )
    assert low is not None
    assert high is not None
    assert low <= high
