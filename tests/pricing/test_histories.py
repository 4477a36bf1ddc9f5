"""What was in force when: periods with the same terms are one, and every missing price says why it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import AmbiguousTermsError, Catalogue, Market, NoCardError, UnknownNameError, parse_catalogue, resolve
from pricing.histories import Offer, Row, UnplottableError, find_period, list_offers, list_rows, plot, trace
from pricing.keys import EntryKey, name_key
from pricing.plots import Stair, Track
from pricing.shell.catalogues import load_catalogue, load_published
from tests.conftest import ROOT
from tests.oracle import Row as Table
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of
from wan_rules import HOSTS

EXAMPLE = load_catalogue(ROOT / "examples" / "catalogue")
ACME = Market("acme", "production", "atlas")
NOW = datetime(2026, 11, 15, tzinfo=UTC)
REST = {"model": "per_unit", "meter": "output_video_seconds"}


def made_up(*entries: Table, agreements: str = "", **head: str) -> Catalogue:
    """A catalogue with one card of those entries, priced by tier unless `head` says otherwise."""
    stages = head.get("super_resolution", "tier")
    terms = terms_of({}, rule={"priced_as": "render"}, super_resolution=stages)
    terms["entries"] = [{**REST, **entry} for entry in entries]
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms, **head)}
    return parse_catalogue(files | ({"acme.toml": agreements} if agreements else {}))


def test_a_price_change_is_a_period() -> None:
    before, after = trace(EXAMPLE, ACME)
    assert (before.begin, before.end) == (instant("2026-06-01"), instant("2026-11-01"))
    assert (after.begin, after.end) == (instant("2026-11-01"), None)
    key = EntryKey("output_video_seconds", "1080P-SR")
    assert before.pricing is not None
    assert after.pricing is not None
    assert before.pricing.terms.rates[key].contracted_unit_price == Decimal("0.14") * Decimal("0.9")
    assert after.pricing.terms.rates[key].contracted_unit_price == Decimal("0.13") * Decimal("0.9")


def test_a_date_that_changes_nothing_for_the_market_is_no_period() -> None:
    """globex pays by the other card, which has one date; the first card's change is not its own."""
    (only,) = trace(EXAMPLE, Market("globex", "production", "atlas"))
    assert (only.begin, only.end) == (instant("2026-06-01"), None)


def test_years_without_terms_are_one_period() -> None:
    """A card's entries may begin before its clip rule does: nothing holds until both are there."""
    terms = terms_of({}, rule={"from": "2026-05-01"})
    terms["entries"] = [{**REST, "from": day, "price": "1"} for day in ("2026-01-01", "2026-02-01", "2026-03-01")]
    first, then = trace(parse_catalogue({"catalogue.toml": HEAD, "card.toml": card_toml(terms)}), ACME)
    assert (first.begin, first.end, first.pricing) == (instant("2026-01-01"), instant("2026-05-01"), None)
    assert then.refusal is None


@pytest.mark.parametrize(
    "market", [Market("nobody", "production", "atlas"), Market("acme", "garage", "atlas"), Market(None, None, "atlas")]
)
def test_a_name_that_is_not_known_has_no_history(market: Market) -> None:
    with pytest.raises(UnknownNameError):
        trace(EXAMPLE, market)


def test_a_host_without_cards_has_no_periods() -> None:
    assert trace(made_up({"from": "2026-01-01", "price": "1"}), Market("acme", "production", "fal")) == ()


@pytest.mark.parametrize(
    ("at", "found"),
    [("2026-05-31", None), ("2026-06-01", 0), ("2026-10-31", 0), ("2026-11-01", 1), ("2099-01-01", 1)],
)
def test_the_period_of_an_instant_begins_on_its_first_day_and_ends_before_its_last(at: str, found: int | None) -> None:
    periods = trace(EXAMPLE, ACME)
    assert find_period(periods, instant(at)) is (None if found is None else periods[found])


def _reasons(catalogue: Catalogue, at: str) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    (offer,) = [offer for offer in list_offers(catalogue, "acme", "production", instant(at)) if offer.pricing]
    assert offer.pricing is not None
    return {
        (row.key.meter, row.key.resolution): (row.reason, row.entry)
        for row in list_rows(offer.pricing, instant(at))
        if row.rate is None
    }


