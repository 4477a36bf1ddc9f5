"""The prices that the checks look at are those that are charged: for every meter and tier, at any instant."""

from __future__ import annotations

from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from pricing import parse_catalogue
from pricing.agreements import terms_held
from pricing.errors import ClashingTermsError, UnwieldyPriceError
from pricing.keys import ANY
from pricing.lints.prices import Priced, Prices
from pricing.lints.spans import spans_in_force
from pricing.schemes import Package
from pricing.terms import build_terms
from tests.oracle import Terms
from tests.terms import ASKED_ON, all_terms, catalogue_files, instant, terms_of

NOT_ON_THE_CARD: Final = terms_of(
    {"720P": "0.1"},
    agreement=[
        {"kind": "override", "meter": "requests", "resolution": "720P", "model": "per_unit", "price": "0.1"},
        {"kind": "markup", "percent": "5"},
    ],
)
"""A markup starts from the card's price, and of requests there is none."""
_LATER: Final = {"from": "2026-03-01", "meter": "requests", "resolution": "720P", "model": "per_unit", "price": "0.2"}
LATER_ON_THE_CARD: Final[Terms] = {**NOT_ON_THE_CARD, "entries": [*NOT_ON_THE_CARD["entries"], _LATER]}
"""Until the card has one, the override is all there is."""
MORE_THAN_IS_KEPT: Final = terms_of(
    {"720P": "0.1", "1080P": "0.15"}, agreement=[{"kind": "discount", "percent": "3.123456789012"}] * 6
)
"""Of 14 digits each, and a number has 60."""
FREE_AND_MORE_THAN_IS_KEPT: Final[Terms] = {
    **MORE_THAN_IS_KEPT,
    "entries": [{"from": "2026-01-01", "model": "flat", "free": "true"}],
}
"""Percentages of nothing are nothing."""
_OWN: Final = {"kind": "override", "meter": "output_video_seconds", "price": "0.1"}
OWN_INSTEAD: Final[Terms] = {**MORE_THAN_IS_KEPT, "agreement": [*MORE_THAN_IS_KEPT["agreement"], _OWN]}
"""And in their place one price of the account's own."""


@example(terms=FREE_AND_MORE_THAN_IS_KEPT, on=ASKED_ON[0])
@example(terms=MORE_THAN_IS_KEPT, on=ASKED_ON[0])
@example(terms=OWN_INSTEAD, on=ASKED_ON[0])
@example(terms=NOT_ON_THE_CARD, on=ASKED_ON[0])
@example(terms=LATER_ON_THE_CARD, on="2026-02-01")
@example(terms=LATER_ON_THE_CARD, on="2026-03-01")
@given(terms=all_terms(), on=st.sampled_from(ASKED_ON))
def test_the_checks_contract_as_a_charge_does(terms: Terms, on: str) -> None:
    catalogue, at = parse_catalogue(catalogue_files(terms)), instant(on)
    card = next(card for card in catalogue.cards.values() if card.card.id == "made-up")
    agreements = tuple(one for one in catalogue.agreements.values() if one.agreement.id == "acme-terms")
    layers = tuple(terms_held(agreement, at) for agreement in agreements)
    prices = Prices(spans_in_force(card), layers, card.card.currency)
    now = {key: [one for one in prices[key] if one.begin <= at][-1:] for key in prices.keys()}  # noqa: SIM118 - no mapping
    try:
        charged = build_terms(card, agreements, at)
    except ClashingTermsError:  # told by a check of its own
        return
    except UnwieldyPriceError:
        assert any(one.wide for found in now.values() for one in found)
        return
    assert charged is not None
    for key, found in now.items():
        ratio, clips = key.ratio if charged.by_ratio else ANY, key.clips if charged.by_clips else ANY
        rate = charged.rates.get(key._replace(ratio=ratio, clips=clips))
        if rate is None or not isinstance(rate.scheme, Package):  # what is sold by the package has no price of a unit
            assert _price(found) == (rate.contracted_unit_price if rate else None)


def _price(found: list[Priced]) -> object:
    assert not any(one.wide for one in found)
    return found[0].price if found else None
