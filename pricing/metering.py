"""What a planned request uses: seconds rendered, upscaled and referenced, before and after the card's caps and cuts.

Where a clip's length is unknown both ends are worked out, from the host's own limits; no length is guessed.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from pricing.formulas import DECIMALS, Clips, clip_seconds
from pricing.meters import MeterId
from pricing.money import EXACT, ZERO
from pricing.terms import Terms
from wan_rules.limits import Range
from wan_rules.request import Resolution
from wan_rules.staging import Plan, StageName
from wan_rules.validation import ValidRequest


class Span(NamedTuple):
    """A length in seconds, between two ends; both are the same where it is known. `high` is `None` without a limit."""

    low: Decimal
    high: Decimal | None


class Work(NamedTuple):
    """What one request asks to be done: all that its charge depends on beside the terms.

    `clips` are the lengths of the reference clips, in the order of the references.
    """

    resolution: Resolution
    rendered: Resolution
    seconds: Decimal
    stages: tuple[StageName, ...]
    clips: tuple[Span, ...]
    references: int


class Quantity(NamedTuple):
    """How much of one meter is used (`consumed`) and charged for (`pricing`), each with its least. Seconds or requests.

    `resolution` is the tier whose price applies; `None` ends are not bounded by any limit.
    """

    meter: MeterId
    priced_by: MeterId
    stage: StageName | None
    resolution: Resolution
    consumed: Decimal | None
    consumed_min: Decimal
    pricing: Decimal | None
    pricing_min: Decimal


Usage = tuple[Quantity, ...]


def find_clips(valid: ValidRequest) -> tuple[Span, ...]:
    """The length of each reference clip: measured where a fact says so, else between the host's limits."""
    unknown = _between(valid.host.limits.video_seconds.value)
    references, evidence = valid.request.references, valid.evidence
    if not evidence:
        return tuple([unknown for kind, _, _ in references if kind == "video"])
    found = []
    for reference, (facts, _) in zip(references, evidence, strict=False):
        if reference.kind == "video":
            length = facts.duration_s if facts else None
            found.append(unknown if length is None else Span(length, length))
    return tuple(found)


@lru_cache(maxsize=64)
def _between(limit: Range | None) -> Span:
    return Span(Decimal(limit.low), Decimal(limit.high)) if limit else Span(ZERO, None)


def describe_work(valid: ValidRequest, plan: Plan) -> Work:
    """What the request asks to be done."""
    request, render = valid.request, plan.stages[0]
    stages = _RENDER if len(plan.stages) == 1 else _RENDER_AND_UPSCALE
    clips = find_clips(valid)
    return Work(request.resolution, render.output, Decimal(render.seconds), stages, clips, len(request.references))


_RENDER: Final[tuple[StageName, ...]] = ("render",)
_RENDER_AND_UPSCALE: Final[tuple[StageName, ...]] = ("render", "upscale")


def measure(work: Work, terms: Terms) -> Usage:
    """Every quantity of the request in the order of the lines: render, upscaling, clips where billed, the request."""
    staged = terms.super_resolution == "stages" and "upscale" in work.stages
    seconds = work.seconds
    usage = []
    if staged:
        usage.append(_sure("output_video_seconds", "render", work.rendered, seconds))
        usage.append(_sure("super_resolution_seconds", "upscale", work.resolution, seconds))
    else:
        stage: StageName | None = "render" if work.stages == _RENDER else None
        usage.append(_sure("output_video_seconds", stage, work.resolution, seconds))
    if work.clips and terms.billed != "no":
        usage.append(_reference_seconds(work, terms))
    if any(meter == "requests" for meter, _ in terms.rates):
        usage.append(_sure("requests", None, work.resolution, Decimal(1)))
    return tuple(usage)


def _sure(meter: MeterId, stage: StageName | None, resolution: Resolution, quantity: Decimal) -> Quantity:
    return Quantity(meter, meter, stage, resolution, quantity, quantity, quantity, quantity)


def _reference_seconds(work: Work, terms: Terms) -> Quantity:
    lows = [span.low for span in work.clips]
    highs = [span.high for span in work.clips if span.high is not None]
    unlimited = len(highs) < len(lows)
    charged_low = _billable(lows, work, terms)
    charged_high = (
        _unlimited_most(terms) if unlimited else charged_low if highs == lows else _billable(highs, work, terms)
    )
    if terms.billed == "unknown":
        charged_low = ZERO
    return Quantity(
        "reference_video_seconds",
        "reference_video_seconds" if terms.priced_as == "own" else "output_video_seconds",
        "render",
        work.rendered if terms.priced_as == "render" else work.resolution,
        None if unlimited else _sum(highs),
        _sum(lows),
        charged_high,
        charged_low,
    )


def _sum(lengths: list[Decimal]) -> Decimal:
    total = ZERO
    for length in lengths:
        total = EXACT.add(total, length)
    return total


def _billable(lengths: list[Decimal], work: Work, terms: Terms) -> Decimal:
    clips = Clips(lengths, Decimal(len(work.clips)), Decimal(work.references))
    return clip_seconds(DECIMALS, clips, terms.clip_rule)


def _unlimited_most(terms: Terms) -> Decimal | None:
    """The most that clips without a limit cost: the cap in total, rounded as the card says, or nothing bounds them."""
    cap = terms.clip_rule.cap_total_s
    if cap is None:
        return None
    return clip_seconds(
        DECIMALS, Clips([cap], Decimal(1), Decimal(1)), terms.clip_rule._replace(cuts_s=(), cap_per_clip_s=None)
    )
