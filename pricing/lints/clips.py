"""CAT306: reference clips of which more cost less.

That a longer clip costs less is not asked: no rule for clips can do that. Each clip is cut, capped and rounded, the sum
capped, raised and rounded, and none of these turns two lengths round; tests/laws/test_monotone.py holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.algebra import DECIMALS
from pricing.cards import RateCard, ReferenceVideoRule
from pricing.clips import Clips, clip_seconds
from pricing.fields import spell_instant
from pricing.lints.lint import Check, Fault
from pricing.lints.survey import Survey
from pricing.money import format_decimal
from wan_rules.limits import Limits

SOURCE: Final = "docs/explanation/checks.md#amounts"


class _Cast(NamedTuple):
    """Clips of one length, among references."""

    clips: int
    references: int


def _clip_inversions(survey: Survey) -> Iterator[Fault]:
    """A request with one more reference clip, all as long as they count, is charged for at least as many seconds.

    Cuts by the number of clips can do the opposite: three clips cut to 1.65 s are 4.95 s, two cut to 2.5 s are 5 s.
    """
    for card in survey.cards:
        limits = survey.hosts[card.card.host].limits
        for index, rule in enumerate(card.reference_video):
            for fewer, more in _less_for_more(rule, limits):
                place = survey.place(card.card.id, "reference_video", index, "cuts_s")
                yield Fault(place, _say(card, rule, (fewer, more), _longest(rule, limits)))
                break


def _less_for_more(rule: ReferenceVideoRule, limits: Limits) -> Iterator[tuple[_Cast, _Cast]]:
    """Every number of clips that one more makes cheaper, without images and with as many as the host takes."""
    length, most = _longest(rule, limits), int(limits.references.value.high)
    for images in range(most):
        for clips in range(1, min(limits.videos_max.value, most - images)):
            fewer, more = _Cast(clips, clips + images), _Cast(clips + 1, clips + 1 + images)
            if rule.billed != "no" and _count(rule, more, length) < _count(rule, fewer, length):
                yield fewer, more


def _longest(rule: ReferenceVideoRule, limits: Limits) -> Decimal:
    """How long a clip is that counts as much as any: as the longest cut, or as the host takes it."""
    cut, taken = max(rule.cuts_s, default=Decimal(0)), limits.video_seconds.value
    return cut if taken is None else min(cut, Decimal(taken.high))


def _count(rule: ReferenceVideoRule, cast: _Cast, length: Decimal) -> Decimal:
    """The seconds that are charged for."""
    clips = Clips([length] * cast.clips, Decimal(cast.clips), Decimal(cast.references))
    return clip_seconds(DECIMALS, clips, rule.to_clip_rule())


def _say(card: RateCard, rule: ReferenceVideoRule, casts: tuple[_Cast, _Cast], length: Decimal) -> str:
    fewer, more = (f"{cast.clips} clips" if cast.clips > 1 else "1 clip" for cast in casts)
    among = f" among {casts[1].references} references" if rule.cuts_by == "references" else ""
    less, much = (format_decimal(_count(rule, cast, length)) for cast in reversed(casts))
    return (
        f"{more} of {length} s{among} are charged for {less} s, {fewer} for {much} s, by {card.card.id!r} from "
        f"{spell_instant(rule.from_)}: one more clip costs less. Mend the cuts, or acknowledge it where the host bills "
        "so."
    )


CLIP_INVERSION: Final = Check(
    id="CAT306", name="clip-inversion", severity="warning", source=SOURCE, find=_clip_inversions
)

CLIPS: Final = (CLIP_INVERSION,)
