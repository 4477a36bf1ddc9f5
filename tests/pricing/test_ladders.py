"""Ladders worked by hand: what the month so far makes of a line."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import Quote, quote
from tests.oracle import Row, Terms
from tests.quoting import ON, atlas, reading_of
from tests.terms import FIRST_DAY, instant, resolved, terms_of
from wan_rules import validate

BY_SPEND: Final[Row] = {"model": "graduated", "by": "spend"}


def quoted_after(terms: Terms, before: dict[str, str]) -> Quote:
    """5 s of 720P after what was used in the month."""
    valid = validate(reading_of("atlas", atlas()))
    return quote(valid, resolved(terms, ON), instant(ON), {name: Decimal(total) for name, total in before.items()})


def priced_by(row: Row, **more: str) -> Terms:
    terms = terms_of({})
    terms["entries"] = [{"from": FIRST_DAY, "meter": "output_video_seconds"} | row | more]
    return terms


@pytest.mark.parametrize(
    ("spent", "total"),
    [
        pytest.param("0", 5 * Decimal("0.2"), id="all-in-the-first"),
        pytest.param("0.5", Decimal("0.5") + Decimal("2.5") * Decimal("0.4"), id="over-the-edge"),
        pytest.param("1", 5 * Decimal("0.4"), id="at-the-edge-the-next-begins"),
        pytest.param("10", 5 * Decimal("0.1"), id="in-the-last"),
    ],
)
def test_prices_that_rise_and_fall_are_exact_after_what_is_known(spent: str, total: Decimal) -> None:
    found = quoted_after(priced_by(BY_SPEND, bands="1:0.2 10:0.4 :0.1"), {"spend": spent})
    assert (found.kind, found.total) == ("exact", total)


def test_nothing_is_left_of_prices_by_spend() -> None:
    """All of it off: the ratio of a band's price to the next is one of nothing to nothing."""
    terms = priced_by(BY_SPEND, bands="1:0.2 10:0.4 :0.1")
    terms["agreement"] = [{"kind": "discount", "percent": "100"}]
    found = quoted_after(terms, {})
    assert (found.kind, found.total) == ("exact", Decimal(0))
    assert found.priced.charged.list_total == 5 * Decimal("0.4")
