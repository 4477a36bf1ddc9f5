"""Terms of one market: what each price comes from, and which prices nothing can carry."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

import pytest

from pricing import parse_card
from pricing.agreement_parsing import parse_agreement
from pricing.contracts import Step
from pricing.errors import UnwieldyPriceError
from pricing.keys import EntryKey
from pricing.terms import Worth, build_terms, zone_in_force
from tests.oracle import Row
from tests.quoting import ON
from tests.terms import agreement_toml, card_toml, instant, resolved, terms_of

OUTPUT: Final = EntryKey("output_video_seconds", "720P")


def test_a_price_of_more_than_twelve_decimals_is_refused() -> None:
    """0.0000000001 less 1.5 percent has ten decimals and three more."""
    rows: list[Row] = [{"kind": "discount", "percent": "1.5"}]
    with pytest.raises(UnwieldyPriceError) as caught:
        resolved(terms_of({"720P": "0.0000000001"}, agreement=rows), ON)
    assert str(caught.value) == (
        "made-up:output_video_seconds/720P@2026-01-01: discount 1.5 percent: 0.0000000000985 "
        "has more digits than a price can have. Agree on a price by an override"
    )


def test_a_price_of_more_than_twelve_whole_digits_is_refused() -> None:
    """999999999999 and as much again has thirteen."""
    rows: list[Row] = [{"kind": "surcharge", "percent": "100"}]
    with pytest.raises(UnwieldyPriceError, match="1999999999998 has more digits"):
        resolved(terms_of({"720P": "999999999999"}, agreement=rows), ON)


def test_a_price_of_twelve_decimals_holds() -> None:
    """0.0000000001 less 50 percent, and an unwieldy card price that is overridden."""
    rows: list[Row] = [{"kind": "discount", "percent": "50"}]
    rate = resolved(terms_of({"720P": "0.00000000001"}, agreement=rows), ON).terms.rates[OUTPUT]
    assert rate.contracted_unit_price == Decimal("0.000000000005")
    own: Row = {"kind": "override", "meter": "output_video_seconds", "resolution": "720P", "price": "0.2"}
    rows = [own, {"kind": "discount", "percent": "1.5"}]
    rate = resolved(terms_of({"720P": "0.0000000001"}, agreement=rows), ON).terms.rates[OUTPUT]
    assert (rate.contracted_unit_price, rate.steps) == (Decimal("0.2"), (Step("acme-terms:term/0", "override: 0.2"),))


def test_a_contracted_price_keeps_its_digits_whatever_precision_the_caller_works_in() -> None:
    """0.123456 less 10 percent has seven digits, and a program that computes in three gets all of them."""
    rows: list[Row] = [{"kind": "discount", "percent": "10"}]
    with decimal.localcontext(prec=3):
        rate = resolved(terms_of({"720P": "0.123456"}, agreement=rows), ON).terms.rates[OUTPUT]
    assert rate.contracted_unit_price == Decimal("0.1111104")


def test_what_a_credit_is_worth_is_named_after_its_rule() -> None:
    card = card_toml(terms_of({"720P": "17"}), currency="credits")
    card += '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "EUR"\n'
    terms = build_terms(parse_card(card), (), instant(ON))
    assert terms is not None
    assert terms.worth == Worth("EUR", Decimal("0.01"), "made-up:credit@2026-01-01")


def test_the_last_agreement_that_says_a_zone_says_whose_months_count_and_else_the_card() -> None:
    card = parse_card(card_toml(terms_of({"720P": "0.1"}), zone="Asia/Tokyo"))
    tokyo, berlin, lima = (
        parse_agreement(agreement_toml([], **said))
        for said in ({}, {"zone": "Europe/Berlin"}, {"zone": "America/Lima"})
    )
    assert zone_in_force(card, ()) == zone_in_force(card, (tokyo,)) == "Asia/Tokyo"
    assert zone_in_force(card, (lima, berlin, tokyo)) == "Europe/Berlin"
