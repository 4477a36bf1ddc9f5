"""What rows would come to under each alternative, for all of them, for some, or after another: sums worked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import pytest

from pricing.candidates import BY_PRICE, BY_QUANTITY, MISSING, OWN, Candidate, Cases, Workshop
from pricing.cases import Alternative, Case, describe_case, find_version
from pricing.catalogue import Catalogue
from pricing.outcomes import Metered, Outcome, Stated
from tests.reconciling import CLIPS as CLIP_RULE
from tests.reconciling import PRICES, books, entry, used

D = Decimal
BARE: Final = books()
"""10 s at 720P cost 1.30 USD, and 1.10 USD in October; of clips 5 s are billed at most."""


def kind(catalogue: Catalogue = BARE, **row: object) -> Case:
    expected = used(catalogue, **row)
    return describe_case(expected, find_version(catalogue, expected.pricing, expected.row.at))


PLAIN: Final = kind()
SHORT: Final = kind(duration_s=3)
CLIPPED: Final = kind(clips_s=[4, 4, 3])
"""11 s of clips, of which 5 s are billed: 15 s, 1.95 USD."""
QUANTITY: Final = Stated(quantities=(("seconds", D(9)),))
PRICE: Final = Stated(unit_prices=(("seconds", D("0.2")),))
NOTHING: Final = Stated()
BOTH: Final = Stated(QUANTITY.quantities, PRICE.unit_prices)


def own_sum(cases: Cases, workshop: Workshop) -> Outcome:
    found = workshop.rate_as_expected(cases)
    assert found is not None
    return found


def singles(cases: Cases, stated: Stated = NOTHING, workshop: Workshop | None = None) -> tuple[Candidate, ...]:
    workshop = workshop or Workshop(BARE)
    return workshop.list_singles(cases, stated, own_sum(cases, workshop))


def shares(cases: Cases, gap: str) -> list[Candidate]:
    workshop = Workshop(BARE)
    return list(workshop.list_shares(cases, D(gap), own_sum(cases, workshop)))


def names(candidates: Sequence[Candidate]) -> list[str]:
    return [each.alternative.name for each in candidates]


def pick(candidates: Sequence[Candidate], detail: str) -> Candidate:
    return next(each for each in candidates if each.alternative.detail == detail)


class TestSingles:
    """Each alternative, applied to all rows that know it."""

    def test_rows_that_do_not_know_it_stay_as_they_are(self) -> None:
        for cases in (((CLIPPED, 1), (PLAIN, 2)), ((PLAIN, 2), (CLIPPED, 1))):
            found = pick(singles(cases), "clips uncapped")
            assert found.outcome.total == 21 * D("0.13") + 2 * 10 * D("0.13")
            assert found.told == "3 rows that come to 5.33 USD with the reference clips neither capped nor cut"

    def test_the_order_is_that_of_attribution(self) -> None:
        assert names(singles(((PLAIN, 1),), BOTH)) == [
            "status: free",
            "quantity: invoice quantity",
            "card_version: until 2026-11-01",
            "card_version: from 2026-12-01",
            "rate: tier 1080P",
            "rate: tier 1080P-SR",
            "rate: tier 1440P-SR",
            "rate: invoice unit price",
        ]

    def test_as_many_kinds_of_rows_as_are_tried_and_one_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.candidates.CASES_MOST", 2)
        assert "status: free" in names(singles(((PLAIN, 1), (SHORT, 1)), BOTH))
        three = singles(((PLAIN, 1), (SHORT, 1), (CLIPPED, 1)), BOTH)
        assert names(three) == ["quantity: invoice quantity", "rate: invoice unit price"]

    def test_what_an_alternative_comes_to_is_remembered_within_bounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.candidates.CASES_KEPT", 2)
        workshop = Workshop(BARE)

        def find(case: Case) -> Alternative:
            return pick(singles(((case, 1),), workshop=workshop), "tier 1080P").alternative

        first, second = find(PLAIN), find(SHORT)
        assert (find(PLAIN), find(SHORT)) == (first, second)
        find(CLIPPED)
        assert find(PLAIN) is not first


class TestStatedNumbers:
    """The quantity and the unit price that lines say take the place of a sum's own."""

    def test_each_is_told_as_a_product(self) -> None:
        found = singles(((PLAIN, 1),), BOTH)
        by_quantity, by_price = pick(found, "invoice quantity"), pick(found, "invoice unit price")
        assert (by_quantity.outcome.total, by_price.outcome.total) == (9 * D("0.13"), 10 * D("0.2"))
        assert by_quantity.told == "9 s x 0.13: 1.17 USD by the quantity that the invoice states"
        assert by_price.told == "10 s x 0.2: 2.00 USD at the unit price that the invoice states"
        assert by_quantity.outcome.meters["seconds"] == Metered(D(9), D("0.13"))

    def test_units_that_are_no_seconds_are_named(self) -> None:
        flat = books(card=PRICES + '[[entry]]\nfrom = 2026-01-01\nmodel = "flat"\nprice = "0.5"\n')
        workshop, cases = Workshop(flat), ((kind(flat), 2),)
        stated = Stated(quantities=(("requests", D(3)),))
        found = pick(workshop.list_singles(cases, stated, own_sum(cases, workshop)), "invoice quantity")
        assert found.outcome.total == 2 * 10 * D("0.13") + 3 * D("0.5")
        assert found.outcome.told == "3 requests x 0.5: 4.10 USD"

    def test_both_together_need_both(self) -> None:
        workshop = Workshop(BARE)
        base = own_sum(((PLAIN, 1),), workshop)
        both = workshop.restate(base, BOTH)
        assert both is not None
        assert both.total == 9 * D("0.2")
        assert [workshop.restate(base, stated) for stated in (NOTHING, QUANTITY, PRICE)] == [None, None, None]


