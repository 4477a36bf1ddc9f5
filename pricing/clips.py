"""How many seconds of reference clips are charged for: capped, cut, raised and rounded as the card says.

Written once, for numbers and for columns alike: each function takes the algebra that it runs in.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Generic, Literal, NamedTuple, TypeAlias

from pricing.algebra import Algebra, C, T, round_to
from pricing.money import RoundingMode

_ZERO: Final = Decimal(0)

Place: TypeAlias = Literal["clip", "total"]
Counted: TypeAlias = Literal["videos", "references"]


class Step(NamedTuple):
    """Rounding of seconds to multiples of `step`, of each clip or of their sum."""

    step: Decimal
    mode: RoundingMode
    place: Place


class ClipRule(NamedTuple):
    """How many seconds of reference clips are charged for. All of it is the rate card's word; `None` is no such term.

    `cuts_s[n - 1]` caps each clip of a request with n videos (or references, as `cuts_by` says), the last entry for
    any more. Order: each clip is cut and capped, then rounded; the sum is capped, raised to the minimum, rounded.
    """

    cap_per_clip_s: Decimal | None = None
    cap_total_s: Decimal | None = None
    cuts_s: tuple[Decimal, ...] = ()
    cuts_by: Counted = "videos"
    minimum_s: Decimal | None = None
    rounding: Step | None = None


class Clips(NamedTuple, Generic[T]):
    """The clips of one request: seconds of each (0 where there is none), how many, and among how many references."""

    seconds: Sequence[T]
    videos: T
    references: T


def clip_seconds(a: Algebra[T, C], clips: Clips[T], rule: ClipRule) -> T:
    """The seconds of reference clips that are charged for."""
    total = a.number(_ZERO)
    for seconds in _each_clip(a, clips, rule):
        total = a.add(total, seconds)
    if rule.cap_total_s is not None:
        total = a.least(total, a.number(rule.cap_total_s))
    if rule.minimum_s is not None:
        raised = a.greatest(total, a.number(rule.minimum_s))
        total = a.where(a.less(a.number(_ZERO), clips.videos), raised, total)
    if rule.rounding is not None and rule.rounding.place == "total":
        total = round_to(a, total, rule.rounding.step, rule.rounding.mode)
    return total


def _each_clip(a: Algebra[T, C], clips: Clips[T], rule: ClipRule) -> Sequence[T]:
    """Each clip cut, capped and rounded, where the card does any of that to each."""
    is_rounded = rule.rounding is not None and rule.rounding.place == "clip"
    if not rule.cuts_s and rule.cap_per_clip_s is None and not is_rounded:
        return clips.seconds
    cut = _cut(a, clips, rule)
    return [_one_clip(a, seconds, cut, rule) for seconds in clips.seconds]


def _cut(a: Algebra[T, C], clips: Clips[T], rule: ClipRule) -> T | None:
    """What each clip is cut to, by how many there are; the cuts go down, so the last one that applies wins."""
    if not rule.cuts_s:
        return None
    count = clips.videos if rule.cuts_by == "videos" else clips.references
    cut = a.number(rule.cuts_s[0])
    for number, seconds in enumerate(rule.cuts_s[1:], start=1):
        cut = a.where(a.less(a.number(Decimal(number)), count), a.number(seconds), cut)
    return cut


def _one_clip(a: Algebra[T, C], seconds: T, cut: T | None, rule: ClipRule) -> T:
    if cut is not None:
        seconds = a.least(seconds, cut)
    if rule.cap_per_clip_s is not None:
        seconds = a.least(seconds, a.number(rule.cap_per_clip_s))
    if rule.rounding is not None and rule.rounding.place == "clip":
        seconds = round_to(a, seconds, rule.rounding.step, rule.rounding.mode)
    return seconds
