"""What a planned request uses: seconds rendered, upscaled and referenced, before and after the card's caps and cuts.

Where a clip's length is unknown both ends are worked out, from the host's own limits; no length is guessed.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from pricing.algebra import DECIMALS
from pricing.cards import SrPriced
from pricing.clips import ClipRule, Clips, clip_seconds
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.meters import MeterId
from pricing.money import EXACT, ZERO
from pricing.schemes import Span
from pricing.terms import Terms
from wan_rules.limits import Range
from wan_rules.media_facts import MediaFacts
from wan_rules.request import AspectRatio, Resolution
from wan_rules.staging import RENDERED_AT, STAGES, Plan, StageName
from wan_rules.validation import ValidRequest


class Work(NamedTuple):
    """What one request asks to be done: all that its charge depends on beside the terms.

    `clips` are the lengths of the reference clips, in the order of the references. `ratio` is `None` where a first
    frame decides the shape. `disputed` says of how many clips facts give an end of the length, and not the length.
    """

    resolution: Resolution
    rendered: Resolution
    seconds: Decimal
    stages: tuple[StageName, ...]
    clips: tuple[Span, ...]
    references: int
    ratio: AspectRatio | None = None
    disputed: int = 0


class Billable(NamedTuple):
    """What of some work is charged for: its amounts depend on nothing else beside the terms.

    `clips` are the seconds of reference clips after caps, cuts and rounding; `None` where they are not billed. `named`
    is the ratio and whether there are clips, as keys of rates spell them; `any` where no price depends on it.
    """

    resolution: Resolution
    rendered: Resolution
    seconds: Decimal
    stages: tuple[StageName, ...]
    clips: Span | None
    named: tuple[str, str] = (ANY, ANY)


class Quantity(NamedTuple):
    """How much of one meter is charged for (the pricing quantity), with its least. Seconds or requests.

    `resolution` is the tier whose price applies; a `pricing` of `None` is not bounded by any limit. `used` is what an
    allowance or a package was taken from, `None` where that is the same; `packed` what was counted in packages, where
    `pricing` is a number of these.
    """

    meter: MeterId
    priced_by: MeterId
    stage: StageName | None
    resolution: Resolution
    pricing: Decimal | None
    pricing_min: Decimal
    used: Span | None = None
    packed: Span | None = None

    @property
    def billed(self) -> Span:
        """What the card makes of it: after caps, cuts and rounding, before allowances and packages."""
        return self.used or Span(self.pricing_min, self.pricing)


Usage = tuple[Quantity, ...]


def find_clips(valid: ValidRequest) -> tuple[Span, ...]:
    """The length of each reference clip, or the ends between which it lies: as facts say, else the host's limits."""
    unknown = _between(valid.host.limits.video_seconds.value)
    references, evidence = valid.request.references, valid.evidence
    if not evidence:
        return tuple([unknown for kind, _, _ in references if kind == "video"])
    found = []
    for reference, (facts, _) in zip(references, evidence, strict=False):
        if reference.kind == "video":
            length = facts.duration_s if facts else None
            found.append(Span(length, length) if length is not None else _narrow(unknown, facts) if facts else unknown)
    return tuple(found)


def _narrow(unknown: Span, facts: MediaFacts) -> Span:
    """Between the ends that facts say; the host's limits stand in for one that they do not, unless they contradict."""
    low, high = facts.duration_min_s, facts.duration_max_s
    if low is None:
        return unknown if high is None else Span(unknown.low if unknown.low <= high else ZERO, high)
    if high is None and unknown.high is not None and unknown.high >= low:
        high = unknown.high
    return Span(low, high)


def _count_disputed(valid: ValidRequest, clips: tuple[Span, ...]) -> int:
    """Of how many clips of unknown length facts say an end."""
    if all(span.low is span.high for span in clips):
        return 0
    kinds = [reference.kind for reference in valid.request.references]
    known = [facts for kind, (facts, _) in zip(kinds, valid.evidence, strict=False) if kind == "video"]
    said = [facts is not None and (facts.duration_min_s, facts.duration_max_s) != (None, None) for facts in known]
    return sum(1 for span, is_said in zip(clips, said, strict=True) if span.low != span.high and is_said)


@lru_cache(maxsize=64)
def _between(limit: Range | None) -> Span:
    return Span(Decimal(limit.low), Decimal(limit.high)) if limit else Span(ZERO, None)


def describe_work(valid: ValidRequest, plan: Plan) -> Work:
    """What the request asks to be done."""
    request, render = valid.request, plan.stages[0]
    clips = find_clips(valid)
    ratio = None if request.first_frame else request.ratio
    disputed = _count_disputed(valid, clips) if valid.evidence else 0
    seconds = Decimal(render.seconds)
    tier, references = request.resolution, len(request.references)
    return Work(tier, render.output, seconds, STAGES[tier], clips, references, ratio, disputed)


