"""A catalogue over all time: which markets there are, and what holds from when until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pricing import Market, resolve
from pricing.periods import list_markets, list_periods
from pricing.shell.catalogues import load_catalogue, load_published
from tests.conftest import ROOT

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
