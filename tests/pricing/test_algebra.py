"""What the algebra rounds to, beside fractions; and cells, which do as their numbers do."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.algebra import DECIMALS, round_to
from pricing.cells import CELLS, Cell
from pricing.money import RoundingMode
from tests.strategies import examples

STEPS: Final = ("1", "0.5", "0.1", "0.3", "5", "0.000001")
WHOLE: Final[dict[RoundingMode, Callable[[Fraction], int]]] = {
    "up": math.ceil,
    "down": math.floor,
    "half-up": lambda quotient: math.floor(quotient + Fraction(1, 2)),
    "half-even": round,
}


@pytest.mark.parametrize("mode", WHOLE)
@pytest.mark.parametrize("text", STEPS)
@examples(50)
@given(halves=st.integers(0, 99), millionths=st.integers(0, 2))
def test_a_value_becomes_the_multiple_of_the_step_that_the_mode_says(
    mode: RoundingMode, text: str, halves: int, millionths: int
) -> None:
    """Values at each half of the step and just above it: where the modes differ."""
    step = Decimal(text)
    value = halves * step / 2 + millionths * Decimal("0.0000001")
    expected = WHOLE[mode](Fraction(value) / Fraction(step)) * Fraction(step)
    assert Fraction(round_to(DECIMALS, value, step, mode)) == expected
    assert Fraction(round_to(CELLS, Cell(value), step, mode).value) == expected
