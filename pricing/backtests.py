"""A backtest: past usage rated under two catalogues, row by row. Every row is either rated or rejected with a reason.

What can't be rated on both sides comes to no amount at all: it is never left out unsaid, and never counts as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.bridges import Bridge, Ends, Step, list_steps, walk
from pricing.catalogue import Catalogue, Market, Pricing, UnknownNameError
from pricing.errors import PricingError
from pricing.jobs import Job
from pricing.rating import Reason, check_offered, find_pricing, find_reason, rate
from pricing.usage import Status, UsageRow, describe_work, list_consumed
from wan_rules.hosts import HOSTS, Hosts
from wan_rules.request import Resolution

RATINGS_KEPT: Final = 16_384
"""Ratings that a rater remembers: rows of one market that did the same work under the same terms cost the same."""

SideName: TypeAlias = Literal["old", "new", "both"]

_DID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "failed": "failed",
        "failed_upscaling": "failed in its upscaling",
        "canceled": "was canceled",
        "moderated": "was refused by moderation",
    }
)


class Side(NamedTuple):
    """One of two catalogues, and as of when it prices every row: `None` is each row's own submission."""

    catalogue: Catalogue
    at: datetime | None = None


Sides: TypeAlias = tuple[Side, Side]
"""The old one and the new one."""


class Bucket(NamedTuple):
    """Whose rows are summed together; amounts in two currencies never are."""

    market: Market
    resolution: Resolution
    currency: str
    new_currency: str


class Rated(NamedTuple):
    """A row that both sides price: where it belongs, and what it comes to."""

    bucket: Bucket
    bridge: Bridge


class Rejected(NamedTuple):
    """A row that is not rated, and why; `side` is `None` where that is no catalogue's doing."""

    reason: Reason
    side: SideName | None
    message: str


Outcome: TypeAlias = Rated | Rejected


class _Pair(NamedTuple):
    """The terms of one row on both sides; equal only to itself."""

    old: Pricing
    new: Pricing


class Rater:
    """Rates rows on two sides. It remembers what it rated last, and the steps between each two terms that it met."""

    def __init__(self, old: Side, new: Side, hosts: Hosts = HOSTS) -> None:
        """Nothing is looked up before the first row."""
        self._sides = (old, new)
        self._hosts = hosts
        self._steps: dict[_Pair, tuple[Step, ...]] = {}
        self._known: dict[tuple[Market, Job, _Pair], Outcome] = {}

    def rate(self, row: UsageRow) -> Outcome:
        """What the row comes to on both sides, or why it does not."""
        if row.status != "succeeded":
            return reject_unfinished(row.status)
        try:
            check_offered(row.host, row.resolution, self._hosts)
        except UnknownNameError as error:
            return Rejected("unknown_name", None, str(error))
        old, new = (_resolve(row, side) for side in self._sides)
        if isinstance(old, PricingError) or isinstance(new, PricingError):
            return reject(old, new)
        return self._recall(row, _Pair(old, new))

    def _recall(self, row: UsageRow, pair: _Pair) -> Outcome:
        market = Market(row.account, row.environment, row.host, row.region)
        key = (market, Job(describe_work(row), list_consumed(row), row.billed_clips_s), pair)
        outcome = self._known.get(key)
        if outcome is None:
            if len(self._known) >= RATINGS_KEPT:
                self._known.clear()
            outcome = self._known[key] = self._compare(row, key)
        return outcome

    def _compare(self, row: UsageRow, key: tuple[Market, Job, _Pair]) -> Outcome:
        market, job, pair = key
        old, new = (find_refusal(pricing, job) for pricing in pair)
        if old is not None or new is not None:
            return reject(old, new)
        terms = [pricing.terms for pricing in pair]
        steps = self._find_steps(pair, row.at)
        bucket = Bucket(name_bucket(market, pair.old.market), row.resolution, terms[0].currency, terms[1].currency)
        return Rated(bucket, walk(job, (terms[0], terms[1]), steps))

    def _find_steps(self, pair: _Pair, at: datetime) -> tuple[Step, ...]:
        if pair not in self._steps:
            old, new = self._sides
            self._steps[pair] = list_steps(Ends(*pair, old.at or at, new.at or at))
        return self._steps[pair]


def _resolve(row: UsageRow, side: Side) -> Pricing | PricingError:
    try:
        return find_pricing(side.catalogue, row, side.at)
    except PricingError as error:
        return error


def find_refusal(pricing: Pricing, job: Job) -> PricingError | None:
    """Why the terms give the work no exact price; `None` where they give one."""
    try:
        rate(job, pricing)
    except PricingError as error:
        return error
    return None


def restate(said: Rejected, row: UsageRow, sides: Sides) -> Rejected:
    """A rejection of rows like this one in the words for this one: they may tell its own instant."""
    if said.side is None:
        return said
    old, new = (_resolve(row, side) for side in sides)
    is_known = isinstance(old, Pricing) and isinstance(new, Pricing)
    return said if is_known else reject(*(one if isinstance(one, PricingError) else None for one in (old, new)))


def reject_unfinished(status: Status) -> Rejected:
    """The rejection of a job that did not succeed."""
    return Rejected("not_done", None, f"the job {_DID[status]}: cards price what was delivered")


def reject(old: Pricing | PricingError | None, new: Pricing | PricingError | None) -> Rejected:
    """The rejection by whichever side refuses, in the words of the first."""
    errors = [error for error in (old, new) if isinstance(error, PricingError)]
    side: SideName = "both" if len(errors) > 1 else "old" if errors[0] is old else "new"
    messages = dict.fromkeys(map(str, errors))
    return Rejected(find_reason(errors[0]), side, " / ".join(messages))


def name_bucket(said: Market, resolved: Market) -> Market:
    """The market in the row's own words, with the names that the old catalogue takes where the row says none."""
    account, environment, host, region = (
        own if own is not None else taken for own, taken in zip(said, resolved, strict=True)
    )
    return Market(account, environment, host or said.host, region)
