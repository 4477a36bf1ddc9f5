"""Catalogues that are made up from a number: hosts and regions with terms of their own, as TOML and as the oracle's."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.oracle import Card, Layer, Row, Terms
from tests.oracle.books import Book, Place
from tests.tables import FIRST_DAY, HEAD, agreement_of, alone, card_toml, row_to_toml
from tests.terms import DAYS, agreements, all_terms

T = TypeVar("T")

ACCOUNTS: Final = ("acme", "globex", "initech")
ENVIRONMENTS: Final = ("production", "staging", "sandbox")
PLACES: Final = (
    ("atlas", None),
    ("atlas", None),
    ("fal", None),
    ("runware", None),
    ("alibaba", "mainland"),
    ("alibaba", "international"),
)
_ZONES: Final = ("Asia/Shanghai", "Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin")
"""All terms of a place name the same one: what a change of the zone within a month means is not asked here."""
_CURRENCIES: Final = ("USD", "USD", "USD", "CNY")
_OUTCOMES: Final = ("failed", "failed_upscaling", "canceled", "moderated")
_OWED: Final = ("free", "full", "rendered", None)


class Drawn(NamedTuple):
    """One catalogue: its files, and what the oracle reads instead of them."""

    files: dict[str, str]
    book: Book


def draw_catalogues(number: int, count: int) -> list[Drawn]:
    """So many catalogues, which depend on the number alone."""
    chance = random.Random(number)  # noqa: S311 - catalogues, not secrets
    places = [sorted(set(chance.sample(PLACES, chance.choice((1, 2, 3)))), key=str) for _ in range(count)]
    many = sum(map(len, places))
    terms, agreed = iter(draw(all_terms(), number, many)), iter(draw(agreements(), number, many))
    made = [{place: _add(chance, next(terms), next(agreed), place) for place in own} for own in places]
    return [join(own) for own in made]


def draw(strategy: st.SearchStrategy[T], number: int, count: int) -> list[T]:
    """So many values of a strategy, which depend on the number alone; not the simplest one, which comes first."""
    found: list[T] = []

    @seed(number)
    @settings(
        max_examples=count + 1,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(value: T) -> None:
        found.append(value)

    keep()
    return found[1:]


def _name(place: tuple[str, str | None]) -> str:
    return "-".join(filter(None, place))


def _add(chance: random.Random, terms: Terms, agreed: list[Row], place: tuple[str, str | None]) -> Place:
    """The terms with what no strategy of the laws draws: what unfinished jobs owe, currencies, zones, rivals.

    Most of those without an agreement get one.
    """
    if not terms["agreement"] and chance.random() < 0.7:
        terms["agreement"] = agreed
    name, currency = _name(place), _settle_currency(chance, terms)
    cards: list[Card] = [terms, *terms.get("cards", {}).values()]
    for card, own in zip(cards, (name, f"{name}-second"), strict=False):
        card["id"], card["currency"] = own, currency
        card["unfinished"] = [_end(chance, day) for day in chance.sample(DAYS, chance.choice((0, 1, 1, 2)))]
    others = [_identify(layer, index) for index, layer in enumerate(terms.get("others", []))]
    if others and chance.random() < 0.2:
        others.append(_identify(chance.choice(others), len(others)))  # as particular as the other one
    if others:
        terms["others"] = others
    return Place(name, terms, chance.choice(_ZONES))


def _settle_currency(chance: random.Random, terms: Terms) -> str:
    """The card's currency. Most amounts in another one than it and the billed one go: two of them are an error."""
    rows = [row for layer in [terms["agreement"], *(one["terms"] for one in terms.get("others", []))] for row in layer]
    if any(row["kind"] == "exchange" for row in rows):
        return "USD"
    for row in rows:
        if chance.random() < 0.9:
            row.pop("currency", None)
    return chance.choice(_CURRENCIES)


def _end(chance: random.Random, day: str) -> Row:
    owed = {outcome: chance.choice(_OWED) for outcome in _OUTCOMES}
    return {"from": day} | {outcome: word for outcome, word in owed.items() if word}


def _identify(layer: Layer, index: int) -> Layer:
    return {"head": {"from": FIRST_DAY, **layer["head"], "id": f"layer-{index}"}, "terms": layer["terms"]}


def join(places: Mapping[tuple[str, str | None], Place]) -> Drawn:
    """The catalogue of these places."""
    files = {"catalogue.toml": HEAD}
    for (host, region), place in places.items():
        where = {"host": host} | ({"region": region} if region else {})
        files["catalogue.toml"] += write_aliases(place)
        files |= write_place(place, where)
    return Drawn(files, Book(ACCOUNTS, ENVIRONMENTS, places))


def write_aliases(place: Place) -> str:
    """The aliases, which are the catalogue's own."""
    rows = [
        row | {"name": f"{place.card}-{row['name']}", "card": _rename(place, row["card"])}
        for row in place.terms.get("aliases", [])
    ]
    return "".join(f"\n[[alias]]\n{row_to_toml(row)}" for row in rows)


def _rename(place: Place, name: str) -> str:
    """A card's id in the catalogue."""
    return place.card if name == "made-up" else f"{place.card}-{name}"


def write_place(place: Place, where: Row) -> dict[str, str]:
    """The files of one host in one region."""
    terms, name = place.terms, place.card
    said = {**where, "zone": place.zone}
    heads = said | {"currency": terms.get("currency", "USD")}
    files = {f"{name}.toml": card_toml(terms, **heads, id=name)}
    for card_name, card in terms.get("cards", {}).items():
        own = _rename(place, card_name)
        files[f"{own}.toml"] = card_toml(alone(card), **heads, id=own, by_agreement="true")
    layers: Sequence[Layer] = terms.get("others", [])
    if terms["agreement"]:
        layers = [{"head": {"id": "acme-terms", "account": "acme"}, "terms": terms["agreement"]}, *layers]
    for layer in layers:
        head = {"title": "A layer", **said, "from": FIRST_DAY} | layer["head"]
        head["id"] = f"{name}-{layer['head']['id']}"
        if "card" in head:
            head["card"] = _rename(place, head["card"])
        files[f"{head['id']}.toml"] = agreement_of(layer["terms"], head)
    return files
