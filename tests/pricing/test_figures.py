"""Numbers as hosts report them: which are taken, in which form, and what is said of those that are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from pydantic import TypeAdapter, ValidationError

from pricing.figures import Lengths, Number, ReportedTotal, Seconds

NUMBER: Final[TypeAdapter[Decimal]] = TypeAdapter(Number)
TOTAL: Final[TypeAdapter[Decimal]] = TypeAdapter(ReportedTotal)
SECONDS: Final[TypeAdapter[Decimal]] = TypeAdapter(Seconds)
LENGTHS: Final[TypeAdapter[Decimal | tuple[Decimal, ...]]] = TypeAdapter(Lengths)
TOO_MANY: Final = "has too many digits: at most 12 before and 12 after a point are read"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(10, "10", id="integer"),
        pytest.param("10", "10", id="digits"),
        pytest.param(Decimal("10.0"), "10", id="zeros-at-the-end"),
        pytest.param(Decimal("1e1"), "10", id="exponent"),
        pytest.param(0, "0", id="nothing"),
        pytest.param(Decimal("-0.00"), "0", id="nothing-with-a-sign"),
        pytest.param(999_999_999_999, "999999999999", id="twelve-digits"),
        pytest.param(Decimal("0.000000000001"), "1E-12", id="twelve-decimals"),
        pytest.param(Decimal("0.5000000000000"), "0.5", id="thirteen-decimals-that-end-in-zeros"),
    ],
)
def test_a_number_is_taken_in_one_form(value: object, text: str) -> None:
    assert str(NUMBER.validate_python(value)) == text


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("0.000000000000000000000001", id="twenty-four-decimals"),
        pytest.param(Decimal("8.123456789012345"), id="a-number-with-fifteen-decimals"),
        pytest.param(999_999_999_999_999_999, id="eighteen-digits"),
    ],
)
def test_a_total_has_the_digits_of_products(value: object) -> None:
    assert TOTAL.validate_python(value) == Decimal(str(value))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(10**18, "1000000000000000000", id="nineteen-digits"),
        pytest.param(Decimal("1e-25"), "1E-25", id="twenty-five-decimals"),
        pytest.param(Decimal("1e-999999"), "1E-999999", id="decimals-beyond-reason"),
    ],
)
def test_a_total_of_more_digits_is_refused(value: object, shown: str) -> None:
    assert refusal(TOTAL, value) == f"{shown} has too many digits: at most 18 before and 24 after a point are read"


def test_a_total_as_a_string_is_read_as_running_totals_are() -> None:
    assert "is no amount as written here" in refusal(TOTAL, "1e-5")


def refusal(form: TypeAdapter[Decimal], value: object) -> str:
    """What is said of a value that is refused."""
    with pytest.raises(ValidationError) as caught:
        form.validate_python(value)
    (fault,) = caught.value.errors()
    return fault["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(0.5, "0.5 is a binary float: let parse_report read the JSON, which keeps every digit", id="float"),
        pytest.param(True, 'a number like 10, 10.0 or "10" is wanted, not true', id="true"),
        pytest.param(None, 'a number like 10, 10.0 or "10" is wanted, not null', id="null"),
        pytest.param([1], 'a number like 10, 10.0 or "10" is wanted, not an array', id="array"),
        pytest.param(Decimal("Infinity"), "Infinity is no number that can be charged for", id="infinite"),
        pytest.param(Decimal("NaN"), "NaN is no number that can be charged for", id="not-a-number"),
        pytest.param(-1, "-1 is below 0: nothing is less than not used", id="negative"),
        pytest.param(10**12, f"1000000000000 {TOO_MANY}", id="thirteen-digits"),
        pytest.param(Decimal("0.0000000000001"), f"1E-13 {TOO_MANY}", id="thirteen-decimals"),
        pytest.param(Decimal("1e-999999"), f"1E-999999 {TOO_MANY}", id="decimals-beyond-reason"),
    ],
)
def test_what_is_no_number_is_told(value: object, said: str) -> None:
    assert refusal(NUMBER, value) == said


@pytest.mark.parametrize(
    "value",
    [3600, "3600.000000", Decimal("0.000001"), Decimal("3599.9999990")],
    ids=["hour", "written", "least", "zeros"],
)
def test_seconds_are_an_hour_at_most_and_in_microseconds(value: object) -> None:
    assert SECONDS.validate_python(value) == Decimal(str(value))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(
            Decimal("3600.000001"),
            "3600.000001 s is over an hour, and no job comes near that: write seconds, not milliseconds",
            id="over-an-hour",
        ),
        pytest.param(
            "0.0000001",
            "'0.0000001' has more than 6 decimals: write it as it is billed, in microseconds at most",
            id="seven-decimals",
        ),
        pytest.param(-1, "-1 is below 0: nothing is less than not used", id="no-number"),
    ],
)
def test_what_are_no_seconds_is_told(value: object, said: str) -> None:
    assert refusal(SECONDS, value) == said


def test_lengths_are_of_all_clips_together_or_of_each() -> None:
    assert LENGTHS.validate_python("7.50") == Decimal("7.5")
    assert LENGTHS.validate_python([2, "2.5"]) == (Decimal(2), Decimal("2.5"))
    assert LENGTHS.validate_python(()) == ()
    with pytest.raises(ValidationError, match="over an hour"):
        LENGTHS.validate_python([3, 3601])
