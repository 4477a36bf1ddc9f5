"""What agreements say beside prices, as the adjusters that a request meets."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing.adjustments import Adjuster
from tests.oracle import Row
from tests.quoting import ON
from tests.terms import FIRST_DAY, resolved, terms_of


@pytest.mark.parametrize(
    ("row", "adjuster"),
    [
        pytest.param(
            {"kind": "rebate", "amount": "0.5"},
            Adjuster("rebate", "request", Decimal("0.5"), "acme-terms:term/0"),
            id="rebate",
        ),
        pytest.param(
            {"kind": "credit", "name": "gift", "amount": "20"},
            Adjuster("credit", "request", Decimal(20), "acme-terms:term/0", "credit/gift"),
            id="credit",
        ),
    ],
)
def test_what_is_taken_off_is_taken_off_a_request(row: Row, adjuster: Adjuster) -> None:
    assert resolved(terms_of({"720P": "0.1"}, agreement=[row]), ON).terms.adjusters == (adjuster,)


@pytest.mark.parametrize(
    ("row", "amounts"),
    [
        pytest.param({"kind": "minimum", "per": "request", "amount": "0.3"}, ["0.3"], id="of-a-request"),
        pytest.param({"kind": "minimum", "per": "month", "amount": "0.3"}, ["5", "0.3"], id="of-a-month"),
        pytest.param({"kind": "cap", "per": "request", "amount": "9"}, ["5", "9"], id="the-most"),
    ],
)
def test_a_least_charge_by_agreement_takes_the_place_of_the_cards(row: Row, amounts: list[str]) -> None:
    terms = terms_of({"720P": "0.1"}, agreement=[row])
    terms["entries"] = [*terms["entries"], {"from": FIRST_DAY, "model": "minimum", "amount": "5"}]
    assert sorted(str(one.amount) for one in resolved(terms, ON).terms.adjusters) == sorted(amounts)