def test_a_price_that_is_not_there_says_why() -> None:
    catalogue = made_up(
        {"from": "2026-01-01", "resolution": "720P", "price": "0.10"},
        {"from": "2026-03-01", "resolution": "720P"},
        {"from": "2026-07-01", "resolution": "1080P", "price": "0.15"},
        {"from": "2026-06-01", "resolution": "1080P", "price": "0.16"},
        {"from": "2026-08-01", "meter": "requests", "resolution": "any", "price": "1"},
    )
    video = "output_video_seconds"
    found = _reasons(catalogue, "2026-04-01")
    assert found[video, "720P"] == ("without a price from 2026-03-01 on", f"made-up:{video}/720P@2026-03-01")
    assert found[video, "1080P"] == ("nothing before 2026-06-01", f"made-up:{video}/1080P@2026-06-01")
    assert found[video, "1440P-SR"] == ("made-up has no entry for it", None)
    assert found["requests", "1080P"] == ("nothing before 2026-08-01", "made-up:requests/any@2026-08-01")
    assert len(found) == 4 + 4


def test_a_price_with_clips_and_one_without_leave_nothing_out() -> None:
    """At 1080P those with clips have a price, and those without have none."""
    catalogue, video = (
        made_up(
            {"from": "2026-01-01", "resolution": "720P", "has_reference_video": "true", "price": "0.16"},
            {"from": "2026-01-01", "resolution": "720P", "has_reference_video": "false", "price": "0.10"},
            {"from": "2026-01-01", "resolution": "1080P", "has_reference_video": "true", "price": "0.20"},
        ),
        "output_video_seconds",
    )
    found = _reasons(catalogue, "2026-04-01")
    assert (video, "720P") not in found
    assert found[video, "1080P"] == ("made-up has no entry for it", None)


def test_an_absence_to_come_is_no_price_to_come() -> None:
    """No price of 1080P follows on 1 May, nor one of 1440P-SR on 1 June, before that of August."""
    entries = [
        {"from": "2026-01-01", "resolution": "720P", "price": "0.10"},
        {"from": "2026-05-01", "resolution": "1080P"},
        {"from": "2026-06-01", "resolution": "1440P-SR"},
        {"from": "2026-08-01", "resolution": "1440P-SR", "price": "0.20"},
    ]
    catalogue, video = made_up(*entries), "output_video_seconds"
    found = _reasons(catalogue, "2026-04-01")
    assert found[video, "1080P"] == ("no price, which is said from 2026-05-01 on", f"made-up:{video}/1080P@2026-05-01")
    assert found[video, "1440P-SR"] == ("nothing before 2026-08-01", f"made-up:{video}/1440P-SR@2026-08-01")
    assert [period.begin for period in trace(catalogue, ACME)] == [instant("2026-01-01"), instant("2026-08-01")]


def test_of_tiers_priced_by_stage_each_lacks_its_own_stage_alone() -> None:
    found = _reasons(
        made_up({"from": "2026-01-01", "meter": "requests", "price": "1"}, super_resolution="stages"), "2026-04-01"
    )
    assert list(found) == [
        ("output_video_seconds", "720P"),
        ("output_video_seconds", "1080P"),
        ("super_resolution_seconds", "1080P-SR"),
        ("super_resolution_seconds", "1440P-SR"),
    ]


def test_only_tiers_that_the_host_has_are_listed() -> None:
    offers = {offer.market.host: offer for offer in list_offers(load_published(), None, None, NOW)}
    pricing = offers["fal"].pricing
    assert pricing is not None
    assert EntryKey("output_video_seconds", "1440P-SR") in pricing.terms.rates
    assert [row.key.resolution for row in list_rows(pricing, NOW)] == ["720P", "1080P"]


def test_offers_are_of_every_host_and_region_and_say_why_there_are_none() -> None:
    offers = list_offers(EXAMPLE, "acme", "production", instant("2026-06-15"))
    assert [(offer.market.host, offer.market.region, offer.pricing is not None) for offer in offers] == [
        ("alibaba", "international", False),
        ("alibaba", "mainland", True),
        ("atlas", None, True),
        ("fal", None, False),
        ("runware", None, False),
    ]
    assert [offer for offer in offers if (offer.pricing is None) == (offer.refusal is None)] == []


def test_a_host_without_a_card_is_an_offer_that_is_refused() -> None:
    fal = [offer for offer in _offers_of_one_card() if offer.market.host == "fal"]
    assert [str(offer.refusal) for offer in fal] == ["no card holds for account acme, environment production, host fal"]


def _offers_of_one_card() -> tuple[Offer, ...]:
    return list_offers(made_up({"from": "2026-01-01", "price": "1"}), "acme", "production", NOW)


