"""The order of files, keys and facts changes no charge, and the order of files and keys no digest."""

from __future__ import annotations

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from pricing import Catalogue, PricingError, parse_catalogue, quote
from pricing.shell.wire import write_quote
from tests.documents import JsonObject, turned
from tests.oracle import Card, Row, Terms
from tests.strategies import Ask, Case, asks, examples, reading, render
from tests.terms import ASKED_ON, all_terms, catalogue_files, instant, resolved_in
from wan_rules import validate


def quoted(case: Case, catalogue: Catalogue, on: str) -> str:
    """The quote, or why there is none."""
    try:
        return write_quote(quote(validate(reading(case)), resolved_in(catalogue, on), instant(on))).decode()
    except PricingError as error:
        return str(error)


def turned_rows(rows: list[Row]) -> list[Row]:
    return [dict(reversed(row.items())) for row in rows]


def turned_terms(terms: Terms) -> Terms:
    """The same terms, the keys of each table in the opposite order."""
    found = terms | _turned_card(terms) | {"agreement": turned_rows(terms["agreement"])}
    found["cards"] = {name: _turned_card(card) for name, card in terms.get("cards", {}).items()}
    found["others"] = [
        {"head": dict(reversed(layer["head"].items())), "terms": turned_rows(layer["terms"])}
        for layer in terms.get("others", [])
    ]
    return cast("Terms", found)


def _turned_card(card: Card) -> Card:
    return {
        "super_resolution": card["super_resolution"],
        "entries": turned_rows(card["entries"]),
        "reference_video": turned_rows(card["reference_video"]),
        "rounding": turned_rows(card["rounding"]),
    }


def turned_case(case: Case) -> Case:
    payload, facts = cast("JsonObject", turned(case.payload)), cast("dict[str, JsonObject]", turned(case.facts))
    return Case(case.host, payload, facts)


@examples(60)
@given(asks(("atlas",)), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_order_changes_nothing(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    case = render(ask)
    catalogue = parse_catalogue(catalogue_files(terms))
    files = data.draw(st.permutations(list(catalogue_files(turned_terms(terms)).items())))
    other = parse_catalogue({f"{index}/{name}": f"# a comment\n\n{text}" for index, (name, text) in enumerate(files)})
    assert other.digest == catalogue.digest
    assert quoted(turned_case(case), other, on) == quoted(case, catalogue, on)


@examples(30)
@given(asks(("atlas",)), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_the_order_of_dated_entries_changes_no_charge(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    """Another order within a file is another digest, since a quote names places in it; and the same price."""
    shuffled = terms.copy()
    shuffled["entries"] = data.draw(st.permutations(terms["entries"]))
    shuffled["reference_video"] = data.draw(st.permutations(terms["reference_video"]))
    shuffled["rounding"] = data.draw(st.permutations(terms["rounding"]))
    first, other = parse_catalogue(catalogue_files(terms)), parse_catalogue(catalogue_files(shuffled))
    one, two = quoted(render(ask), first, on), quoted(render(ask), other, on)
    assert two.replace(other.digest, first.digest) == one
