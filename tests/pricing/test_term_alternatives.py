"""Other terms that a host may have billed by: which are tried, and in which words."""

from __future__ import annotations

from typing import Final

from pricing.break_causes import Cause
from pricing.cases import Alternative, describe_case, find_version
from pricing.catalogue import Catalogue
from pricing.term_alternatives import list_adjustments, list_currencies, list_versions
from tests.reconciling import PRICES, books, entry, used

DISCOUNT: Final = 'kind = "discount"\npercent = "10"'
REBATE: Final = 'kind = "rebate"\namount = "0.01"'
EXCHANGE: Final = 'kind = "exchange"\ncurrency = "EUR"\nrate = "0.90"\ndate = 2026-01-01\nsource = "a contract"'
LONG: Final = 'kind = "discount"\npercent = "3.123456789012"\nfrom = 2026-05-01\nuntil = 2026-06-01'
"""Of a price in cents it makes one with more digits than a price can have."""
MINIMUM: Final = '[[entry]]\nfrom = 2026-01-01T00:30:00Z\nmodel = "minimum"\namount = "0.05"\n'


def listed(catalogue: Catalogue, cause: Cause) -> dict[str, str]:
    """The alternatives of that cause for a row of 2026-11-02, in words by their detail."""
    expected = used(catalogue)
    case = describe_case(expected, find_version(catalogue, expected.pricing, expected.row.at))
    found: tuple[Alternative, ...] = (*list_versions(catalogue, case), *list_currencies(case), *list_adjustments(case))
    return {one.detail: one.said for one in found if one.cause == cause}


def test_each_term_and_each_agreement_of_several_and_all_of_them_may_have_been_left_out() -> None:
    """Of the agreement of everyone, which has a single term, that it is left out is said once."""
    least = "atlas:minimum/any@2026-01-01T00:30:00Z"
    catalogue = books(DISCOUNT, REBATE, card=PRICES + MINIMUM, everyone=(DISCOUNT,))
    assert listed(catalogue, "adjustment") == {
        "without everyone:term/0": "without the discount of 10 percent everyone:term/0",
        "without acme:term/0": "without the discount of 10 percent acme:term/0",
        "without acme:term/1": "without the rebate acme:term/1",
        f"without {least}": f"without the minimum {least}",
        "without acme": "without the agreement acme",
        "list price": "at the list price, without any agreement",
    }


def test_terms_behind_a_time_without_any_are_tried_as_well() -> None:
    """In May no price could be told; before, a second cost 0.10, and 0.11 until November."""
    card = "".join(
        entry(day, "720P", price)
        for day, price in (
            ("2026-01-01", "0.10"),
            ("2026-05-01", "0.11"),
            ("2026-11-01", "0.13"),
            ("2026-12-01", "0.17"),
        )
    )
    assert listed(books(LONG, card=card), "card_version") == {
        "until 2026-11-01": "at the terms in force until 2026-11-01",
        "until 2026-05-01": "at the terms in force until 2026-05-01",
        "from 2026-12-01": "at the terms in force from 2026-12-01 on",
    }


def test_what_was_not_exchanged_is_told_with_the_rate_that_is_agreed() -> None:
    said = "not exchanged, where acme:term/0 exchanges at 0.90"
    assert listed(books(EXCHANGE), "currency") == {"not exchanged": said}
