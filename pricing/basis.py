"""A quote computed again from its own basis: the terms and the work that it embeds, and no catalogue, host or clock."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationError

from pricing.cards import Amount, PricingError, Quantum, _Part
from pricing.charges import Charged, charge_work
from pricing.formulas import ClipRule, Counted, Place, Step
from pricing.metering import Span, Work
from pricing.meters import MeterId
from pricing.money import Rounding, RoundingMode, RoundingPlace
from pricing.terms import Rate, Terms
from wan_rules.faults import sort_faults, tell
from wan_rules.request import Resolution
from wan_rules.staging import StageName


class BasisError(PricingError):
    """A basis that can't be read; the message names the key."""


class _Step(_Part):
    step: Annotated[Amount, Field(gt=0)]
    mode: RoundingMode
    place: Place


class _Rate(_Part):
    meter: MeterId
    resolution: Resolution
    list_unit_price: Amount | None
    contracted_unit_price: Amount
    entry: str
    steps: tuple[str, ...]
    note: str | None
    confidence: str | None


class _ReferenceVideo(_Part):
    billed: Literal["yes", "no", "unknown"]
    priced_as: Literal["output", "render", "own"]
    cap_per_clip_s: Amount | None
    cap_total_s: Amount | None
    cuts_s: tuple[Amount, ...]
    cuts_by: Counted
    minimum_s: Amount | None
    rounding: _Step | None


class _Rounding(_Part):
    quantum: Quantum
    mode: RoundingMode
    place: RoundingPlace


class _Terms(_Part):
    currency: str
    super_resolution: Literal["tier", "stages"]
    rates: tuple[_Rate, ...]
    reference_video: _ReferenceVideo
    minimum: Amount | None
    minimum_from: str | None
    rounding: _Rounding | None
    rounding_from: str | None


class _Clip(_Part):
    seconds: Amount | None
    seconds_min: Amount


class _Work(_Part):
    resolution: Resolution
    rendered: Resolution
    seconds: Amount
    stages: Annotated[tuple[StageName, ...], Field(min_length=1)]
    clips: tuple[_Clip, ...]
    references: Annotated[int, Field(ge=0)]


class _Basis(_Part):
    model_config = ConfigDict(extra="ignore")

    terms: _Terms
    work: _Work


def recompute(basis: object) -> Charged:
    """The charge that the `basis` of a quote document gives: its lines, adjustments and totals.

    Raises BasisError for one that can't be read, and MissingRateError where its terms do not price its work.
    """
    try:
        read = _Basis.model_validate(basis)
    except ValidationError as error:
        fault = sort_faults(error, basis)[0]
        msg = f"basis: {fault.place('.')}: {tell(fault, _Basis)}"
        raise BasisError(msg) from None
    for msg in _contradictions(read):
        raise BasisError(msg)
    return charge_work(_to_work(read.work), _to_terms(read.terms))


def _contradictions(basis: _Basis) -> Iterator[str]:
    """What is typed rightly and can't be: two prices of one thing, a clip that lasts more at least than at most."""
    seen: set[tuple[MeterId, Resolution]] = set()
    for index, rate in enumerate(basis.terms.rates):
        key = (rate.meter, rate.resolution)
        if key in seen:
            yield f"basis: terms.rates.{index}: a second rate for {' at '.join(key)}: which one counts?"
        seen.add(key)
    for index, clip in enumerate(basis.work.clips):
        if clip.seconds is not None and clip.seconds_min > clip.seconds:
            reason = f"{clip.seconds_min} is more than the {clip.seconds} of seconds: write {clip.seconds} or less"
            yield f"basis: work.clips.{index}.seconds_min: {reason}"


def _to_work(work: _Work) -> Work:
    clips = tuple(Span(clip.seconds_min, clip.seconds) for clip in work.clips)
    return Work(work.resolution, work.rendered, work.seconds, work.stages, clips, work.references)


def _to_terms(terms: _Terms) -> Terms:
    rule, rounding = terms.reference_video, terms.rounding
    return Terms(
        currency=terms.currency,
        super_resolution=terms.super_resolution,
        rates={(rate.meter, rate.resolution): _to_rate(rate) for rate in terms.rates},
        billed=rule.billed,
        priced_as=rule.priced_as,
        clip_rule=_to_clip_rule(rule),
        minimum=terms.minimum,
        minimum_from=terms.minimum_from,
        rounding=Rounding(rounding.quantum, rounding.mode, rounding.place) if rounding else None,
        rounding_from=terms.rounding_from,
    )


def _to_rate(rate: _Rate) -> Rate:
    listed: Decimal | None = rate.list_unit_price
    return Rate(listed, rate.contracted_unit_price, rate.entry, rate.steps, rate.note, rate.confidence)


def _to_clip_rule(rule: _ReferenceVideo) -> ClipRule:
    step = rule.rounding
    return ClipRule(
        rule.cap_per_clip_s,
        rule.cap_total_s,
        rule.cuts_s,
        rule.cuts_by,
        rule.minimum_s,
        Step(step.step, step.mode, step.place) if step else None,
    )
