"""A job that was done: its work, what the month held before it, and how it ended; and what it comes to under terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from pricing.cards import Outcome
from pricing.charges import Charged, charge_billable
from pricing.errors import MissingOutcomeError
from pricing.lines import Consumed
from pricing.metering import Billable, Work, measure
from pricing.money import ZERO
from pricing.schemes import Span
from pricing.terms import Terms
from wan_rules.staging import RENDERED_AT, STAGES


class Job(NamedTuple):
    """What is charged for; `billed_clips` stands in place of what the terms would make of the clips."""

    work: Work
    consumed: Consumed = ()
    billed_clips: Decimal | None = None
    is_free: bool = False


FREE: Final = Charged("exact", (), (), ZERO, ZERO, ZERO, ZERO, ZERO)
"""The charge of a job that is free."""


def end_job(job: Job, outcome: Outcome, terms: Terms) -> Job:
    """What is charged for where the job ended so. Raises MissingOutcomeError where the terms do not say."""
    owed = terms.outcomes.get(outcome)
    if owed is None:
        raise MissingOutcomeError(outcome)
    if owed == "free":
        return job._replace(is_free=True)
    if owed == "rendered":
        return job._replace(work=at_tier(job.work._replace(resolution=job.work.rendered)))
    return job


def at_tier(work: Work) -> Work:
    """The work with the stages that its tier runs."""
    return work._replace(rendered=RENDERED_AT[work.resolution], stages=STAGES[work.resolution])


def measure_job(job: Job, terms: Terms) -> Billable:
    """What is billed of the job: of clips, if at all, what the host says it billed, which is not capped again."""
    billable, billed = measure(job.work, terms), job.billed_clips
    if billed is None or billable.clips is None:
        return billable
    return billable._replace(clips=Span(billed, billed))


def charge_job(job: Job, terms: Terms) -> Charged:
    """What the job comes to. Raises MissingRateError for a meter and tier that the terms do not price."""
    return FREE if job.is_free else charge_billable(measure_job(job, terms), terms, job.consumed)
