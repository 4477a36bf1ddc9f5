"""Scales of a picture, whatever context of decimal numbers is in force."""

from __future__ import annotations

import decimal
from decimal import Decimal

from pricing.scales import lay_out, mark_prices
from tests.terms import instant


def test_steps_are_worked_out_in_no_context_but_the_projects() -> None:
    """0.18 takes four steps of 0.05, which are 50,000,000,000 of the last decimal: a context of one digit traps it."""
    with decimal.localcontext(decimal.Context(prec=1, traps=[decimal.Rounded])):
        frame = lay_out([Decimal("0.18")], [instant("2026-01-01")], "USD")
        marks = [label for _, label in mark_prices(frame, "USD")]
    assert marks == ["0.00", "0.05", "0.10", "0.15", "0.20"]
