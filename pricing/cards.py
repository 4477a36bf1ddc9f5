"""A rate card: named, dated prices of one host in one currency, read from TOML into strict, frozen parts.

A price changes by a new `[[entry]]` with a later `from`; each is in force until the next of its meter and tier. What
is not on the card has no price: nothing falls back to zero or to another tier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from pricing.clips import ClipRule, Counted, Place, Step
from pricing.digests import digest_part
from pricing.entries import AnyEntry, Entry, entry_id
from pricing.extensions import Models
from pricing.fields import (
    Amount,
    Confidence,
    Currency,
    Dated,
    Name,
    Part,
    Positive,
    Quantum,
    Text,
    UnitOfAccount,
    Zone,
)
from pricing.money import Rounding, RoundingMode, RoundingPlace

NO_MODELS: Final[Models] = MappingProxyType({})
"""No charge models but the card's own: no plugin was looked for."""
Billed: TypeAlias = Literal["yes", "no", "unknown"]
"""Whether reference clips are billed; `unknown` where the host does not say."""
PricedAs: TypeAlias = Literal["output", "render", "own"]
"""What a second of a clip costs: as one delivered, as one rendered, or at a price of its own."""


class ReferenceVideoRule(Dated):
    """How reference clips are billed from a date on: whether, at which tier's price, and the caps, cuts and rounding.

    `billed = "unknown"` prices a request from not billed to billed by these very terms. `priced_as` takes the price of
    the delivered tier (`output`), of the rendered one (`render`), or of the meter's own entries (`own`).
    """

    billed: Billed
    priced_as: PricedAs = "output"
    cap_per_clip_s: Amount | None = None
    cap_total_s: Amount | None = None
    cuts_s: tuple[Amount, ...] = ()
    cuts_by: Counted = "videos"
    minimum_s: Amount | None = None
    round_to_s: Amount | None = None
    round_mode: RoundingMode = "up"
    round_place: Place = "total"
    assumed: Text | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _sound(self) -> ReferenceVideoRule:
        if self.round_to_s == 0:
            msg = "round_to_s: a step of zero rounds to nothing"
            raise ValueError(msg)
        if list(self.cuts_s) != sorted(self.cuts_s, reverse=True):
            msg = "cuts_s: more clips are cut shorter, not longer"
            raise ValueError(msg)
        return self

    def to_clip_rule(self) -> ClipRule:
        """The terms as the formulas take them."""
        rounding = Step(self.round_to_s, self.round_mode, self.round_place) if self.round_to_s is not None else None
        return ClipRule(self.cap_per_clip_s, self.cap_total_s, self.cuts_s, self.cuts_by, self.minimum_s, rounding)


def _one_or_more(rules: tuple[ReferenceVideoRule, ...]) -> tuple[ReferenceVideoRule, ...]:
    """As they are; a least length would be told beside each rule that is faulty, which is then not counted."""
    if not rules:
        msg = "a card says how reference clips are billed: put one rule or more into it"
        raise ValueError(msg)
    return rules


ReferenceVideoRules: TypeAlias = Annotated[
    tuple[ReferenceVideoRule, ...], AfterValidator(_one_or_more), Field(json_schema_extra={"minItems": 1})
]


class RoundingRule(Dated):
    """How amounts are rounded from a date on; a card without one leaves every amount exact."""

    quantum: Quantum
    mode: RoundingMode
    place: RoundingPlace

    def to_rounding(self) -> Rounding:
        """The terms as `money` takes them."""
        return Rounding(self.quantum, self.mode, self.place)


SrPriced: TypeAlias = Literal["tier", "stages"]
"""How a super-resolution tier is priced: at a price of its own, or as the stages that it runs."""
Owed: TypeAlias = Literal["free", "full", "rendered"]
"""What a job that did not succeed costs: nothing, all of it, or the render alone, as a job for the rendered tier."""
Outcome: TypeAlias = Literal["failed", "failed_upscaling", "canceled", "moderated"]
"""How a job can end that did not succeed; `failed_upscaling` is one whose render was done."""


class UnfinishedRule(Dated):
    """What jobs that did not succeed cost, from a date on; an outcome that is left out is not known."""

    failed: Owed | None = None
    failed_upscaling: Owed | None = None
    canceled: Owed | None = None
    moderated: Owed | None = None
    source: Text | None = None
    note: Text | None = None


class CreditRule(Dated):
    """What one credit of the card is worth in money, from a date on."""

    value: Positive
    currency: Currency
    source: Text | None = None


class CardHead(Part):
    """What a card is: its name, host, currency and source, and when a person last checked it there.

    `currency` is one of ISO 4217, or the name of a credit that `[[credit]]` says the worth of.
    `super_resolution` says whether a super-resolution tier has a price of its own (`tier`), or is priced as its stages
    (`stages`: the render at its tier, and `super_resolution_seconds`). Without `region` or
    `environments` it holds for any. `zone` is the time zone whose calendar months bands are counted in.
    `by_agreement = true` keeps the card to the agreements that name it.
    """

    id: Name
    title: Text
    host: Name
    currency: UnitOfAccount
    region: Name | None = None
    environments: tuple[Name, ...] = ()
    super_resolution: SrPriced = "tier"
    zone: Zone | None = None
    by_agreement: Literal[True] | None = None
    source: Text
    checked: date
    confidence: Confidence
    note: Text | None = None


class RateCard(Part):
    """A card with all that was ever on it, in the order of its file."""

    schema_version: Literal["1"]
    card: CardHead
    entry: tuple[AnyEntry, ...] = ()
    reference_video: ReferenceVideoRules
    rounding: tuple[RoundingRule, ...] = ()
    unfinished: tuple[UnfinishedRule, ...] = ()
    credit: tuple[CreditRule, ...] = ()

    @property
    def live(self) -> tuple[tuple[int, Entry], ...]:
        """The entries that count, each with its position in the file: none that another supersedes or corrects."""
        corrected = {entry.corrects for entry in self.entry if entry.corrects}
        if not corrected:
            return self.standing
        return tuple((position, entry) for position, entry in self.standing if digest_part(entry) not in corrected)

    @property
    def standing(self) -> tuple[tuple[int, Entry], ...]:
        """The entries that began or will, each with its position in the file: none that another supersedes."""
        superseded: dict[str, date] = {}
        for entry in self.entry:
            if entry.supersedes and entry.announced:
                superseded[entry.supersedes] = max(entry.announced, superseded.get(entry.supersedes, date.min))
        if not superseded:
            return tuple(enumerate(self.entry))
        return tuple(
            (position, entry)
            for position, entry in enumerate(self.entry)
            if not _is_superseded(entry, entry_id(self.card.id, entry), superseded)
        )


def _is_superseded(entry: Entry, name: str, superseded: Mapping[str, date]) -> bool:
    """Whether another entry takes its place, by the names that are superseded and when that was last announced.

    One that supersedes what begins on its own day has the name of that. It is not meant itself, but by what was
    announced after it; and nothing that was announced before an entry takes its place.
    """
    said = superseded.get(name)
    if said is None or entry.announced is None:
        return said is not None
    return entry.announced < said or (entry.announced == said and entry.supersedes != name)
