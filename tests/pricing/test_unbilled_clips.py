"""What is not billed needs no price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given

from pricing import NoRateError, quote
from tests.oracle import Row, Terms
from tests.strategies import Ask, asks, examples, valid
from tests.terms import FIRST_DAY, instant, resolved

ON: Final = "2026-02-01"


def _row(meter: str, tier: str, price: str) -> Row:
    return {"from": FIRST_DAY, "model": "per_unit", "meter": meter, "resolution": tier, "price": price}


def _by_stages(billed: str, priced_as: str) -> Terms:
    return {
        "super_resolution": "stages",
        "entries": [_row("output_video_seconds", "720P", "0.1"), _row("super_resolution_seconds", "1080P-SR", "0.02")],
        "reference_video": [{"from": FIRST_DAY, "billed": billed, "priced_as": priced_as}],
        "rounding": [],
        "agreement": [],
    }


@examples(20)
@given(asks(("atlas",), clips=1))
def test_clips_that_are_not_billed_need_no_price_of_their_tier(ask: Ask) -> None:
    charged = quote(
        valid(replace(ask, resolution="1080P-SR", duration=5)), resolved(_by_stages("no", "output"), ON), instant(ON)
    ).priced.charged
    assert charged.total == charged.total_min == 5 * Decimal("0.1") + 5 * Decimal("0.02")


@examples(20)
@given(asks(("atlas",), clips=1))
def test_clips_that_are_billed_need_one(ask: Ask) -> None:
    pricing = resolved(_by_stages("yes", "own"), ON)
    with pytest.raises(NoRateError, match="reference_video_seconds"):
        quote(valid(replace(ask, resolution="1080P-SR")), pricing, instant(ON))
