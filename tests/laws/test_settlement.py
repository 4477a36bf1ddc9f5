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
from pricing.shell.client.documents import read_quote as read_answer
from pricing.shell.settling import read_quote, read_settlement, write_settlement
from pricing.shell.wire import write_quote
from tests.charging import ASKS, forget_some, price_list, quoted, say_some
from tests.documents import JsonObject
from tests.oracle import Terms
from tests.points import decimal_totals, edges_of
from tests.prices import decimals
from tests.quoting import ON, atlas, lengths, reading_of
from tests.strategies import CLIP_SECONDS, RATIOS, TIERS, Ask, examples, seconds, with_ends
from tests.terms import ASKED_ON, FIRST_DAY, all_terms, instant, resolved, terms_of
from wan_rules import validate

LONG: Final = decimals(99, 12)
"""Prices, sums and percentages with as many decimals as an agreement may write."""
OUTCOMES: Final[st.SearchStrategy[Owed]] = st.sampled_from(("free", "full", "rendered"))
_SECONDS: Final = st.decimals(0, 40, places=6).map(str)


def _quoted(data: st.DataObject, ask: Ask, terms: Terms, on: str) -> Quote:
    """A quote that some lengths of clips and some of the month so far are known to."""
    pricing = price_list(terms, on, ask.host)
    return quoted(forget_some(data, ask), pricing, on, say_some(data, terms, pricing))


def _months(data: st.DataObject, terms: Terms, basis: Basis) -> dict[str, str]:
    """Where every running total stands that the terms look at."""
    totals = decimal_totals(edges_of(terms))
    return {name: format(data.draw(totals), "f") for name in basis.terms.counters}


def _agreeing(data: st.DataObject, basis: Basis, months: dict[str, str]) -> Reported:
    """A report that agrees with the request: what was asked, and clips as long as it left open, or billed so.

    Of clips that are not billed a sum says as much as each length.
    """
    work, terms = basis.work, basis.terms
    document: JsonObject = {"status": "succeeded", "consumed_before": months}
    said = {"resolution": work.resolution, "ratio": work.ratio, "output_video_seconds": str(work.seconds)}
    document |= {key: value for key, value in said.items() if data.draw(st.booleans())}
    billed = measure(work, terms).clips
    if billed is not None and billed.high is not None and (terms.billed == "unknown" or data.draw(st.booleans())):
        part = data.draw(st.decimals(billed.low, billed.high, places=6))
        document["billed_reference_video_seconds"] = str(part)
    else:
        lengths = [data.draw(seconds(*CLIP_SECONDS)) if low != high else str(low) for low, high in work.clips]
        is_sum = terms.billed == "no" and data.draw(st.booleans())
        document["reference_video_seconds"] = str(sum(map(Decimal, lengths))) if is_sum else lengths
    return read_report(document)