class TestShares:
    """An alternative for as many rows of one kind as make up the gap."""

    CASES: Final[Cases] = ((PLAIN, 2), (CLIPPED, 3))
    BASE: Final = 2 * 10 * D("0.13") + 3 * 15 * D("0.13")

    def test_so_many_rows_as_the_gap_takes(self) -> None:
        found = pick(shares(self.CASES, "1.56"), "clips uncapped")
        assert found.outcome.total == self.BASE + 2 * 6 * D("0.13")
        assert found.outcome.meters == {
            "output_video_seconds": Metered(D(50), None),
            "reference_video_seconds": Metered(D(11 + 11 + 5), None),
            "seconds": Metered(D(50 + 27), None),
        }
        said = "2 of these rows, 10 s x 0.13 + 11 s x 0.13 = 2.73 USD each,"
        assert found.told == f"{said} with the reference clips neither capped nor cut"

    def test_a_row_that_is_not_billed_has_no_seconds(self) -> None:
        (found,) = [each for each in shares(self.CASES, "-1.95") if each.alternative == MISSING]
        assert found.outcome.total == self.BASE - 15 * D("0.13")
        assert found.outcome.find("output_video_seconds").quantity == 50 - 10
        assert found.outcome.find("reference_video_seconds").quantity == 15 - 5

    @pytest.mark.parametrize(
        ("gap", "is_listed"),
        [
            pytest.param("0.78", True, id="one-row"),
            pytest.param("2.34", True, id="all-rows-of-the-kind"),
            pytest.param("3.12", False, id="more-than-there-are"),
            pytest.param("1.00", False, id="no-whole-number"),
            pytest.param("-0.78", False, id="the-other-way"),
            pytest.param("0", False, id="no-gap"),
        ],
    )
    def test_a_gap_above(self, gap: str, *, is_listed: bool) -> None:
        assert ("quantity: clips uncapped" in names(shares(self.CASES, gap))) is is_listed

    @pytest.mark.parametrize(
        ("gap", "is_listed"),
        [
            pytest.param("-0.65", True, id="one-row"),
            pytest.param("-1.00", False, id="no-whole-number"),
            pytest.param("0.65", False, id="the-other-way"),
            pytest.param("1.30", False, id="the-other-way-twice"),
        ],
    )
    def test_a_gap_below(self, gap: str, *, is_listed: bool) -> None:
        assert ("quantity: clips not billed" in names(shares(self.CASES, gap))) is is_listed

    def test_one_row_is_no_sum_to_take_a_share_of(self) -> None:
        assert shares(((CLIPPED, 1),), "0.78") == []
        assert "quantity: clips uncapped" in names(shares(((CLIPPED, 2),), "0.78"))
        assert "quantity: clips uncapped" in names(shares(((CLIPPED, 1), (PLAIN, 1)), "0.78"))

    def test_as_many_kinds_of_rows_as_are_tried_and_one_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.candidates.CASES_MOST", 2)
        assert "quantity: clips uncapped" in names(shares(self.CASES, "0.78"))
        assert shares((*self.CASES, (SHORT, 1)), "0.78") == []


