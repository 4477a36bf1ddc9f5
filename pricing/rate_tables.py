"""The catalogue as a table of dated rates: for each group of usage, which lines it has at which prices, and since when.

The law: the rows of a group lie end to end over all of its instants, so that each row of usage meets exactly one of
them: it is priced there, or refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.catalogue import Catalogue, Pricing
from pricing.conditions import Allowed
from pricing.errors import PricingError
from pricing.jobs import Job, end_job, measure_job
from pricing.keys import EntryKey
from pricing.lines import MissingRateError, find_allowance, find_rate, key_of
from pricing.metering import Work, itemise
from pricing.meters import MeterId
from pricing.months import find_month
from pricing.quotes import price
from pricing.rates import Rate
from pricing.rating import Reason, check_offered, find_market, find_reason
from pricing.resolution import find_changes, name_market, resolve
from pricing.running import UTC_ZONE
from pricing.schemes import Span
from pricing.usage import Status
from wan_rules.hosts import Hosts
from wan_rules.request import AspectRatio, Resolution
from wan_rules.staging import RENDERED_AT, StageName

BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
END: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Beyond any instant of usage."""
ClipState: TypeAlias = Literal["none", "measured", "billed"]
"""What a row says of its clips: that there are none, how long they are, or how many of their seconds were billed."""


class Group(NamedTuple):
    """Rows of usage that are alike in all that decides on a price but instants and lengths."""

    account: str | None
    environment: str | None
    host: str
    region: str | None
    resolution: Resolution
    ratio: AspectRatio | None
    status: Status
    clips: ClipState


class Surveyed(NamedTuple):
    """A group that occurs, and between which instants (both inclusive)."""

    group: Group
    first: datetime
    last: datetime


class PricedLine(NamedTuple):
    """One line that each row has: its meter, what it is priced and counted by, its price, and what a month includes."""

    meter: MeterId
    key: EntryKey
    rate: Rate
    allowance: Allowed | None


class Refusal(NamedTuple):
    """Why rows are not rated."""

    reason: Reason
    message: str


class DatedRate(NamedTuple):
    """What holds for a group from `begin` until `end` (exclusive): lines under terms, or a refusal.

    A job that is free has no lines. Where terms of its market look at running totals, the row is within one month of
    the terms' zone, which began at `month`. `is_open` says that the card leaves open whether clips are billed: rows may
    have one price all the same, where a minimum or a rounding makes both ends alike.
    """

    group: Group
    begin: datetime
    end: datetime
    pricing: Pricing | None
    lines: tuple[PricedLine, ...]
    refusal: Refusal | None = None
    month: datetime | None = None
    is_open: bool = False


def tabulate(catalogue: Catalogue, surveyed: Iterable[Surveyed], hosts: Hosts) -> Iterator[DatedRate]:
    """The dated rates of every group, in its order and that of time."""
    found = [(one, list(_merge(_tabulate(catalogue, one.group, one[1:], hosts)))) for one in surveyed]
    counted = {
        rate.pricing.market for _, rates in found for rate in rates if rate.pricing and rate.pricing.terms.counters
    }
    for (_, *between), rates in found:
        for rate in rates:
            if rate.pricing and rate.pricing.market in counted:
                yield from _split_by_month(rate, *between)
            else:
                yield rate


def _tabulate(
    catalogue: Catalogue, group: Group, between: tuple[datetime, datetime], hosts: Hosts
) -> Iterator[DatedRate]:
    try:
        check_offered(group.host, group.resolution, hosts)
        market = name_market(catalogue, find_market(catalogue, group))
        changes = find_changes(catalogue, market)
    except PricingError as error:
        yield _refuse(group, (BEGINNING, END), error)
        return
    for begin, end in _list_periods(changes, between):
        try:
            pricing = resolve(catalogue, find_market(catalogue, group), max(begin, between[0]))
            lines = _list_lines(group, pricing)
            is_open = bool(lines) and group.clips == "measured" and pricing.terms.billed == "unknown"
        except PricingError as error:
            yield _refuse(group, (begin, end), error)
        else:
            yield DatedRate(group, begin, end, pricing, lines, is_open=is_open)


def _refuse(group: Group, span: tuple[datetime, datetime], error: PricingError) -> DatedRate:
    return DatedRate(group, *span, None, (), Refusal(find_reason(error), str(error)))


def _list_periods(changes: list[datetime], between: tuple[datetime, datetime]) -> Iterator[tuple[datetime, datetime]]:
    """The periods that have an instant between the two; the first and the last are open."""
    inner = [at for at in changes if between[0] < at <= between[1]]
    bounds = [BEGINNING, *inner, END]
    yield from pairwise(bounds)


def _list_lines(group: Group, pricing: Pricing) -> tuple[PricedLine, ...]:
    """The lines of a job of this group. Raises NoRateError or MissingOutcomeError."""
    terms = pricing.terms
    job = Job(_describe_work(group), billed_clips=_SECOND if group.clips == "billed" else None)
    if group.status != "succeeded":
        job = end_job(job, group.status, terms)
    if job.is_free:
        return ()
    billable = measure_job(job, terms)
    try:
        return tuple(
            PricedLine(
                quantity.meter,
                key := key_of(quantity, billable),
                find_rate(quantity, billable, terms),
                find_allowance(terms.allowances, key),
            )
            for quantity in itemise(billable, terms)
        )
    except MissingRateError:
        price(pricing, job.work)  # says what would help
        raise


_SECOND: Final = Decimal(1)


def _describe_work(group: Group) -> Work:
    """One job of the group, of a second each."""
    rendered = RENDERED_AT[group.resolution]
    stages: tuple[StageName, ...] = ("render",) if rendered == group.resolution else ("render", "upscale")
    clips = () if group.clips == "none" else (Span(_SECOND, _SECOND),)
    return Work(group.resolution, rendered, _SECOND, stages, clips, 1, group.ratio)


def _merge(rates: Iterable[DatedRate]) -> Iterator[DatedRate]:
    """Neighbours in time that say the same as one, cut at the ends of months where running totals count."""
    held: DatedRate | None = None
    for rate in rates:
        if held is not None and _is_same(held, rate):
            held = held._replace(end=rate.end)
            continue
        if held is not None:
            yield held
        held = rate
    if held is not None:
        yield held


def _is_same(one: DatedRate, other: DatedRate) -> bool:
    if one.pricing is None or other.pricing is None:
        return one.pricing is other.pricing and one.refusal == other.refusal
    return one.pricing.terms == other.pricing.terms and one.pricing.agreements == other.pricing.agreements


def _split_by_month(rate: DatedRate, first: datetime, last: datetime) -> Iterator[DatedRate]:
    """The same row, cut where a month of the terms' zone ends; what lies before `first` and after `last` stays open."""
    zone = (rate.pricing.terms.zone if rate.pricing else None) or UTC_ZONE
    begin = rate.begin
    while begin < rate.end:
        month = find_month(max(begin, first), zone)
        end = rate.end if month.end > last else min(month.end, rate.end)
        yield rate._replace(begin=begin, end=end, month=month.begin)
        begin = end
