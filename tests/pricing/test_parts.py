"""The parts of a catalogue, and which of them a request costs otherwise without."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import Catalogue, Market, parse_catalogue
from pricing.coverage import cover
from pricing.parts import Part, find_used, narrow, take_inventory
from pricing.trials import Occasion
from tests.contracting import agreement_text
from tests.oracle import Row
from tests.quoting import atlas, reading_of
from tests.terms import FIRST_DAY, HEAD, agreement_toml, card_toml, instant, terms_of
from wan_rules import validate

AT: Final = instant("2026-06-01")
MARKET: Final = Market("acme", "production", "atlas")
DISCOUNT: Final[Row] = {"kind": "discount", "percent": "10"}


def catalogue(*agreements: str, card: str | None = None, head: str = HEAD) -> Catalogue:
    """A second of 720P costs 0.10; clips are not billed."""
    listed = card or card_toml(terms_of({"720P": "0.10"}, rule={"billed": "no"}))
    files = {f"{index}.toml": text for index, text in enumerate(agreements)}
    return parse_catalogue({"catalogue.toml": head, "card.toml": listed, **files})


def used(found: Catalogue, **consumed: str) -> list[str]:
    """The names of the parts without which five seconds of 720P cost acme otherwise."""
    inventory = take_inventory(found)
    occasion = Occasion(MARKET, AT, {name: Decimal(total) for name, total in consumed.items()})
    return [
        part.name for part in find_used(inventory.known, inventory, occasion, [validate(reading_of("atlas", atlas()))])
    ]


PRICE: Final = "made-up:output_video_seconds/720P@2026-01-01"


def test_every_part_is_known_by_its_table_its_position_there_and_its_name() -> None:
    terms: list[Row] = [DISCOUNT, {"kind": "minimum", "amount": "1"}]
    found = take_inventory(catalogue(agreement_toml(terms)))
    assert [*found.known.values()] == [
        Part("made-up", "entry", 0, PRICE),
        Part("made-up", "reference_video", 0, "made-up:reference_video@2026-01-01"),
        Part("acme-terms", "agreement", 0, "acme-terms"),
        Part("acme-terms", "term", 0, "acme-terms:discount"),
        Part("acme-terms", "term", 1, "acme-terms:minimum"),
    ]


def test_an_agreement_that_nothing_tests_is_told_by_its_name() -> None:
    found = cover(catalogue(agreement_toml([DISCOUNT])), [])
    assert [(part.place.key, part.name) for part in found.untested][-2:] == [
        ("agreement", "acme-terms"),
        ("term.0", "acme-terms:discount"),
    ]


def test_an_agreement_counts_where_another_reason_for_no_price_takes_the_place_of_the_one() -> None:
    """Two agreements hold: which counts is not said. Without the first the second leads to a card that is none yet."""
    alias = '[[alias]]\nname = "current"\ncard = "made-up"\nfrom = 2027-01-01\n'
    both = agreement_toml([], id="first"), agreement_toml([], id="second", card="current")
    assert used(catalogue(*both, head=HEAD + alias)) == ["first", "second"]


def test_a_rebate_that_the_least_charge_takes_back_counts() -> None:
    """5 s at 0.10 are raised to 2: by 1.50, or after the rebate of 0.30 by 1.80."""
    terms: list[Row] = [{"kind": "rebate", "amount": "0.30"}, {"kind": "minimum", "amount": "2"}]
    names = ["acme-terms", "acme-terms:rebate", "acme-terms:minimum"]
    assert used(catalogue(agreement_toml(terms))) == [PRICE, *names]


def test_a_discount_that_rounding_takes_back_counts_for_nothing() -> None:
    """5 s in a band at 0.10 are 0.50, and with the discount 0.45: both are rounded up to 1."""
    terms = terms_of({"720P": "0.10"}, rule={"billed": "no"})
    bands: Row = {"from": FIRST_DAY, "model": "graduated", "meter": "output_video_seconds", "resolution": "720P"}
    terms["entries"] = [bands | {"bands": "10:0.10 :0.05"}]
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "1", "mode": "up", "place": "line"}]
    found = catalogue(agreement_toml([DISCOUNT]), card=card_toml(terms))
    assert used(found, **{"output_video_seconds/720P": "0"}) == [PRICE, "made-up:rounding@2026-01-01"]


def test_what_is_near_a_market_are_agreements_that_hold_for_it_then() -> None:
    found = catalogue(
        agreement_toml([DISCOUNT], id="own"),
        agreement_toml([DISCOUNT], id="ended", until="2026-06-01"),
        agreement_toml([DISCOUNT], id="anothers", account="globex"),
        agreement_text([DISCOUNT], id="everyones", account=""),
    )
    assert {*narrow(take_inventory(found), MARKET, AT).agreements} == {"own", "everyones"}


@pytest.mark.parametrize(("clips", "names"), [(0, [PRICE]), (1, [PRICE, "made-up:reference_video@2026-01-01"])])
def test_that_clips_are_not_billed_counts_where_there_are_some(clips: int, names: list[str]) -> None:
    inventory = take_inventory(catalogue())
    request = validate(reading_of("atlas", atlas(clips=clips)))
    found = find_used(inventory.known, inventory, Occasion(MARKET, AT, {}), [request])
    assert [part.name for part in found] == names
