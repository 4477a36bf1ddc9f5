"""Markets that no agreement and no card tells apart have one reach; each thing that may tell them apart does."""

from __future__ import annotations

import pytest

from pricing import Catalogue, Market, parse_catalogue
from pricing.reaches import Reaches
from tests.backtesting import Prices, agreement, card

HEAD = """schema_version = "1"
[catalogue]
name = "a test"
accounts = ["acme", "globex", "initech"]
environments = ["production", "staging"]
"""
TERMS = agreement(Prices(discount="10"))
GLOBEX = Market("globex", "production", "atlas")


def made(*agreements: str, also: str = "") -> Catalogue:
    files = {f"{number}.toml": text for number, text in enumerate(agreements)}
    return parse_catalogue(
        {"catalogue.toml": HEAD, "card.toml": card(Prices()), **files, **({"c": also} if also else {})}
    )


def same(catalogue: Catalogue, one: Market, other: Market) -> bool:
    reaches = Reaches(catalogue)
    return reaches.find(one).key == reaches.find(other).key


def test_markets_without_terms_of_their_own_are_one() -> None:
    assert same(made(TERMS), GLOBEX, Market("initech", "staging", "atlas"))
    assert not same(made(TERMS), GLOBEX, Market("acme", "production", "atlas"))


def test_an_agreement_reaches_its_environments_alone() -> None:
    catalogue = made(TERMS.replace('account = "acme"', 'account = "acme"\nenvironments = ["staging"]'))
    assert same(catalogue, GLOBEX, Market("acme", "production", "atlas"))
    assert not same(catalogue, GLOBEX, Market("acme", "staging", "atlas"))


def test_an_agreement_of_all_accounts_reaches_all() -> None:
    catalogue = made(TERMS.replace('account = "acme"', 'environments = ["staging"]'))
    assert same(catalogue, GLOBEX, Market("acme", "production", "atlas"))
    assert same(catalogue, Market("globex", "staging", "atlas"), Market("acme", "staging", "atlas"))
    assert not same(catalogue, GLOBEX, Market("globex", "staging", "atlas"))


def test_a_card_of_an_environment_tells_it_apart() -> None:
    staged = card(Prices()).replace('id = "atlas"', 'id = "staged"\nenvironments = ["staging"]')
    assert not same(made(also=staged), GLOBEX, GLOBEX._replace(environment="staging"))


@pytest.mark.parametrize(
    "other", [GLOBEX._replace(host="fal"), GLOBEX._replace(account="nobody"), GLOBEX._replace(environment="nowhere")]
)
def test_other_names_are_others(other: Market) -> None:
    assert not same(made(), GLOBEX, other)


def test_what_never_holds_is_not_looked_at() -> None:
    elsewhere = TERMS.replace('id = "acme"', 'id = "other"').replace('host = "atlas"', 'host = "fal"')
    reach = Reaches(made(TERMS, elsewhere)).find(Market("acme", "production", "atlas"))
    assert list(reach.catalogue.agreements) == ["acme"]