@pytest.mark.parametrize(
    ("account", "at"),
    [("nobody", NOW), (None, NOW), ("acme", NOW.replace(tzinfo=None))],
    ids=["strange", "none", "naive"],
)
def test_what_is_asked_wrongly_is_an_error_and_no_offer(account: str | None, at: datetime) -> None:
    with pytest.raises(UnknownNameError):
        list_offers(EXAMPLE, account, "production", at)


def test_a_plot_has_a_track_for_each_tier_and_the_list_price_where_it_differs() -> None:
    found = plot(trace(EXAMPLE, Market("initech", "production", "atlas")), "output_video_seconds", NOW, title="t")
    begin, change = instant("2026-06-01"), instant("2026-11-01")
    assert (found.title, found.currency, found.unit, found.now) == ("t", "USD", "second", NOW)
    assert [track.name for track in found.tracks] == ["720P", "1080P", "1080P-SR", "1440P-SR"]
    assert found.tracks[2] == Track(
        "1080P-SR", (Stair(begin, change, Decimal("0.14")), Stair(change, None, Decimal("0.13")))
    )
    own, listed = Decimal("0.16"), Decimal("0.20")
    assert found.tracks[3] == Track(
        "1440P-SR",
        (Stair(begin, change, own), Stair(change, None, own)),
        (Stair(begin, change, listed), Stair(change, None, listed)),
    )


def test_what_only_an_agreement_prices_has_no_list_price() -> None:
    """No entry for it, an override all the same; before the card's first day there is nothing to draw."""
    override: Table = {"kind": "override", "meter": "requests", "resolution": "720P", "price": "2"}
    catalogue = made_up(
        {"from": "2026-01-01", "price": "1"}, agreements=agreement_toml([override], **{"from": "2025-01-01"})
    )
    found = plot(trace(catalogue, ACME), "requests", NOW, title="t")
    assert found.tracks == (Track("720P", (Stair(instant("2026-01-01"), None, Decimal(2)),)),)


def test_a_meter_without_prices_can_not_be_plotted() -> None:
    with pytest.raises(UnplottableError, match="requests never had a price here"):
        plot(trace(EXAMPLE, ACME), "requests", NOW, title="t")


def test_two_currencies_have_no_common_axis() -> None:
    terms = terms_of({"720P": "1"})
    files = {
        "catalogue.toml": HEAD,
        "usd.toml": card_toml(terms),
        "cny.toml": card_toml(terms, id="in-yuan", currency="CNY").replace("[card]\n", "[card]\nby_agreement = true\n"),
        "acme.toml": agreement_toml([], card="in-yuan", **{"from": "2026-05-01"}),
    }
    periods = trace(parse_catalogue(files), ACME)
    assert len(periods) == 2
    with pytest.raises(UnplottableError, match="is priced in CNY and USD"):
        plot(periods, "output_video_seconds", NOW, title="t")


def test_years_that_are_refused_for_two_reasons_are_two_periods() -> None:
    """Nothing holds before the clip rule does, and of two agreements it is not said which counts."""
    terms = terms_of({}, rule={"from": "2026-05-01"})
    terms["entries"] = [{**REST, "from": "2026-01-01", "price": "1"}]
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms)}
    spring = {"from": "2026-03-01", "until": "2026-05-01"}
    files |= {f"{name}.toml": agreement_toml([], id=name, **spring) for name in ("one", "other")}
    periods = trace(parse_catalogue(files), ACME)
    days = ("2026-01-01", "2026-03-01", "2026-05-01")
    assert [period.begin for period in periods] == [instant(day) for day in days]
    assert [type(period.refusal) for period in periods] == [NoCardError, AmbiguousTermsError, type(None)]


BY_SHAPE: Final = made_up(
    {"from": "2026-01-01", "resolution": "720P", "price": "0.10"},
    {"from": "2026-01-01", "resolution": "720P", "ratio": "9:16", "price": "0.20"},
    {"from": "2026-01-01", "resolution": "1080P", "price": "0.15"},
    {"from": "2026-01-01", "resolution": "1080P", "has_reference_video": "true", "price": "0.30"},
)
"""Of 720P one ratio has a price of its own, and of 1080P requests with clips."""


