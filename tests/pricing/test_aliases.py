"""Aliases: names by which agreements ask for a card, that lead to one after another."""

from __future__ import annotations

from typing import Final

import pytest

from pricing import CardError, Catalogue, Market, NoCardError, parse_catalogue, resolve
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of

MARKET: Final = Market("acme", "production", "atlas")
SUMMER: Final = '[[alias]]\nname = "current"\ncard = "summer"\nfrom = 2026-06-01\n'
WINTER: Final = '[[alias]]\nname = "current"\ncard = "winter"\nfrom = 2026-11-01\n'
FIRST: Final = len(f"{HEAD}".splitlines()) + 1
"""The line of the first alias."""


def catalogue(*aliases: str, card: str = "current", host: str = "atlas") -> Catalogue:
    head = HEAD + "".join(aliases)
    cards = {
        f"{name}.toml": card_toml(terms_of({"720P": "0.1"}), id=name, host=host)
        for name in ("summer", "winter", "both")
    }
    cards = {file: text.replace("[card]\n", "[card]\nby_agreement = true\n") for file, text in cards.items()}
    return parse_catalogue({"catalogue.toml": head, **cards, "acme.toml": agreement_toml([], card=card)})


def refused(*aliases: str, host: str = "atlas") -> CardError:
    with pytest.raises(CardError) as caught:
        catalogue(*aliases, host=host)
    return caught.value


@pytest.mark.parametrize("aliases", [(SUMMER, WINTER), (WINTER, SUMMER)], ids=["in-order", "the-later-first"])
@pytest.mark.parametrize(
    ("on", "card"),
    [("2026-06-01", "summer"), ("2026-10-31", "summer"), ("2026-11-01", "winter"), ("2030-01-01", "winter")],
)
def test_an_alias_leads_to_the_card_that_began_last(aliases: tuple[str, ...], on: str, card: str) -> None:
    assert resolve(catalogue(*aliases), MARKET, instant(on)).card.card.id == card


def test_before_its_first_day_an_alias_leads_nowhere() -> None:
    with pytest.raises(NoCardError) as caught:
        resolve(catalogue(SUMMER, WINTER), MARKET, instant("2026-05-31"))
    assert str(caught.value) == (
        "the alias 'current' leads to no card at 2026-05-31T00:00:00+00:00: its first day is 2026-06-01"
    )


@pytest.mark.parametrize(
    ("aliases", "reason", "line", "key"),
    [
        pytest.param(
            (SUMMER, WINTER.replace('name = "current"', 'name = "both"')),
            "'both' is a card's own id: an alias has another name",
            FIRST + 4,
            "alias.1",
            id="a-cards-own-id",
        ),
        pytest.param(
            (SUMMER.replace('"summer"', '"sumer"'),),
            "'sumer' is not known: did you mean 'summer'?",
            FIRST,
            "alias.0",
            id="a-card-that-is-not-there",
        ),
        pytest.param(
            (SUMMER, WINTER.replace("2026-11-01", "2026-06-01")),
            "two for 'current' begin at 2026-06-01T00:00:00+00:00: which one counts?",
            FIRST + 4,
            "alias.1",
            id="two-at-once",
        ),
    ],
)
def test_a_faulty_alias_is_refused(aliases: tuple[str, ...], reason: str, line: int, key: str) -> None:
    error = refused(*aliases)
    assert (error.file, error.reason, error.line, error.key) == ("catalogue.toml", reason, line, key)


def test_an_agreement_names_an_alias_or_a_card_that_there_is() -> None:
    error = refused(SUMMER.replace('name = "current"', 'name = "curent"'))
    assert (error.file, error.key) == ("acme.toml", "agreement.card")
    assert error.reason == "'current' is not known: did you mean 'curent'?"


def test_each_card_of_an_alias_holds_where_the_agreement_does() -> None:
    error = refused(SUMMER, host="fal")
    assert (error.file, error.key) == ("acme.toml", "agreement.card")
    assert error.reason == "the card 'summer' is of fal, the agreement of atlas"
