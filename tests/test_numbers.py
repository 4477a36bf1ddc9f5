"""Numbers in texts: how many digits are read."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wan_rules.decimals import Digits, show_digits


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("0", True),
        ("999", True),
        ("1000", False),
        ("0.25", True),
        ("0.250", False),
        ("12.5", True),
        ("012", False),
        ("1.", False),
        (".5", False),
        ("-1", False),
        ("1e2", False),
    ],
)
def test_a_text_of_no_more_digits_is_read(text: str, *, is_read: bool) -> None:
    assert bool(re.match(Digits(3, 2).pattern, text)) is is_read


@given(st.integers(-(10**70), 10**70) | st.integers(0, 4_299).map(lambda power: 10**power - 1))
@example(10**64 - 1)
@example(10**64)
@example(-(10**64))
@example(0)
def test_a_number_is_shown_as_python_writes_it_to_64_digits(number: int) -> None:
    written, sign = str(number), number < 0
    shown = show_digits(number)
    assert shown == (written if len(written) <= 64 + sign else f"{written[: 64 + sign]}...")


@pytest.mark.parametrize("power", [4_300, 5_000, 100_000, 1_000_000])
def test_a_number_that_python_does_not_write_is_shown(power: int) -> None:
    assert show_digits(-(10**power)) == f"-1{'0' * 63}..."
