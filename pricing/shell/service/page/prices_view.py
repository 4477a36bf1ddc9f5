"""Prices as the catalogue view shows them: by account, environment and time, and one host's over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Final, NamedTuple

from pricing.catalogue import Catalogue, Market, Pricing
from pricing.histories import Offer, Row, UnplottableError, find_period, list_offers, list_rows, plot, trace
from pricing.keys import name_names
from pricing.meters import METERS, MeterId
from pricing.periods import Period
from pricing.plots import Words
from pricing.schemes import Tariff
from pricing.shell.plugins import use_plugins
from pricing.shell.price_documents import name_customer
from pricing.shell.service.page.desk import RefusedError, Viewer
from pricing.shell.service.page.forms import Form
from pricing.shell.service.page.plots import draw_plain
from pricing.shell.text import name_agreements
from pricing.wordings import describe_price

PLOTTED: Final[MeterId] = "output_video_seconds"
"""What a plot shows where no meter was chosen."""


class Chosen(NamedTuple):
    """Whose prices, when, and of which host and meter the history."""

    account: str | None
    environment: str | None
    at: datetime
    host: str
    region: str | None
    meter: MeterId


class Price(NamedTuple):
    """One price in words."""

    meter: str
    tier: str
    listed: str
    contracted: str
    source: str


class OfferView(NamedTuple):
    """The prices of one host and region, or why there are none."""

    host: str
    region: str
    currency: str
    terms: str
    prices: tuple[Price, ...]
    refusal: str


class PeriodView(NamedTuple):
    """One host's prices from a day until another."""

    begin: str
    end: str
    is_now: bool
    offer: OfferView


class PricesView(NamedTuple):
    """All that the view shows, and what may be chosen."""

    catalogue: str
    digest: str
    who: str
    accounts: tuple[str, ...]
    environments: tuple[str, ...]
    places: tuple[str, ...]
    chosen: Chosen
    at: str
    place: str
    offers: tuple[OfferView, ...]
    periods: tuple[PeriodView, ...]
    plot: str
    plot_refusal: str


def choose(form: Form, viewer: Viewer) -> Chosen:
    """What was chosen, within what one may look at. Raises RefusedError and UnusableInputError."""
    account = _allow("account", form.word("account"), viewer.accounts)
    environment = _allow("environment", form.word("environment"), viewer.environments)
    host, _, region = (form.word("place") or next(iter(use_plugins().hosts))).partition(" ")
    use_plugins().find_host(host)
    meter = next((meter for meter in METERS if meter == form.word("meter")), PLOTTED)
    return Chosen(account, environment, form.instant(), host, region or None, meter)


def _allow(what: str, word: str | None, allowed: tuple[str, ...]) -> str | None:
    """The word, where one may look at it; the first there is, where nothing was said."""
    if word is None:
        return next(iter(allowed), None)
    if word not in allowed:
        said = f"It may look at {', '.join(allowed)}" if allowed else "Without one there are the published prices alone"
        raise RefusedError(403, f"This key may not look at the {what} {word!r}. {said}.")
    return word


def show_prices(chosen: Chosen, viewer: Viewer) -> PricesView:
    """The prices at the chosen instant, and the chosen host's over time. Raises PricingError."""
    catalogue, hosts = viewer.catalogue, use_plugins().hosts
    offers = list_offers(catalogue, chosen.account, chosen.environment, chosen.at, hosts=hosts)
    market = _market(chosen, offers)
    periods = trace(catalogue, market)
    present = find_period(periods, chosen.at)
    drawn, refused = _plot(periods, chosen)
    return PricesView(
        catalogue.head.name,
        catalogue.digest[:19],
        " / ".join(filter(None, name_customer(offers))) or "anyone",
        viewer.accounts,
        viewer.environments,
        tuple(_place(offer.market) for offer in offers),
        chosen,
        _when(chosen.at),
        _place(market),
        tuple(_offer(offer, catalogue, chosen.at) for offer in offers),
        tuple(_period(period, catalogue, is_now=period is present) for period in reversed(periods)),
        drawn,
        refused,
    )


def _market(chosen: Chosen, offers: Sequence[Offer]) -> Market:
    """The market whose history is shown: the host's first region where none was named."""
    own = [offer.market for offer in offers if offer.market.host == chosen.host]
    return next((market for market in own if market.region == chosen.region), own[0])


def _place(market: Market) -> str:
    return " ".join(filter(None, (market.host, market.region)))


def _when(at: datetime) -> str:
    """A day where that says it, else the instant."""
    at = at.astimezone(UTC).replace(microsecond=0)
    return at.date().isoformat() if at.time() == time() else at.isoformat().replace("+00:00", "Z")


def _offer(offer: Offer, catalogue: Catalogue, at: datetime) -> OfferView:
    market, pricing = offer.market, offer.pricing
    if pricing is None:
        return OfferView(market.host, market.region or "", "", "", (), str(offer.refusal))
    terms = f"card {pricing.card.card.id}, {name_agreements(pricing)}"
    prices = tuple(_prices(pricing, catalogue, at))
    return OfferView(market.host, market.region or "", pricing.terms.currency, terms, prices, "")


def _prices(pricing: Pricing, catalogue: Catalogue, at: datetime) -> Iterator[Price]:
    currency = pricing.terms.currency
    for row in list_rows(pricing, at, use_plugins().hosts):
        listed, contracted = (row.rate.listed, row.rate.contracted) if row.rate else (None, None)
        what = row.key.meter.replace("_", " ").removesuffix(" seconds")
        told = (_tell(listed, currency), _tell(contracted, currency))
        yield Price(what, name_names(row.key), *told, _source(row, catalogue))


def _tell(tariff: Tariff | None, currency: str) -> str:
    return "none" if tariff is None else describe_price(tariff, currency)


def _source(row: Row, catalogue: Catalogue) -> str:
    place = catalogue.locate(row.entry) if row.entry else None
    return ", ".join(filter(None, (row.reason, place and str(place))))


def _period(period: Period, catalogue: Catalogue, *, is_now: bool) -> PeriodView:
    offer = _offer(Offer(period.market, period.pricing, period.refusal), catalogue, period.begin)
    return PeriodView(_when(period.begin), _when(period.end) if period.end else "", is_now, offer)


def _plot(periods: Sequence[Period], chosen: Chosen) -> tuple[str, str]:
    """The plot of the chosen meter, or why there is none."""
    title = f"{chosen.meter.replace('_', ' ')}, {chosen.host}"
    try:
        drawn = plot(periods, chosen.meter, chosen.at, title=title, hosts=use_plugins().hosts)
    except UnplottableError as error:
        return "", str(error)
    return draw_plain(drawn._replace(words=Words("as of", "price then"))), ""
