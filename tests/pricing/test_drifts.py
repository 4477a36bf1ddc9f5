"""Drift of unit prices: sums by group and period, exact fractions, rounded only to be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.drifts import By, Drift, Key, Period, Volume, add, exceeds, find_end, find_over, plot, trace
from pricing.money import EXACT, ZERO
from pricing.plots import draw

ALIBABA = Key("alibaba", "1080P", "USD")
SEPTEMBER, OCTOBER, NOVEMBER = (datetime(2026, month, 1, tzinfo=UTC) for month in (9, 10, 11))


def volume(quoted: str, invoiced: str, seconds: str = "10", invoiced_s: str | None = None, jobs: int = 1) -> Volume:
    return Volume(jobs, Decimal(quoted), Decimal(seconds), Decimal(invoiced), Decimal(invoiced_s or seconds))


AS_QUOTED = volume("1.50", "1.50")
"""10 s at 0.15."""
DEARER = volume("1.50", "1.545")
"""10 s quoted at 0.15 and invoiced at 0.1545: 3 % more."""


class TestUnitPrices:
    """Money over seconds."""

    def test_it_is_rounded_once_to_six_decimals(self) -> None:
        one = volume("1", "2", "3", "7")
        assert (one.quoted_price, one.invoiced_price) == (Decimal("0.333333"), Decimal("0.285714"))  # 1 / 3, 2 / 7

    def test_a_half_is_rounded_up(self) -> None:
        assert volume("0.000001", "0.000003", "2").quoted_price == Decimal("0.000001")
        assert volume("0.000001", "0.000003", "2").invoiced_price == Decimal("0.000002")

    def test_without_seconds_there_is_none(self) -> None:
        one = volume("1.50", "1.50", "0")
        assert (one.quoted_price, one.invoiced_price, one.percent) == (None, None, None)
        assert not exceeds(one, ZERO)

    def test_the_percent_is_of_the_fractions_and_not_of_what_is_shown(self) -> None:
        assert DEARER.percent == Decimal("3.0")
        # 1 / 3 and 1.0005 / 3 are shown as 0.333333 and 0.333500, which would be 0.0501 % apart
        assert exceeds(volume("1", "1.0005", "3"), Decimal("0.0499"))
        assert not exceeds(volume("1", "1.0005", "3"), Decimal("0.05"))

    def test_each_side_has_its_own_seconds(self) -> None:
        assert volume("1.50", "2.25", "10", "15").percent == 0  # 15 s were billed, at 0.15 all the same

    def test_from_a_quote_of_nothing_any_charge_is_too_far(self) -> None:
        assert volume("0", "1.50").percent is None
        assert exceeds(volume("0", "1.50"), Decimal(1000))
        assert not exceeds(volume("0", "0"), ZERO)

    @pytest.mark.parametrize("invoiced", ["1.47", "1.53"])
    def test_it_counts_either_way(self, invoiced: str) -> None:
        assert exceeds(volume("1.50", invoiced), Decimal("1.99"))
        assert not exceeds(volume("1.50", invoiced), Decimal(2))


class TestPeriods:
    """Volumes by group and period."""

    def test_periods_are_in_order_and_sum_up(self) -> None:
        (drift,) = trace([(ALIBABA, NOVEMBER, DEARER), (ALIBABA, SEPTEMBER, AS_QUOTED)], "month")
        both = volume("3.00", "3.045", "20", jobs=2)
        assert drift == Drift(
            ALIBABA,
            (
                Period(SEPTEMBER, OCTOBER, AS_QUOTED, AS_QUOTED),
                Period(NOVEMBER, datetime(2026, 12, 1, tzinfo=UTC), DEARER, both),
            ),
        )
        assert drift.total == both

    def test_groups_are_in_the_order_of_their_names(self) -> None:
        fal, cny = Key("fal", "720P", "USD"), Key("alibaba", "1080P", "CNY")
        rows = [(key, SEPTEMBER, AS_QUOTED) for key in (fal, ALIBABA, cny)]
        assert [drift.key for drift in trace(rows, "day")] == [cny, ALIBABA, fal]
        assert trace([], "day") == ()

    @pytest.mark.parametrize(
        ("begin", "by", "end"),
        [
            pytest.param("2026-12-31", "day", "2027-01-01", id="day"),
            pytest.param("2026-12-28", "week", "2027-01-04", id="week"),
            pytest.param("2026-11-01", "month", "2026-12-01", id="month"),
            pytest.param("2026-12-01", "month", "2027-01-01", id="december"),
        ],
    )
    def test_when_a_period_ends(self, begin: str, by: By, end: str) -> None:
        first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (begin, end))
        assert find_end(first, by) == last

    def test_a_period_is_over_by_itself_or_with_those_before_it(self) -> None:
        (drift,) = trace(
            [(ALIBABA, SEPTEMBER, AS_QUOTED), (ALIBABA, OCTOBER, DEARER), (ALIBABA, NOVEMBER, AS_QUOTED)], "month"
        )
        assert find_over(drift, Decimal("1.4")) == drift.periods[1:2]  # 3 % alone, then 3.045 of 3.00: 1.5 %, then 1 %
        assert find_over(drift, Decimal("0.9")) == drift.periods[1:]
        assert find_over(drift, Decimal(3)) == ()

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([ALIBABA, Key("fal", "720P", "USD")]),
                st.sampled_from([SEPTEMBER, OCTOBER, NOVEMBER]),
                st.builds(
                    Volume,
                    st.integers(0, 9),
                    *[st.decimals(-(10**9), 10**9, places=18, allow_nan=False) for _ in range(4)],
                ),
            ),
            max_size=8,
        ),
        st.randoms(use_true_random=False),
    )
    def test_periods_sum_to_the_total_in_any_order(
        self, rows: list[tuple[Key, datetime, Volume]], chance: Random
    ) -> None:
        drifts = trace(rows, "month")
        chance.shuffle(rows)
        assert trace(rows, "month") == drifts
        for drift in drifts:
            total = Volume()
            for one in drift.periods:
                total = add(total, one.own)
            assert total == drift.total
            assert drift.total.invoiced == sum((row[2].invoiced for row in rows if row[0] == drift.key), start=ZERO)


class TestThePicture:
    """What is drawn, by pricing.plots."""

    def test_invoiced_prices_are_lines_and_quoted_ones_dashed_where_they_differ(self) -> None:
        drifts = trace([(ALIBABA, SEPTEMBER, AS_QUOTED), (ALIBABA, OCTOBER, DEARER)], "month")
        drawn = plot(drifts, "USD")
        assert drawn is not None
        (track,) = drawn.tracks
        assert track.name == "alibaba 1080P"
        assert [(one.begin, one.price) for one in track.contracted] == [
            (SEPTEMBER, EXACT.create_decimal("0.15")),
            (OCTOBER, EXACT.create_decimal("0.1545")),
        ]
        assert [(one.begin, one.price) for one in track.listed] == [(OCTOBER, EXACT.create_decimal("0.15"))]
        picture = draw(drawn)
        assert "last period, 2026-10-01" in picture
        assert "invoiced in the last period" in picture
        assert ">quoted</text>" in picture
        assert "; quoted 0.15 from 2026-10-01 until 2026-11-01. Last period is 2026-10-01." in picture

    def test_credits_and_other_currencies_are_not_drawn(self) -> None:
        drifts = trace(
            [(ALIBABA, SEPTEMBER, volume("1.50", "-1.50")), (ALIBABA, OCTOBER, volume("1", "1", "0"))], "month"
        )
        assert plot(drifts, "USD") is None
        assert plot(drifts, "CNY") is None

    def test_prices_are_of_seconds_in_the_currency(self) -> None:
        drawn = plot(trace([(ALIBABA, SEPTEMBER, AS_QUOTED)], "month"), "USD")
        assert drawn is not None
        assert (drawn.currency, drawn.unit) == ("USD", "second")

    def test_what_cost_nothing_is_drawn_at_nothing(self) -> None:
        drawn = plot(trace([(ALIBABA, SEPTEMBER, volume("1.50", "0"))], "month"), "USD")
        assert drawn is not None
        assert [one.price for one in drawn.tracks[0].contracted] == [0]
