"""What rows come to together and what an invoice says of the same: each sum worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.invoices import Invoiced
from pricing.meters import MeterId
from pricing.outcomes import Metered, Outcome, Stated, agrees, describe, read_stated, sum_outcomes
from tests.oracle import Row, Terms
from tests.quoting import atlas, lengths, per_unit, quoted
from tests.terms import FIRST_DAY, terms_of
from wan_rules.request import Resolution

D = Decimal
OUTPUT: Final[MeterId] = "output_video_seconds"
CLIPS: Final[MeterId] = "reference_video_seconds"
TENTH: Final = terms_of({"720P": "0.1"})
OWN: Final = terms_of({"720P": "0.1"}, rule={"priced_as": "own"})
OWN["entries"].append(per_unit(CLIPS, "720P", "0.02"))


def priced(terms: Terms, *clips: str) -> Outcome:
    """What 5 s at 720P come to, beside clips of those lengths."""
    found = quoted("atlas", atlas(clips=len(clips)), terms, lengths(*clips))
    return describe(found.priced.charged, "USD", "720P")


def with_entry(**entry: str) -> Terms:
    terms = terms_of({"720P": "0.1"} if "meter" not in entry else {})
    terms["entries"].append({"from": FIRST_DAY} | entry)
    return terms


class TestDescribe:
    """One row."""

    def test_each_meter_and_all_seconds_together(self) -> None:
        assert priced(TENTH, "3") == Outcome(
            8 * D("0.1"),
            "USD",
            {
                OUTPUT: Metered(D(5), D("0.1")),
                CLIPS: Metered(D(3), D("0.1")),
                "seconds": Metered(D(8), D("0.1")),
            },
            "720P",
            "5 s x 0.1 + 3 s x 0.1 = 0.80 USD",
        )

    def test_seconds_at_two_prices_have_no_one_price(self) -> None:
        found = priced(OWN, "3")
        assert (found.meters[CLIPS], found.meters["seconds"]) == (Metered(D(3), D("0.02")), Metered(D(8), None))
        assert found.told == "5 s x 0.1 + 3 s x 0.02 = 0.56 USD"

    def test_a_request_is_no_second(self) -> None:
        found = priced(with_entry(model="flat", price="0.02"))
        assert found.meters == {
            OUTPUT: Metered(D(5), D("0.1")),
            "requests": Metered(D(1), D("0.02")),
            "seconds": Metered(D(5), D("0.1")),
        }
        assert found.told == "5 s x 0.1 + 1 request x 0.02 = 0.52 USD"

    @pytest.mark.parametrize(
        ("size", "told"),
        [
            ("5", "0.40 for 1 package of 5 seconds = 0.40 USD"),
            ("2", "1.20 for 3 packages of 2 seconds = 1.20 USD"),  # 3 x 0.40
        ],
    )
    def test_packages_are_told_apart_from_the_seconds_in_them(self, size: str, told: str) -> None:
        assert priced(with_entry(meter=OUTPUT, model="package", size=size, price="0.40")).told == told

    def test_what_is_not_charged_by_the_unit_has_no_price_of_one(self) -> None:
        found = priced(with_entry(meter=OUTPUT, model="volume", by="spend", bands=":0.1"))
        assert found.meters[OUTPUT] == Metered(D(5), None)

    @pytest.mark.parametrize(
        ("agreed", "told"),
        [
            pytest.param({"kind": "minimum", "amount": "2"}, "5 s x 0.1 + 1.50 (minimum) = 2.00 USD", id="more"),
            pytest.param({"kind": "minimum", "amount": "0.6"}, "5 s x 0.1 + 0.10 (minimum) = 0.60 USD", id="a-little"),
            pytest.param({"kind": "rebate", "amount": "0.1"}, "5 s x 0.1 - 0.10 (rebate) = 0.40 USD", id="less"),
        ],
    )
    def test_what_is_added_or_taken_off_is_told_with_its_sign(self, agreed: Row, told: str) -> None:
        assert priced(terms_of({"720P": "0.1"}, agreement=[agreed])).told == told

    def test_where_a_cap_makes_one_total_of_two_ends_it_is_told_by_the_lower(self) -> None:
        """3 s of clip that may be billed or not: 0.50 or 0.80, of which the cap leaves 0.50."""
        capped = terms_of({"720P": "0.1"}, rule={"billed": "unknown"}, agreement=[{"kind": "cap", "amount": "0.5"}])
        assert priced(capped, "3").told == "5 s x 0.1 + 0 s x 0.1 + 0.00 (cap) = 0.50 USD"

    def test_a_meter_of_which_there_is_no_line_was_not_used(self) -> None:
        assert priced(TENTH).find("requests") == Metered(D(0), None)


ONE: Final = Outcome(D(1), "USD", {OUTPUT: Metered(D(10), D("0.1"))}, "720P", "ten")
LARGE: Final = Outcome(D(2), "USD", {OUTPUT: Metered(D(10), D("0.2"))}, "1080P", "ten large ones")
BESIDE: Final = Outcome(D("0.5"), "USD", {CLIPS: Metered(D(5), D("0.1"))}, "720P", "five")


class TestSumOutcomes:
    """Rows of several kinds."""

    def test_one_row_is_told_in_full(self) -> None:
        assert sum_outcomes([(ONE, 1)], "USD") is ONE

    def test_rows_of_one_kind_keep_their_price_and_tier(self) -> None:
        assert sum_outcomes([(ONE, 3)], "USD") == Outcome(
            3 * D(1), "USD", {OUTPUT: Metered(3 * D(10), D("0.1"))}, "720P", "3 rows that come to 3.00 USD"
        )

    def test_rows_of_two_kinds_keep_what_they_share(self) -> None:
        assert sum_outcomes([(ONE, 2), (LARGE, 1)], "USD") == Outcome(
            2 * D(1) + D(2), "USD", {OUTPUT: Metered(D(30), None)}, None, "3 rows that come to 4.00 USD"
        )

    def test_a_meter_of_some_rows_keeps_its_price(self) -> None:
        found = sum_outcomes([(ONE, 1), (BESIDE, 2)], "USD")
        assert found.meters == {OUTPUT: Metered(D(10), D("0.1")), CLIPS: Metered(2 * D(5), D("0.1"))}
        assert (found.total, found.tier, found.told) == (D(2), "720P", "3 rows that come to 2.00 USD")

    def test_what_was_not_used_has_no_say_in_the_price(self) -> None:
        idle = ONE._replace(meters={OUTPUT: Metered(D(0), D("0.3"))})
        assert sum_outcomes([(ONE, 1), (idle, 1)], "USD").meters == {OUTPUT: Metered(D(10), D("0.1"))}


def line(
    meter: MeterId | None = OUTPUT,
    quantity: str | None = None,
    price: str | None = None,
    tier: Resolution | None = None,
) -> Invoiced:
    number, unit_price = (None if text is None else D(text) for text in (quantity, price))
    return Invoiced("1", D(1), "USD", resolution=tier, meter=meter, quantity=number, unit_price=unit_price)


NO_TIER: Final[frozenset[Resolution]] = frozenset()


class TestReadStated:
    """What lines say together."""

    @pytest.mark.parametrize(
        ("lines", "stated"),
        [
            pytest.param([line()], Stated(), id="nothing"),
            pytest.param(
                [line(quantity="3", price="0.1"), line(quantity="2", price="0.1")],
                Stated(((OUTPUT, D(5)),), ((OUTPUT, D("0.1")),)),
                id="all-of-a-meter",
            ),
            pytest.param([line(quantity="3", price="0.1"), line(price="0.2")], Stated(), id="some-of-a-meter"),
            pytest.param([line(quantity="1")], Stated(((OUTPUT, D(1)),)), id="one-second-of-a-meter"),
            pytest.param(
                [line(CLIPS, "2", "0.1"), line(quantity="3", price="0.2")],
                Stated(((OUTPUT, D(3)), (CLIPS, D(2))), ((OUTPUT, D("0.2")), (CLIPS, D("0.1")))),
                id="two-meters",
            ),
            pytest.param(
                [line(None, "4", "0.1"), line(quantity="3", price="0.1")],
                Stated((("seconds", D(7)),), (("seconds", D("0.1")),)),
                id="beside-a-line-without-a-meter",
            ),
            pytest.param([line(None, "1", "0.1"), line(quantity="3", price="0.1")], Stated(), id="that-counts-itself"),
        ],
    )
    def test_a_meter_counts_where_its_lines_agree(self, lines: list[Invoiced], stated: Stated) -> None:
        assert read_stated(lines, NO_TIER) == stated

    @pytest.mark.parametrize(
        ("lines", "tier"),
        [
            pytest.param([line(tier="1080P"), line(tier="1080P")], "1080P", id="another-one"),
            pytest.param([line(tier="720P")], None, id="that-of-the-usage"),
            pytest.param([line(tier="1080P"), line(tier="1080P-SR")], None, id="two"),
            pytest.param([line(tier="1080P"), line()], None, id="not-of-all"),
        ],
    )
    def test_a_tier_is_said_where_it_is_another_than_that_of_the_usage(
        self, lines: list[Invoiced], tier: str | None
    ) -> None:
        assert read_stated(lines, frozenset(("720P",))) == Stated(tier=tier)  # type: ignore[arg-type]  # a row's word


@pytest.mark.parametrize(
    ("stated", "agreed"),
    [
        pytest.param(Stated(), True, id="nothing"),
        pytest.param(Stated(tier="720P"), True, id="its-tier"),
        pytest.param(Stated(tier="1080P"), False, id="another-tier"),
        pytest.param(Stated(((OUTPUT, D("10.0")),)), True, id="its-quantity"),
        pytest.param(Stated(((OUTPUT, D(9)),)), False, id="another-quantity"),
        pytest.param(Stated(((CLIPS, D(0)),)), True, id="nothing-of-what-is-not-there"),
        pytest.param(Stated((), ((OUTPUT, D("0.10")),)), True, id="its-price"),
        pytest.param(Stated((), ((OUTPUT, D("0.2")),)), False, id="another-price"),
        pytest.param(Stated((), ((CLIPS, D("0.2")),)), True, id="a-price-of-what-has-none"),
        pytest.param(Stated((), ((CLIPS, D("0.2")), (OUTPUT, D("0.2")))), False, id="one-of-two-prices"),
    ],
)
def test_what_is_stated_agrees_where_nothing_contradicts(stated: Stated, *, agreed: bool) -> None:
    assert agrees(ONE, stated) is agreed


class TestTwoQuantitiesThatCostAlike:
    """A clip of 3 s that may be billed or not, beside 5 s of output: a cap leaves 0.50 of both."""

    @staticmethod
    def made() -> Outcome:
        capped = terms_of({"720P": "0.1"}, rule={"billed": "unknown"}, agreement=[{"kind": "cap", "amount": "0.5"}])
        return priced(capped, "3")

    def test_the_lower_one_is_told_with_what_may_come_on_top(self) -> None:
        assert self.made().meters == {
            OUTPUT: Metered(D(5), D("0.1")),
            CLIPS: Metered(D(0), D("0.1"), D(3)),
            "seconds": Metered(D(5), D("0.1"), D(3)),
        }

    @pytest.mark.parametrize(
        ("clips", "seconds", "agreed"),
        [("0", "5", True), ("3", "8", True), ("3.1", "8.1", False), ("0", "4.9", False), ("-0.1", "5", False)],
    )
    def test_an_invoice_may_state_either(self, clips: str, seconds: str, *, agreed: bool) -> None:
        assert agrees(self.made(), Stated(((CLIPS, D(clips)), ("seconds", D(seconds))))) is agreed

    def test_of_several_rows_as_many_times(self) -> None:
        found = sum_outcomes([(self.made(), 2), (ONE, 1)], "USD")
        assert found.meters[CLIPS] == Metered(D(0), D("0.1"), 2 * D(3))
        assert found.meters[OUTPUT] == Metered(2 * D(5) + D(10), D("0.1"))

    def test_seconds_have_the_price_of_what_was_surely_billed(self) -> None:
        """Clips at a price of their own that may be billed or not: that price is none of the seconds that were."""
        own = terms_of({"720P": "0.1"}, rule={"billed": "unknown", "priced_as": "own"})
        own["entries"].append(per_unit(CLIPS, "720P", "0.02"))
        own["agreement"] = [{"kind": "cap", "amount": "0.5"}]
        assert priced(own, "3").meters["seconds"] == Metered(D(5), D("0.1"), D(3))
