"""The dated prices of a card: each kind of `[[entry]]`, what it prices, and its name.

An entry names a meter and, if it likes, a tier, a ratio and whether there are reference clips; of those that fit, the
one that names the most is in force, and of these the one that began last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, model_validator

from pricing.extensions import Extension, Models, RefusedModel, extend
from pricing.fields import Amount, Confidence, Dated, Free, Name, Part, Positive, Quantity, Text, spell_instant
from pricing.formulas import Band
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey, spell_counter, spell_key
from pricing.meters import MeterId
from pricing.money import EXACT, ZERO
from pricing.schemes import CountedBy, Ladder, Package, Tariff
from wan_rules.request import AspectRatio, Resolution

RATIO_DECIMALS: Final = 6
"""Of what one band's price is to the next one's, where bands are counted in money."""


class BandPart(Part):
    """One band of a ladder: a price for each unit up to and with `up_to`; the last one has no end."""

    up_to: Positive | None = None
    price: Positive | None = None
    free: Free | None = None

    @model_validator(mode="after")
    def _price_or_free(self) -> Self:
        if (self.price is None) == (self.free is None):
            msg = "a band has a price, or says free = true"
            raise ValueError(msg)
        return self


class Selecting(Part):
    """What a price is for, beside its meter."""

    resolution: Resolution | Literal["any"] = ANY
    ratio: AspectRatio | None = None
    has_reference_video: bool | None = None


class _Mending(Dated):
    """What takes the place of another entry of the same card, which stays in the file and no longer counts.

    `supersedes` names an announced entry that had not begun on the day `announced`; `corrects` one that was in force,
    by its digest.
    """

    supersedes: Text | None = None
    announced: date | None = None
    corrects: Text | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.supersedes is None) != (self.announced is None):
            msg = "supersedes and announced go together: which entry, and on which day before it began that was said"
            raise ValueError(msg)
        if self.supersedes and self.corrects:
            msg = "an entry supersedes one that has not begun, or corrects one that has, not both"
            raise ValueError(msg)
        return self


class _Priced(_Mending):
    source: Text | None = None
    confidence: Confidence | None = None
    note: Text | None = None


class _OnePrice(Part):
    price: Amount | None = None
    free: Free | None = None

    @model_validator(mode="after")
    def _price_or_free(self) -> Self:
        check_price(self.price, free=self.free)
        return self


class PerUnit(_Priced, Selecting, _OnePrice):
    """A price for each unit of a meter; for tiers that are not named, `resolution = "any"`."""

    model: Literal["per_unit"] = "per_unit"
    meter: MeterId


class Flat(_Priced, Selecting, _OnePrice):
    """A price for each request, whatever it renders."""

    model: Literal["flat"]


class PerPackage(_Priced, Selecting, _OnePrice):
    """A price for each `size` units of a meter that were begun: 11 s are two packages of 10."""

    model: Literal["package"]
    meter: MeterId
    size: Quantity


class Banded(_Priced, Selecting):
    """Prices by how much was used (`units`) or spent (`spend`) in the calendar month, in the card's zone.

    `graduated` prices each unit by its own band, `volume` the whole line by one: that of its last unit, or that which
    the spend before it has reached. Without `bands` it ends an earlier one.
    """

    model: Literal["graduated", "volume"]
    meter: MeterId
    by: CountedBy = "units"
    bands: tuple[BandPart, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.bands:
            check_bands(self.bands, self.model, self.by)
        return self


class Minimum(_Mending):
    """The least that a request costs; `amount` left out ends an earlier one."""

    model: Literal["minimum"]
    amount: Amount | None = None
    source: Text | None = None
    note: Text | None = None


class Extended(_Priced, Selecting, _OnePrice):
    """A price that the charge model of a `plugin` charges by, with the `parameters` that the model takes."""

    model: Literal["plugin"]
    plugin: Name
    meter: MeterId
    parameters: Annotated[Mapping[str, object], Field(default_factory=dict)]
    _scheme: Extension | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _read_parameters(self, info: ValidationInfo) -> Self:  # type: ignore[explicit-any]  # pydantic's own default
        models: Models = info.context or {}
        model = models.get(self.plugin)
        if model is None:
            there = f"there are {', '.join(sorted(models))}" if models else "no plugin adds one"
            msg = f"plugin: no charge model is called {self.plugin!r}: {there}"
            raise ValueError(msg)
        if isinstance(model, RefusedModel):
            msg = f"plugin: no charge model {self.plugin!r}: {model.reason}"
            raise ValueError(msg)  # noqa: TRY004 - pydantic places a ValueError
        try:
            self._scheme = extend(model, self.parameters)
        except ValueError as error:
            msg = f"parameters: {error}"
            raise ValueError(msg) from None
        return self

    @property
    def scheme(self) -> Extension | None:
        """The plugin's model with its parameters."""
        return self._scheme


