"""Other ways to bill a row, each with the cause that it would be: rated by the scalar engine, alone or two together.

Written apart from `wan-rules reconcile`, so that what it should find does not depend on how it searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

from ledger import Rated

from pricing import Catalogue, PricingError
from pricing.agreements import Agreement
from pricing.charges import Charged
from pricing.clips import ClipRule, Step
from pricing.jobs import FREE, Job, at_tier, charge_job
from pricing.money import Rounding
from pricing.rating import describe_job, find_pricing
from pricing.resolution import find_changes
from pricing.terms import Terms, build_terms
from wan_rules.request import RESOLUTIONS

MODES: Final = ("up", "half-up", "half-even", "down")

EditTerms: TypeAlias = Callable[[Terms], Terms]
EditJob: TypeAlias = Callable[[Job], Job]


@dataclass(frozen=True)
class Way:
    """How a row is billed other than by its terms; what is `None` or empty is as it should be."""

    at: datetime | None = None
    without: frozenset[str] = frozenset()
    owed: str | None = None
    edits_terms: tuple[EditTerms, ...] = ()
    edits_job: tuple[EditJob, ...] = ()


class Alternative(NamedTuple):
    """A way, the cause that it is, and in words what it is."""

    cause: str
    detail: str
    way: Way


def charge_otherwise(catalogue: Catalogue, rated: Rated, way: Way) -> Charged | None:
    """What the row comes to that way; `None` where nothing prices it so."""
    try:
        pricing = find_pricing(catalogue, rated.row, way.at)
        agreements = [_leave_out(agreement, way.without) for agreement in pricing.agreements]
        terms = build_terms(pricing.card, agreements, way.at or rated.row.at)
        if terms is None:
            return None
        for edit in way.edits_terms:
            terms = edit(terms)
        if way.owed == "free":
            return FREE
        row = rated.row.model_copy(update={"status": "succeeded"}) if way.owed else rated.row
        job = describe_job(row, terms, rated.consumed)
        if way.owed == "rendered":
            job = job._replace(work=at_tier(job.work._replace(resolution=job.work.rendered)))
        for change in way.edits_job:
            job = change(job)
        return charge_job(job, terms)
    except PricingError:
        return None


def _leave_out(agreement: Agreement, without: frozenset[str]) -> Agreement:
    name = agreement.agreement.id
    terms = tuple(term for index, term in enumerate(agreement.term) if f"{name}:term/{index}" not in without)
    return agreement.model_copy(update={"term": terms})


def join(one: Way, other: Way) -> Way:
    """Both at once."""
    return Way(
        other.at or one.at,
        one.without | other.without,
        other.owed or one.owed,
        one.edits_terms + other.edits_terms,
        one.edits_job + other.edits_job,
    )


def find_explanations(catalogue: Catalogue, rated: Rated, amount: Decimal, slack: Decimal) -> Iterator[Alternative]:
    """Every single alternative by which the row comes to the amount, give or take the slack, and is another amount."""
    for alternative in list_alternatives(catalogue, rated):
        charged = charge_otherwise(catalogue, rated, alternative.way)
        if charged and charged.total not in (None, rated.total) and abs(charged.total - amount) <= slack:
            yield alternative


def find_pairs(
    catalogue: Catalogue, rated: Rated, amount: Decimal, slack: Decimal
) -> Iterator[tuple[Alternative, Alternative]]:
    """Every two alternatives by which it does."""
    for one, other in combinations(list_alternatives(catalogue, rated), 2):
        charged = charge_otherwise(catalogue, rated, join(one.way, other.way))
        if charged and charged.total is not None and abs(charged.total - amount) <= slack:
            yield one, other


def list_alternatives(catalogue: Catalogue, rated: Rated) -> list[Alternative]:
    """All of them, in the order of attribution."""
    return [
        *_list_ends(rated),
        *_list_quantities(rated),
        *_list_versions(catalogue, rated),
        *_list_adjustments(rated),
        *_list_rates(rated),
        *_list_roundings(rated),
    ]


def _list_ends(rated: Rated) -> Iterator[Alternative]:
    """What was delivered may be taken for free, what was not for anything."""
    for owed in ("free",) if rated.row.status == "succeeded" else ("full", "rendered", "free"):
        yield Alternative("status", f"billed as {owed}", Way(owed=owed))


def _list_quantities(rated: Rated) -> Iterator[Alternative]:
    rule = rated.pricing.terms.clip_rule
    bare = rule._replace(cap_per_clip_s=None, cap_total_s=None, cuts_s=())
    rules = {
        "clips uncapped": bare,
        "clips whole": ClipRule(),
        "clips capped each": bare._replace(cap_per_clip_s=rule.cap_total_s or rule.cap_per_clip_s),
        "clips capped in total": bare._replace(cap_total_s=rule.cap_total_s or rule.cap_per_clip_s),
        "cuts by references": rule._replace(cuts_by="references"),
        "clips not rounded": rule._replace(rounding=None),
    }
    step = rule.rounding.step if rule.rounding else Decimal(1)
    for place in ("clip", "total"):
        for mode in MODES:
            rules[f"clips rounded {mode}, by the {place}"] = rule._replace(rounding=Step(step, mode, place))
    for detail, other in rules.items():
        yield Alternative("quantity", detail, Way(edits_terms=(_set(clip_rule=other),)))
    yield Alternative("quantity", "clips not billed", Way(edits_terms=(_set(billed="no"),)))
    seconds = rated.row.duration_s
    for name, whole in (("up", -(-seconds // 1)), ("down", seconds // 1), ("half up", (seconds + Decimal("0.5")) // 1)):
        yield Alternative("quantity", f"output rounded {name}", Way(edits_job=(_lengthen(whole),)))


def _list_versions(catalogue: Catalogue, rated: Rated) -> Iterator[Alternative]:
    changes = find_changes(catalogue, rated.pricing.market)
    current = max(at for at in changes if at <= rated.row.at)
    for at in changes:
        if at != current:
            yield Alternative("card_version", f"the terms from {at.date()} on", Way(at=at))


def _list_adjustments(rated: Rated) -> Iterator[Alternative]:
    every: set[str] = set()
    for agreement in rated.pricing.agreements:
        for index, term in enumerate(agreement.term):
            source = f"{agreement.agreement.id}:term/{index}"
            every.add(source)
            yield Alternative("adjustment", f"without the {term.kind}", Way(without=frozenset({source})))
    yield Alternative("adjustment", "without the agreement", Way(without=frozenset(every)))


def _list_rates(rated: Rated) -> Iterator[Alternative]:
    for tier in RESOLUTIONS:
        if tier != rated.row.resolution:
            yield Alternative("rate", f"at the price of {tier}", Way(edits_job=(_turn(tier),)))
    for priced_as in ("output", "render"):
        yield Alternative("rate", f"clips priced as {priced_as}", Way(edits_terms=(_set(priced_as=priced_as),)))


def _list_roundings(rated: Rated) -> Iterator[Alternative]:
    own = rated.pricing.terms.rounding
    yield Alternative("rounding", "not rounded", Way(edits_terms=(_set(rounding=None),)))
    quantum = own.quantum if own else Decimal("0.01")
    for place in ("quote", "line"):
        for mode in MODES:
            other = Rounding(quantum, mode, place)
            yield Alternative("rounding", f"each {place} rounded {mode}", Way(edits_terms=(_set(rounding=other),)))


def _set(**changes: object) -> EditTerms:
    return lambda terms: terms._replace(**changes)


def _turn(tier: str) -> EditJob:
    return lambda job: job._replace(work=at_tier(job.work._replace(resolution=tier)))


def _lengthen(seconds: Decimal) -> EditJob:
    return lambda job: job._replace(work=job.work._replace(seconds=seconds))
