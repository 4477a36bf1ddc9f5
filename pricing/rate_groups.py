"""Groups of usage, and what a period means to them: alike for every end and whatever is said of clips, or not.

A tier is all that names a price; its variants are how jobs ended and what rows say of their clips.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from pricing.agreements import Agreement
from pricing.catalogue import Pricing
from pricing.conditions import Allowed
from pricing.keys import ANY, EntryKey
from pricing.meters import MeterId
from pricing.rates import Rate
from pricing.rating import Reason
from pricing.terms import Terms
from pricing.usage import Status
from wan_rules.request import AspectRatio, Resolution

ClipState: TypeAlias = Literal["none", "measured", "billed"]
"""What a row says of its clips: that there are none, how long they are, or how many of their seconds were billed."""
Variant: TypeAlias = tuple[Status, ClipState]
Names: TypeAlias = tuple[str | None, str | None, str, str | None, Resolution, AspectRatio | None]


class Group(NamedTuple):
    """Rows of usage that are alike in all that decides on a price but instants and lengths.

    In a row of the table `status` and `clips` are `None` where it stands for all of them.
    """

    account: str | None
    environment: str | None
    host: str
    region: str | None
    resolution: Resolution
    ratio: AspectRatio | None
    status: Status | None
    clips: ClipState | None


class Surveyed(NamedTuple):
    """A group that occurs, and between which instants (both inclusive)."""

    group: Group
    first: datetime
    last: datetime


class PricedLine(NamedTuple):
    """One line that each row has: its meter, what it counts as in its month, its price, and what a month includes."""

    meter: MeterId
    key: EntryKey
    rate: Rate
    allowance: Allowed | None


class Refusal(NamedTuple):
    """Why rows are not rated."""

    reason: Reason
    message: str


Content: TypeAlias = tuple[PricedLine, ...] | Refusal
"""The lines of one variant, none where it is free; or why it has none."""
Ends: TypeAlias = tuple[tuple[Status, Literal["free"] | Refusal], ...]
"""What jobs that ended so come to, where that is not what others do."""


class Tier(NamedTuple):
    """A group without its variants, those that occur, and between which instants (both inclusive)."""

    names: Names
    variants: tuple[Variant, ...]
    first: datetime
    last: datetime


class Settled(NamedTuple):
    """What each variant of a tier comes to from `begin` until `end` (exclusive); no pricing where all are refused."""

    begin: datetime
    end: datetime
    pricing: Pricing | None
    contents: Mapping[Variant, Content]

    @property
    def is_open(self) -> bool:
        """Whether the card leaves open whether clips are billed."""
        return self.pricing is not None and self.pricing.terms.billed == "unknown"


class United(NamedTuple):
    """What all variants come to: `lines`, of which that of clips counts for who has some, but for the `ends`."""

    lines: Content
    ends: Ends = ()


def find_tiers(surveyed: Iterable[Surveyed]) -> list[Tier]:
    """The tiers of the groups, in their order."""
    found: dict[Names, Tier] = {}
    for group, first, last in surveyed:
        *_, status, clips = group
        if status is None or clips is None:
            msg = f"{group} is no group that was surveyed"
            raise ValueError(msg)
        key: Names = group[:6]
        known = found.get(key, Tier(key, (), first, last))
        variants = (*known.variants, (status, clips))
        found[key] = Tier(key, variants, min(known.first, first), max(known.last, last))
    return list(found.values())


def forget_clips(lines: Iterable[PricedLine]) -> tuple[PricedLine, ...]:
    """The lines, which no longer say whether there are clips: where no running total asks, rows may be alike."""
    return tuple(line._replace(key=line.key._replace(clips=ANY)) for line in lines)


def merge(settled: Iterable[Settled]) -> list[Settled]:
    """Neighbours in time that say the same as one."""
    found: list[Settled] = []
    for one in settled:
        if found and _is_same(found[-1], one):
            found[-1] = found[-1]._replace(end=one.end)
        else:
            found.append(one)
    return found


def _is_same(one: Settled, other: Settled) -> bool:
    """Whether both say the same of each variant, from the same card and agreements."""
    return one.contents == other.contents and _find_rest(one.pricing) == _find_rest(other.pricing)


def _find_rest(pricing: Pricing | None) -> tuple[Terms, tuple[Agreement, ...]] | None:
    """What rows are charged by beside the lines' prices; nothing where they are refused."""
    return (pricing.terms._replace(rates={}, outcomes={}), pricing.agreements) if pricing else None


def unite(settled: Settled) -> United | None:
    """What one row of the table can say of all variants; `None` where they differ by more than that."""
    contents = settled.contents
    if len(set(contents.values())) == 1:
        return None if settled.is_open else United(next(iter(contents.values())))
    lines = _find_common(settled)
    if lines is None:
        return None
    ends: list[tuple[Status, Literal["free"] | Refusal]] = []
    for status in dict.fromkeys(status for status, _ in contents):
        end = _find_end(status, contents)
        if end is None:
            return None
        if end != "full":
            ends.append((status, end))
    return United(lines, tuple(ends))


def _find_common(settled: Settled) -> tuple[PricedLine, ...] | None:
    """The lines of rows with clips, those of rows without being the same but for that of clips."""
    priced = {
        (clips, content)
        for (_, clips), content in settled.contents.items()
        if content and not isinstance(content, Refusal)
    }
    having = {content for clips, content in priced if clips != "none"}
    lacking = {content for clips, content in priced if clips == "none"}
    if settled.is_open or len(having) > 1 or len(lacking) > 1 or not priced:
        return None
    lines = next(iter(having or lacking))
    without = tuple(line for line in lines if line.meter != "reference_video_seconds")
    if having and lacking and lacking != {without}:
        return None
    is_listed = {line.rate.listed is not None for line in lines}
    return lines if without == lines or len(is_listed) == 1 else None


def _find_end(status: Status, contents: Mapping[Variant, Content]) -> Literal["free", "full"] | Refusal | None:
    own = {content for (ended, _), content in contents.items() if ended == status}
    if own == {()}:
        return "free"
    if len(own) == 1 and isinstance(refusal := next(iter(own)), Refusal):
        return refusal
    return "full" if all(content and not isinstance(content, Refusal) for content in own) else None