class TestPairs:
    """One alternative after another, in the second one's name."""

    CASES: Final[Cases] = ((CLIPPED, 1),)

    def test_both_are_applied(self) -> None:
        workshop = Workshop(BARE)
        found = singles(self.CASES, workshop=workshop)
        uncapped, october = pick(found, "clips uncapped"), pick(found, "until 2026-11-01")
        both = workshop.follow(self.CASES, uncapped, october, NOTHING)
        assert both is not None
        assert (both.alternative, both.outcome.total) == (october.alternative, 21 * D("0.11"))

    @pytest.mark.parametrize(
        ("stated", "first", "total"),
        [
            pytest.param(QUANTITY, BY_QUANTITY, 9 * D("0.11"), id="quantity"),
            pytest.param(PRICE, BY_PRICE, 15 * D("0.2"), id="price"),
        ],
    )
    def test_what_comes_after_stated_numbers_keeps_them(
        self, stated: Stated, first: Alternative, total: Decimal
    ) -> None:
        workshop = Workshop(BARE)
        found = singles(self.CASES, stated, workshop)
        october = pick(found, "until 2026-11-01")
        both = workshop.follow(self.CASES, pick(found, first.detail), october, stated)
        assert both is not None
        assert (both.alternative, both.outcome.total) == (october.alternative, total)
        assert workshop.follow(self.CASES, pick(found, first.detail), october, NOTHING) is None

    def test_stated_numbers_may_come_second(self) -> None:
        workshop = Workshop(BARE)
        found = singles(self.CASES, QUANTITY, workshop)
        both = workshop.follow(self.CASES, pick(found, "clips uncapped"), pick(found, "invoice quantity"), QUANTITY)
        assert both is not None
        assert (both.alternative, both.outcome.total) == (BY_QUANTITY, 9 * D("0.13"))

    def test_the_second_takes_a_step(self) -> None:
        workshop = Workshop(BARE)
        found = singles(self.CASES, workshop=workshop)
        uncapped, each = pick(found, "clips uncapped"), pick(found, "clips capped each")
        assert list(workshop.join(self.CASES, uncapped, each, NOTHING)) == []
        october = pick(found, "until 2026-11-01")
        ((first, both),) = workshop.join(self.CASES, uncapped, october, NOTHING)
        assert (first, both.outcome.total) == (uncapped, 21 * D("0.11"))

    def test_numbers_that_no_line_states_pair_with_nothing(self) -> None:
        workshop = Workshop(BARE)
        found = singles(self.CASES, QUANTITY, workshop)
        named = [pick(found, "clips uncapped"), pick(found, "invoice quantity")]
        assert list(workshop.list_pairs(self.CASES, named)) == []

    def test_pairs_are_remembered_within_bounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.candidates.PAIRED_KEPT", 2)
        workshop = Workshop(BARE)
        one, two, three = (((case, 1),) for case in (CLIPPED, PLAIN, SHORT))
        named = singles(one, workshop=workshop)
        first, second = workshop.list_pairs(one, named), workshop.list_pairs(two, named)
        assert first
        assert workshop.list_pairs(one, named) is first
        assert workshop.list_pairs(two, named) is second
        workshop.list_pairs(three, named)
        assert workshop.list_pairs(one, named) is not first


