"""Amounts add in one currency, and in no other."""

from __future__ import annotations

import decimal
from decimal import Decimal, Inexact

import pytest

from pricing import CurrencyError, Money
from pricing.money import (
    Rounding,
    RoundingMode,
    add,
    average,
    format_amount,
    format_decimal,
    percent_change,
    round_amount,
)


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


CENT = Decimal("0.01")
NARROW = decimal.Context(prec=1, rounding=decimal.ROUND_DOWN, traps=[Inexact])
"""A context in which nearly everything is an error, for whoever would use it."""


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        pytest.param("up", ["0.03", "0.03", "0.03", "0.04"], id="up"),
        pytest.param("down", ["0.02", "0.02", "0.02", "0.03"], id="down"),
        pytest.param("half-up", ["0.02", "0.03", "0.03", "0.04"], id="half-up"),
        pytest.param("half-even", ["0.02", "0.02", "0.03", "0.04"], id="half-even"),
    ],
)
def test_each_mode_rounds_as_it_says(mode: RoundingMode, rounded: list[str]) -> None:
    amounts = [Decimal(text) for text in ("0.024", "0.025", "0.026", "0.035")]
    assert [round_amount(amount, Rounding(CENT, mode, "line")) for amount in amounts] == [*map(Decimal, rounded)]


def test_nothing_depends_on_the_context_of_whoever_calls() -> None:
    with decimal.localcontext(NARROW):
        assert round_amount(Decimal("1234567.895"), Rounding(CENT, "half-up", "line")) == Decimal("1234567.90")
        assert percent_change(Decimal("0.12"), Decimal("0.17")) == Decimal("41.7")
        assert average(Decimal(20000), Decimal(7)) == Decimal("2857.142857")
        assert add(Money(Decimal("99.9"), "USD"), Money(Decimal("0.01"), "USD")).amount == Decimal("99.91")
