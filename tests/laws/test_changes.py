"""Nothing differs from itself; there and back are mirrored; where no change is, both catalogues charge alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from hypothesis import example, given
from hypothesis import strategies as st

from pricing import Catalogue, Market, PricingError, parse_catalogue, resolve
from pricing.catalogue import Found
from pricing.changes import Change, compare_catalogues, group_changes
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.rates import Rate, list_keys
from pricing.terms import Terms as InForce
from pricing.terms import zone_in_force
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import ASKED_ON, DAYS, all_terms, catalogue_files, instant
from wan_rules.request import ASPECT_RATIOS

MARKETS = [Market(account, "production", "atlas") for account in ("acme", "globex")]
FLAT: Terms = {
    "super_resolution": "tier",
    "entries": [
        {"from": "2026-01-01", "meter": meter, "model": "per_unit", "price": "1"}
        for meter in ("output_video_seconds", "reference_video_seconds", "super_resolution_seconds")
    ],
    "reference_video": [{"from": "2026-01-01", "billed": "no", "priced_as": "output"}],
    "rounding": [],
    "unfinished": [],
    "agreement": [],
}
BY_MONTH = {"meter": "output_video_seconds", "model": "graduated", "by": "units", "bands": ":1"}
LATER: Terms = {**FLAT, "entries": [*FLAT["entries"], {"from": "2026-03-01", **BY_MONTH}]}
"""Prices by what was used in the month, which begin after the card; it names their zone at once."""
_TALL = {"from": "2026-01-01", "meter": "output_video_seconds", "model": "per_unit", "ratio": "9:16", "price": "1"}
TALL: Terms = {**FLAT, "entries": [*FLAT["entries"], _TALL]}
"""One ratio has a price of its own, which is that of all others."""


def made(terms: Terms) -> Catalogue:
    return parse_catalogue(catalogue_files(terms))


def charged_by(catalogue: Catalogue, market: Market, at: datetime) -> tuple[object, ...]:
    """Each thing that makes a charge, or why there is none; how clips are counted only where they may be billed.

    The zone that is named for months counts always: what is used now may lie in the month of a later price.
    """
    try:
        found = resolve(catalogue, market, at)
    except PricingError as error:
        return (type(error),)
    terms, zone = found.terms, zone_in_force(found.card, found.agreements)
    clips = None if terms.billed == "no" else (terms.billed, terms.priced_as, terms.clip_rule)
    prices = {key: rate.contracted for key, rate in _rates(terms)}
    adjusters = [adjuster._replace(source="") for adjuster in terms.adjusters]
    allowances = [allowed._replace(source="") for allowed in terms.allowances]
    more = adjusters, allowances, dict(terms.outcomes)
    return prices, terms.currency, terms.super_resolution, clips, terms.rounding, zone, more


def _rates(terms: InForce) -> Iterator[tuple[EntryKey, Rate]]:
    """What a request of any tier and ratio, with clips and without, is charged by, whatever the prices depend on."""
    for key in list_keys(ASPECT_RATIOS, (WITH_CLIPS, WITHOUT_CLIPS)):
        ratio, clips = key.ratio if terms.by_ratio else ANY, key.clips if terms.by_clips else ANY
        rate = terms.rates.get(key._replace(ratio=ratio, clips=clips))
        if rate is not None and key.clips != ANY:
            yield key, rate


def mirrored(changes: Sequence[Change]) -> list[tuple[object, ...]]:
    return [(c.market, c.begin, c.end, c.what, c.after, c.before) for c in changes]


@examples(60)
@given(all_terms())
def test_nothing_differs_from_itself(terms: Terms) -> None:
    assert compare_catalogues(made(terms), made(terms)) == ()


@examples(60)
@given(all_terms(), all_terms())
def test_there_and_back_are_mirrored(one: Terms, other: Terms) -> None:
    there, back = compare_catalogues(made(one), made(other)), compare_catalogues(made(other), made(one))
    assert mirrored(there) == [change[:6] for change in back]


@examples(60)
@given(all_terms(), all_terms(), st.sampled_from((*DAYS, *ASKED_ON)), st.sampled_from(MARKETS))
@example(FLAT, LATER, "2026-01-01", MARKETS[0])
@example(FLAT, TALL, "2026-01-01", MARKETS[0])
def test_both_charge_alike_exactly_where_no_change_is(one: Terms, other: Terms, day: str, market: Market) -> None:
    at, (old, new) = instant(day), (made(one), made(other))
    said = [
        change
        for change in compare_catalogues(old, new)
        if change.market == market and change.begin <= at and (change.end is None or at < change.end)
    ]
    by_name = [change for change in said if change.what.name not in {"card", "agreements"}]
    assert (charged_by(old, market, at) == charged_by(new, market, at)) is not bool(by_name)


@examples(60)
@given(all_terms(), all_terms())
def test_markets_looked_at_together_are_those_looked_at_alone(one: Terms, other: Terms) -> None:
    """Each market with nobody beside it: the only account and environment that its catalogues know."""
    together = compare_catalogues(made(one), made(other))
    alone = [change for market in MARKETS for change in compare_catalogues(only(one, market), only(other, market))]
    assert [change for change in together if change.market in MARKETS] == alone


def only(terms: Terms, market: Market) -> Catalogue:
    """The catalogue with the names of one market alone; agreements of others are still there, and reach nobody."""
    full = made(terms)
    names = {"accounts": (market.account,), "environments": (market.environment,)}
    return replace(full, head=full.head.model_copy(update=names), _found=Found({}, {}))


@examples(60)
@given(all_terms(), all_terms())
def test_groups_hold_every_change_once(one: Terms, other: Terms) -> None:
    changes = compare_catalogues(made(one), made(other))
    grouped = [
        change._replace(market=market)
        for group in group_changes(changes)
        for change in group.changes
        for market in group.markets
    ]
    assert sorted(map(repr, grouped)) == sorted(map(repr, changes))
