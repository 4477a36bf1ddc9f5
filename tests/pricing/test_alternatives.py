"""Other ways to rate a row: which are tried, in which words, and what the row comes to by each, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest

from pricing.alternatives import list_alternatives
from pricing.break_causes import Cause
from pricing.cards import SrPriced
from pricing.cases import Alternative, Case, Rerater, describe_case, find_version
from pricing.catalogue import Catalogue
from tests.reconciling import ENDS, PRICES, books, used

D = Decimal
UPSCALING: Final = "".join(
    f'[[entry]]\nfrom = 2026-01-01\nmeter = "super_resolution_seconds"\nresolution = "{tier}"\nprice = "0.05"\n'
    for tier in ("1080P-SR", "1440P-SR")
)
CLIPS: Final = '[[entry]]\nfrom = 2026-01-01\nmeter = "reference_video_seconds"\nresolution = "any"\nprice = "0.07"\n'
FULL: Final = books(card=PRICES + UPSCALING + CLIPS)
"""A second costs 0.13 USD at 720P, 0.19 at 1080P, 0.23 at 1080P-SR; one of upscaling 0.05, one of clips 0.07."""


def kind(catalogue: Catalogue = FULL, **row: object) -> Case:
    expected = used(catalogue, **row)
    return describe_case(expected, find_version(catalogue, expected.pricing, expected.row.at))


def listed(case: Case, cause: Cause, catalogue: Catalogue = FULL) -> list[Alternative]:
    return [one for one in list_alternatives(catalogue, case) if one.cause == cause]


def totals(case: Case, cause: Cause, catalogue: Catalogue = FULL) -> dict[str, Decimal]:
    """What the case comes to by each alternative that gives a sum, by its detail."""
    found = {one.detail: Rerater().rerate(case, one) for one in listed(case, cause, catalogue)}
    return {detail: outcome.total for detail, outcome in found.items() if outcome}


def said(case: Case, cause: Cause, catalogue: Catalogue = FULL) -> dict[str, str]:
    return {one.detail: one.said for one in listed(case, cause, catalogue)}


def test_causes_are_in_the_order_of_attribution() -> None:
    found = list_alternatives(FULL, kind(clips_s=[3]))
    assert list(dict.fromkeys(one.cause for one in found)) == ["status", "quantity", "card_version", "rate", "rounding"]


class TestEnds:
    """What is owed for a job that ended so, where it is another thing than the terms say."""

    def test_of_a_job_that_succeeded(self) -> None:
        case = kind()
        assert said(case, "status") == {"free": "as if the job had not succeeded"}
        assert totals(case, "status") == {"free": 0}

    def test_of_one_that_is_free(self) -> None:
        case, told = kind(status="failed"), "where the terms make a job that ended as 'failed' free"
        assert said(case, "status") == {"full": f"billed as full, {told}", "rendered": f"billed as rendered, {told}"}
        assert totals(case, "status") == {"full": 10 * D("0.13"), "rendered": 10 * D("0.13")}

    def test_of_one_that_costs_what_was_rendered(self) -> None:
        case = kind(status="failed_upscaling", resolution="1080P-SR")
        told = "where the terms make a job that ended as 'failed_upscaling' rendered"
        assert said(case, "status") == {"full": f"billed as full, {told}", "free": f"billed as free, {told}"}
        assert totals(case, "status") == {"full": 10 * D("0.23"), "free": 0}

    def test_of_one_that_costs_all(self) -> None:
        case = kind(status="canceled", resolution="1080P-SR")
        assert totals(case, "status") == {"rendered": 10 * D("0.13"), "free": 0}


class TestRates:
    """Prices of other tiers, and of clips and stages otherwise."""

    def test_other_tiers(self) -> None:
        assert said(kind(), "rate") == {
            "tier 1080P": "at the price of 1080P",
            "tier 1080P-SR": "at the price of 1080P-SR",
            "tier 1440P-SR": "at the price of 1440P-SR",
        }
        assert totals(kind(), "rate") == {
            "tier 1080P": 10 * D("0.19"),
            "tier 1080P-SR": 10 * D("0.23"),
            "tier 1440P-SR": 10 * D("0.31"),
        }

    def test_the_rendered_tier_first_and_stages_last(self) -> None:
        case = kind(resolution="1080P-SR")
        assert list(said(case, "rate").items()) == [
            ("rendered tier 720P", "at the price of 720P"),
            ("tier 1080P", "at the price of 1080P"),
            ("tier 1440P-SR", "at the price of 1440P-SR"),
            ("priced by stages", "priced by stages"),
        ]
        assert totals(case, "rate") == {
            "rendered tier 720P": 10 * D("0.13"),
            "tier 1080P": 10 * D("0.19"),
            "tier 1440P-SR": 10 * D("0.31"),
            "priced by stages": 10 * (D("0.13") + D("0.05")),
        }

    @pytest.mark.parametrize(
        ("own", "other", "total"),
        [("tier", "stages", 10 * (D("0.13") + D("0.05"))), ("stages", "tier", 10 * D("0.23"))],
    )
    def test_stages_for_tiers_and_the_reverse(self, own: SrPriced, other: str, total: Decimal) -> None:
        case = kind(resolution="1080P-SR")
        pricing = case.version.pricing
        pricing = replace(pricing, terms=pricing.terms._replace(super_resolution=own))
        found = totals(case._replace(version=case.version._replace(pricing=pricing)), "rate")
        assert found[f"priced by {other}"] == total
        assert f"priced by {own}" not in found

    def test_clips_at_other_prices(self) -> None:
        """5 s of clips at the output's 0.23, which the card says, at the rendered 0.13, or at 0.07 of their own."""
        case = kind(resolution="1080P-SR", clips_s=[5])
        told = said(case, "rate")
        assert told["clips priced as render"] == "with clips at the price of the rendered tier"
        assert told["clips priced as own"] == "with clips at a price of their own"
        assert "clips priced as output" not in told
        found = totals(case, "rate")
        assert found["clips priced as render"] == 10 * D("0.23") + 5 * D("0.13")
        assert found["clips priced as own"] == 10 * D("0.23") + 5 * D("0.07")
        assert not [detail for detail in said(kind(), "rate") if detail.startswith("clips")]


