"""One way to rate a row of usage other than by its own terms: an alternative, and what the row comes to under it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from pricing.break_causes import Cause
from pricing.cards import Owed
from pricing.catalogue import Catalogue, Pricing
from pricing.charges import Charged
from pricing.errors import PricingError
from pricing.invoices import Expected
from pricing.jobs import Job, at_tier, charge_job
from pricing.money import ZERO, count_decimals
from pricing.outcomes import Outcome, describe
from pricing.rating import MAX_DECIMALS
from pricing.resolution import find_changes
from pricing.terms import Terms, build_terms
from pricing.usage import Status, describe_work

EditTerms: TypeAlias = Callable[[Terms], Terms]
EditJob: TypeAlias = Callable[[Job], Job]


class Version(NamedTuple):
    """The terms of a market between two instants at which something about it changes; `None` is no such end."""

    pricing: Pricing
    since: datetime
    until: datetime | None


class Case(NamedTuple):
    """All of a row that its charge depends on: rows of one case come to the same. `job` is of one that succeeded."""

    version: Version
    job: Job
    status: Status


class Alternative(NamedTuple):
    """Another way to rate a case; `said` tells it as the end of a sentence.

    What is set takes the place of the case's own: another version, agreements without the terms of these names, what
    is owed for the end of the job; then terms and job are changed by each edit in turn. `is_abroad` takes the number
    of another currency as it stands.
    """

    cause: Cause
    detail: str
    said: str
    version: Version | None = None
    without: frozenset[str] = frozenset()
    owed: Owed | None = None
    edits_terms: tuple[EditTerms, ...] = ()
    edits_job: tuple[EditJob, ...] = ()
    is_abroad: bool = False

    @property
    def name(self) -> str:
        """The alternative, as other parts name it."""
        return f"{self.cause}: {self.detail}"


def find_version(catalogue: Catalogue, pricing: Pricing, at: datetime) -> Version:
    """The version that the terms in force at `at` belong to."""
    changes = find_changes(catalogue, pricing.market)
    index = bisect_right(changes, at)
    return Version(pricing, changes[index - 1] if index else at, changes[index] if index < len(changes) else None)


def describe_case(expected: Expected, version: Version) -> Case:
    """The case of a row that was rated by the terms of that version."""
    row = expected.row
    return Case(version, Job(describe_work(row), expected.consumed, row.billed_clips_s), row.status)


def order_case(case: Case) -> tuple[object, ...]:
    """What cases are sorted by: whose terms, since when, and what was done."""
    version, job, status = case
    work = job.work
    names = tuple(name or "" for name in version.pricing.market)
    lengths = tuple((low, low if high is None else high) for low, high in work.clips)
    billed = () if job.billed_clips is None else (job.billed_clips,)
    tier = (work.resolution, work.ratio or "", work.seconds, work.references)
    return (names, version.since, status, tier, lengths, billed, job.consumed)


def compose(first: Alternative, second: Alternative) -> Alternative | None:
    """Both alternatives at once, in the second one's name; `None` where both replace the same."""
    if (first.version and second.version) or (first.owed and second.owed):
        return None
    return second._replace(
        version=first.version or second.version,
        without=first.without | second.without,
        owed=first.owed or second.owed,
        edits_terms=(*first.edits_terms, *second.edits_terms),
        edits_job=(*first.edits_job, *second.edits_job),
        is_abroad=first.is_abroad or second.is_abroad,
    )


class Rerater:
    """Rates cases under alternatives; terms that were built once are kept."""

    def __init__(self) -> None:
        """Nothing is built before the first alternative."""
        self._terms: dict[tuple[Pricing, frozenset[str]], Terms | None] = {}

    def rerate(self, case: Case, alternative: Alternative) -> Outcome | None:
        """What the case comes to, exactly and in its own currency; `None` where the alternative gives no such sum."""
        version = alternative.version or case.version
        terms = self._find_terms(version, alternative.without)
        if terms is None:
            return None
        for edit_terms in alternative.edits_terms:
            terms = edit_terms(terms)
        job = case.job
        for edit_job in alternative.edits_job:
            job = edit_job(job)
        owed = alternative.owed or ("full" if case.status == "succeeded" else terms.outcomes.get(case.status))
        is_home = alternative.is_abroad or terms.currency == case.version.pricing.terms.currency
        if owed is None or not is_home:
            return None
        job = _end(job, owed)
        charged = _charge(job, terms)
        return None if charged is None else describe(charged, terms.currency, job.work.resolution)

    def _find_terms(self, version: Version, without: frozenset[str]) -> Terms | None:
        """The terms of the version without those of these names; `None` where the rest does not go together."""
        pricing = version.pricing
        if not without:
            return pricing.terms
        key = (pricing, without)
        if key not in self._terms:
            self._terms[key] = _build_without(version, without)
        return self._terms[key]


def _build_without(version: Version, without: frozenset[str]) -> Terms | None:
    pricing = version.pricing
    agreements = [
        agreement.model_copy(
            update={
                "term": tuple(
                    term
                    for position, term in enumerate(agreement.term)
                    if f"{agreement.agreement.id}:term/{position}" not in without
                )
            }
        )
        for agreement in pricing.agreements
    ]
    try:
        terms = build_terms(pricing.card, agreements, version.since) or pricing.terms
    except PricingError:
        return None
    own = f"{pricing.card.card.id}:"  # an agreement's terms have other positions now
    kept = tuple(one for one in terms.adjusters if not (one.source in without and one.source.startswith(own)))
    return terms._replace(adjusters=kept)


def _end(job: Job, owed: Owed) -> Job:
    if owed == "free":
        return job._replace(is_free=True)
    return job if owed == "full" else job._replace(work=at_tier(job.work._replace(resolution=job.work.rendered)))


def _charge(job: Job, terms: Terms) -> Charged | None:
    """The charge; `None` where it is not one amount, or one with more decimals than an amount has."""
    try:
        charged = charge_job(job, terms)
    except PricingError:
        return None
    if charged.kind != "exact" or count_decimals(charged.total or ZERO) > MAX_DECIMALS:
        return None
    return charged
