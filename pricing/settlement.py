"""What a job costs after it ran: the quote's frozen terms over what the host reports, and the cause of each difference.

The law: the hold and its differences sum to the charge, and with the last one, of what the host billed, to that. No
catalogue is read: a settlement is a function of the quote and the report, so the same report twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from pricing.basis import Basis
from pricing.charges import Charged, charge_work
from pricing.departures import Cause, walk
from pricing.errors import MissingUsageError, ReportMismatchError
from pricing.jobs import Job, charge_job, measure_job
from pricing.keys import name_key
from pricing.lines import Consumed, MissingRateError
from pricing.metering import Billable, Work
from pricing.money import EXACT, ZERO, format_amount, format_amounts
from pricing.quotes import NoRateError, Quote
from pricing.reported import Reported
from pricing.terms import Terms

PENDING: Final = ("running", "unknown")
"""How a job stands of which nothing can be settled yet."""


class Difference(NamedTuple):
    """One aspect that came out other than it was quoted, and what that adds to the amount; it may be nothing.

    `what` is `status`, `resolution`, `ratio`, a meter, `consumed_before`, or `billed`: the last one, by how much the
    host's own amount differs from the charge.
    """

    cause: Cause
    what: str
    quoted: str
    reported: str
    amount: Decimal


class Resettled(NamedTuple):
    """What an earlier report was charged, and what the one that replaces it adds."""

    charge_before: Decimal
    difference: Decimal


class Settlement(NamedTuple):
    """What becomes of a quote's hold. `charged` is `None` while the job may still run; `work` is what it came to.

    `differences` are in the order of their causes: status, tier, quantity, and what the host billed.
    """

    reported: Reported
    currency: str
    quoted: Charged
    charged: Charged | None
    work: Work
    differences: tuple[Difference, ...] = ()
    resettled: Resettled | None = None

    @property
    def kind(self) -> Literal["settled", "pending"]:
        """Whether the job has ended, so that the hold is released."""
        return "pending" if self.charged is None else "settled"

    @property
    def hold(self) -> Decimal:
        """The most that the quote said it can cost; nothing where nothing bounds that."""
        return self.quoted.total or ZERO

    @property
    def charge(self) -> Decimal | None:
        """What is owed under the quote's terms; `None` while pending."""
        return None if self.charged is None else self.charged.total

    @property
    def release(self) -> Decimal:
        """What of the hold is given back; nothing while pending."""
        return ZERO if self.charge is None else max(EXACT.subtract(self.hold, self.charge), ZERO)

    @property
    def top_up(self) -> Decimal:
        """What is owed beyond the hold."""
        return ZERO if self.charge is None else max(EXACT.subtract(self.charge, self.hold), ZERO)


def settle(quoted: Quote | Basis, reported: Reported, so_far: Settlement | None = None) -> Settlement:
    """What the quoted job costs by what was reported of it, under the terms that the quote froze.

    `so_far` is an earlier settlement of the same quote: the same report gives that again, and so does one that still
    has the job running; any other gives the new charge, and says what it adds to the old one (`resettled`).

    Raises MissingOutcomeError where the terms do not say what a job that ended so costs, MissingUsageError where the
    report leaves the charge open, NoRateError where the terms have no price for what was rendered, and
    ReportMismatchError where the report, or `so_far`, can't be of this quote.
    """
    basis = _freeze(quoted)
    if so_far is None or so_far.charge is None:
        return _settle(basis, reported)
    if _settle(basis, so_far.reported) != so_far._replace(resettled=None):
        msg = "the earlier settlement is not of this quote: its report gives another one here"
        raise ReportMismatchError(msg)
    if so_far.reported == reported or reported.status in PENDING:
        return so_far
    fresh = _settle(basis, reported)
    added = EXACT.subtract(fresh.charge or ZERO, so_far.charge)
    return fresh._replace(resettled=Resettled(so_far.charge, added))


def _freeze(quoted: Quote | Basis) -> Basis:
    """What the quote's document embeds: how many lengths are disputed is told to people, and changes no charge."""
    if isinstance(quoted, Basis):
        return quoted
    return Basis(quoted.priced.pricing.terms, quoted.work._replace(disputed=0), quoted.consumed_before)


def _settle(basis: Basis, reported: Reported) -> Settlement:
    terms = basis.terms
    quoted = charge_work(basis.work, terms, basis.consumed_before)
    settlement = Settlement(reported, terms.currency, quoted, None, basis.work)
    if reported.status in PENDING:
        return settlement
    job, charged, differences = Job(basis.work, basis.consumed_before), quoted, []
    missing: NoRateError | None = None
    for step in walk(job, terms, reported):
        job, before = step.job, charged
        try:
            charged, missing = _charge(step.job, terms), None
        except NoRateError as error:
            missing = error  # half-way: what this aspect adds falls to the next one
        added = EXACT.subtract(charged.total or ZERO, before.total or ZERO)
        differences.append(Difference(*step[:4], added))
    if missing is not None:
        raise missing
    if charged.kind != "exact":
        raise MissingUsageError(
            f"at {_between(charged, terms.currency)}", tuple(_list_needs(measure_job(job, terms), job.consumed, terms))
        )
    differences += _compare_billed(reported, charged, terms.currency)
    return settlement._replace(charged=charged, work=job.work, differences=tuple(differences))


def _charge(job: Job, terms: Terms) -> Charged:
    try:
        return charge_job(job, terms)
    except MissingRateError as error:
        reason = f"the host reports a job that needs a price for {name_key(error.key)}, and the quote's terms have none"
        nearest = "They stay as they are: agree on it with the host, or quote again under a catalogue that has one."
        raise NoRateError(reason, nearest) from None


def _between(charged: Charged, currency: str) -> str:
    return f"{format_amounts(charged.total_min, charged.total, currency, to=' to ')} {currency}"


def _list_needs(billable: Billable, consumed: Consumed, terms: Terms) -> Iterator[str]:
    """What would make the charge exact."""
    clips = billable.clips
    if clips is not None and clips.low != clips.high:
        lengths = "" if terms.billed == "unknown" else "reference_video_seconds (how long the clips are) or "
        yield f"{lengths}billed_reference_video_seconds (how many of their seconds were billed)"
    unknown = [name for name in terms.counters if name not in dict(consumed)]
    if unknown:
        yield f"consumed_before with {', '.join(unknown)} (what the month held before the job)"


def _compare_billed(reported: Reported, charged: Charged, currency: str) -> Iterator[Difference]:
    """By how much the host's own amount differs from the charge: another rate, or a price for what is free."""
    billed, charge = reported.billed, charged.total or ZERO
    if billed is None or (billed.amount == charge and billed.currency == currency):
        return
    if billed.currency != currency:
        msg = f"billed is in {billed.currency}, and the quote in {currency}: write it in that, or leave it out"
        raise ReportMismatchError(msg)
    cause: Cause = "rate" if charged.lines else "status"
    words = format_amount(charge, currency), format_amount(billed.amount, currency)
    yield Difference(cause, "billed", *words, EXACT.subtract(billed.amount, charge))
