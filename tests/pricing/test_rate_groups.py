"""What a period means to each variant of a tier: when neighbours are one, and when one row can stand for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import resolve
from pricing.catalogue import Market, Pricing
from pricing.keys import EntryKey
from pricing.meters import MeterId
from pricing.rate_groups import (
    Content,
    Group,
    Names,
    PricedLine,
    Refusal,
    Settled,
    Surveyed,
    Tier,
    United,
    Variant,
    find_tiers,
    merge,
    unite,
)
from pricing.rates import Rate
from pricing.terms import Terms
from tests.backtesting import Prices, catalogue

D = Decimal
NAMES: Final[Names] = ("acme", "production", "atlas", None, "720P", None)
WIDE: Final[Names] = ("acme", "production", "atlas", None, "720P", "16:9")
NO_RATE: Final = Refusal("no_rate", "there is no price")
UNSAID: Final = Refusal("missing_outcome", "the card does not say what such an end costs")


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def line(meter: MeterId, price: str = "0.1", *, listed: str | None = "0.1") -> PricedLine:
    return PricedLine(meter, EntryKey(meter), Rate(None if listed is None else D(listed), D(price), "an entry"), None)


OUTPUT: Final = line("output_video_seconds")
CLIPS: Final = line("reference_video_seconds")
REQUEST: Final = line("requests")


def pricing_of(prices: Prices = Prices()) -> Pricing:  # noqa: B008 - never changed
    return resolve(catalogue(prices), Market("acme", "production", "atlas"), day(1))


USUAL: Final = pricing_of()
OPEN: Final = pricing_of(Prices(billed="unknown"))
AGREED: Final = pricing_of(Prices(discount="10"))


def settled(
    contents: dict[Variant, Content], pricing: Pricing | None = USUAL, days: tuple[int, int] = (1, 2)
) -> Settled:
    return Settled(day(days[0]), day(days[1]), pricing, contents)


def surveyed(names: Names, variant: Variant, first: int, last: int) -> Surveyed:
    return Surveyed(Group(*names, *variant), day(first), day(last))


class TestTiers:
    """The groups of a tier lie together, from the first instant of any to the last of any."""

    def test_groups_that_differ_by_their_variant_are_one_tier(self) -> None:
        tiers = find_tiers(
            [
                surveyed(NAMES, ("succeeded", "none"), 3, 5),
                surveyed(WIDE, ("failed", "none"), 6, 7),
                surveyed(NAMES, ("failed", "billed"), 2, 4),
                surveyed(NAMES, ("succeeded", "measured"), 4, 9),
            ]
        )
        variants: tuple[Variant, ...] = (("succeeded", "none"), ("failed", "billed"), ("succeeded", "measured"))
        assert tiers == [
            Tier(NAMES, variants, day(2), day(9)),
            Tier(WIDE, (("failed", "none"),), day(6), day(7)),
        ]

    def test_a_group_that_stands_for_all_clips_was_not_surveyed(self) -> None:
        with pytest.raises(ValueError, match="no group that was surveyed"):
            find_tiers([Surveyed(Group(*NAMES, "succeeded", None), day(1), day(2))])


class TestMerging:
    """Neighbours that say the same are one; the later one's end is its end."""

    SAME: Final[dict[Variant, Content]] = {("succeeded", "none"): (OUTPUT,)}

    def test_all_that_say_the_same_are_one(self) -> None:
        three = [settled(self.SAME, days=days) for days in ((1, 2), (2, 4), (4, 7))]
        assert merge(three) == [settled(self.SAME, days=(1, 7))]

    def test_what_comes_back_is_another_one(self) -> None:
        refused: dict[Variant, Content] = {("succeeded", "none"): NO_RATE}
        own = [settled(self.SAME, days=(1, 2)), settled(refused, None, days=(2, 3)), settled(self.SAME, days=(3, 4))]
        assert merge(own) == own

    def test_refusals_of_neighbours_are_one(self) -> None:
        refused: dict[Variant, Content] = {("succeeded", "none"): NO_RATE}
        two = [settled(refused, None, days=days) for days in ((1, 2), (2, 3))]
        assert merge(two) == [settled(refused, None, days=(1, 3))]

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(replace(USUAL, terms=USUAL.terms._replace(currency="EUR")), id="in-another-currency"),
            pytest.param(replace(USUAL, terms=OPEN.terms), id="clips-left-open"),
            pytest.param(replace(USUAL, agreements=AGREED.agreements), id="under-another-agreement"),
            pytest.param(None, id="without-terms"),
        ],
    )
    def test_equal_lines_by_other_terms_stay_apart(self, other: Pricing | None) -> None:
        two = [settled(self.SAME, days=(1, 2)), settled(self.SAME, other, days=(2, 3))]
        assert merge(two) == two

    @pytest.mark.parametrize(
        "terms",
        [
            pytest.param(USUAL.terms._replace(rates={}), id="prices-of-other-tiers"),
            pytest.param(USUAL.terms._replace(outcomes={"failed": "free"}), id="other-ends"),
        ],
    )
    def test_what_the_lines_say_already_keeps_none_apart(self, terms: Terms) -> None:
        other = replace(USUAL, terms=terms)
        two = [settled(self.SAME, days=(1, 2)), settled(self.SAME, other, days=(2, 3))]
        assert merge(two) == [settled(self.SAME, days=(1, 3))]


