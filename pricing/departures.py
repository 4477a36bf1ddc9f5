"""In which aspects a job came out other than it was quoted, each replaced in turn by what was reported of it.

The law: the order is fixed (docs/adr/0017-settlement.md), so each difference in what a job costs has one cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.clips import ClipRule
from pricing.errors import MissingUsageError, ReportMismatchError
from pricing.jobs import Job, at_tier, end_job, measure_job
from pricing.metering import Work, total_length
from pricing.money import ZERO, format_decimal, format_span
from pricing.reported import Reported
from pricing.schemes import Span
from pricing.terms import OUTCOMES, Terms

Cause: TypeAlias = Literal["status", "tier", "quantity", "rate"]


class Step(NamedTuple):
    """One aspect of a job replaced by what was reported of it: `job` is the job from there on."""

    cause: Cause
    what: str
    quoted: str
    reported: str
    job: Job


def walk(job: Job, terms: Terms, reported: Reported) -> Iterator[Step]:
    """Each aspect that differs, replaced after those before it; what a job that is free would have come to is moot."""
    for replace in _ASPECTS:
        step = None if job.is_free else replace(job, terms, reported)
        if step is not None:
            yield step
            job = step.job


def _end(job: Job, terms: Terms, reported: Reported) -> Step | None:
    """How the job ended, and what the terms say that this costs."""
    outcome = next((outcome for outcome in OUTCOMES if outcome == reported.status), None)
    if outcome is None:
        return None
    if outcome == "failed_upscaling" and "upscale" not in job.work.stages:
        msg = f"the report has the upscaling fail, and the quote's job has none: it renders {job.work.resolution}"
        raise ReportMismatchError(msg)
    job = end_job(job, outcome, terms)
    ended = f"{reported.status} ({reported.code})" if reported.code else reported.status
    return Step("status", "status", "succeeded", f"{ended}, {_OWED[terms.outcomes[outcome]]}", job)


_OWED: Final = {"free": "free", "full": "charged in full", "rendered": "charged for the render alone"}


def _take_tier(job: Job, _terms: Terms, reported: Reported) -> Step | None:
    """The tier that was delivered; a job that did not succeed delivered none, and is charged by what was asked."""
    work, tier = job.work, reported.resolution
    if reported.status != "succeeded" or tier in (None, work.resolution):
        return None
    delivered = at_tier(work._replace(resolution=tier))
    return Step("tier", "resolution", work.resolution, tier, job._replace(work=delivered))


def _take_ratio(job: Job, _terms: Terms, reported: Reported) -> Step | None:
    """The ratio that was delivered; where a first frame decides it, none was quoted."""
    work, ratio = job.work, reported.ratio
    if reported.status != "succeeded" or ratio is None or work.ratio in (None, ratio):
        return None
    return Step("tier", "ratio", work.ratio, ratio, job._replace(work=work._replace(ratio=ratio)))


def _take_output(job: Job, _terms: Terms, reported: Reported) -> Step | None:
    """The seconds that were rendered; of a job that did not succeed, as many as were asked."""
    work, seconds = job.work, reported.output_s
    if reported.status != "succeeded" or seconds in (None, work.seconds):
        return None
    words = format_decimal(work.seconds), format_decimal(seconds)
    return Step("quantity", "output_video_seconds", *words, job._replace(work=work._replace(seconds=seconds)))


def _take_clips(job: Job, terms: Terms, reported: Reported) -> Step | None:
    """The seconds of the clips: billed ones as they are, lengths through the terms' own caps and cuts."""
    if reported.billed_clips_s is not None:
        return _take_billed_clips(job, terms, reported.billed_clips_s)
    if reported.clips_s is None:
        return None
    work = job.work._replace(clips=_to_spans(job.work, reported.clips_s, terms))
    if work == job.work:
        return None
    words = _say_span(total_length(job.work.clips)), _say_span(total_length(work.clips))
    return Step("quantity", "reference_video_seconds", *words, job._replace(work=work))


def _take_billed_clips(job: Job, terms: Terms, billed: Decimal) -> Step | None:
    if billed and not job.work.clips:
        raise _no_clips(billed)
    span = measure_job(job, terms).clips or _NO_SECONDS  # clips that the terms do not bill stay so
    if span == Span(billed, billed):
        return None
    words = _say_span(span), format_decimal(billed)
    return Step("quantity", "reference_video_seconds", *words, job._replace(billed_clips=billed))


_NO_SECONDS: Final = Span(ZERO, ZERO)


def _to_spans(work: Work, lengths: Decimal | tuple[Decimal, ...], terms: Terms) -> tuple[Span, ...]:
    """The reported lengths in place of the clips'; a sum stands for all of them where no term looks at each."""
    if not isinstance(lengths, tuple):
        if lengths and not work.clips:
            raise _no_clips(lengths)
        if len(work.clips) > 1 and terms.billed != "no" and _looks_at_each(terms.clip_rule):
            raise MissingUsageError("in what each clip comes to", (_EACH_CLIP,))
        lengths = (lengths, *(ZERO for _ in work.clips[1:]))[: len(work.clips)]
    if len(lengths) != len(work.clips):
        msg = f"the report has the lengths of {len(lengths)} clips, the quote {len(work.clips)}: one length for each"
        raise ReportMismatchError(msg)
    return tuple(Span(seconds, seconds) for seconds in lengths)


def _looks_at_each(rule: ClipRule) -> bool:
    is_rounded = rule.rounding is not None and rule.rounding.place == "clip"
    return bool(rule.cuts_s) or rule.cap_per_clip_s is not None or is_rounded


_EACH_CLIP: Final = "reference_video_seconds as an array, the length of each clip in the order of the references"


def _no_clips(seconds: Decimal) -> ReportMismatchError:
    msg = f"the report has {format_decimal(seconds)} s of clips, and the quote's job has none: is it another job's?"
    return ReportMismatchError(msg)


def _take_month(job: Job, terms: Terms, reported: Reported) -> Step | None:
    """Running totals that the quote was not told; what it was told stays."""
    told = dict(job.consumed)
    found = {name: value for name, value in reported.consumed_before if name in terms.counters and name not in told}
    if not found:
        return None
    said = ", ".join(f"{name} {format_decimal(value)}" for name, value in found.items())
    consumed = tuple(sorted({**told, **found}.items()))
    return Step("quantity", "consumed_before", "not known", said, job._replace(consumed=consumed))


_Replace: TypeAlias = Callable[[Job, Terms, Reported], Step | None]
_ASPECTS: Final[tuple[_Replace, ...]] = (_end, _take_tier, _take_ratio, _take_output, _take_clips, _take_month)
"""The order in which a difference finds its cause (docs/adr/0017-settlement.md)."""


def _say_span(span: Span) -> str:
    return format_span(span.low, span.high, to="..")
