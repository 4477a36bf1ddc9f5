"""Numbers in texts: how many digits are read."""

from __future__ import annotations

import re

import pytest

from wan_rules.decimals import Digits


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
