"""Re-quoting from a quote's basis is equal."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import BasisError, Quote, recompute
from pricing.shell.wire import write_quote
from tests.charging import ASKS, forget_some, price_list, say_some
from tests.charging import quoted as made
from tests.documents import JsonObject, changed
from tests.oracle import Row, Terms
from tests.prices import decimals
from tests.quoting import atlas, lengths, quoted, unlimited
from tests.strategies import Ask, examples
from tests.terms import ASKED_ON, FIRST_DAY, all_terms, terms_of

WORK: Final = "/work"
"""The pointer to the work in a basis."""

LONG: Final = decimals(999, 12)
"""Prices and rates with as many decimals as a card may write."""
GONE: Final = object()
AGREED: Final[tuple[Row, ...]] = (
    {"kind": "minimum", "amount": "2"},
    {"kind": "allowance", "meter": "output_video_seconds", "units": "20"},
)


def basis_of(found: Quote) -> JsonObject:
    return cast("JsonObject", json.loads(write_quote(found))["basis"])


@examples(100)
@given(ask=ASKS, terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_a_quote_is_computed_again_from_its_basis(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    found = made(forget_some(data, ask), pricing, on, say_some(data, terms, pricing))
    assert recompute(basis_of(found)) == found.priced.charged


@pytest.mark.parametrize("place", ["line", "quote"])
@pytest.mark.parametrize(
    ("quantum", "total"),
    [
        pytest.param("0.01", "61.73", id="cents"),
        pytest.param("1", "62", id="units"),
        pytest.param("10", "60", id="tens"),
        pytest.param("100", "100", id="hundreds"),
    ],
)
def test_every_quantum_rounds_alike_again(place: str, quantum: str, total: str) -> None:
    """5 s at 12.3456 come to 61.728."""
    terms = terms_of({"any": "12.3456"})
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": quantum, "mode": "half-up", "place": place}]
    found = quoted("atlas", atlas(), terms)
    assert found.total == Decimal(total)
    assert recompute(basis_of(found)) == found.priced.charged


def test_prices_by_spend_of_which_nothing_is_left_are_computed_again() -> None:
    """All of it off: no band has a price to part money by, and there is none to part."""
    terms = terms_of({})
    bands = {"model": "graduated", "by": "spend", "bands": "1:0.2 :0.1"}
    terms["entries"] = [{"from": FIRST_DAY, "meter": "output_video_seconds"} | bands]
    terms["agreement"] = [{"kind": "discount", "percent": "100"}]
    found = quoted("atlas", atlas(), terms)
    assert found.total == 0
    assert recompute(basis_of(found)) == found.priced.charged


@pytest.mark.parametrize("cap", [None, "5"])
def test_a_length_without_a_limit_is_computed_again(cap: str | None) -> None:
    found = quoted(
        unlimited("atlas"), atlas(clips=2), terms_of({"any": "0.1"}, rule={"cap_total_s": cap} if cap else {})
    )
    assert found.kind == ("bounded" if cap else "unbounded")
    assert recompute(basis_of(found)) == found.priced.charged


def test_what_the_basis_says_is_what_counts() -> None:
    """5 s and 4 s of clip at 0.1; with another price and another length in the basis, 5 s and 3 s at 0.2."""
    basis = basis_of(quoted("atlas", atlas(clips=1), terms_of({"720P": "0.1"}), lengths("4")))
    assert recompute(basis).total == 9 * Decimal("0.1")
    other = changed(
        basis,
        {
            "/terms/rates/0/contracted_unit_price": "0.2",
            f"{WORK}/clips/0/seconds": "3",
            f"{WORK}/clips/0/seconds_min": "3",
            "/catalogue": "another",
        },
    )
    assert recompute(other).total == 8 * Decimal("0.2")


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        pytest.param("/terms", GONE, "terms", id="terms-gone"),
        pytest.param(WORK, GONE, "work", id="work-gone"),
        pytest.param("/terms/adjusters", GONE, "terms.adjusters", id="adjusters-gone"),
        pytest.param("/terms/adjusters/0/amount", 0.5, "terms.adjusters.0.amount", id="minimum-a-float"),
        pytest.param("/terms/adjusters/0/amount", "-1", "terms.adjusters.0.amount", id="minimum-negative"),
        pytest.param("/terms/adjusters/0/kind", "gift", "terms.adjusters.0.kind", id="unknown-adjuster"),
        pytest.param("/terms/allowances/0/units", "many", "terms.allowances.0.units", id="units-a-word"),
        pytest.param("/consumed_before", GONE, "consumed_before", id="month-gone"),
        pytest.param("/consumed_before/spend", "-5", "consumed_before.spend", id="spent-less-than-nothing"),
        pytest.param("/terms/tax", "0.1", "terms.tax", id="unknown-term"),
        pytest.param("/terms/rates", {}, "terms.rates", id="rates-an-object"),
        pytest.param("/terms/rates/0/meter", "minutes", "terms.rates.0.meter", id="unknown-meter"),
        pytest.param("/terms/rates/0/resolution", "2K", "terms.rates.0.resolution", id="unknown-tier"),
        pytest.param(
            "/terms/rates/0/contracted_unit_price", "1e3", "terms.rates.0.contracted_unit_price", id="exponent"
        ),
        pytest.param("/terms/reference_video/billed", "maybe", "terms.reference_video.billed", id="billed-maybe"),
        pytest.param("/terms/reference_video/cuts_s", ["x"], "terms.reference_video.cuts_s.0", id="cut-a-word"),
        pytest.param(f"{WORK}/clips/0/seconds", "NaN", "work.clips.0.seconds", id="seconds-nan"),
        pytest.param(f"{WORK}/clips/0/seconds_min", None, "work.clips.0.seconds_min", id="no-least-length"),
        pytest.param(f"{WORK}/stages", ["dream"], "work.stages.0", id="unknown-stage"),
        pytest.param(f"{WORK}/references", -1, "work.references", id="fewer-than-none"),
        pytest.param(f"{WORK}/references", True, "work.references", id="references-true"),
    ],
)
def test_a_damaged_basis_names_the_key(pointer: str, value: object, key: str) -> None:
    terms = terms_of({}, agreement=AGREED)
    terms["entries"] = [{"from": FIRST_DAY, "meter": "output_video_seconds", "model": "volume", "bands": "5:0.2 :0.1"}]
    basis = basis_of(quoted("atlas", atlas(clips=1), terms))
    with pytest.raises(BasisError, match=rf"^basis: {key}: "):
        recompute(changed(basis, {pointer: value}, gone=GONE))


@pytest.mark.parametrize("basis", [None, [], "basis", 5])
def test_a_basis_is_an_object(basis: object) -> None:
    with pytest.raises(BasisError, match=r"^basis: the whole: an object of keys and values is wanted, not "):
        recompute(basis)


@pytest.mark.parametrize("seconds_min", ["0", "3.999999", "4"])
def test_a_clip_lasts_at_least_what_it_does_or_less(seconds_min: str) -> None:
    basis = basis_of(quoted("atlas", atlas(clips=1), terms_of({"720P": "0.1"}), lengths("4")))
    assert recompute(changed(basis, {f"{WORK}/clips/0/seconds_min": seconds_min})).total == 9 * Decimal("0.1")


@st.composite
def _abroad(draw: st.DrawFn) -> Terms:
    """A price of the account's own in another currency, beside a list price that has as many digits as it likes."""
    terms = terms_of({"any": draw(LONG)})
    if draw(st.booleans()):
        bands = {"model": draw(st.sampled_from(("graduated", "volume"))), "bands": f"3:{draw(LONG)} :{draw(LONG)}"}
        terms["entries"] = [{"from": FIRST_DAY, "meter": "output_video_seconds"} | bands]
    own = {"kind": "override", "meter": "output_video_seconds", "price": draw(LONG), "currency": "EUR"}
    rate = {"kind": "exchange", "currency": "EUR", "rate": draw(LONG), "date": FIRST_DAY, "source": "the bank"}
    terms["agreement"] = [own, rate]
    return terms


@examples(50)
@given(_abroad())
def test_list_prices_that_were_exchanged_are_read_again(terms: Terms) -> None:
    found = quoted("atlas", atlas(), terms)
    assert recompute(basis_of(found)) == found.priced.charged
