"""A quote computed again from its own basis: the terms and the work that it embeds, and no catalogue, host or clock."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, assert_never

from pydantic import ValidationError

from pricing.adjustments import Adjuster
from pricing.basis_shapes import (
    BasisShape,
    ExtensionShape,
    LadderShape,
    PackageShape,
    RateShape,
    ReferenceVideoShape,
    SchemeShape,
    TermsShape,
    WorkShape,
)
from pricing.cards import NO_MODELS
from pricing.charges import Charged, charge_work
from pricing.clips import ClipRule
from pricing.clips import Step as RoundingStep
from pricing.conditions import Allowed
from pricing.contracts import Step
from pricing.errors import PricingError
from pricing.extensions import ChargeModel, Extension, Models, RefusedModel, extend
from pricing.formulas import Band
from pricing.keys import EntryKey, name_key
from pricing.lines import Consumed
from pricing.metering import Work
from pricing.money import Rounding
from pricing.rates import Rate
from pricing.schemes import Ladder, Package, Scheme, Span
from pricing.terms import Terms, Worth, find_counters
from wan_rules.faults import tell_first


class BasisError(PricingError):
    """A basis that can't be read; the message names the key."""


class Basis(NamedTuple):
    """What a quote was computed from: the terms, the work, and what was used in the month before."""

    terms: Terms
    work: Work
    consumed_before: Consumed


def recompute(basis: object, models: Models = NO_MODELS) -> Charged:
    """The charge that the `basis` of a quote document gives: its lines, adjustments and totals.

    `models` are the plugins' charge models that it may name. Raises BasisError for one that can't be read, and
    MissingRateError where its terms do not price its work.
    """
    read = read_basis(basis, models)
    return charge_work(read.work, read.terms, read.consumed_before)


def read_basis(basis: object, models: Models = NO_MODELS) -> Basis:
    """The terms and the work that the `basis` of a quote document embeds. Raises BasisError."""
    try:
        read = BasisShape.model_validate(basis)
    except ValidationError as error:
        msg = f"basis: {tell_first(error, basis, BasisShape)}"
        raise BasisError(msg) from None
    for msg in _contradictions(read):
        raise BasisError(msg)
    consumed = tuple(sorted(read.consumed_before.items()))
    return Basis(_to_terms(read.terms, models), _to_work(read.work), consumed)


def _contradictions(basis: BasisShape) -> Iterator[str]:
    """What is typed rightly and can't be: two prices of one thing, a clip that lasts more at least than at most."""
    seen: set[EntryKey] = set()
    for index, rate in enumerate(basis.terms.rates):
        if rate.key in seen:
            yield f"basis: terms.rates.{index}: a second rate for {name_key(rate.key)}: which one counts?"
        seen.add(rate.key)
    for index, clip in enumerate(basis.work.clips):
        if clip.seconds is not None and clip.seconds_min > clip.seconds:
            reason = f"{clip.seconds_min} is more than the {clip.seconds} of seconds: write {clip.seconds} or less"
            yield f"basis: work.clips.{index}.seconds_min: {reason}"


def _to_work(work: WorkShape) -> Work:
    clips = tuple(Span(clip.seconds_min, clip.seconds) for clip in work.clips)
    return Work(work.resolution, work.rendered, work.seconds, work.stages, clips, work.references, work.ratio)


def _to_terms(terms: TermsShape, models: Models) -> Terms:
    rule, rounding = terms.reference_video, terms.rounding
    rates = {rate.key: _to_rate(rate, models) for rate in terms.rates}
    adjusters = tuple(Adjuster(a.kind, a.per, a.amount, a.source, a.counter, a.rate) for a in terms.adjusters)
    allowances = tuple(Allowed(EntryKey(a.meter, a.resolution), a.units, a.counter, a.source) for a in terms.allowances)
    return Terms(
        currency=terms.currency,
        super_resolution=terms.super_resolution,
        rates=rates,
        billed=rule.billed,
        priced_as=rule.priced_as,
        clip_rule=_to_clip_rule(rule),
        rounding=Rounding(rounding.quantum, rounding.mode, rounding.place) if rounding else None,
        rounding_from=terms.rounding_from,
        adjusters=adjusters,
        allowances=allowances,
        outcomes=terms.outcomes,
        counters=find_counters(rates, allowances, adjusters),
        zone=terms.zone,
        worth=Worth(terms.worth.currency, terms.worth.value, terms.worth.source) if terms.worth else None,
        by_ratio=any(rate.ratio is not None for rate in terms.rates),
        by_clips=any(rate.has_reference_video is not None for rate in terms.rates),
    )


def _to_rate(rate: RateShape, models: Models) -> Rate:
    listed: Decimal | None = rate.list_unit_price
    return Rate(
        listed,
        rate.contracted_unit_price,
        rate.entry,
        tuple(Step(step.source, step.said) for step in rate.steps),
        rate.note,
        rate.confidence,
        is_own=rate.is_own,
        list_scheme=_to_scheme(rate.list_scheme, models),
        scheme=_to_scheme(rate.scheme, models),
    )


def _to_scheme(scheme: SchemeShape | None, models: Models) -> Scheme | None:
    match scheme:
        case None:
            return None
        case PackageShape():
            return Package(scheme.size)
        case LadderShape():
            bands = tuple(Band(band.up_to, band.unit_price) for band in scheme.bands)
            return Ladder(scheme.model, scheme.by, scheme.counter, bands)
        case ExtensionShape():
            return _extend(scheme, models)
        case _:
            assert_never(scheme)


def _extend(scheme: ExtensionShape, models: Models) -> Extension:
    """The plugin's model that the basis names, in the version that it was computed by."""
    model = models.get(scheme.plugin)
    if model is None or isinstance(model, RefusedModel) or model.version != scheme.version:
        have = _say_model(model)
        msg = f"basis: the charge model {scheme.plugin!r}, version {scheme.version}, computed it, and {have}"
        raise BasisError(msg)
    try:
        return extend(model, scheme.parameters)
    except ValueError as error:
        msg = f"basis: parameters of {scheme.plugin!r}: {error}"
        raise BasisError(msg) from None


def _say_model(model: ChargeModel | RefusedModel | None) -> str:
    match model:
        case None:
            return "it is not installed"
        case RefusedModel():
            return model.reason
        case ChargeModel():
            return f"version {model.version} is installed"
        case _:
            assert_never(model)


def _to_clip_rule(rule: ReferenceVideoShape) -> ClipRule:
    step = rule.rounding
    return ClipRule(
        rule.cap_per_clip_s,
        rule.cap_total_s,
        rule.cuts_s,
        rule.cuts_by,
        rule.minimum_s,
        RoundingStep(step.step, step.mode, step.place) if step else None,
    )
