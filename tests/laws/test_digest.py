"""Catalogues of one digest price alike; another price is another digest."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue, quote
from tests.oracle import Row, Terms
from tests.strategies import Ask, asks, examples, valid
from tests.terms import ASKED_ON, HEAD, all_terms, card_toml, catalogue_files, instant, resolved_in, terms_of

NUMBERS = ("price", "amount", "cap_total_s", "cap_per_clip_s", "minimum_s", "size", "units", "rate", "overage_percent")


def _rows(terms: Terms) -> list[Row]:
    """Every row of the catalogue."""
    found = [*terms["entries"], *terms["reference_video"], *terms["agreement"]]
    found += [row for card in terms.get("cards", {}).values() for row in card["entries"]]
    return found + [row for layer in terms.get("others", []) for row in layer["terms"]]


def _has_a_number(terms: Terms) -> bool:
    return any(key in row for row in _rows(terms) for key in NUMBERS)


@examples(50)
@given(all_terms().filter(_has_a_number), st.data())
def test_any_other_number_is_another_digest(terms: Terms, data: st.DataObject) -> None:
    other = copy.deepcopy(terms)
    row, key = data.draw(st.sampled_from([(row, key) for row in _rows(other) for key in NUMBERS if key in row]))
    row[key] = str(Decimal(row[key]) + Decimal("0.07"))
    one, two = parse_catalogue(catalogue_files(terms)), parse_catalogue(catalogue_files(other))
    assert one.digest != two.digest


@given(asks(("atlas",)), st.sampled_from(ASKED_ON))
def test_one_digest_prices_alike_whatever_is_included(ask: Ask, on: str) -> None:
    """A card counts less where it is only included than where it is the company's own: the digest has to tell."""
    ask = replace(ask, resolution="720P")
    own = card_toml(terms_of({"720P": "0.2"}), id="own-card")
    list_card = card_toml(terms_of({"720P": "0.1"}), id="list-card")
    one = parse_catalogue({"catalogue.toml": HEAD, "own.toml": own}, included={"list.toml": list_card})
    other = parse_catalogue({"catalogue.toml": HEAD, "list.toml": list_card}, included={"own.toml": own})
    first, second = resolved_in(one, on), resolved_in(other, on)
    totals = [quote(valid(ask), pricing, instant(on)).priced.charged.total for pricing in (first, second)]
    assert (one.digest == other.digest) <= (totals[0] == totals[1])
