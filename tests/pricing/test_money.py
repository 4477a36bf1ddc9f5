"""Amounts add in one currency, and in no other."""

from __future__ import annotations

from decimal import Decimal, Inexact

import pytest

from pricing import CurrencyError, Money
from pricing.money import add


def test_amounts_of_one_currency_add_exactly() -> None:
    large, small = Money(Decimal(123456789012345678901234567890), "USD"), Money(Decimal("0.000000000001"), "USD")
    assert add(large, small) == Money(Decimal("123456789012345678901234567890.000000000001"), "USD")


def test_amounts_of_two_currencies_do_not_add() -> None:
    with pytest.raises(CurrencyError, match="USD and CNY do not add"):
        add(Money(Decimal(1), "USD"), Money(Decimal(1), "CNY"))


def test_a_sum_that_would_lose_a_digit_is_an_error() -> None:
    with pytest.raises(Inexact):
        add(Money(Decimal("1e50"), "USD"), Money(Decimal("1e-12"), "USD"))
