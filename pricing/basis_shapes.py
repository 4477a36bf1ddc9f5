"""The shape of a quote's basis in its document: what stands where, of which type. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from pricing.adjustments import AdjusterKind
from pricing.agreed_terms import Per
from pricing.cards import Billed, Outcome, Owed, PricedAs, SrPriced
from pricing.clips import Counted, Place
from pricing.entries import check_ladder
from pricing.fields import Amount, Part, Quantity, Quantum, Total, UnitOfAccount
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.meters import MeterId
from pricing.money import RoundingMode, RoundingPlace
from pricing.schemes import CountedBy
from wan_rules.request import AspectRatio, Resolution
from wan_rules.staging import StageName


class StepShape(Part):
    """A step that billed seconds are rounded to."""

    step: Annotated[Amount, Field(gt=0)]
    mode: RoundingMode
    place: Place


class BandShape(Part):
    """A band of a ladder: up to how many, without an end where `None`, at which price."""

    up_to: Total | None
    unit_price: Total


class PackageShape(Part):
    """A package of units that is charged for whole."""

    model: Literal["package"]
    size: Quantity


class LadderShape(Part):
    """Bands, and by what they are counted."""

    model: Literal["graduated", "volume"]
    by: CountedBy
    counter: str
    bands: tuple[BandShape, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        # Of prices that an agreement takes off whole nothing is left to part money by, nor any money to part.
        by = self.by if any(band.unit_price for band in self.bands) else "units"
        check_ladder([(band.up_to, band.unit_price) for band in self.bands], self.model, by)
        return self


class ExtensionShape(Part):
    """A plugin's charge model, by its name and version, with its parameters."""

    model: Literal["plugin"]
    plugin: str
    version: str
    parameters: Mapping[str, object]


SchemeShape: TypeAlias = Annotated[PackageShape | LadderShape | ExtensionShape, Field(discriminator="model")]


class SourceShape(Part):
    """What made a contracted price of a listed one, and where that is agreed."""

    source: str
    said: str


class RateShape(Part):
    """What one meter costs at one tier; prices are for one unit, in the terms' currency."""

    meter: MeterId
    resolution: Resolution
    ratio: AspectRatio | None
    has_reference_video: bool | None
    list_unit_price: Total | None
    contracted_unit_price: Amount
    entry: str
    steps: tuple[SourceShape, ...]
    note: str | None
    confidence: str | None
    is_own: bool
    list_scheme: SchemeShape | None
    scheme: SchemeShape | None

    @property
    def key(self) -> EntryKey:
        """What it is for."""
        clips = ANY if self.has_reference_video is None else WITH_CLIPS if self.has_reference_video else WITHOUT_CLIPS
        return EntryKey(self.meter, self.resolution, self.ratio or ANY, clips)


class AdjusterShape(Part):
    """A sum or percentage over a request or a month, with the totals that it counts."""

    kind: AdjusterKind
    per: Per
    amount: Total
    source: str
    counter: str | None
    rate: Total


class AllowanceShape(Part):
    """Units of a month that are not charged for."""

    meter: MeterId
    resolution: Resolution | Literal["any"]
    units: Amount
    counter: str
    source: str


class WorthShape(Part):
    """What one unit of account is worth, in which currency."""

    currency: UnitOfAccount
    value: Amount
    source: str


class ReferenceVideoShape(Part):
    """How seconds of reference clips are billed."""

    billed: Billed
    priced_as: PricedAs
    cap_per_clip_s: Amount | None
    cap_total_s: Amount | None
    cuts_s: tuple[Amount, ...]
    cuts_by: Counted
    minimum_s: Amount | None
    rounding: StepShape | None


class RoundingShape(Part):
    """How amounts are rounded, and where."""

    quantum: Quantum
    mode: RoundingMode
    place: RoundingPlace


class TermsShape(Part):
    """All terms that the quote looked at."""

    currency: UnitOfAccount
    super_resolution: SrPriced
    rates: tuple[RateShape, ...]
    reference_video: ReferenceVideoShape
    rounding: RoundingShape | None
    rounding_from: str | None
    adjusters: tuple[AdjusterShape, ...]
    allowances: tuple[AllowanceShape, ...]
    outcomes: Mapping[Outcome, Owed]
    counters: tuple[str, ...]
    zone: str | None
    worth: WorthShape | None


class ClipShape(Part):
    """How long a clip lasts, in seconds: at least, and at most where that is known."""

    seconds: Amount | None
    seconds_min: Amount


class WorkShape(Part):
    """What was to run: seconds of output, stages, clips."""

    resolution: Resolution
    rendered: Resolution
    seconds: Amount
    stages: Annotated[tuple[StageName, ...], Field(min_length=1)]
    clips: tuple[ClipShape, ...]
    references: Annotated[int, Field(ge=0)]
    ratio: AspectRatio | None


class BasisShape(Part):
    """Terms, work and what was used before; other members are of the quote and passed over."""

    model_config = ConfigDict(extra="ignore")

    terms: TermsShape
    work: WorkShape
    consumed_before: Mapping[str, Total]
