"""What `wan-rules cards history` and `cards at` do: one market over time, one account at an instant, and the plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final, NamedTuple

from pricing.catalogue import Catalogue, Market, Pricing
from pricing.histories import Offer, Row, find_period, list_offers, list_rows, plot, trace
from pricing.keys import name_key, name_names
from pricing.meters import METERS, MeterId
from pricing.periods import Period
from pricing.plots import draw
from pricing.resolution import resolve
from pricing.shell import codes
from pricing.shell.asked_values import Meter, OnTerms
from pricing.shell.drafts import write_whole
from pricing.shell.grids import Column, grid_lines
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.plugins import use_plugins
from pricing.shell.price_documents import history_document, name_customer, name_market, offers_document
from pricing.shell.printing import answer, print_json, print_lines
from pricing.shell.resolving import TERMS, rule_lines
from pricing.shell.targets import spare_catalogues
from pricing.shell.text import hang, plain, price_words
from pricing.wordings import describe_price
from wan_rules.payloads import UnusableInputError

PLOTTED: Final[MeterId] = "output_video_seconds"
"""What a plot shows where no meter is named."""


class PlotAsked(NamedTuple):
    """Where to draw a plot, if anywhere, and of what."""

    file: Path | None
    meter: Meter | None


def show_history(host: str, terms: OnTerms, form: str, asked: PlotAsked) -> int:
    """`wan-rules cards history`."""

    def job() -> int:
        now = read_instant(terms.at)
        spare_catalogues((terms.catalogue.name,), {"--plot": asked.file})
        catalogue = open_catalogue(terms.catalogue)
        market = Market(terms.account, terms.environment, use_plugins().find_host(host).name, terms.region)
        periods = trace(catalogue, market)
        if not periods:
            resolve(catalogue, market, now)  # says why there is nothing
        _draw(periods, now, asked)
        if form == "json":
            print_json(history_document(catalogue, periods, now))
        else:
            print_lines(_history(catalogue, periods, now))
        return codes.DONE

    return answer(job, form)


def _draw(periods: Sequence[Period], now: datetime, asked: PlotAsked) -> None:
    """Writes the plot, where one was asked for. Raises UnusableInputError where the file can't be written."""
    if asked.file is None:
        if asked.meter is not None:
            raise UnusableInputError("--meter", "it says what a plot shows: name its file with --plot")
        return
    meter = next((meter for meter in METERS if meter == asked.meter), PLOTTED)
    title = f"{meter}: {_name(name_market(periods))}"
    picture = draw(plot(periods, meter, now, title=title, hosts=use_plugins().hosts))
    write_whole(asked.file, lambda file: file.write(picture.encode()), what="--plot")


def _name(market: Market) -> str:
    return " / ".join(filter(None, market))


def _when(at: datetime) -> str:
    """A day where that says it, else the instant."""
    at = at.astimezone(UTC)
    return at.date().isoformat() if at.time() == time() else at.isoformat().replace("+00:00", "Z")


def _history(catalogue: Catalogue, periods: Sequence[Period], now: datetime) -> Iterator[str]:
    yield plain(f"{_name(name_market(periods))}: {catalogue.head.name}")
    present = find_period(periods, now)
    if present is None:
        yield f"now, {_when(now.replace(microsecond=0))}, is before the first day"
    for period in periods:
        until = "on" if period.end is None else f"until {_when(period.end)}"
        mark = f", now ({_when(now.replace(microsecond=0))})" if period is present else ""
        yield ""
        yield f"from {_when(period.begin)} {until}{mark}"
        if period.pricing is None:
            yield from hang("  none: ", (str(period.refusal),))
        else:
            yield from _terms(catalogue, period.pricing, period.begin)


def _terms(catalogue: Catalogue, pricing: Pricing, begin: datetime) -> Iterator[str]:
    card, names = pricing.card.card.id, [agreement.agreement.id for agreement in pricing.agreements]
    agreed = ", ".join(f"{name} ({catalogue.locate(name)})" for name in names) or "none"
    yield plain(f"  card {card} ({catalogue.locate(card)}), agreement {agreed}, {pricing.terms.currency}")
    rows = list(list_rows(pricing, begin, use_plugins().hosts))
    yield from grid_lines(
        TERMS,
        [tuple(map(plain, (name_key(row.key), _price(row, pricing), _source(row, catalogue)))) for row in rows],
        "  ",
    )
    yield from rule_lines(pricing, begin)


def _price(row: Row, pricing: Pricing) -> str:
    return price_words(row.rate, pricing.terms.currency) if row.rate else f"none: {row.reason}"


def _source(row: Row, catalogue: Catalogue) -> str:
    """The entry and where it stands."""
    return f"{row.entry} ({catalogue.locate(row.entry)})" if row.entry else ""


def show_prices(terms: OnTerms, form: str) -> int:
    """`wan-rules cards at`: 4 where nothing at all is offered."""

    def job() -> int:
        at = read_instant(terms.at, what="INSTANT")
        catalogue = open_catalogue(terms.catalogue)
        offers = list_offers(catalogue, terms.account, terms.environment, at, hosts=use_plugins().hosts)
        if form == "json":
            print_json(offers_document(catalogue, offers, at))
        else:
            _print_offers(catalogue, offers, at)
        return codes.DONE if any(offer.pricing for offer in offers) else codes.NO_RATE

    return answer(job, form)


def _print_offers(catalogue: Catalogue, offers: Sequence[Offer], at: datetime) -> None:
    who = " / ".join(filter(None, name_customer(offers))) or "anyone"
    print_lines([plain(f"{who} at {_when(at)}: {catalogue.head.name}")])
    rows = [
        tuple(map(plain, (offer.market.host, offer.market.region or "", *_cells(row, offer, catalogue))))
        for offer in offers
        for row in (list_rows(offer.pricing, at, use_plugins().hosts) if offer.pricing else ())
    ]
    print_lines(grid_lines(_OFFERS, rows))
    refused = [line for offer in offers if offer.refusal for line in _refused(offer)]
    if refused:
        print_lines(["No terms:", *refused])


_OFFERS: Final = (
    *(Column("host"), Column("region"), Column("meter", folds=True), Column("tier")),
    *(Column("list", right=True), Column("contracted", right=True), Column("currency"), Column("entry", folds=True)),
)


def _cells(row: Row, offer: Offer, catalogue: Catalogue) -> Iterator[str]:
    currency = offer.pricing.terms.currency if offer.pricing else ""
    yield row.key.meter.replace("_", " ").removesuffix(" seconds")
    yield name_names(row.key)
    for price in (row.rate.listed, row.rate.contracted) if row.rate else (None, None):
        yield "none" if price is None else describe_price(price, currency)
    yield currency
    place = row.entry and str(catalogue.locate(row.entry))
    yield ", ".join(filter(None, (row.reason, place)))


def _refused(offer: Offer) -> Iterator[str]:
    where = " ".join(filter(None, (offer.market.host, offer.market.region)))
    yield from hang(f"  {where}: ", (str(offer.refusal),))
