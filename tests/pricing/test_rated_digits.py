"""What a row of usage may come to, by its digits: as many decimals as a table of charges has."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing.errors import UnwieldyPriceError
from pricing.jobs import Job
from pricing.metering import Work
from pricing.rating import MAX_DECIMALS, rate
from tests.oracle import Row
from tests.tables import resolved, terms_of


def job(seconds: str) -> Job:
    return Job(Work("720P", "720P", Decimal(seconds), ("render",), (), 1), (("spend", Decimal(0)),))


OVERAGE: Row = {"kind": "commitment", "amount": "0.5", "overage_percent": "12.5"}


def test_an_overage_of_a_long_amount_is_refused() -> None:
    """8.123457 x 0.123456789013 has 18 decimals; an eighth of what of it lies over 0.50 has three more."""
    pricing = resolved(terms_of({"720P": "0.123456789013"}, agreement=[OVERAGE]), "2026-03-01")
    with pytest.raises(UnwieldyPriceError, match=f"more than {MAX_DECIMALS} decimals"):
        rate(job("8.123457"), pricing)


def test_one_that_fits_is_exact() -> None:
    pricing = resolved(terms_of({"720P": "0.1234"}, agreement=[OVERAGE]), "2026-03-01")
    total = Decimal("8.123457") * Decimal("0.1234")
    assert rate(job("8.123457"), pricing).total == total + (total - Decimal("0.5")) * Decimal("0.125")