class TestRoundings:
    """No rounding, or another one."""

    def test_to_minor_units_where_the_terms_round_nothing(self) -> None:
        """7.21 s at 0.13 USD are 0.9373 USD."""
        case = kind(duration_s="7.21")
        assert list(said(case, "rounding").items()) == [
            (f"{what} rounded {mode}", f"with {what} rounded {mode} to 0.01")
            for what in ("the row", "each line")
            for mode in ("half-up", "half-even", "up", "down")
        ]
        found = totals(case, "rounding")
        assert {detail: str(total) for detail, total in found.items() if "the row" in detail} == {
            "the row rounded half-up": "0.94",
            "the row rounded half-even": "0.94",
            "the row rounded up": "0.94",
            "the row rounded down": "0.93",
        }

    def test_each_line_or_the_row(self) -> None:
        """7.21 s and 3 s of clips at 0.13 USD: 0.9373 + 0.39 = 1.3273 USD; in tenths 1.0 + 0.4, together 1.4."""
        more = f'{ENDS}[[rounding]]\nfrom = 2026-01-01\nquantum = "0.1"\nmode = "up"\nplace = "quote"\n'
        catalogue = books(more=more)
        case = kind(catalogue, duration_s="7.21", clips_s=[3])
        found = totals(case, "rounding", catalogue)
        assert found == {
            "not rounded": D("1.3273"),
            "the row rounded half-up": D("1.3"),
            "the row rounded half-even": D("1.3"),
            "the row rounded down": D("1.3"),
            "each line rounded half-up": D("1.3"),
            "each line rounded half-even": D("1.3"),
            "each line rounded up": D("1.4"),
            "each line rounded down": D("1.2"),
        }
        told = said(case, "rounding", catalogue)
        assert told["not rounded"] == "not rounded"
        assert told["each line rounded down"] == "with each line rounded down to 0.1"

    def test_credits_have_no_minor_unit(self) -> None:
        worth = '[[credit]]\nfrom = 2026-01-01\nvalue = "0.5"\ncurrency = "USD"\n'
        catalogue = books(card=PRICES + worth, currency="tokens")
        assert listed(kind(catalogue), "rounding", catalogue) == []
