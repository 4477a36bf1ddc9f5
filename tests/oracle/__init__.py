"""A naive pricing of requests, against which the code is held; it shares no line with it."""

from tests.oracle.bills import Bill, bill, counters
from tests.oracle.prices import is_unwieldy
from tests.oracle.terms import Card, Force, Layer, Row, Terms, TwoCurrenciesError, UnpricedError, find_force
from tests.oracle.usage import Asked

__all__ = [
    "Asked",
    "Bill",
    "Card",
    "Force",
    "Layer",
    "Row",
    "Terms",
    "TwoCurrenciesError",
    "UnpricedError",
    "bill",
    "counters",
    "find_force",
    "is_unwieldy",
]