def test_what_a_ratio_or_clips_cost_has_a_row_where_another_entry_prices_it() -> None:
    (period,) = trace(BY_SHAPE, ACME)
    assert period.pricing is not None
    rows = {row.key: row for row in list_rows(period.pricing, NOW) if row.rate is not None}
    video, begin = "output_video_seconds", "@2026-01-01"
    assert {key[1:]: (row.entry, row.reason) for key, row in rows.items()} == {
        ("720P", "any", "any"): (f"made-up:{video}/720P{begin}", None),
        ("720P", "9:16", "any"): (f"made-up:{video}/720P/9:16{begin}", None),
        ("1080P", "any", "any"): (f"made-up:{video}/1080P{begin}", None),
        ("1080P", "any", "with-clips"): (f"made-up:{video}/1080P/with-clips{begin}", None),
    }
    prices = [row.rate.contracted_unit_price for row in rows.values() if row.rate is not None]
    assert sorted(prices) == [Decimal(price) for price in ("0.10", "0.15", "0.20", "0.30")]


def test_what_a_ratio_or_clips_have_no_price_for_has_a_row_beside_the_wider_price() -> None:
    catalogue = made_up(
        {"from": "2026-01-01", "price": "0.10"},
        {"from": "2026-01-01", "resolution": "720P", "ratio": "9:16", "price": "0.15"},
        {"from": "2026-03-01", "resolution": "720P", "ratio": "9:16"},
        {"from": "2026-04-01", "resolution": "1080P", "has_reference_video": "true"},
    )
    rows = [row for row in _rows_of(catalogue, "2026-04-01") if row.key.resolution in ("720P", "1080P")]
    video = "output_video_seconds"
    assert [(name_key(row.key), row.reason, row.entry) for row in rows] == [
        (f"{video} at 720P", None, f"made-up:{video}/any@2026-01-01"),
        (f"{video} at 720P, 9:16", "without a price from 2026-03-01 on", f"made-up:{video}/720P/9:16@2026-03-01"),
        (f"{video} at 1080P", None, f"made-up:{video}/any@2026-01-01"),
        (
            f"{video} at 1080P, with clips",
            "without a price from 2026-04-01 on",
            f"made-up:{video}/1080P/with-clips@2026-04-01",
        ),
    ]
    assert [row.reason for row in _rows_of(catalogue, "2026-02-01")] == [None] * 5


def _rows_of(catalogue: Catalogue, at: str) -> list[Row]:
    pricing = resolve(catalogue, ACME, instant(at))
    return list(list_rows(pricing, instant(at)))


def test_a_plot_is_of_the_tiers_that_the_hosts_have() -> None:
    limits = HOSTS["atlas"].limits
    small = replace(limits, resolutions=limits.resolutions._replace(value=("720P",)))
    hosts = {**HOSTS, "atlas": replace(HOSTS["atlas"], limits=small)}
    found = plot(trace(BY_SHAPE, ACME), "output_video_seconds", NOW, title="t", hosts=hosts)
    assert [track.name for track in found.tracks] == ["720P", "720P, 9:16"]


def test_where_no_account_is_named_that_of_the_catalogue_alone_counts() -> None:
    """globex' card began earlier, in a region that acme does not have."""
    kept = card_toml(terms_of({"any": "0.1"}), id="kept", by_agreement="true", region="island")
    theirs = agreement_toml([], id="theirs", account="globex", card="kept", region="island", **{"from": "2025-01-01"})
    head = f'{HEAD}default_account = "acme"\ndefault_environment = "production"\n'
    files = {"catalogue.toml": head, "card.toml": card_toml(terms_of({"any": "0.2"}), region="mainland")}
    early = kept.replace("from = 2026-01-01", "from = 2025-01-01")
    both, alone = (parse_catalogue(files | more) for more in ({"kept.toml": early, "globex.toml": theirs}, {}))
    unnamed = Market(None, None, "atlas")
    assert [one.begin for one in trace(both, unnamed)] == [instant("2026-01-01")]
    regions = [[one.market.region for one in list_offers(found, None, None, NOW)] for found in (both, alone)]
    assert regions[0] == regions[1] == [None, "mainland", None, None]


def test_a_history_is_of_the_region_that_is_named() -> None:
    files = {
        f"{region}.toml": card_toml(terms_of({"720P": price}), id=region, region=region)
        for region, price in (("east", "0.1"), ("west", "0.2"))
    }
    found = parse_catalogue({"catalogue.toml": HEAD, **files})
    for region in ("east", "west"):
        (period,) = trace(found, ACME._replace(region=region))
        assert period.pricing is not None
        assert period.pricing.card.card.id == region
    with pytest.raises(UnknownNameError, match="name one of east, west"):
        trace(found, ACME)
