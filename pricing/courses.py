"""The courses of usage from old terms to new, as a table: for each group and since when, its stages or who refuses it.

The law: the courses of a group lie end to end over all of its instants, and say of each row what a `Rater` does. Where
it makes no difference what rows say of their clips, one course stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeAlias

from pricing.backtests import Bucket, Rejected, Sides, name_bucket, reject
from pricing.bridges import Ends, Step, list_steps
from pricing.catalogue import Catalogue, Market, Pricing, UnknownNameError
from pricing.dependences import counts_by_clips
from pricing.errors import PricingError
from pricing.periods import BEGINNING
from pricing.rate_groups import (
    ClipState,
    Content,
    Group,
    PricedLine,
    Refusal,
    Settled,
    Surveyed,
    Tier,
    Variant,
    find_tiers,
    forget_clips,
    unite,
)
from pricing.rate_tables import END, cut_time, find_lines
from pricing.rating import check_offered, find_market
from pricing.resolution import find_changes, name_market, resolve
from pricing.terms import Terms
from wan_rules.hosts import Hosts


class Stage(NamedTuple):
    """The terms that the walk from old to new has reached, and the lines of a job of the group under them."""

    terms: Terms
    lines: tuple[PricedLine, ...]


class Walked(NamedTuple):
    """Rows that both sides price: where they belong, both terms, and the stages between.

    `stages` begin with the old terms and end with the new ones, one after each of `steps`; between two currencies there
    are no others. A step that changes nothing, or does not price the rows, repeats the stage before. `is_open` says
    that a card leaves open whether clips are billed: some of the rows may have one price all the same. Where the other
    side has no price at all there are no stages: only whether both sides refuse a row is open then.
    """

    bucket: Bucket
    ends: Ends
    steps: tuple[Step, ...]
    stages: tuple[Stage, ...]
    is_open: bool


class Course(NamedTuple):
    """What holds for a group from `begin` until `end` (exclusive). In `group`, clips are `None` where it is for all."""

    group: Group
    begin: datetime
    end: datetime
    said: Walked | Rejected


_Said: TypeAlias = Mapping[ClipState, Walked | Rejected]


class _Period(NamedTuple):
    """What each way to say clips comes to."""

    begin: datetime
    end: datetime
    said: _Said


def chart(sides: Sides, surveyed: Iterable[Surveyed], hosts: Hosts) -> list[Course]:
    """The courses of every group of jobs that succeeded, in the order of the groups and that of time."""
    charter = _Charter(sides, hosts)
    tiers = [(tier, _merge(charter.settle(tier))) for tier in find_tiers(surveyed)]
    united = [
        Course(Group(*tier.names, None, None), begin, end, one)
        for tier, periods in tiers
        for begin, end, said in periods
        if (one := _unite(said)) is not None
    ]
    if len(united) == sum(len(periods) for _, periods in tiers):
        return united
    return [
        Course(Group(*tier.names, None, clips), begin, end, one)
        for tier, periods in tiers
        for begin, end, said in periods
        for clips, one in said.items()
    ]


class _Charter:
    """Says of a tier what holds when. Steps between the same terms, and the changes of a market, are listed once."""

    def __init__(self, sides: Sides, hosts: Hosts) -> None:
        self._sides, self._hosts = sides, hosts
        self._counts_clips = any(counts_by_clips(side.catalogue) for side in sides)
        self._steps: dict[tuple[Pricing, Pricing], tuple[Step, ...]] = {}
        self._changes: dict[Market, list[datetime]] = {}

    def settle(self, tier: Tier) -> Iterator[_Period]:
        """What holds in each period that has an instant of the tier."""
        group = Group(*tier.names, "succeeded", None)
        try:
            check_offered(group.host, group.resolution, self._hosts)
        except UnknownNameError as error:
            rejected = Rejected("unknown_name", None, str(error))
            yield _Period(BEGINNING, END, {clips: rejected for _, clips in tier.variants})
            return
        market = Market(*group[:4])
        if market not in self._changes:
            moving = [side.catalogue for side in self._sides if side.at is None]
            self._changes[market] = sorted({at for catalogue in moving for at in _find_changes(catalogue, market)})
        for begin, end in cut_time(self._changes[market], (tier.first, tier.last)):
            yield _Period(begin, end, self._compare(tier, group, max(begin, tier.first)))

    def _compare(self, tier: Tier, group: Group, at: datetime) -> _Said:
        instants = [side.at or at for side in self._sides]
        catalogues = [side.catalogue for side in self._sides]
        old, new = (_resolve(one, group, own) for one, own in zip(catalogues, instants, strict=True))
        if isinstance(old, PricingError) or isinstance(new, PricingError):
            return dict.fromkeys((clips for _, clips in tier.variants), reject(old, new))
        ends = Ends(old, new, *instants)
        if (old, new) not in self._steps:
            self._steps[old, new] = list_steps(ends)
        steps = self._steps[old, new]
        said = {clips: _walk(group._replace(clips=clips), ends, steps) for _, clips in tier.variants}
        return said if self._counts_clips else {clips: _forget_clips(one) for clips, one in said.items()}


def _forget_clips(one: Walked | Rejected) -> Walked | Rejected:
    if isinstance(one, Rejected):
        return one
    return one._replace(stages=tuple(stage._replace(lines=forget_clips(stage.lines)) for stage in one.stages))


def _find_changes(catalogue: Catalogue, market: Market) -> list[datetime]:
    """When the terms may change; never where the names are not known."""
    try:
        return find_changes(catalogue, name_market(catalogue, find_market(catalogue, market)))
    except PricingError:
        return []


def _resolve(catalogue: Catalogue, group: Group, at: datetime) -> Pricing | PricingError:
    try:
        return resolve(catalogue, find_market(catalogue, group), at)
    except PricingError as error:
        return error


def _walk(group: Group, ends: Ends, steps: tuple[Step, ...]) -> Walked | Rejected:
    old, new = (_find(group, side, side.terms) for side in (ends.old, ends.new))
    is_open = any(isinstance(stage, Stage) and _is_open(group, stage) for stage in (old, new))
    market = name_bucket(Market(*group[:4]), ends.old.market)
    bucket = Bucket(market, group.resolution, ends.old.terms.currency, ends.new.terms.currency)
    if isinstance(old, Stage) and isinstance(new, Stage):
        return Walked(bucket, ends, steps, tuple(_list_stages(group, ends, steps, (old, new))), is_open)
    if is_open:
        return Walked(bucket, ends, steps, (), is_open)
    return reject(*(one if isinstance(one, PricingError) else None for one in (old, new)))


def _is_open(group: Group, stage: Stage) -> bool:
    return group.clips == "measured" and stage.terms.billed == "unknown"


def _list_stages(group: Group, ends: Ends, steps: tuple[Step, ...], reached: tuple[Stage, Stage]) -> Iterator[Stage]:
    """The stages from the first to the last of those that are `reached`."""
    stage, last = reached
    yield stage
    for step in steps:
        stage = _reach(group, ends.new, step) or stage
        yield stage
    if not steps:
        yield last


def _reach(group: Group, new: Pricing, step: Step) -> Stage | None:
    """The stage that a step leads to; `None` where it changes nothing, or does not price the group."""
    found = (_find(group, new, terms) for terms in step)
    return next((stage for stage in found if isinstance(stage, Stage)), None)


def _find(group: Group, pricing: Pricing, terms: Terms) -> Stage | PricingError:
    try:
        return Stage(terms, find_lines(group, replace(pricing, terms=terms)))
    except PricingError as error:
        return error


def _merge(periods: Iterable[_Period]) -> list[_Period]:
    """Neighbours in time that say the same as one."""
    found: list[_Period] = []
    for one in periods:
        if found and _sign_all(found[-1].said) == _sign_all(one.said):
            found[-1] = found[-1]._replace(end=one.end)
        else:
            found.append(one)
    return found


def _sign_all(said: _Said) -> list[object]:
    return [_sign(one) for one in said.values()]


def _sign(said: Walked | Rejected) -> object:
    """All that rows are charged by; of the terms' prices only those of their own lines."""
    if isinstance(said, Rejected) or not said.stages:
        return said
    stages = tuple((stage.terms._replace(rates={}, outcomes={}), stage.lines) for stage in said.stages)
    return said.bucket, said.ends.old.market, said.ends.new.market, said.is_open, stages


def _unite(said: _Said) -> Walked | Rejected | None:
    """What one course can say of all clips, whose line counts for rows that have some; `None` where none can."""
    first, *others = said.values()
    if all(_sign(one) == _sign(first) for one in others):
        return first
    walks = [one for one in said.values() if isinstance(one, Walked) and not one.is_open]
    if len(walks) < len(said):
        return None
    alike = zip(*(walked.stages for walked in walks), strict=True)
    stages = [_unite_stages(dict(zip(said, own, strict=True))) for own in alike]
    whole = tuple(stage for stage in stages if stage is not None)
    return walks[0]._replace(stages=whole) if len(whole) == len(stages) else None


def _unite_stages(stages: Mapping[ClipState, Stage]) -> Stage | None:
    """One stage for all, which are under the same terms."""
    terms = next(iter(stages.values())).terms
    if any(stage.terms is not terms for stage in stages.values()):
        return None
    contents: Mapping[Variant, Content] = {("succeeded", clips): stage.lines for clips, stage in stages.items()}
    united = unite(Settled(BEGINNING, END, None, contents))
    return None if united is None or isinstance(united.lines, Refusal) else Stage(terms, united.lines)
