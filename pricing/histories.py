"""What was, is and will be in force in one market; what an account pays everywhere at one instant; a price as a plot.

Every row names a price of a tier that the host has, or says why there is none. `resolve` alone picks the terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pricing.agreed import list_regions
from pricing.cards import RateCard
from pricing.catalogue import Catalogue, Market, Pricing, UnknownNameError
from pricing.contracts import find_fitting
from pricing.entries import entry_id, entry_key, names_price
from pricing.errors import PricingError
from pricing.fields import spell_instant
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey, name_names
from pricing.metering import list_delivered
from pricing.meters import METERS, MeterId
from pricing.periods import Period, list_periods
from pricing.plots import Plot, Stair, Track
from pricing.rates import Rate, list_keys
from pricing.resolution import name_market, resolve
from pricing.terms import entries_in_force
from wan_rules.hosts import HOSTS, Hosts
from wan_rules.request import ASPECT_RATIOS, Resolution


class UnplottableError(PricingError):
    """No price of the meter was ever in force, or its prices are in more than one currency."""


class Row(NamedTuple):
    """One price of the terms: `rate`, or the `reason` why there is none, with the `entry` that says so, if one does."""

    key: EntryKey
    rate: Rate | None
    reason: str | None
    entry: str | None


class Offer(NamedTuple):
    """What one market's terms are at one instant, or why there are none."""

    market: Market
    pricing: Pricing | None
    refusal: PricingError | None


def trace(catalogue: Catalogue, market: Market) -> tuple[Period, ...]:
    """The market's periods in order, neighbours with the same terms as one.

    Raises UnknownNameError for a name that the catalogue does not know.
    """
    found: list[Period] = []
    named = name_market(catalogue, market)._replace(region=market.region)
    for period in list_periods(catalogue, named):
        if found and _are_alike(found[-1], period):
            found[-1] = found[-1]._replace(end=period.end)
        else:
            found.append(period)
    return tuple(found)


def _are_alike(one: Period, other: Period) -> bool:
    """Whether nothing but the dates tells two periods apart."""
    if one.pricing is None or other.pricing is None:
        return _say_refusal(one) == _say_refusal(other)
    same_card = one.pricing.card is other.pricing.card
    return same_card and one.pricing.agreements == other.pricing.agreements and one.pricing.terms == other.pricing.terms


def _say_refusal(period: Period) -> str | None:
    """Why there are no terms, without the instant that was asked about."""
    return None if period.refusal is None else str(period.refusal).replace(period.begin.isoformat(), "")


def find_period(periods: Sequence[Period], at: datetime) -> Period | None:
    """The period that `at` lies in; `None` before the first."""
    return next((one for one in periods if one.begin <= at and (one.end is None or at < one.end)), None)


def list_offers(  # noqa: PLR0913 - the parts of a market
    catalogue: Catalogue, account: str | None, environment: str | None, at: datetime, *, hosts: Hosts = HOSTS
) -> tuple[Offer, ...]:
    """What the account is offered at `at` (aware), in the order of hosts and regions; hosts without terms say why.

    Raises UnknownNameError for a name that the catalogue does not know, and for an instant without zone.
    """
    return tuple(
        _offer(catalogue, Market(account, environment, host, region), at)
        for host in hosts
        for region in list_regions(catalogue, Market(account, environment, host, None)) or (None,)
    )


def _offer(catalogue: Catalogue, market: Market, at: datetime) -> Offer:
    try:
        return Offer(market, resolve(catalogue, market, at), None)
    except UnknownNameError:
        raise
    except PricingError as error:
        return Offer(market, None, error)


def list_rows(pricing: Pricing, at: datetime, hosts: Hosts = HOSTS) -> Iterator[Row]:
    """A row for each price of the tiers that the host has, by meter and tier, and for each that one would look for.

    What a ratio or clips cost has a row of its own where another entry prices it.
    """
    tiers, rates = hosts[pricing.market.host].limits.resolutions.value, pricing.terms.rates
    expected = _expected(pricing.card, tiers, at)
    for key in list_keys(ASPECT_RATIOS, (WITH_CLIPS, WITHOUT_CLIPS)):
        rate = rates.get(key)
        if rate is not None and key.resolution in tiers:
            if all(rate != rates.get(wider) for wider in key.widen()):
                yield Row(key, rate, None, rate.entry)
        elif rate is None and key in expected and not _has_either(rates, key):
            yield _absence(pricing.card, key, at)


