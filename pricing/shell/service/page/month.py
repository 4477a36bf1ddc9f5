"""The month before a request, as it was typed: what of it the terms look at, what was said, and what can't be read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.shell.inputs import read_totals
from pricing.terms import Terms
from wan_rules.payloads import UnusableInputError

WHAT: Final = "consumed_before"
"""What an envelope calls it."""


class Month(NamedTuple):
    """The running totals that the terms look at, by their names: what was said of them, and why a text is no amount."""

    terms: Terms
    said: Mapping[str, Decimal]
    faults: Mapping[str, UnusableInputError]


def read_month(terms: Terms, typed: Mapping[str, str]) -> Month:
    """What was typed of the totals that the terms look at. What they do not look at is not read."""
    said: dict[str, Decimal] = {}
    faults: dict[str, UnusableInputError] = {}
    for name in terms.counters:
        if text := typed.get(name):
            try:
                said |= read_totals((f"{name}={text}",), what=WHAT)
            except UnusableInputError as error:
                faults[name] = error
    return Month(terms, said, faults)