@examples(100)
@given(ask=ASKS, terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_bounds_contain_what_is_settled(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    basis = _frozen(_quoted(data, ask, terms, on), "free")
    found = settle(basis, _agreeing(data, basis, _months(data, terms, basis)))
    assert found.charge is not None
    assert found.quoted.total is not None
    assert found.quoted.total_min <= found.charge <= found.quoted.total == found.hold
    assert found.top_up == 0


def _report(data: st.DataObject, terms: Terms, basis: Basis) -> Reported:
    """Any report, whatever was asked."""
    clips = len(basis.work.clips)
    document: JsonObject = {"status": data.draw(st.sampled_from(("succeeded", "succeeded", "failed", "moderated")))}
    some: dict[str, st.SearchStrategy[object]] = {
        "resolution": st.sampled_from(TIERS["atlas"]),
        "ratio": st.sampled_from(RATIOS),
        "output_video_seconds": _SECONDS,
        "billed": st.fixed_dictionaries(
            {"amount": st.decimals(0, 100, places=4).map(str), "currency": st.just(basis.terms.currency)}
        ),
    }
    document |= {key: data.draw(values) for key, values in some.items() if data.draw(st.booleans())}
    if clips and data.draw(st.booleans()):
        document["billed_reference_video_seconds"] = data.draw(_SECONDS)
    elif data.draw(st.booleans()):
        document["reference_video_seconds"] = data.draw(st.lists(_SECONDS, min_size=clips, max_size=clips))
    if data.draw(st.integers(0, 3)):
        document["consumed_before"] = _months(data, terms, basis)
    return read_report(document)


def _settled(basis: Basis, reported: Reported) -> Settlement:
    try:
        return settle(basis, reported)
    except (NoRateError, MissingUsageError):
        assume(False)  # noqa: FBT003 - Hypothesis' own way to pass over an example
        raise


def _frozen(found: Quote, owed: Owed) -> Basis:
    """The quote's basis, its terms saying what jobs cost that did not succeed."""
    terms = found.priced.pricing.terms._replace(outcomes={"failed": owed, "moderated": owed})
    return Basis(terms, found.work, found.consumed_before)


@examples(100)
@given(ask=ASKS, terms=all_terms(), on=st.sampled_from(ASKED_ON), owed=OUTCOMES, data=st.data())
def test_hold_and_causes_sum_to_what_is_charged_and_billed(
    ask: Ask, terms: Terms, on: str, owed: Owed, data: st.DataObject
) -> None:
    basis = _frozen(_quoted(data, ask, terms, on), owed)
    reported = _report(data, terms, basis)
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
@given(ask=ASKS, terms=all_terms(), on=st.sampled_from(ASKED_ON), owed=OUTCOMES, data=st.data())
def test_the_same_report_twice_changes_nothing(
    ask: Ask, terms: Terms, on: str, owed: Owed, data: st.DataObject
) -> None:
    basis = _frozen(_quoted(data, ask, terms, on), owed)
    first, second = (_settled(basis, _report(data, terms, basis)) for _ in range(2))
    assert settle(basis, first.reported, first) == first
    again = settle(basis, second.reported, first)
    assert settle(basis, second.reported, again) == again
    if again.resettled is not None:
        assert again.charge == again.resettled.charge_before + again.resettled.difference


def _dispute_some(data: st.DataObject, ask: Ask) -> Ask:
    """The same request, of some of its clips known alone that they last from so long to so long."""
    for clip in ask.clips:
        if data.draw(st.booleans()):
            low, high = sorted(Decimal(data.draw(seconds(*CLIP_SECONDS))) for _ in range(2))
            ask = with_ends(ask, clip.url, low, high)
    return ask


@examples(40)
@given(ask=ASKS, terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_the_basis_alone_settles_alike(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    found = _quoted(data, _dispute_some(data, ask), terms, on)
    basis = read_basis(json.loads(write_quote(found))["basis"])
    reported = _report(data, terms, basis)
    answers: list[Settlement | str] = []
    for each in (found, basis):
        try:
            answers.append(settle(each, reported))
        except PricingError as error:
            answers.append(str(error))
    assert answers[0] == answers[1]


@st.composite
def _fine_terms(draw: st.DrawFn) -> Terms:
    """Sums and a share in one currency, a price in another: an amount has as many digits as any can have."""
    euro = {"kind": "exchange", "currency": "EUR", "rate": draw(LONG), "date": FIRST_DAY, "source": "the bank"}
    own = {"kind": "override", "meter": "output_video_seconds", "price": draw(LONG), "currency": "EUR"}
    off = {"kind": "rebate", "amount": draw(LONG), "currency": "USD"}
    beyond = {"kind": "commitment", "amount": draw(LONG), "overage_percent": draw(LONG)}
    abroad = [euro, own, *draw(st.sampled_from(([], [off]))), {**beyond, "currency": "USD"}]
    return terms_of({"720P": draw(LONG)}, agreement=draw(st.sampled_from(([beyond], abroad))))


@examples(60)
@given(terms=_fine_terms(), clip=seconds(*CLIP_SECONDS), spent=decimals(99, 24), other=seconds(*CLIP_SECONDS))
def test_what_is_written_is_read_to_the_last_digit(terms: Terms, clip: str, spent: str, other: str) -> None:
    valid = validate(reading_of("atlas", atlas(clips=1), lengths(clip)))
    found = quote(valid, resolved(terms, ON), instant(ON), {"spend": Decimal(spent)})
    document = json.loads(write_quote(found))
    quoted_ = read_quote(document)
    first = settle(quoted_.basis, read_report({"status": "succeeded"}))
    second = settle(quoted_.basis, read_report({"status": "succeeded", "reference_video_seconds": [other]}), first)
    assert first.charge == found.total == read_answer(document).total
    for each in (first, second):
        assert read_settlement(json.loads(write_settlement(each, quoted_)), quoted_, "settled") == each