def _has_either(rates: Mapping[EntryKey, Rate], key: EntryKey) -> bool:
    """Whether requests with clips and requests without have prices of their own: then nobody asks for a common one."""
    return all(key._replace(clips=named) in rates for named in (WITH_CLIPS, WITHOUT_CLIPS))


def _expected(card: RateCard, tiers: Sequence[Resolution], at: datetime) -> set[EntryKey]:
    """The prices that one looks for: what a delivered tier takes, and whatever the card speaks of at any time.

    Of ratios and clips those that the card leaves without a price: a wider one would seem to be theirs.
    """
    found = {list_delivered(tier, card.card.super_resolution)[-1] for tier in tiers}
    for entry in card.entry:
        key = entry_key(entry)
        if key.ratio == key.clips == ANY:
            found.update(EntryKey(key.meter, tier) for tier in tiers if key.resolution in (tier, ANY))
    for key, entry in entries_in_force(card, at).items():
        if not names_price(entry):
            found.update(key._replace(resolution=tier) for tier in tiers if key.resolution in (tier, ANY))
    return found


def _absence(card: RateCard, key: EntryKey, at: datetime) -> Row:
    ended = find_fitting(entries_in_force(card, at), key)
    if ended is not None:
        return Row(key, None, f"without a price from {spell_instant(ended.from_)} on", entry_id(card.card.id, ended))
    later = [entry for _, entry in card.live if entry.from_ > at and entry_key(entry).covers(key)]
    if later:
        first = min(later, key=lambda entry: (not names_price(entry), entry.from_))
        day = spell_instant(first.from_)
        said = f"nothing before {day}" if names_price(first) else f"no price, which is said from {day} on"
        return Row(key, None, said, entry_id(card.card.id, first))
    return Row(key, None, f"{card.card.id} has no entry for it", None)


class _Spell(NamedTuple):
    """One rate of the plotted meter, from when until when, and in what currency."""

    begin: datetime
    end: datetime | None
    currency: str
    what: str
    rate: Rate


def plot(  # noqa: PLR0913 - a title and hosts
    periods: Sequence[Period], meter: MeterId, now: datetime, *, title: str, hosts: Hosts = HOSTS
) -> Plot:
    """The unit prices of one meter over time, a track for each tier (and ratio). Raises UnplottableError."""
    spells = [spell for period in periods for spell in _spells(period, meter, hosts)]
    currencies, priced = sorted({spell.currency for spell in spells}), {spell.what for spell in spells}
    if len(currencies) != 1:
        what = f"is priced in {' and '.join(currencies)}" if currencies else "never had a price here"
        msg = f"{meter} {what}: a plot shows one meter in one currency"
        raise UnplottableError(msg)
    tiers = [
        name
        for key in list_keys(ASPECT_RATIOS, (WITH_CLIPS, WITHOUT_CLIPS))
        if key.meter == meter and (name := name_names(key)) in priced
    ]
    tracks = tuple(_track(tier, [spell for spell in spells if spell.what == tier]) for tier in tiers)
    return Plot(title, currencies[0], METERS[meter].unit, tracks, now)


def _spells(period: Period, meter: MeterId, hosts: Hosts) -> Iterator[_Spell]:
    if period.pricing is not None:
        currency = period.pricing.terms.currency
        for row in list_rows(period.pricing, period.begin, hosts):
            if row.key.meter == meter and row.rate is not None:
                yield _Spell(period.begin, period.end, currency, name_names(row.key), row.rate)


def _track(tier: str, spells: Sequence[_Spell]) -> Track:
    contracted = tuple(Stair(one.begin, one.end, one.rate.contracted_unit_price) for one in spells)
    listed = tuple(
        Stair(one.begin, one.end, price)
        for one in spells
        if (price := one.rate.list_unit_price) is not None and price != one.rate.contracted_unit_price
    )
    return Track(tier, contracted, listed)
