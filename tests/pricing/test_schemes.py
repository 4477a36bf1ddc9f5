"""What a use comes to by each charge model, by hand: at band ends, beside them, and where totals are unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.formulas import Band
from pricing.money import ZERO
from pricing.schemes import (
    UNKNOWN,
    CountedBy,
    Ladder,
    Package,
    Share,
    Span,
    Tariff,
    Use,
    charge_use,
    exchange,
    list_prices,
    scale,
    split_use,
)

STEPS: Final = (("1000", "0.10"), ("5000", "0.08"), (None, "0.05"))
TURNING: Final = (("100", "0.10"), ("200", "0.05"), (None, "0.08"))
"""Prices that fall and rise again."""


def ladder(model: str, steps: tuple[tuple[str | None, str], ...], by: CountedBy = "units") -> Tariff:
    bands = tuple(Band(None if up_to is None else Decimal(up_to), Decimal(price)) for up_to, price in steps)
    counter = "spend" if by == "spend" else "output_video_seconds"
    return Tariff(bands[0].unit_price, Ladder("volume" if model == "volume" else "graduated", by, counter, bands))


def span(text: str) -> Span:
    """`5`, `1..30`, or `0..` without a limit."""
    low, dots, high = text.partition("..")
    return Span(Decimal(low), Decimal(low) if not dots else Decimal(high) if high else None)


def use(charged: str, before: str, used: str | None = None) -> Use:
    return Use(span(charged), span(used or charged), span(before))


def said(amount: Span) -> str:
    high = "" if amount.high is None else f"{amount.high.normalize():f}"
    low = f"{amount.low.normalize():f}"
    return low if low == high else f"{low}..{high}"


GRADUATED: Final = ladder("graduated", STEPS)
VOLUME: Final = ladder("volume", STEPS)
BY_SPEND: Final = ladder("graduated", (("100", "0.10"), (None, "0.08")), "spend")
VOLUME_BY_SPEND: Final = ladder("volume", (("100", "0.10"), (None, "0.08")), "spend")


@pytest.mark.parametrize(
    ("tariff", "asked", "amount"),
    [
        pytest.param(Tariff(Decimal("0.1")), use("5", "0.."), "0.5", id="per-unit"),  # 5 x 0.10
        pytest.param(Tariff(Decimal("0.1")), use("1..30", "0.."), "0.1..3", id="per-unit-of-a-clip"),
        pytest.param(Tariff(Decimal("0.1")), use("0..", "0.."), "0..", id="per-unit-without-limit"),
        pytest.param(Tariff(Decimal("0.4"), Package(Decimal(5))), use("5", "0.."), "0.4", id="a-package"),
        pytest.param(Tariff(Decimal("0.4"), Package(Decimal(5))), use("5.000001", "0.."), "0.8", id="a-package-begun"),
        pytest.param(Tariff(Decimal("0.4"), Package(Decimal(5))), use("0", "0.."), "0", id="no-package"),
        pytest.param(
            Tariff(Decimal("0.4"), Package(Decimal(5))), use("1..30", "0.."), "0.4..2.4", id="packages-of-a-clip"
        ),
        # 1000 x 0.10, 4000 x 0.08, 1 x 0.05
        pytest.param(GRADUATED, use("5001", "0"), "420.05", id="graduated-through-all-bands"),
        pytest.param(GRADUATED, use("10", "990"), "1", id="graduated-to-an-end"),
        pytest.param(GRADUATED, use("10", "995"), "0.9", id="graduated-over-an-end"),  # 5 x 0.10 + 5 x 0.08
        pytest.param(GRADUATED, use("10", "1000"), "0.8", id="graduated-from-an-end"),
        pytest.param(GRADUATED, use("10", "5000"), "0.5", id="graduated-beyond-all"),
        pytest.param(GRADUATED, use("10", "0.."), "0.5..1", id="graduated-after-nobody-knows-what"),
        pytest.param(GRADUATED, use("10", "990..1000"), "0.8..1", id="graduated-after-a-span"),
        pytest.param(GRADUATED, use("1..30", "980"), "0.1..2.8", id="graduated-a-clip"),  # 20 x 0.10 + 10 x 0.08
        pytest.param(GRADUATED, use("0..", "0"), "0..", id="graduated-without-limit"),
        # 10 were used, 4 of them charged for: the last ones, 1001 to 1004.
        pytest.param(GRADUATED, use("4", "994", "10"), "0.32", id="graduated-beyond-an-allowance"),
        pytest.param(VOLUME, use("10", "990"), "1", id="volume-to-an-end"),
        pytest.param(VOLUME, use("10", "990.000001"), "0.8", id="volume-beyond-an-end"),
        pytest.param(VOLUME, use("10", "5000"), "0.5", id="volume-beyond-all"),
        pytest.param(VOLUME, use("10", "0.."), "0.5..1", id="volume-after-nobody-knows-what"),
        pytest.param(VOLUME, use("10", "0..989"), "1", id="volume-before-any-step"),
        # At most 10 units end at 1000: 10 x 0.10; at least those that end beyond it: more than 10, 10 x 0.08.
        pytest.param(VOLUME, use("1..30", "990"), "0.1..2.4", id="volume-a-clip"),
        pytest.param(VOLUME, use("0..", "0"), "0..", id="volume-without-limit"),
        pytest.param(VOLUME, use("4", "994", "10"), "0.32", id="volume-beyond-an-allowance"),
        pytest.param(BY_SPEND, use("10", "99"), "1", id="by-spend-to-an-end"),
        pytest.param(BY_SPEND, use("10", "99.6"), "0.88", id="by-spend-over-an-end"),  # 0.40 buys 4, 6 x 0.08
        pytest.param(BY_SPEND, use("10", "100"), "0.8", id="by-spend-from-an-end"),
        pytest.param(BY_SPEND, use("10", "0.."), "0.8..1", id="by-spend-after-nobody-knows-what"),
        pytest.param(BY_SPEND, use("10", "99.6..100"), "0.8..0.88", id="by-spend-after-a-span"),
        pytest.param(VOLUME_BY_SPEND, use("10", "99.99"), "1", id="volume-by-spend-before-an-end"),
        pytest.param(VOLUME_BY_SPEND, use("10", "100"), "0.8", id="volume-by-spend-at-an-end"),
        pytest.param(VOLUME_BY_SPEND, use("10", "0.."), "0.8..1", id="volume-by-spend-after-nobody-knows-what"),
        pytest.param(VOLUME_BY_SPEND, use("10", "0..50"), "1", id="volume-by-spend-before-any-step"),
        pytest.param(VOLUME_BY_SPEND, use("10", "100..200"), "0.8", id="volume-by-spend-after-every-step"),
        # Up to 100 at 0.10, up to 200 at 0.05, then 0.08: what is ahead of 150 is 0.05 and 0.08.
        pytest.param(ladder("graduated", TURNING, "spend"), use("10", "150.."), "0.5..0.8", id="by-spend-that-turns"),
        pytest.param(ladder("graduated", TURNING, "spend"), use("10", "0.."), "0.5..1", id="by-spend-all-ahead"),
        # At 100 the band of 0.10 is used up.
        pytest.param(ladder("graduated", TURNING, "spend"), use("10", "100.."), "0.5..0.8", id="by-spend-at-an-end"),
        pytest.param(ladder("graduated", TURNING), use("10", "0.."), "0.5..1", id="by-units-that-turn"),
        pytest.param(ladder("graduated", ((None, "0.10"),)), use("10", "0.."), "1", id="one-band-after-who-knows-what"),
        # 1 buys 10, and 20 more at 0.08.
        pytest.param(BY_SPEND, use("1..30", "99"), "0.1..2.6", id="by-spend-a-clip"),
        pytest.param(
            ladder("graduated", TURNING, "spend"), use("1..30", "0.."), "0.05..3", id="by-spend-turning-a-clip"
        ),
        pytest.param(VOLUME_BY_SPEND, use("1..30", "0"), "0.1..3", id="volume-by-spend-a-clip"),
        pytest.param(VOLUME, use("1..30", "5000"), "0.05..1.5", id="volume-beyond-all-a-clip"),
        pytest.param(VOLUME, use("0", "0"), "0", id="volume-of-nothing"),
        pytest.param(GRADUATED, use("1..5", "0", "1.."), "0.1..", id="graduated-capped-of-who-knows-what"),
    ],
)
def test_what_a_use_comes_to(tariff: Tariff, asked: Use, amount: str) -> None:
    assert said(charge_use(tariff, asked)) == amount


@pytest.mark.parametrize(
    ("asked", "amount"),
    [
        # 10 units at 0.10 come to 1: from 98 to 99, where none is beyond 100; where 100 is met the next price counts.
        pytest.param(use("10", "0..98"), "1", id="before-the-first-end"),
        pytest.param(use("10", "0..99"), "0.5..1", id="to-the-first-end"),
        pytest.param(use("10", "0..99.5"), "0.5..1", id="over-the-first-end"),
        pytest.param(use("10", "99..100"), "0.5..1", id="from-the-first-end"),
        pytest.param(use("10", "100..150"), "0.5", id="before-the-second-end"),
        pytest.param(use("10", "100..200"), "0.5..0.8", id="from-the-second-end"),
        pytest.param(use("10", "50..250"), "0.5..1", id="in-all-bands"),
        pytest.param(use("0", "0..50"), "0", id="nothing"),
    ],
)
def test_a_band_that_spend_does_not_come_to_bounds_nothing(asked: Use, amount: str) -> None:
    assert said(charge_use(ladder("graduated", TURNING, "spend"), asked)) == amount


def test_a_free_band_goes_on_without_end() -> None:
    """Nothing is spent in it, so that no unit leaves it."""
    free = ladder("graduated", (("100", "0.10"), ("200", "0"), (None, "0.05")), "spend")
    assert said(charge_use(free, use("10", "100..150"))) == "0"
    assert said(charge_use(free, use("20", "98..99"))) == "0..2"


@pytest.mark.parametrize(
    ("tariff", "asked", "shares"),
    [
        pytest.param(Tariff(Decimal("0.1")), use("10", "0"), [], id="no-ladder"),
        pytest.param(GRADUATED, use("10", "995"), [("5", "0.10", "0.50"), ("5", "0.08", "0.40")], id="two-bands"),
        pytest.param(GRADUATED, use("10", "990"), [("10", "0.10", "1.00")], id="to-an-end"),
        pytest.param(GRADUATED, use("0", "990"), [], id="nothing"),
        pytest.param(GRADUATED, use("10", "0.."), [], id="after-nobody-knows-what"),
        pytest.param(GRADUATED, use("1..30", "0"), [], id="a-clip"),
        pytest.param(VOLUME, use("10", "995"), [("10", "0.08", "0.80")], id="volume"),
        pytest.param(VOLUME_BY_SPEND, use("10", "100"), [("10", "0.08", "0.80")], id="volume-by-spend"),
        pytest.param(VOLUME_BY_SPEND, use("10", "95"), [("10", "0.10", "1.00")], id="volume-by-spend-over-an-end"),
        pytest.param(BY_SPEND, use("10", "99.6"), [], id="money-parts-the-units"),
    ],
)
def test_how_bands_make_up_a_line(tariff: Tariff, asked: Use, shares: list[tuple[str, str, str]]) -> None:
    expected = tuple(Share(*map(Decimal, share)) for share in shares)
    assert split_use(tariff, asked) == expected
    if expected:
        assert sum((share.amount for share in expected), ZERO) == charge_use(tariff, asked).high


def test_a_percentage_scales_every_band_and_leaves_the_ends() -> None:
    halved = scale(GRADUATED, Decimal("0.5"))
    assert list_prices(halved) == (Decimal("0.05"), Decimal("0.04"), Decimal("0.025"))
    assert halved.unit_price == Decimal("0.05")
    assert isinstance(halved.scheme, Ladder)
    assert [band.up_to for band in halved.scheme.bands] == [Decimal(1000), Decimal(5000), None]


@pytest.mark.parametrize(("tariff", "end"), [(BY_SPEND, "90"), (VOLUME_BY_SPEND, "90"), (GRADUATED, "1000")])
def test_an_exchange_converts_ends_of_money_alone(tariff: Tariff, end: str) -> None:
    converted = exchange(tariff, Decimal("0.9"))
    assert converted.unit_price == Decimal("0.09")
    assert isinstance(converted.scheme, Ladder)
    assert converted.scheme.bands[0] == Band(Decimal(end), Decimal("0.09"))


def test_a_package_is_scaled_in_its_price() -> None:
    package = Tariff(Decimal("0.4"), Package(Decimal(5)))
    assert scale(package, Decimal("0.5")) == exchange(package, Decimal("0.5")) == Tariff(Decimal("0.2"), package.scheme)
    assert list_prices(package) == (Decimal("0.4"),)


def test_nobody_knows_what_was_used_is_anything() -> None:
    assert Span(ZERO, None) == UNKNOWN