def test_its_own_terms_are_no_alternative() -> None:
    assert OWN not in [each.alternative for each in singles(((PLAIN, 1), (CLIPPED, 1)), BOTH)]


def test_where_two_quantities_cost_alike_each_row_takes_its_own() -> None:
    """10 s and a clip of 3 s that may be billed: 1.30 or 1.69, of which a cap leaves 1.00, of three rows 3.00."""
    unknown = CLIP_RULE.replace('billed = "yes"', 'billed = "unknown"')
    capped = books('kind = "cap"\namount = "1"', clips=unknown)
    cases, workshop = ((kind(capped, clips_s=[3]), 3),), Workshop(capped)
    found = list(workshop.list_shares(cases, D(-1), own_sum(cases, workshop)))
    left = next(each.outcome for each in found if each.alternative == MISSING)
    assert left.total == 3 - 1
    assert left.find("reference_video_seconds") == Metered(D(0), None, 2 * D(3))
    assert left.find("output_video_seconds") == Metered(2 * D(10), None)


def test_a_quantity_that_may_be_so_is_told_beside_one_that_may_not() -> None:
    """10 s as expected, and 4 s of clips instead of 5: each at its price."""
    cases, workshop = ((CLIPPED, 1),), Workshop(BARE)
    stated = Stated(quantities=(("output_video_seconds", D(10)), ("reference_video_seconds", D(4))))
    found = pick(workshop.list_singles(cases, stated, own_sum(cases, workshop)), "invoice quantity")
    assert found.outcome.total == 10 * D("0.13") + 4 * D("0.13")
    assert found.outcome.told.startswith("10 s x 0.13 + 4 s x 0.13: 1.82 USD")


def test_clips_that_a_cap_leaves_open_are_no_other_quantity() -> None:
    """10 s and a clip of 3 s that may be billed: 1.00 by the cap. 13 s on the invoice explain nothing."""
    unknown = CLIP_RULE.replace('billed = "yes"', 'billed = "unknown"')
    capped = books('kind = "cap"\namount = "1"', clips=unknown)
    cases, workshop = ((kind(capped, clips_s=[3]), 1),), Workshop(capped)
    for seconds, restated in ((10, []), (12, []), (13, []), (14, [1 + 4 * D("0.13")]), (9, [1 - D("0.13")])):
        found = workshop.list_singles(cases, Stated((("seconds", D(seconds)),)), own_sum(cases, workshop))
        assert [one.outcome.total for one in found if one.alternative == BY_QUANTITY] == restated


def test_a_product_with_more_decimals_than_an_amount_has_explains_nothing() -> None:
    """7.123456 s at 18 decimals come to 24, of which no register holds more than 18."""
    cases, workshop = ((PLAIN, 1),), Workshop(BARE)
    for price, restated in (("0.123456789012345678", []), ("0.123456789012", [D("7.123456") * D("0.123456789012")])):
        stated = Stated((("seconds", D("7.123456")),), (("seconds", D(price)),))
        found = workshop.restate(own_sum(cases, workshop), stated)
        assert [each.total for each in (found,) if each] == restated


def test_a_product_with_more_digits_than_are_worked_out_explains_nothing() -> None:
    """A price may have 24 digits, and a quantity on an invoice 38: they come to 62, and a number has 60."""
    dear = books(card=entry("2026-01-01", "720P", "123456789012.123456789012"))
    cases, workshop = ((kind(dear), 1),), Workshop(dear)
    stated = Stated((("seconds", D("12345678901234567891.123456789012345679")),))
    assert BY_QUANTITY not in [
        one.alternative for one in workshop.list_singles(cases, stated, own_sum(cases, workshop))
    ]
