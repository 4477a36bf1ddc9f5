"""What a part of a card says as canonical JSON: each number and instant in one form, and digests that tell it apart."""

from __future__ import annotations

import hashlib
from typing import Final

import pytest

from pricing import parse_card
from pricing.digests import digest_part, digest_said, tell
from tests.oracle import Row
from tests.terms import FIRST_DAY, card_toml, terms_of

BEGIN: Final = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("written", "told"),
    [("10", "10"), ("1", "1"), ("1.0", "1"), ("100.00", "100"), ("0.50", "0.5"), ("10.01", "10.01")],
)
def test_a_number_is_told_without_zeros_after_its_point(written: str, told: str) -> None:
    """Ten is not one."""
    (entry,) = parse_card(card_toml(terms_of({"720P": written}))).entry
    assert tell(entry)["price"] == told


def test_equal_prices_have_one_digest_and_others_another() -> None:
    tens = [parse_card(card_toml(terms_of({"720P": price}))).entry[0] for price in ("10", "10.0", "1")]
    ten, again, one = map(digest_part, tens)
    assert ten == again != one


def test_what_stands_in_lists_and_tables_is_told_too() -> None:
    bands: Row = {"from": FIRST_DAY, "model": "graduated", "meter": "output_video_seconds", "resolution": "720P"}
    terms = terms_of({}, rule={"cuts_s": "5.0 2.50"})
    terms["entries"] = [bands | {"bands": "10.0:0.20 :0.10"}]
    card = parse_card(card_toml(terms))
    assert tell(card.entry[0])["bands"] == [{"up_to": "10", "price": "0.2"}, {"price": "0.1"}]
    assert tell(card.reference_video[0]) == {"from": BEGIN, "billed": "yes", "cuts_s": ["5", "2.5"]}


@pytest.mark.usefixtures("in_tokyo")
def test_an_instant_is_told_in_utc_whatever_the_zone_of_the_machine() -> None:
    (entry,) = parse_card(card_toml(terms_of({"720P": "1"}))).entry
    assert tell(entry)["from"] == BEGIN


def test_a_digest_is_of_the_characters_as_they_are() -> None:
    text = '{"note":"\u6587","price":"1"}'
    assert digest_said({"price": "1", "note": "\u6587"}) == hashlib.sha256(text.encode()).hexdigest()[:16]
