"""Amounts add in one currency, and in no other."""

from __future__ import annotations

from decimal import Decimal, Inexact

import pytest

from pricing import CurrencyError, Money
from pricing.money import add, format_amount, format_decimal


def test_amounts_of_one_currency_add_exactly() -> None:
    large, small = Money(Decimal(123456789012345678901234567890), "USD"), Money(Decimal("0.000000000001"), "USD")
    assert add(large, small) == Money(Decimal("123456789012345678901234567890.000000000001"), "USD")


def test_amounts_of_two_currencies_do_not_add() -> None:
    with pytest.raises(CurrencyError, match="USD and CNY do not add"):
        add(Money(Decimal(1), "USD"), Money(Decimal(1), "CNY"))


def test_a_sum_that_would_lose_a_digit_is_an_error() -> None:
    with pytest.raises(Inexact):
        add(Money(Decimal("1e50"), "USD"), Money(Decimal("1e-12"), "USD"))


@pytest.mark.parametrize("text", ["0", "-0", "0.000", "-0.000"])
def test_nothing_has_no_sign(text: str) -> None:
    format_decimal.cache_clear()  # -0 equals 0: whichever came first would answer for both
    format_amount.cache_clear()
    assert (format_decimal(Decimal(text)), format_amount(Decimal(text), "USD")) == ("0", "0.00")
