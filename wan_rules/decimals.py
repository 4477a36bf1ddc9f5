"""How numbers are written in payloads, facts and cards: so many digits, no sign, exponent or separator; and shown."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final, NamedTuple

from pydantic import BeforeValidator, Field

from wan_rules.faults import show


class Digits(NamedTuple):
    """How many digits a number has at most before and after its point."""

    before: int
    after: int

    @property
    def pattern(self) -> str:
        """What a text of so many matches: no sign, exponent, separator or foreign digit, no zeros before."""
        return rf"^(0|[1-9][0-9]{{0,{self.before - 1}}})(\.[0-9]{{1,{self.after}}})?$"

    def __str__(self) -> str:
        """In words."""
        return f"at most {self.before} before and {self.after} after a point"


DECIMAL_DIGITS: Final = Digits(12, 12)
DECIMAL_PATTERN: Final = DECIMAL_DIGITS.pattern
"""How prices, quantities and durations are written everywhere: no sign, exponent, separator or foreign digit."""
DURATION_PATTERN: Final = Digits(12, 6).pattern
"""How a clip's measured length is written: as any number, with microseconds at most."""
CONFIDENCE_PATTERN: Final = r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$"
"""How sure a detector is: from 0 to 1, six decimals at most."""
_DURATION: Final = re.compile(DURATION_PATTERN)
SHOWN_DIGITS: Final = 64
"""Of a whole number that a report repeats, however long it is: Python itself writes none of over 4,300."""
_SPELT_OUT: Final = 100
"""Digits before or after a point that are looked at, the zeros included: an exponent of few letters stands for many."""


def spell_out(number: Decimal) -> str | None:
    """The number in digits, without exponent; `None` where that takes more of them than anything here has."""
    exponent = number.as_tuple().exponent
    is_short = isinstance(exponent, int) and exponent >= -_SPELT_OUT and number.adjusted() <= _SPELT_OUT
    return format(number, "f") if is_short else None


def show_digits(number: int) -> str:
    """The whole number in digits; of one that is longer than anything here has, the first, and three dots."""
    if number < 0:
        return f"-{show_digits(-number)}"
    if number < 10**SHOWN_DIGITS:
        return str(number)
    power = number.bit_length() * 301 // 1_000  # of ten: a bit is worth 0.30103 digits
    return f"{str(number // 10 ** (power - SHOWN_DIGITS))[:SHOWN_DIGITS]}..."


def _duration(value: object) -> Decimal:
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return Decimal(value)
    if isinstance(value, Decimal) and _DURATION.fullmatch(spell_out(value) or ""):
        return value
    msg = f'a duration is written as a string such as "7.2", at most six decimals, not {show(value)}'
    raise ValueError(msg)


Seconds = Annotated[
    Decimal, BeforeValidator(_duration, json_schema_input_type=Annotated[str, Field(pattern=DURATION_PATTERN)])
]