DONE: Final[Variant] = ("succeeded", "none")
FAILED: Final[Variant] = ("failed", "none")
CANCELED: Final[Variant] = ("canceled", "none")
MEASURED: Final[Variant] = ("succeeded", "measured")
BILLED: Final[Variant] = ("succeeded", "billed")


@pytest.mark.parametrize(
    ("contents", "united"),
    [
        pytest.param({DONE: (OUTPUT,), FAILED: (OUTPUT,)}, United((OUTPUT,)), id="all-alike"),
        pytest.param({DONE: NO_RATE, FAILED: NO_RATE}, United(NO_RATE), id="all-refused"),
        pytest.param({DONE: (), FAILED: ()}, United(()), id="all-free"),
        pytest.param(
            {DONE: (OUTPUT,), FAILED: (), CANCELED: UNSAID},
            United((OUTPUT,), (("failed", "free"), ("canceled", UNSAID))),
            id="some-ends-free-or-refused",
        ),
        pytest.param(
            {CANCELED: NO_RATE, FAILED: (), DONE: (OUTPUT,)},
            United((OUTPUT,), (("canceled", NO_RATE), ("failed", "free"))),
            id="ends-in-the-order-of-the-variants",
        ),
        pytest.param({DONE: (OUTPUT,), MEASURED: (OUTPUT, CLIPS)}, United((OUTPUT, CLIPS)), id="clips-beside"),
        pytest.param(
            {DONE: (REQUEST, OUTPUT), MEASURED: (REQUEST, OUTPUT, CLIPS), BILLED: (REQUEST, OUTPUT, CLIPS)},
            United((REQUEST, OUTPUT, CLIPS)),
            id="clips-of-either-kind",
        ),
        pytest.param({MEASURED: (OUTPUT, CLIPS)}, United((OUTPUT, CLIPS)), id="clips"),
        pytest.param(
            {DONE: (OUTPUT,), ("failed", "measured"): (), FAILED: ()},
            United((OUTPUT,), (("failed", "free"),)),
            id="none-with-clips-is-priced",
        ),
        pytest.param({DONE: NO_RATE, MEASURED: (OUTPUT, CLIPS)}, None, id="one-end-priced-and-refused"),
        pytest.param({DONE: (OUTPUT,), MEASURED: ()}, None, id="one-end-priced-and-free"),
        pytest.param(
            {DONE: (OUTPUT,), FAILED: NO_RATE, ("failed", "billed"): UNSAID}, None, id="one-end-refused-for-two-reasons"
        ),
        pytest.param({DONE: NO_RATE, FAILED: ()}, None, id="nothing-priced"),
        pytest.param({DONE: (OUTPUT,), FAILED: (REQUEST,)}, None, id="ends-at-two-prices"),
        pytest.param({MEASURED: (OUTPUT, CLIPS), BILLED: (OUTPUT,)}, None, id="clips-at-two-prices"),
        pytest.param({DONE: (REQUEST,), MEASURED: (OUTPUT, CLIPS)}, None, id="beside-clips-other-lines-than-without"),
        pytest.param({DONE: (OUTPUT, CLIPS), MEASURED: (OUTPUT, CLIPS), FAILED: ()}, None, id="clips-where-none-are"),
    ],
)
def test_one_row_stands_for_all_variants(contents: dict[Variant, Content], united: United | None) -> None:
    assert unite(settled(contents)) == united


AGREED_CLIPS: Final = line("reference_video_seconds", listed=None)
AGREED_OUTPUT: Final = line("output_video_seconds", listed=None)


@pytest.mark.parametrize(
    ("contents", "united"),
    [
        pytest.param({DONE: (OUTPUT,), MEASURED: (OUTPUT, AGREED_CLIPS)}, None, id="clips-alone-not-listed"),
        pytest.param({DONE: (AGREED_OUTPUT,), MEASURED: (AGREED_OUTPUT, CLIPS)}, None, id="clips-alone-listed"),
        pytest.param(
            {DONE: (AGREED_OUTPUT,), MEASURED: (AGREED_OUTPUT, AGREED_CLIPS)},
            United((AGREED_OUTPUT, AGREED_CLIPS)),
            id="none-listed",
        ),
        pytest.param(
            {DONE: (AGREED_OUTPUT, REQUEST), FAILED: ()},
            United((AGREED_OUTPUT, REQUEST), (("failed", "free"),)),
            id="some-listed-and-no-line-of-clips",
        ),
    ],
)
def test_whether_a_row_has_a_list_price_may_not_hang_on_its_clips(
    contents: dict[Variant, Content], united: United | None
) -> None:
    assert unite(settled(contents)) == united


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param({MEASURED: (OUTPUT, CLIPS)}, id="alike"),
        pytest.param({DONE: (OUTPUT,), MEASURED: (OUTPUT, CLIPS)}, id="clips-beside"),
    ],
)
def test_nothing_stands_for_all_where_it_is_open_whether_clips_are_billed(contents: dict[Variant, Content]) -> None:
    assert unite(settled(contents)) is not None
    assert unite(settled(contents, OPEN)) is None


def test_a_period_is_open_where_its_card_leaves_clips_open() -> None:
    assert [settled({}, pricing).is_open for pricing in (USUAL, OPEN, None)] == [False, True, False]
