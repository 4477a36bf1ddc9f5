"""An agreement is about a market whose every name it names or leaves open; what a market leaves open may be any."""

from __future__ import annotations

import pytest

from pricing import Catalogue, Market, parse_catalogue
from pricing.agreed import concerns, index_agreements, list_agreed, list_concerning, list_possible
from tests.backtesting import Prices, agreement, card

HEAD = """schema_version = "1"
[catalogue]
name = "a test"
accounts = ["acme", "globex"]
environments = ["production", "staging"]
"""
OWN = agreement(Prices(discount="10"))
EVERYONES = OWN.replace('account = "acme"\n', "").replace('id = "', 'id = "all-')
STAGED = OWN.replace('account = "acme"', 'account = "acme"\nenvironments = ["staging"]').replace(
    'id = "', 'id = "staged-'
)
CARD = card(Prices()).replace('id = "atlas"', 'id = "{0}"\nregion = "{0}"')
ACME = Market("acme", "production", "atlas")


def made(*agreements: str) -> Catalogue:
    files = {f"{number}.toml": text for number, text in enumerate(agreements)}
    return parse_catalogue({"catalogue.toml": HEAD, "card.toml": card(Prices()), **files})


def names(*agreements: str) -> list[str]:
    return [*made(*agreements).agreements]


@pytest.mark.parametrize(
    ("market", "expected"),
    [
        pytest.param(ACME, True, id="all-that-it-names"),
        pytest.param(ACME._replace(region="anywhere"), True, id="a-region-that-it-leaves-open"),
        pytest.param(ACME._replace(account="globex"), False, id="another-account"),
        pytest.param(ACME._replace(account=None), False, id="no-account"),
        pytest.param(ACME._replace(host="fal"), False, id="another-host"),
    ],
)
def test_it_concerns_what_it_names(market: Market, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    (own,) = made(OWN).agreements.values()
    assert concerns(own.agreement, market) is expected


def test_an_agreement_of_an_environment_concerns_it_alone() -> None:
    catalogue = made(OWN, STAGED)
    assert [*list_concerning(catalogue, ACME)] == names(OWN)
    assert [*list_concerning(catalogue, ACME._replace(environment="staging"))] == names(OWN, STAGED)


def test_everyones_come_before_the_accounts_own() -> None:
    catalogue = made(OWN, EVERYONES)
    assert [*list_agreed(catalogue, "atlas", "acme")] == names(EVERYONES, OWN)
    assert [*list_agreed(catalogue, "atlas", None)] == names(EVERYONES)
    assert [*list_agreed(catalogue, "fal", "acme")] == []


def test_what_a_market_leaves_open_may_be_any() -> None:
    catalogue = made(OWN, STAGED)
    found = list_possible(catalogue, Market(None, None, "atlas"))
    assert [one.agreement.id for one in found] == names(OWN, STAGED)
    found = list_possible(catalogue, ACME)
    assert [one.agreement.id for one in found] == names(OWN)
    assert list_possible(catalogue, Market(None, None, "fal")) == []


def test_the_index_is_looked_up_once() -> None:
    catalogue = made(OWN, EVERYONES)
    assert index_agreements(catalogue) is index_agreements(catalogue)
    assert [*index_agreements(catalogue)] == [("atlas", "acme"), ("atlas", None)]
    assert index_agreements(made()) == {}


def test_each_accounts_agreements_are_gathered_once() -> None:
    catalogue = made(OWN, EVERYONES)
    first = [*index_agreements(catalogue).values()]
    assert all(one is other for one, other in zip(first, index_agreements(catalogue).values(), strict=True))


@pytest.mark.parametrize(
    ("region", "possible"),
    [
        pytest.param(None, True, id="a-region-that-the-market-leaves-open"),
        pytest.param("mainland", True, id="its-own-region"),
        pytest.param("international", False, id="another-region"),
    ],
)
def test_an_agreement_of_a_region_may_be_about_any_market_but_another_regions(
    region: str | None,
    possible: bool,  # noqa: FBT001 - a column of the table
) -> None:
    own = OWN.replace('host = "atlas"', 'host = "atlas"\nregion = "mainland"')
    catalogue = parse_catalogue(
        {"catalogue.toml": HEAD, "own.toml": own}
        | {f"{name}.toml": CARD.format(name) for name in ("mainland", "international")}
    )
    found = list_possible(catalogue, Market("acme", "production", "atlas", region))
    assert [one.agreement.id for one in found] == (["acme"] if possible else [])