Priced: TypeAlias = PerUnit | Flat | PerPackage | Banded | Extended
Entry: TypeAlias = Priced | Minimum


def _per_unit(value: object) -> object:
    """A missing `model` means a price per unit."""
    return {"model": "per_unit", **value} if isinstance(value, dict) and "model" not in value else value


AnyEntry = Annotated[
    Annotated[PerUnit | Flat | PerPackage | Banded | Extended | Minimum, Field(discriminator="model")],
    BeforeValidator(_per_unit),
]
"""An entry as a card holds it."""


def check_price(price: Decimal | None, *, free: bool | None) -> None:
    """Raises ValueError for a price that is also free, or that is zero and does not say so."""
    if free and price is not None:
        msg = "it is free or has a price, not both"
        raise ValueError(msg)
    if price == 0:
        msg = "a price of zero is written free = true"
        raise ValueError(msg)


def check_bands(bands: tuple[BandPart, ...], model: str, by: CountedBy) -> None:
    """Raises ValueError for bands that leave units without a price, or that money can't be parted by exactly."""
    check_ladder([(band.up_to, band.price or ZERO) for band in bands], model, by)


def check_ladder(bands: Sequence[tuple[Decimal | None, Decimal]], model: str, by: CountedBy) -> None:
    """The same, of where each band ends and of its price."""
    ends = [up_to for up_to, _ in bands]
    if not bands or ends[-1] is not None or None in ends[:-1]:
        msg = "bands: the last band, and no other, has no up_to, so that every unit has a price"
        raise ValueError(msg)
    known = [end for end in ends if end is not None]
    if known != sorted(set(known)):
        msg = "bands: up_to rises from one band to the next"
        raise ValueError(msg)
    if by == "spend" and model == "graduated":
        for (_, price), (_, after) in pairwise(bands):
            _check_ratio(price, after)


def _check_ratio(price: Decimal, after: Decimal) -> None:
    if not price or not after:
        msg = 'bands: money is spent on what has a price: count free units by = "units"'
        raise ValueError(msg)
    if EXACT.remainder(after.scaleb(RATIO_DECIMALS, EXACT), price):
        msg = (
            f"bands: {after} is no part of {price} with {RATIO_DECIMALS} decimals at most, so that what goes beyond "
            'the band has no exact price: choose prices whose ratio ends, by = "units", or model = "volume"'
        )
        raise ValueError(msg)


def entry_key(entry: Entry) -> EntryKey:
    """What the entry prices; of two with the same key the later one is in force."""
    if isinstance(entry, Minimum):
        return EntryKey("minimum")
    return selecting_key("requests" if isinstance(entry, Flat) else entry.meter, entry)


def selecting_key(meter: str, part: Selecting) -> EntryKey:
    """The key of a price for that meter."""
    clips = ANY if part.has_reference_video is None else WITH_CLIPS if part.has_reference_video else WITHOUT_CLIPS
    return EntryKey(meter, part.resolution, part.ratio or ANY, clips)


def entry_id(card: str, entry: Entry) -> str:
    """The entry's name in quotes and reports: card, meter, tier and first day."""
    return f"{card}:{spell_key(entry_key(entry))}@{spell_instant(entry.from_)}"


def rule_id(card: str, table: str, rule: Dated) -> str:
    """The name of a dated rule of the card, such as its `rounding`: card, table and first day."""
    return f"{card}:{table}@{spell_instant(rule.from_)}"


def to_tariff(part: Priced) -> Tariff | None:
    """What the entry asks; a price of zero where it is free, `None` where it names no price."""
    if isinstance(part, Banded):
        return make_ladder(part.bands, (part.model, part.by), entry_key(part)) if part.bands else None
    price = ZERO if part.free else part.price
    if price is None:
        return None
    if isinstance(part, Extended):
        return Tariff(price, part.scheme)
    return Tariff(price, Package(part.size) if isinstance(part, PerPackage) else None)


def names_price(part: Entry) -> bool:
    """Whether the entry prices something: it is no least charge, and not the end of a price."""
    return not isinstance(part, Minimum) and to_tariff(part) is not None


def make_ladder(
    parts: tuple[BandPart, ...], kind: tuple[Literal["graduated", "volume"], CountedBy], key: EntryKey
) -> Tariff:
    """The ladder of those bands; in units it counts what that key covers."""
    model, by = kind
    bands = tuple(Band(part.up_to, part.price if part.price is not None else ZERO) for part in parts)
    counter = "spend" if by == "spend" else spell_counter(key)
    return Tariff(bands[0].unit_price, Ladder(model, by, counter, bands))
