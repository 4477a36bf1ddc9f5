"""One request at every host, tier and length: what each costs, and what each would reject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing.cards import PricingError
from pricing.catalogue import Catalogue, Market, regions_of, resolve
from pricing.charges import Charged
from pricing.quotes import quote
from wan_rules.conversion import convert
from wan_rules.facts import Facts
from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import read
from wan_rules.request import Resolution
from wan_rules.urls import shorten
from wan_rules.validation import InvalidRequestError, ValidRequest, validate


class Option(NamedTuple):
    """One way to run the request. `charged` is `None` where the host or the prices refuse it; `refusals` says why.

    `lost` says what of the request that host can't carry, `assumptions` what its price rests on.
    """

    host: str
    resolution: Resolution
    duration_s: int
    currency: str | None
    charged: Charged | None
    refusals: tuple[str, ...]
    lost: tuple[str, ...]
    assumptions: tuple[str, ...] = ()


class Axes(NamedTuple):
    """What is set side by side."""

    hosts: Sequence[Host]
    resolutions: Sequence[Resolution]
    durations_s: Sequence[int]


class Occasion(NamedTuple):
    """On which terms to compare; the market's host is replaced by each host in turn."""

    catalogue: Catalogue
    market: Market
    at: datetime


def compare(valid: ValidRequest, axes: Axes, occasion: Occasion) -> tuple[Option, ...]:
    """Every option, the priced ones first: by currency, total, least total; then what is refused."""
    facts = _facts_by_url(valid)
    options = [
        _price_option(valid, host, Option(host.name, resolution, seconds, None, None, (), ()), (facts, occasion))
        for host in axes.hosts
        for resolution in axes.resolutions
        for seconds in axes.durations_s
    ]
    return tuple(sorted(options, key=_by_price))


def _by_price(option: Option) -> tuple[bool, str, bool, Decimal, Decimal, str]:
    charged = option.charged
    if charged is None:
        return (True, "", False, Decimal(0), Decimal(0), option.host)
    total = charged.total
    return (False, option.currency or "", total is None, total or Decimal(0), charged.total_min, option.host)


def _facts_by_url(valid: ValidRequest) -> Facts:
    references = valid.request.references
    found = {}
    for reference, evidence in zip(references, valid.evidence, strict=False):
        if evidence.medium:
            found[reference.url] = evidence.medium
        if evidence.voice and reference.voice:
            found[reference.voice] = evidence.voice
    return found


def _price_option(valid: ValidRequest, host: Host, option: Option, known: tuple[Facts, Occasion]) -> Option:
    facts, occasion = known
    if option.resolution not in host.limits.resolutions.value:
        return option._replace(refusals=(f"{host.title} has no {option.resolution}",))
    request = valid.request._replace(resolution=option.resolution, duration_s=option.duration_s)
    converted = convert(request, valid.host, host, order="images-first")
    lost = tuple(_describe(item.path, item.value, item.reason) for item in converted.lost)
    try:
        checked = validate(read(converted.payload, host, facts))
        market = _market_at(host, occasion)
        quoted = quote(checked, resolve(occasion.catalogue, market, occasion.at), occasion.at)
    except InvalidRequestError as error:
        return option._replace(lost=lost, refusals=tuple(_errors(error)))
    except PricingError as error:
        return option._replace(lost=lost, refusals=(str(error),))
    assumed = tuple(assumption.message for assumption in quoted.priced.assumptions)
    return option._replace(lost=lost, currency=quoted.currency, charged=quoted.priced.charged, assumptions=assumed)


def _market_at(host: Host, occasion: Occasion) -> Market:
    """The market at that host: a region is for the hosts that have any, and must be one of theirs."""
    catalogue, market, _ = occasion
    return market._replace(host=host.name, region=market.region if regions_of(catalogue, host.name) else None)


def _describe(path: str, value: object, reason: str) -> str:
    return f"{path} {shorten(str(value))}: {reason}"


def _errors(error: InvalidRequestError) -> Iterator[str]:
    for violation in error.report.violations:
        if violation.severity == "error":
            yield violation.finding.message


def group_by_currency(options: Iterable[Option]) -> dict[str, list[Option]]:
    """The priced options of each currency, in order; amounts of two currencies are never compared."""
    groups: dict[str, list[Option]] = {}
    for option in options:
        if option.charged is not None:
            groups.setdefault(option.currency or "", []).append(option)
    return groups