def measure(work: Work, terms: Terms) -> Billable:
    """What of the work the terms charge for: clips capped, cut and rounded as the card says."""
    resolution, rendered, seconds, stages, clips, references, _, _ = work
    named = _name(work, terms) if terms.by_ratio or terms.by_clips else _UNNAMED
    if not clips or terms.billed == "no":
        return Billable(resolution, rendered, seconds, stages, None, named)
    lows, ends = [span.low for span in clips], [span.high for span in clips]
    low = _charged(lows, references, terms)
    high: Decimal | None = low
    if ends != lows:
        enough = find_enough(terms.clip_rule) if None in ends else None
        highs = [end for end in (enough if end is None else end for end in ends) if end is not None]
        high = _charged(highs, references, terms) if len(highs) == len(ends) else None
    return Billable(
        resolution, rendered, seconds, stages, Span(ZERO if terms.billed == "unknown" else low, high), named
    )


_UNNAMED: Final = (ANY, ANY)


def _name(work: Work, terms: Terms) -> tuple[str, str]:
    """Those of its names that prices depend on."""
    ratio, clips = find_names(work)
    return ratio if terms.by_ratio else ANY, clips if terms.by_clips else ANY


def find_names(work: Work) -> tuple[str, str]:
    """The ratio, and whether there are clips: all that a price may name beside its meter and tier."""
    return work.ratio or ANY, WITH_CLIPS if work.clips else WITHOUT_CLIPS


def consume(quantity: Quantity, work: Work) -> Span:
    """What was used of that meter: the whole length of the clips; of the others, all that was rendered or asked."""
    if quantity.meter != "reference_video_seconds":
        return quantity.billed
    return total_length(work.clips)


def total_length(clips: tuple[Span, ...]) -> Span:
    """The length of all clips together."""
    total_low: Decimal = ZERO
    total_high: Decimal | None = ZERO
    for low, high in clips:
        total_low = EXACT.add(total_low, low)
        total_high = None if total_high is None or high is None else EXACT.add(total_high, high)
    return Span(total_low, total_high)


def _charged(lengths: list[Decimal], references: int, terms: Terms) -> Decimal:
    return clip_seconds(DECIMALS, Clips(lengths, Decimal(len(lengths)), Decimal(references)), terms.clip_rule)


def find_enough(rule: ClipRule) -> Decimal | None:
    """How long a clip is that is charged for as much as any longer one; `None` where each second more counts.

    What each clip is cut or capped to ends it; else it fills the cap in total, also where it is rounded down before.
    """
    ends = [*rule.cuts_s[:1], *([] if rule.cap_per_clip_s is None else [rule.cap_per_clip_s])]
    if ends or rule.cap_total_s is None:
        return min(ends, default=None)
    return EXACT.add(rule.cap_total_s, rule.rounding.step if rule.rounding else ZERO)


def list_delivered(tier: Resolution, priced: SrPriced) -> tuple[EntryKey, ...]:
    """What a second delivered at the tier is priced by, in the order of its stages."""
    if priced == "tier" or "upscale" not in STAGES[tier]:
        return (EntryKey("output_video_seconds", tier),)
    return (EntryKey("output_video_seconds", RENDERED_AT[tier]), EntryKey("super_resolution_seconds", tier))


def itemise(billable: Billable, terms: Terms) -> Usage:
    """Every quantity of the request in the order of the lines: render, upscaling, clips where billed, the request."""
    resolution, rendered, seconds, stages, clips, _ = billable
    usage = []
    if terms.super_resolution == "stages" and "upscale" in stages:
        usage.append(_sure("output_video_seconds", "render", rendered, seconds))
        usage.append(_sure("super_resolution_seconds", "upscale", resolution, seconds))
    else:
        usage.append(_sure("output_video_seconds", "render" if stages == ("render",) else None, resolution, seconds))
    if clips is not None:
        priced_by: MeterId = "reference_video_seconds" if terms.priced_as == "own" else "output_video_seconds"
        tier = rendered if terms.priced_as == "render" else resolution
        usage.append(Quantity("reference_video_seconds", priced_by, "render", tier, clips.high, clips.low))
    if any(key.meter == "requests" for key in terms.rates):
        usage.append(_sure("requests", None, resolution, Decimal(1)))
    return tuple(usage)


def _sure(meter: MeterId, stage: StageName | None, resolution: Resolution, quantity: Decimal) -> Quantity:
    return Quantity(meter, meter, stage, resolution, quantity, quantity)
