"""Amounts add exactly, compare by percent exactly, and are rounded and written in one place."""

from __future__ import annotations

import copy
import decimal
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal, Inexact

import pytest

from pricing.money import (
    AMOUNT_PATTERN,
    CHARGE_PATTERN,
    ZERO,
    Money,
    Rounding,
    RoundingMode,
    add_up,
    average,
    count_decimals,
    format_amount,
    format_amounts,
    format_decimal,
    format_span,
    is_apart,
    parse_amount,
    parse_charge,
    parse_decimal,
    percent_change,
    round_amount,
)
from wan_rules.decimals import DECIMAL_PATTERN


def test_amounts_of_one_currency_add_exactly() -> None:
    large, small = Decimal(123456789012345678901234567890), Decimal("0.000000000001")
    assert add_up([large, small]) == Decimal("123456789012345678901234567890.000000000001")
    assert add_up(()) == ZERO


@pytest.mark.parametrize("combine", [operator.add, operator.lt, operator.le, operator.gt, operator.ge, max, min])
def test_two_amounts_of_money_neither_add_nor_compare(combine: Callable[[object, object], object]) -> None:
    """As tuples they did: 2 EUR were more than 1 USD, and 1 USD and 1 USD four things."""
    for other in (Money(Decimal(2), "EUR"), Money(Decimal(2), "USD")):
        with pytest.raises(TypeError, match="neither add nor compare: take `amount`, where `currency` is the same"):
            combine(Money(Decimal(1), "USD"), other)


def test_an_amount_of_money_is_no_more_for_being_taken_several_times() -> None:
    one: object = Money(Decimal(1), "USD")
    for pair in ((one, 2), (2, one)):
        with pytest.raises(TypeError, match="neither add nor compare"):
            operator.mul(*pair)


def test_an_amount_of_money_is_equal_to_its_like_and_goes_to_another_process() -> None:
    one = Money(Decimal(1), "USD")
    assert one == Money(Decimal("1.00"), "USD")
    assert one != Money(Decimal(1), "EUR")
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one  # noqa: S301 - our own bytes
    assert tuple(one) == (Decimal(1), "USD")


def test_a_sum_that_would_lose_a_digit_is_an_error() -> None:
    with pytest.raises(Inexact):
        add_up([Decimal("1e50"), Decimal("1e-12")])


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param("2.00", "2.10", False, id="at-the-limit"),
        pytest.param("2.00", "2.100000000001", True, id="above"),
        pytest.param("2.00", "1.90", False, id="at-the-limit-below"),
        pytest.param("2.00", "1.899999999999", True, id="below"),
        pytest.param("-2.00", "-2.10", False, id="credits"),
        pytest.param("0", "0", False, id="nothing"),
        pytest.param("0", "0.000001", True, id="from-nothing"),
    ],
)
def test_more_than_five_percent_apart(one: str, other: str, *, apart: bool) -> None:
    assert is_apart(Decimal(one), Decimal(other), Decimal(5)) is apart


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
        assert percent_change(Decimal("0.12"), Decimal("0.1734")) == Decimal("44.5")
        assert average(Decimal(20000), Decimal(7)) == Decimal("2857.142857")
        assert add_up([Decimal("99.9"), Decimal("0.01")]) == Decimal("99.91")
        assert is_apart(Decimal("99.9"), Decimal("105.1"), Decimal("5.2"))


def test_what_is_only_shown_is_rounded_half_up() -> None:
    """12.25 percent, and 0.0000025 for each of two."""
    assert percent_change(Decimal(400), Decimal(449)) == Decimal("12.3")
    assert percent_change(Decimal(400), Decimal(351)) == Decimal("-12.3")
    assert average(Decimal("0.000005"), Decimal(2)) == Decimal("0.000003")


@pytest.mark.parametrize(
    ("number", "text", "dollars", "yen", "dinars", "credit"),
    [
        ("0", "0", "0.00", "0", "0.000", "0"),
        ("5", "5", "5.00", "5", "5.000", "5"),
        ("1E+2", "100", "100.00", "100", "100.000", "100"),
        ("1.00", "1", "1.00", "1", "1.000", "1"),
        ("0.10", "0.1", "0.10", "0.1", "0.100", "0.1"),
        ("-1.5000", "-1.5", "-1.50", "-1.5", "-1.500", "-1.5"),
        ("2.062500", "2.0625", "2.0625", "2.0625", "2.0625", "2.0625"),
    ],
)
def test_numbers_have_no_zeros_but_those_of_their_currency(
    number: str, text: str, dollars: str, yen: str, dinars: str, credit: str
) -> None:
    value = Decimal(number)
    assert format_decimal(value) == text
    shown = [format_amount(value, currency) for currency in ("USD", "JPY", "KWD", "credits")]
    assert shown == [dollars, yen, dinars, credit]


@pytest.mark.parametrize(
    ("low", "high", "quantity", "amount"),
    [
        pytest.param("1", "2.5", "1 to 2.5", "1.00 to 2.50", id="two-ends"),
        pytest.param("1", "1.0", "1", "1.00", id="equal-ends"),
        pytest.param("1", None, "1 or more", "1.00 or more", id="no-end"),
    ],
)
def test_two_ends_are_said_as_one_where_they_are_equal(low: str, high: str | None, quantity: str, amount: str) -> None:
    least, most = Decimal(low), None if high is None else Decimal(high)
    assert format_span(least, most, to=" to ") == quantity
    assert format_amounts(least, most, "USD", to=" to ") == amount


@pytest.mark.parametrize(("number", "decimals"), [("0.0125", 4), ("0.10", 1), ("7", 0), ("700", -2), ("0", 0)])
def test_decimals_are_counted_without_zeros(number: str, decimals: int) -> None:
    assert count_decimals(Decimal(number)) == decimals


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        pytest.param(DECIMAL_PATTERN, r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?$", id="number"),
        pytest.param(AMOUNT_PATTERN, r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,24})?$", id="amount"),
        pytest.param(CHARGE_PATTERN, r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,42})?$", id="charge"),
    ],
)
def test_patterns_stay_as_published_schemas_have_them(pattern: str, written: str) -> None:
    assert pattern == written


@pytest.mark.parametrize(
    ("parse", "before", "after"), [(parse_decimal, 12, 12), (parse_amount, 18, 24), (parse_charge, 18, 42)]
)
def test_as_many_digits_are_read_as_the_message_says(parse: Callable[[str], Decimal], before: int, after: int) -> None:
    most = f"{'9' * before}.{'9' * after}"
    assert str(parse(most)) == most
    for text in (f"9{most}", f"{most}9"):
        with pytest.raises(ValueError, match=f"at most {before} before and {after} after a point"):
            parse(text)
