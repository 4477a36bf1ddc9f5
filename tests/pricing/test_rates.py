"""The price of a meter at a tier: how it is written, the steps that led to it, and which one is too long to hold."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

import pytest

from pricing.contracts import Step
from pricing.errors import UnwieldyPriceError
from pricing.keys import EntryKey
from pricing.rates import Rate
from tests.oracle import Row
from tests.quoting import ON
from tests.terms import resolved, terms_of

OUTPUT: Final = EntryKey("output_video_seconds", "720P")
ENTRY: Final = "made-up:output_video_seconds/720P@2026-01-01"
REMEDY: Final = "has more digits than a price can have. Agree on a price by an override"
LONG: Final = "3.123456789012"
"""A percentage: five of them, one of the other, have more digits than are worked out."""


def exchanged(rate: str) -> Row:
    return {"kind": "exchange", "currency": "EUR", "rate": rate, "date": "2026-01-01", "source": "the bank"}


def off(percent: str) -> Row:
    return {"kind": "discount", "percent": percent}


def rated(price: str, *rows: Row) -> Rate:
    return resolved(terms_of({"720P": price}, agreement=rows), ON).terms.rates[OUTPUT]


def refused(price: str, *rows: Row) -> str:
    with pytest.raises(UnwieldyPriceError) as caught:
        resolved(terms_of({"720P": price}, agreement=rows), ON)
    return str(caught.value)


def test_a_contracted_price_is_written_without_zeros_at_its_end() -> None:
    """Half of 0.2 comes out as 0.100."""
    assert str(rated("0.2", off("50")).contracted_unit_price) == "0.1"


def test_an_exchange_is_a_step_by_the_name_of_its_term() -> None:
    """10 percent off 0.2, and 0.9 EUR for each USD of it."""
    rate = rated("0.2", off("10"), exchanged("0.9"))
    assert rate.contracted_unit_price == Decimal("0.2") * Decimal("0.9") * Decimal("0.9")
    assert rate.steps == (
        Step("acme-terms:term/0", "discount 10 percent: 0.18"),
        Step("acme-terms:term/1", "exchange, 1 USD = 0.9 EUR on 2026-01-01 (the bank): 0.162"),
    )


def test_the_percentage_that_a_price_is_lost_by_is_told_with_the_entry() -> None:
    said = refused("0.15", *[off(LONG)] * 4, {"kind": "surcharge", "percent": LONG})
    assert said.startswith(f"{ENTRY}: surcharge {LONG} percent of 0.1")
    assert said.endswith(f" {REMEDY}")


def test_the_exchange_that_a_price_is_lost_by_is_told_with_the_entry() -> None:
    said = refused("0.15", *[off(LONG)] * 4, exchanged("7.123456789012"))
    assert said.startswith(f"{ENTRY}: exchange, 1 USD = 7.123456789012 EUR on 2026-01-01 (the bank): 0.1")
    assert said.endswith(f" in it {REMEDY}")


def test_all_the_digits_of_a_percentage_count_whatever_precision_the_caller_works_in() -> None:
    """12.345 percent off 0.2 leave 0.17531."""
    with decimal.localcontext(prec=3):
        assert rated("0.2", off("12.345")).contracted_unit_price == Decimal("0.17531")


def refused_under_everyones(general: list[Row], *rows: Row) -> str:
    """The refusal of acme's terms over those that everyone has."""
    terms = terms_of({"720P": "0.15"}, agreement=rows)
    terms["others"] = [{"head": {}, "terms": general}]
    with pytest.raises(UnwieldyPriceError) as caught:
        resolved(terms, ON)
    return str(caught.value)


def test_a_price_that_is_lost_is_told_by_the_term_that_lost_it() -> None:
    """And by no later one of another agreement."""
    said = refused_under_everyones([off(LONG)] * 5, off("10"))
    assert said.startswith(f"{ENTRY}: discount {LONG} percent of 0.1")


def test_a_price_of_an_agreement_that_is_lost_is_told_by_the_agreements_name() -> None:
    own: Row = {"kind": "override", "meter": "output_video_seconds", "price": "0.15"}
    said = refused_under_everyones([own], *[off(LONG)] * 5)
    assert said.startswith(f"layer-0:override/output_video_seconds/720P: discount {LONG} percent of 0.1")
