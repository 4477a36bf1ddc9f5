"""What is paid for a key by the layers over it: which of two prices fits best, and where digits run out."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

from pricing.agreed_terms import Discount, Override
from pricing.agreements import Held
from pricing.contracts import OVERRIDDEN, Layer, Own, Step, contract, find_fitting, find_override, patterns
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.money import format_decimal
from pricing.schemes import Tariff

METER: Final = "output_video_seconds"
KEY: Final = EntryKey(METER, "720P")
LONG: Final = "3.123456789012"
"""Takes a price 14 decimals further, and 60 digits are worked out: of 0.2 the fifth such discount has too many."""


def layer(*terms: Override | Discount, name: str = "acme-terms") -> Layer:
    return tuple(Held(name, index, term) for index, term in enumerate(terms))


def override(price: str, **names: object) -> Override:
    return Override.model_validate({"kind": "override", "meter": METER, "price": price, **names})


def discount(percent: str) -> Discount:
    return Discount.model_validate({"kind": "discount", "percent": percent})


def test_of_two_that_name_as_much_the_one_that_names_the_tier_is_looked_for_first() -> None:
    """And of two without it the one that names the ratio."""
    names = [pattern[1:] for pattern in patterns(EntryKey(METER, "720P", "9:16", WITH_CLIPS))]
    assert names == [
        ("720P", "9:16", WITH_CLIPS),
        ("720P", "9:16", ANY),
        ("720P", ANY, WITH_CLIPS),
        (ANY, "9:16", WITH_CLIPS),
        ("720P", ANY, ANY),
        (ANY, "9:16", ANY),
        (ANY, ANY, WITH_CLIPS),
        (ANY, ANY, ANY),
    ]


def test_a_price_with_clips_comes_before_one_that_does_not_name_them() -> None:
    prices = {KEY: "either way", EntryKey(METER, "720P", ANY, WITH_CLIPS): "with clips"}
    assert find_fitting(prices, EntryKey(METER, "720P", "9:16", WITH_CLIPS)) == "with clips"
    assert find_fitting(prices, EntryKey(METER, "720P", "9:16", WITHOUT_CLIPS)) == "either way"
    assert find_fitting(prices, EntryKey(METER, "1080P", "9:16", WITH_CLIPS)) is None


def test_the_override_that_names_the_most_is_found_with_its_name() -> None:
    any_tier, own = override("0.3"), override("0.2", resolution="720P")
    assert find_override(layer(any_tier, own), KEY) == Own("acme-terms:term/1", own)
    assert find_override(layer(any_tier, own), EntryKey(METER, "1080P")) == Own("acme-terms:term/0", any_tier)
    assert find_override(layer(discount("5")), KEY) is None


BELOW: Final = layer(override("0.2"), name="below")


def test_where_digits_run_out_the_price_before_and_the_term_that_is_one_too_many_are_told() -> None:
    four = contract(None, KEY, [BELOW, layer(*[discount(LONG)] * 4)])
    five = contract(None, KEY, [BELOW, layer(*[discount(LONG)] * 5)])
    assert (four.is_lost, five.is_lost) == (False, True)
    assert four.tariff is not None
    price = format_decimal(four.tariff.unit_price)
    assert five.steps == (*four.steps, Step("acme-terms:term/4", f"discount {LONG} percent of {price}"))
    assert (five.tariff, five.own) == (four.tariff, Own("below:term/0", override("0.2")))
    assert four.own == five.own


def test_what_has_run_out_of_digits_stays_so_until_a_price_is_agreed() -> None:
    lost = contract(None, KEY, [BELOW, layer(*[discount(LONG)] * 5)])
    layers = [BELOW, layer(*[discount(LONG)] * 5), layer(discount("50"), name="above")]
    assert contract(None, KEY, layers) == lost
    own = contract(None, KEY, [*layers, layer(override("0.1"), name="last")])
    assert (own.tariff, own.is_lost) == (Tariff(Decimal("0.1")), False)
    assert own.steps == (*lost.steps, Step("last:term/0", f"{OVERRIDDEN}0.1"))


def test_the_decimals_of_whoever_calls_change_no_price() -> None:
    expected = Decimal("0.2") * (1 - Decimal("0.125"))
    with decimal.localcontext(prec=1):
        found = contract(Tariff(Decimal("0.2")), KEY, [layer(discount("12.5"))])
    assert found.tariff == Tariff(expected)
