"""The prices that the checks look at are those that are charged: for every meter and tier, at any instant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue
from pricing.entries import EntryKey
from pricing.errors import UnwieldyPriceError
from pricing.lints.prices import Priced, Prices
from pricing.lints.spans import spans_in_force
from pricing.meters import METERS
from pricing.terms import build_terms
from tests.oracle import Terms
from tests.terms import ASKED_ON, all_terms, catalogue_files, instant
from wan_rules.request import RESOLUTIONS

KEYS: tuple[EntryKey, ...] = tuple((meter, tier) for meter in METERS for tier in RESOLUTIONS)


@given(all_terms(), st.sampled_from(ASKED_ON))
def test_the_checks_contract_as_a_charge_does(terms: Terms, on: str) -> None:
    catalogue, at = parse_catalogue(catalogue_files(terms)), instant(on)
    (card,), agreement = catalogue.cards.values(), next(iter(catalogue.agreements.values()), None)
    prices = Prices(spans_in_force(card), agreement.term if agreement else ())
    now = {key: [one for one in prices[key] if one.begin <= at][-1:] for key in KEYS}
    try:
        charged = build_terms(card, agreement, at)
    except UnwieldyPriceError:
        assert any(one.wide for found in now.values() for one in found)
        return
    assert charged is not None
    for key, found in now.items():
        rate = charged.rates.get(key)
        assert _price(found) == (rate.contracted_unit_price if rate else None)


def _price(found: list[Priced]) -> object:
    assert not any(one.wide for one in found)
    return found[0].price if found else None
