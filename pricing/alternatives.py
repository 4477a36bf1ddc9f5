"""Every way to rate a row other than by its own terms that is tried on a difference, in the order of attribution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from pricing.cards import Owed, PricedAs, SrPriced
from pricing.cases import Alternative, Case, EditJob, EditTerms
from pricing.catalogue import Catalogue
from pricing.clip_alternatives import list_quantities
from pricing.jobs import Job, at_tier
from pricing.money import Rounding, RoundingMode, RoundingPlace, format_decimal
from pricing.term_alternatives import list_adjustments, list_currencies, list_versions
from pricing.terms import Terms
from pricing.units import find_unit
from wan_rules.request import RESOLUTIONS, Resolution

_MODES: Final[tuple[RoundingMode, ...]] = ("half-up", "half-even", "up", "down")


def list_alternatives(catalogue: Catalogue, case: Case) -> tuple[Alternative, ...]:
    """The alternatives of a case, in the order of CAUSES and, within a cause, the likeliest first."""
    return (
        *_list_ends(case),
        *list_currencies(case),
        *list_quantities(case),
        *list_versions(catalogue, case),
        *list_adjustments(case),
        *_list_rates(case),
        *_list_roundings(case),
    )


def _list_ends(case: Case) -> Iterator[Alternative]:
    """What is owed for how the job ended, where it is another thing than the terms say."""
    if case.status == "succeeded":
        yield Alternative("status", "free", "as if the job had not succeeded", owed="free")
        return
    said = case.version.pricing.terms.outcomes.get(case.status)
    for owed in _OWED:
        if owed != said:
            words = f"billed as {owed}, where the terms make a job that ended as {case.status!r} {said}"
            yield Alternative("status", owed, words, owed=owed)


_OWED: Final[tuple[Owed, ...]] = ("full", "rendered", "free")


def _list_rates(case: Case) -> Iterator[Alternative]:
    """The prices of other tiers, the rendered one first; clips at another tier's; stages for tiers and reverse."""
    work, terms = case.job.work, case.version.pricing.terms
    others = dict.fromkeys((work.rendered, *RESOLUTIONS))
    for tier in others:
        if tier != work.resolution:
            what = "rendered tier" if tier == work.rendered else "tier"
            yield Alternative("rate", f"{what} {tier}", f"at the price of {tier}", edits_job=(_turn_to(tier),))
    if work.clips:
        for priced_as in _PRICED_AS:
            if priced_as != terms.priced_as:
                said = f"with clips at {_PRICED_AS[priced_as]}"
                yield Alternative("rate", f"clips priced as {priced_as}", said, edits_terms=(_price_as(priced_as),))
    if work.rendered != work.resolution:
        way: SrPriced = "stages" if terms.super_resolution == "tier" else "tier"
        yield Alternative("rate", f"priced by {way}", f"priced by {way}", edits_terms=(_price_by(way),))


_PRICED_AS: Final[dict[PricedAs, str]] = {
    "output": "the price of the delivered tier",
    "render": "the price of the rendered tier",
    "own": "a price of their own",
}


def _turn_to(tier: Resolution) -> EditJob:
    def edit(job: Job) -> Job:
        return job._replace(work=at_tier(job.work._replace(resolution=tier)))

    return edit


def _price_as(priced_as: PricedAs) -> EditTerms:
    def edit(terms: Terms) -> Terms:
        return terms._replace(priced_as=priced_as)

    return edit


def _price_by(way: SrPriced) -> EditTerms:
    def edit(terms: Terms) -> Terms:
        return terms._replace(super_resolution=way)

    return edit


def _list_roundings(case: Case) -> Iterator[Alternative]:
    """Amounts not rounded, or rounded elsewhere or in another mode; to minor units where the terms round nothing."""
    terms = case.version.pricing.terms
    own = terms.rounding
    if own is not None:
        yield Alternative("rounding", "not rounded", "not rounded", edits_terms=(_round(None),))
    quantum = own.quantum if own else find_unit(terms.currency)
    if quantum is None:
        return
    places: tuple[RoundingPlace, ...] = get_args(RoundingPlace)
    for place in reversed(places):
        for mode in _MODES:
            other = Rounding(quantum, mode, place)
            if other != own:
                what = "each line" if place == "line" else "the row"
                said = f"with {what} rounded {mode} to {format_decimal(quantum)}"
                yield Alternative("rounding", f"{what} rounded {mode}", said, edits_terms=(_round(other),))


def _round(rounding: Rounding | None) -> EditTerms:
    def edit(terms: Terms) -> Terms:
        return terms._replace(rounding=rounding)

    return edit
