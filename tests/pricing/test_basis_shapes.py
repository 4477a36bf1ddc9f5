"""The shapes of a basis: a ladder that nothing can be charged by is none."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pricing.basis_shapes import LadderShape


def ladder(*prices: str, model: str = "graduated", by: str = "spend") -> LadderShape:
    ends: list[str | None] = [*(str(number) for number in range(1, len(prices))), None]
    bands = tuple({"up_to": end, "unit_price": price} for end, price in zip(ends, prices, strict=True))
    return LadderShape.model_validate({"model": model, "by": by, "counter": "spend", "bands": bands})


def test_money_is_parted_by_prices_whose_ratio_ends() -> None:
    with pytest.raises(ValidationError, match=r"bands: 0\.1 is no part of 0\.3 with 6 decimals at most"):
        ladder("0.3", "0.1")
    assert len(ladder("0.3", "0.1", by="units").bands) == 2
    assert len(ladder("0.3", "0.1", model="volume").bands) == 2


def test_nothing_parts_the_money_of_what_is_free_throughout() -> None:
    assert len(ladder("0", "0").bands) == 2
    with pytest.raises(ValidationError, match="bands: money is spent on what has a price"):
        ladder("0.3", "0")
