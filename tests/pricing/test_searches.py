"""Which explanation of a difference is found first, and its steps with their money, each worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.candidates import Cases, Workshop
from pricing.cases import Case, describe_case, find_version
from pricing.catalogue import Catalogue
from pricing.outcomes import Stated
from pricing.searches import Found, Question, search
from tests.reconciling import PRICES, books, used

D = Decimal
BARE: Final = books()
"""10 s at 720P cost 1.30 USD, 1.10 in October and 1.90 at 1080P; of clips 5 s are billed at most."""
CLOSE: Final = books(card=PRICES.replace("0.11", "0.1904"))
"""The same but for October, when 10 s cost 1.904 USD."""
CENT: Final = D("0.005")
NOTHING: Final = Stated()
UNTIL: Final = ("card_version", "until 2026-11-01")


def kind(catalogue: Catalogue = BARE, **row: object) -> Case:
    expected = used(catalogue, **row)
    return describe_case(expected, find_version(catalogue, expected.pricing, expected.row.at))


def of_seconds(quantity: str | None = None, price: str | None = None) -> Stated:
    """What a line says of all seconds."""
    quantities = () if quantity is None else (("seconds", D(quantity)),)
    return Stated(quantities, () if price is None else (("seconds", D(price)),))


def asked(
    cases: Cases, invoiced: Decimal, stated: Stated = NOTHING, *, catalogue: Catalogue = BARE
) -> tuple[Found, ...]:
    """What explains an invoice that rounds to cents."""
    return search(Question(cases, invoiced, stated, CENT), Workshop(catalogue))


def steps(found: tuple[Found, ...]) -> list[tuple[str, str, Decimal]]:
    return [each[:3] for each in found]


PLAIN: Final[Cases] = ((kind(), 1),)
CLIPPED: Final[Cases] = ((kind(clips_s=[4, 4, 3]), 1),)
"""15 s of 21 are billed: 1.95 USD."""


class TestNothingToExplain:
    """What comes to the invoice after rounding needs no other word."""

    @pytest.mark.parametrize("invoiced", ["1.30", "1.305", "1.295"])
    def test_near_enough(self, invoiced: str) -> None:
        assert asked(PLAIN, D(invoiced)) == ()

    def test_with_the_very_numbers_that_the_line_states(self) -> None:
        assert asked(PLAIN, D("1.305"), of_seconds("10", "0.13")) == ()


class TestOrder:
    """The last digit before rounding; what agrees with all that the line says before what does not."""

    CLOSE_CASES: Final[Cases] = ((kind(CLOSE), 1),)

    @pytest.mark.parametrize("stated", [NOTHING, of_seconds("99")], ids=["nothing-stated", "a-quantity-of-no-use"])
    def test_the_last_digit_before_rounding(self, stated: Stated) -> None:
        found = asked(self.CLOSE_CASES, D("1.90"), stated, catalogue=CLOSE)
        assert steps(found) == [("rate", "tier 1080P", 10 * D("0.06"))]
        assert found[0].also == ()

    @pytest.mark.parametrize("stated", [NOTHING, of_seconds("99")], ids=["nothing-stated", "a-quantity-of-no-use"])
    def test_of_two_that_round_to_it_the_order_of_attribution_decides(self, stated: Stated) -> None:
        found = asked(self.CLOSE_CASES, D("1.902"), stated, catalogue=CLOSE)
        assert steps(found) == [(*UNTIL, 10 * D("0.0604"))]
        assert found[0].also == ("rate: tier 1080P",)

    def test_the_stated_quantity_rounded_before_another_exactly(self) -> None:
        """7.004 s are 0.91052 USD, which is invoiced as 0.91; so would be the output rounded, which says 7 s."""
        cases = ((kind(duration_s="7.21"), 1),)
        found = asked(cases, D("0.91"), of_seconds("7.004"))
        assert steps(found) == [("quantity", "invoice quantity", (D("7.004") - D("7.21")) * D("0.13"))]
        assert steps(asked(cases, D("0.91"))) == [("quantity", "output rounded half-up", D("-0.21") * D("0.13"))]

    def test_some_rows_of_a_sum_though_the_line_states_another_quantity(self) -> None:
        (found,) = asked(((kind(), 2),), 10 * D("0.13") + 10 * D("0.11"), of_seconds("99"))
        assert found[:3] == (*UNTIL, 10 * D("-0.02"))
        assert found.evidence == (
            "one of these rows, 10 s x 0.11 = 1.10 USD, at the terms in force until 2026-11-01; "
            "2 rows that come to 2.60 USD expected"
        )


class TestPairs:
    """Two alternatives, one after the other."""

    def test_each_step_says_where_it_comes_from(self) -> None:
        first, second = asked(CLIPPED, 21 * D("0.11"))
        assert first[:3] == ("quantity", "clips uncapped", 6 * D("0.13"))
        assert first.evidence.endswith("; 10 s x 0.13 + 5 s x 0.13 = 1.95 USD expected")
        assert second[:3] == (*UNTIL, 21 * D("-0.02"))
        assert second.evidence == (
            "10 s x 0.11 + 11 s x 0.11 = 2.31 USD at the terms in force until 2026-11-01; "
            "10 s x 0.13 + 11 s x 0.13 = 2.73 USD before"
        )

    @pytest.mark.parametrize(
        ("stated", "names"),
        [
            pytest.param(
                of_seconds("21.01"), ["quantity: invoice quantity + card_version: until 2026-11-01"], id="quantity"
            ),
            pytest.param(of_seconds(price="0.11"), ["quantity: clips uncapped + rate: invoice unit price"], id="price"),
        ],
    )
    def test_rounding_leads_there_where_the_line_says_more_than_an_amount(
        self, stated: Stated, names: list[str]
    ) -> None:
        """10.01 s and 11 s of clips at 0.11 USD are 2.3111 USD, which is invoiced as 2.31."""
        cases = ((kind(duration_s="10.01", clips_s=[4, 4, 3]), 1),)
        found = asked(cases, D("2.31"), stated)
        assert steps(found) == [
            ("quantity", "clips uncapped", 6 * D("0.13")),
            (*UNTIL, D("21.01") * D("-0.02")),
        ]
        assert list(found[0].also) == names
        assert asked(cases, D("2.31")) == ()

    @pytest.mark.parametrize(("kinds", "is_found"), [(4, True), (5, False)])
    def test_of_as_many_kinds_of_rows_as_are_paired(self, kinds: int, *, is_found: bool) -> None:
        seconds = range(1, kinds + 1)
        cases = tuple((kind(duration_s=each, clips_s=[4, 4, 3]), 1) for each in seconds)
        billed = sum(seconds) + kinds * 11
        found = asked(cases, billed * D("0.11"))
        both = [("quantity", "clips uncapped", kinds * 6 * D("0.13")), (*UNTIL, billed * D("-0.02"))]
        assert steps(found) == (both if is_found else [])

    def test_a_stated_number_stands_where_its_cause_does(self) -> None:
        assert steps(asked(PLAIN, 12 * D("0.11"), of_seconds("12"))) == [
            ("quantity", "invoice quantity", 2 * D("0.13")),
            (*UNTIL, 12 * D("-0.02")),
        ]

    def test_both_stated_numbers_are_all_that_is_needed(self) -> None:
        assert steps(asked(PLAIN, 12 * D("0.15"), of_seconds("12", "0.15"))) == [
            ("quantity", "invoice quantity", 2 * D("0.13")),
            ("rate", "invoice unit price", 12 * D("0.02")),
        ]


class TestNearer:
    """Where nothing arrives, the stated numbers are taken as far as they lead nearer."""

    def test_both(self) -> None:
        assert steps(asked(PLAIN, D("9.99"), of_seconds("12", "0.15"))) == [
            ("quantity", "invoice quantity", 2 * D("0.13")),
            ("rate", "invoice unit price", 12 * D("0.02")),
        ]

    def test_only_the_first(self) -> None:
        """12 s at 0.13 USD are 1.56, four cents from 1.60; at 0.50 USD they are 6.00."""
        assert steps(asked(PLAIN, D("1.60"), of_seconds("12", "0.50"))) == [
            ("quantity", "invoice quantity", 2 * D("0.13"))
        ]

    def test_none_that_leads_as_far_off_on_the_other_side(self) -> None:
        """1.43 USD is as far from 1.30 as from 1.56."""
        assert asked(PLAIN, D("1.43"), of_seconds("12")) == ()
        assert steps(asked(PLAIN, D("1.431"), of_seconds("12"))) == [("quantity", "invoice quantity", 2 * D("0.13"))]

    def test_numbers_too_long_to_multiply_are_taken_one_at_a_time(self) -> None:
        quantity, price = "12.000000001", "0.150000000001"  # 21 decimals together, of which an amount has 18
        (found,) = asked(PLAIN, D("9.99"), of_seconds(quantity, price))
        assert found[:2] == ("quantity", "invoice quantity")
