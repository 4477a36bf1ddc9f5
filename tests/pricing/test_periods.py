"""A catalogue over all time: which markets there are, and what holds from when until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pricing import Market, parse_catalogue, resolve
from pricing.histories import list_offers
from pricing.periods import list_markets, list_periods
from pricing.shell.catalogues import load_catalogue, load_published
from tests.conftest import ROOT
from tests.terms import HEAD, agreement_toml, card_toml, terms_of

EXAMPLE: Path = ROOT / "examples" / "catalogue"


def test_a_list_for_anyone_has_a_market_for_each_host_and_region() -> None:
    assert list_markets(load_published()) == (
        Market(None, None, "alibaba", "international"),
        Market(None, None, "alibaba", "mainland"),
        Market(None, None, "atlas"),
        Market(None, None, "fal"),
        Market(None, None, "runware"),
    )


def test_accounts_and_environments_multiply() -> None:
    found = list_markets(load_catalogue(EXAMPLE))
    assert len(found) == 3 * 3 * 5
    assert len(set(found)) == len(found)


def test_periods_follow_one_another_and_hold_what_resolve_finds() -> None:
    catalogue = load_catalogue(EXAMPLE)
    for market in list_markets(catalogue):
        periods = list(list_periods(catalogue, market))
        assert [one.end for one in periods[:-1]] == [later.begin for later in periods[1:]]
        assert periods[-1].end is None
        for one in periods:
            assert (one.pricing is None) != (one.refusal is None)
            within = one.begin + timedelta(seconds=1)
            assert one.pricing is None or one.pricing is resolve(catalogue, market, within)


def test_a_market_without_terms_says_why() -> None:
    catalogue = load_published()
    first = next(list_periods(catalogue, Market(None, None, "alibaba")))
    assert first.begin == datetime(2026, 5, 28, tzinfo=UTC)
    assert first.pricing is None
    assert "says nothing for" in str(first.refusal)


def test_what_changes_elsewhere_is_no_change_here() -> None:
    """The mainland card of the same host begins in May."""
    market = Market(None, None, "alibaba", "international")
    begins = [period.begin for period in list_periods(load_published(), market)]
    assert begins == [datetime(2026, 10, 31, tzinfo=UTC)]


def test_a_period_names_its_market_whether_it_has_terms_or_not() -> None:
    catalogue = load_published()
    refused, held = Market(None, None, "alibaba"), Market(None, None, "alibaba", "international")
    assert {period.market for period in list_periods(catalogue, refused)} == {refused}
    assert {period.market for period in list_periods(catalogue, held)} == {held}


def test_an_account_has_the_regions_of_its_environment_and_no_others() -> None:
    """One card is for the sandbox alone, another one for globex alone."""
    files = {
        "catalogue.toml": HEAD,
        "card.toml": card_toml(terms_of({"any": "0.1"})),
        "trial.toml": card_toml(terms_of({"any": "0.2"}), id="trial", region="east", environments="sandbox"),
        "kept.toml": card_toml(terms_of({"any": "0.3"}), id="kept", region="island", by_agreement="true"),
        "globex.toml": agreement_toml([], id="theirs", account="globex", card="kept", region="island"),
    }
    found = parse_catalogue(files)
    assert {one for one in list_markets(found) if one.account != "initech"} == {
        Market("acme", "production", "atlas", None),
        Market("acme", "staging", "atlas", None),
        Market("acme", "sandbox", "atlas", "east"),
        Market("globex", "production", "atlas", "island"),
        Market("globex", "staging", "atlas", "island"),
        Market("globex", "sandbox", "atlas", "east"),
        Market("globex", "sandbox", "atlas", "island"),
    }
    for environment, region in (("production", None), ("sandbox", "east")):
        offers = list_offers(found, "acme", environment, datetime(2026, 6, 1, tzinfo=UTC))
        assert [one.market.region for one in offers if one.market.host == "atlas"] == [region]
