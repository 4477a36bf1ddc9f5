"""The catalogue as a table of dated rates: for each group of usage, which lines it has at which prices, and since when.

The law: the rows of a group lie end to end over all of its instants, so that each row of usage meets exactly one of
them: it is priced there, or refused with the reason. Where it makes no difference how jobs ended or what is said of
clips, one row stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from pricing.catalogue import Catalogue, Pricing
from pricing.dependences import counts_by_clips
from pricing.errors import PricingError
from pricing.jobs import Job, end_job, measure_job
from pricing.lines import MissingRateError, counted_as, find_allowance, find_rate
from pricing.metering import Work, itemise
from pricing.months import find_month
from pricing.periods import BEGINNING
from pricing.quotes import tell_no_rate
from pricing.rate_groups import (
    Content,
    Ends,
    Group,
    PricedLine,
    Refusal,
    Settled,
    Surveyed,
    Tier,
    United,
    find_tiers,
    forget_clips,
    merge,
    unite,
)
from pricing.rating import check_offered, find_market, find_reason, say_reason
from pricing.resolution import list_changes, resolve
from pricing.running import UTC_ZONE
from pricing.schemes import Span
from wan_rules.hosts import Hosts
from wan_rules.staging import RENDERED_AT, STAGES

END: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Beyond any instant of usage."""


class DatedRate(NamedTuple):
    """What holds for a group from `begin` until `end` (exclusive): lines under terms, or a refusal.

    A job that is free has no lines. Where one row stands for all clips, the line of these counts for rows that have
    some; where it stands for all ends, `ends` has those that are free, or refused, instead. Where terms of its market
    look at running totals, the row is within one month of the terms' zone, which began at `month`. `is_open` says that
    the card leaves open whether clips are billed: rows may have one price all the same, where a minimum or a rounding
    makes both ends alike.
    """

    group: Group
    begin: datetime
    end: datetime
    pricing: Pricing | None
    lines: tuple[PricedLine, ...]
    refusal: Refusal | None = None
    month: datetime | None = None
    is_open: bool = False
    ends: Ends = ()


def tabulate(catalogue: Catalogue, surveyed: Iterable[Surveyed], hosts: Hosts) -> Iterator[DatedRate]:
    """The dated rates of every group, in its order and that of time."""
    settled = ((tier, _settle(catalogue, tier, hosts)) for tier in find_tiers(surveyed))
    if not counts_by_clips(catalogue):
        settled = ((tier, map(_forget_clips, found)) for tier, found in settled)
    periods = [(tier, one, unite(one)) for tier, found in settled for one in merge(found)]
    is_united = all(united is not None for _, _, united in periods)
    counted = {one.pricing.market for _, one, _ in periods if one.pricing and one.pricing.terms.counters}
    for tier, one, united in periods:
        for rate in _write(tier, one, united if is_united else None):
            if one.pricing and one.pricing.market in counted:
                yield from split_by_month(rate, tier.first, tier.last)
            else:
                yield rate


def _forget_clips(one: Settled) -> Settled:
    contents = {v: c if isinstance(c, Refusal) else forget_clips(c) for v, c in one.contents.items()}
    return one._replace(contents=contents)


def _write(tier: Tier, one: Settled, common: United | None) -> Iterator[DatedRate]:
    """The rows of one period: the one that is common to all variants, or one for each."""
    if common is not None:
        refusal = common.lines if isinstance(common.lines, Refusal) else None
        lines = () if isinstance(common.lines, Refusal) else common.lines
        group = Group(*tier.names, None, None)
        pricing = None if refusal else one.pricing
        yield DatedRate(group, one.begin, one.end, pricing, lines, refusal, ends=common.ends)
        return
    for (status, clips), content in one.contents.items():
        group = Group(*tier.names, status, clips)
        if isinstance(content, Refusal):
            yield DatedRate(group, one.begin, one.end, None, (), content)
        else:
            is_open = bool(content) and clips == "measured" and one.is_open
            yield DatedRate(group, one.begin, one.end, one.pricing, content, is_open=is_open)


def _settle(catalogue: Catalogue, tier: Tier, hosts: Hosts) -> Iterator[Settled]:
    """What every variant of a tier comes to in each period that has any of its instants."""
    group = Group(*tier.names, None, None)
    try:
        check_offered(group.host, group.resolution, hosts)
        changes = list_changes(catalogue, find_market(catalogue, group))
    except PricingError as error:
        yield _refuse_all(tier, (BEGINNING, END), error)
        return
    for begin, end in cut_time(changes, (tier.first, tier.last)):
        try:
            pricing = resolve(catalogue, find_market(catalogue, group), max(begin, tier.first))
        except PricingError as error:
            yield _refuse_all(tier, (begin, end), error)
        else:
            contents = {variant: _list_lines(Group(*tier.names, *variant), pricing) for variant in tier.variants}
            yield Settled(begin, end, pricing, contents)


def _refuse_all(tier: Tier, span: tuple[datetime, datetime], error: PricingError) -> Settled:
    return Settled(*span, None, dict.fromkeys(tier.variants, _refuse(error)))


def _refuse(error: PricingError) -> Refusal:
    return Refusal(find_reason(error), say_reason(error))


def cut_time(changes: Sequence[datetime], between: tuple[datetime, datetime]) -> Iterator[tuple[datetime, datetime]]:
    """All of time, cut at the changes that lie between the two instants: the first piece and the last are open."""
    inner = [at for at in changes if between[0] < at <= between[1]]
    bounds = [BEGINNING, *inner, END]
    yield from pairwise(bounds)


def _list_lines(group: Group, pricing: Pricing) -> Content:
    """The lines of a job of this group, none where it is free; or why it has none."""
    try:
        return find_lines(group, pricing)
    except PricingError as error:
        return _refuse(error)


def find_lines(group: Group, pricing: Pricing) -> tuple[PricedLine, ...]:
    """The lines of a job of this group, none where it is free. Raises NoRateError or MissingOutcomeError."""
    terms = pricing.terms
    job = Job(_describe_work(group))
    if group.status is not None and group.status != "succeeded":
        job = end_job(job, group.status, terms)
    if job.is_free:
        return ()
    billable = measure_job(job, terms)
    try:
        return tuple(
            PricedLine(
                quantity.meter,
                key := counted_as(quantity, job.work),
                find_rate(quantity, billable, terms),
                find_allowance(terms.allowances, key),
            )
            for quantity in itemise(billable, terms)
        )
    except MissingRateError as error:
        raise tell_no_rate(pricing, error) from None


_SECOND: Final = Decimal(1)


def _describe_work(group: Group) -> Work:
    """One job of the group, of a second each."""
    tier = group.resolution
    clips = () if group.clips == "none" else (Span(_SECOND, _SECOND),)
    return Work(tier, RENDERED_AT[tier], _SECOND, STAGES[tier], clips, 1, group.ratio)


def split_by_month(rate: DatedRate, first: datetime, last: datetime) -> Iterator[DatedRate]:
    """The same row, cut where a month of the terms' zone ends; what lies before `first` and after `last` stays open."""
    zone = (rate.pricing.terms.zone if rate.pricing else None) or UTC_ZONE
    begin = rate.begin
    while begin < rate.end:
        month = find_month(max(begin, first), zone)
        end = rate.end if month.end > last else min(month.end, rate.end)
        yield rate._replace(begin=begin, end=end, month=month.begin)
        begin = end
