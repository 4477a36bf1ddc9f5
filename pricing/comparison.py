"""One request at every host, tier and length: what each costs, and what each would reject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.agreed import list_regions
from pricing.catalogue import Catalogue, Market, NoCardError
from pricing.charges import Charged
from pricing.errors import PricingError
from pricing.quotes import NOTHING_SAID, NoRateError, quote
from pricing.resolution import resolve
from wan_rules.conversion import Reworded, reword, write_out
from wan_rules.facts import Facts
from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import read
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import ENGLISH, Template, Translation, tell
from wan_rules.request import Resolution
from wan_rules.urls import shorten
from wan_rules.validation import InvalidRequestError, ValidRequest, validate

NO_TIER: Final = Template("compare.no-tier", "{host} has no {tier}")

RefusedBy: TypeAlias = Literal["host", "prices", "market"]
"""The host has no such tier or its rules refuse it; nothing prices it; or the market's names pick no terms."""


class Option(NamedTuple):
    """One way to run the request. `charged` is `None` where it is refused; `refusals` says why, `refused_by` by whom.

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
    refused_by: RefusedBy | None = None


class Axes(NamedTuple):
    """What is set side by side."""

    hosts: Sequence[Host]
    resolutions: Sequence[Resolution]
    durations_s: Sequence[int]


class Occasion(NamedTuple):
    """On which terms to compare, and how refusals are told; the market's host is replaced by each host in turn.

    What was `consumed_before` is of the market at the request's own host: nothing of it is known of another one.
    """

    catalogue: Catalogue
    market: Market
    at: datetime
    consumed_before: Mapping[str, Decimal] = NOTHING_SAID
    translation: Translation = ENGLISH


def compare(valid: ValidRequest, axes: Axes, occasion: Occasion) -> tuple[Option, ...]:
    """Every option, the priced ones first: by currency, total, least total; then what is refused."""
    facts = _facts_by_url(valid)
    options = [
        _price_option(valid, reworded, Option(host.name, resolution, seconds, None, None, (), ()), (facts, occasion))
        for host in axes.hosts
        for reworded in (reword(valid.request, valid.host, host, order="images-first"),)
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
    """What is known of each medium, by its URL alone: another host has it at another place.

    What is said otherwise of the next place of a URL is not known: which of them is meant elsewhere?
    """
    found: dict[str, MediaFacts] = {}
    for url, facts in _media_known(valid):
        if url is not None and facts is not None:
            found[url] = facts if found.get(url, facts) == facts else MediaFacts()
    return found


def _media_known(valid: ValidRequest) -> Iterator[tuple[str | None, MediaFacts | None]]:
    """Each reference, its voice, the first frame and the request's own voice, with its facts."""
    request = valid.request
    media = [(reference.url, reference.voice) for reference in request.references]
    for (url, voice), evidence in zip([*media, (request.first_frame, None)], valid.evidence, strict=False):
        yield url, evidence.medium
        yield voice, evidence.voice
    yield request.voice, valid.voice_facts


def _price_option(valid: ValidRequest, reworded: Reworded, option: Option, known: tuple[Facts, Occasion]) -> Option:
    host, (facts, occasion) = reworded.target, known
    if option.resolution not in host.limits.resolutions.value:
        refusal = tell(NO_TIER.fill(host=host.title, tier=option.resolution), occasion.translation)
        return option._replace(refusals=(refusal,), refused_by="host")
    request = reworded.request._replace(resolution=option.resolution, duration_s=option.duration_s)
    converted = write_out(reworded._replace(request=request))
    option = option._replace(lost=tuple(_describe(item.path, item.value, item.reason) for item in converted.lost))
    try:
        checked = validate(read(converted.payload, host, facts))
        market = _market_at(host, occasion)
        pricing = resolve(occasion.catalogue, market, occasion.at)
        consumed = occasion.consumed_before if host.name == valid.host.name else NOTHING_SAID
        quoted = quote(checked, pricing, occasion.at, consumed)
    except InvalidRequestError as error:
        return option._replace(refusals=tuple(_errors(error, occasion.translation)), refused_by="host")
    except PricingError as error:
        by: RefusedBy = "prices" if isinstance(error, NoRateError | NoCardError) else "market"
        return option._replace(refusals=(str(error),), refused_by=by)
    assumed = tuple(assumption.message for assumption in quoted.priced.assumptions)
    return option._replace(currency=quoted.currency, charged=quoted.priced.charged, assumptions=assumed)


def _market_at(host: Host, occasion: Occasion) -> Market:
    """The market at that host: a region is for the hosts that have any, and must be one of theirs."""
    catalogue, market = occasion.catalogue, occasion.market
    there = market._replace(host=host.name)
    return there if list_regions(catalogue, there) else there._replace(region=None)


def _describe(path: str, value: object, reason: str) -> str:
    return f"{path} {shorten(str(value))}: {reason}"


def _errors(error: InvalidRequestError, translation: Translation) -> Iterator[str]:
    for violation in error.report.violations:
        if violation.severity == "error":
            yield violation.finding.tell(translation)


def group_by_currency(options: Iterable[Option]) -> dict[str, list[Option]]:
    """The priced options of each currency, in order; amounts of two currencies are never compared."""
    groups: dict[str, list[Option]] = {}
    for option in options:
        if option.charged is not None:
            groups.setdefault(option.currency or "", []).append(option)
    return groups
