"""A rate card: named, dated prices of one host in one currency, read from TOML into strict, frozen parts.

A price changes by a new `[[entry]]` with a later `from`; each is in force until the next of its meter and tier. What
is not on the card has no price: nothing falls back to zero or to another tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import combinations
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from pydantic import model_validator

from pricing.clips import ClipRule, Counted, Place, Step
from pricing.currencies import MINOR_UNITS
from pricing.entries import AnyEntry, Banded, EntryKey, entry_key, name_key
from pricing.errors import CardError
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
    parse_part,
    parse_toml,
)
from pricing.money import Rounding, RoundingMode, RoundingPlace
from pricing.positions import find_line

NO_MODELS: Final[Models] = MappingProxyType({})
"""No charge models but the card's own: no plugin was looked for."""


class ReferenceVideoRule(Dated):
    """How reference clips are billed from a date on: whether, at which tier's price, and the caps, cuts and rounding.

    `billed = "unknown"` prices a request from not billed to billed by these very terms. `priced_as` takes the price of
    the delivered tier (`output`), of the rendered one (`render`), or of the meter's own entries (`own`).
    """

    billed: Literal["yes", "no", "unknown"]
    priced_as: Literal["output", "render", "own"] = "output"
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


class RoundingRule(Dated):
    """How amounts are rounded from a date on; a card without one leaves every amount exact."""

    quantum: Quantum
    mode: RoundingMode
    place: RoundingPlace

    def to_rounding(self) -> Rounding:
        """The terms as `money` takes them."""
        return Rounding(self.quantum, self.mode, self.place)


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
    super_resolution: Literal["tier", "stages"] = "tier"
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
    reference_video: tuple[ReferenceVideoRule, ...]
    rounding: tuple[RoundingRule, ...] = ()
    unfinished: tuple[UnfinishedRule, ...] = ()
    credit: tuple[CreditRule, ...] = ()


class _Fault(NamedTuple):
    reason: str
    path: tuple[str | int, ...]


def parse_card(text: str, *, file: str = "card", models: Models = NO_MODELS) -> RateCard:
    """The card that a TOML text holds. Raises CardError that names file, line and key."""
    card = parse_part(RateCard, parse_toml(text, file=file), text, file=file, context=models)
    for fault in _find_faults(card):
        key = ".".join(map(str, fault.path))
        raise CardError(fault.reason, file=file, line=find_line(text, fault.path), key=key)
    return card


def _find_faults(card: RateCard) -> Iterator[_Fault]:
    yield from _repeated_dates(card)
    yield from _rivals(card)
    yield from _output_priced_by_stages(card)
    yield from _months_without_zone(card)
    yield from _worthless_credits(card)


def _repeated_dates(card: RateCard) -> Iterator[_Fault]:
    """Two parts of one kind that begin at the same instant: nothing says which of them counts."""
    kinds: tuple[tuple[str, list[tuple[str, datetime]]], ...] = (
        ("entry", [(name_key(entry_key(entry)), entry.from_) for entry in card.entry]),
        ("reference_video", [("reference clips", rule.from_) for rule in card.reference_video]),
        ("rounding", [("rounding", rule.from_) for rule in card.rounding]),
        ("unfinished", [("unfinished jobs", rule.from_) for rule in card.unfinished]),
        ("credit", [("the credit", rule.from_) for rule in card.credit]),
    )
    for table, parts in kinds:
        seen: set[tuple[str, datetime]] = set()
        for index, (what, instant) in enumerate(parts):
            if (what, instant) not in seen:
                seen.add((what, instant))
            else:
                yield _Fault(f"two for {what} begin at {instant.isoformat()}: which one counts?", (table, index))


def _rivals(card: RateCard) -> Iterator[_Fault]:
    """Two entries that both fit a request and name as much as each other, unless a third names all that both do."""
    first: dict[EntryKey, int] = {}
    for index, entry in enumerate(card.entry):
        first.setdefault(entry_key(entry), index)
    for one, other in combinations(first, 2):
        shared = one.meet(other)
        if one.names == other.names and shared is not None and shared not in first:
            reason = f"a request for {name_key(shared)} fits this entry and that for {name_key(one)}: add one for it"
            yield _Fault(reason, ("entry", first[other]))


def _output_priced_by_stages(card: RateCard) -> Iterator[_Fault]:
    """A card priced by stages has no price for a delivered super-resolution tier, so clips can't take it."""
    for index, rule in enumerate(card.reference_video):
        if card.card.super_resolution == "stages" and rule.billed != "no" and rule.priced_as == "output":
            reason = 'a card priced by stages has no price for the delivered tier: priced_as is "render" or "own"'
            yield _Fault(reason, ("reference_video", index, "priced_as"))


def _months_without_zone(card: RateCard) -> Iterator[_Fault]:
    """Bands are counted by calendar months, and a month begins at another instant in each zone."""
    for index, entry in enumerate(card.entry):
        if isinstance(entry, Banded) and entry.bands and card.card.zone is None:
            reason = 'bands are counted by calendar months: say whose, as zone = "UTC" or "Asia/Shanghai" in [card]'
            yield _Fault(reason, ("entry", index))


def _worthless_credits(card: RateCard) -> Iterator[_Fault]:
    """A card in credits says what one is worth, and another card has none."""
    currency = card.card.currency
    if currency in MINOR_UNITS and card.credit:
        reason = f"the card is in {currency}: credits are worth something on a card in credits"
        yield _Fault(reason, ("credit", 0))
    if currency not in MINOR_UNITS and not card.credit:
        reason = f"no [[credit]] says what {currency!r} is worth: add one, or write a currency such as USD"
        yield _Fault(reason, ("card", "currency"))
