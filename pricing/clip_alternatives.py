"""Other quantities that a host may have billed: of reference clips and of the output, in the order that they are tried.

None of them knows a number of its own: each is the terms' own rule with a part of it left out or applied elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, get_args

from pricing.algebra import DECIMALS, round_to
from pricing.cases import Alternative, Case, EditTerms
from pricing.clips import ClipRule, Place, Step
from pricing.jobs import Job
from pricing.money import EXACT, RoundingMode, format_decimal
from pricing.terms import Terms

_WHOLE: Final = Decimal(1)
_MODES: Final[tuple[RoundingMode, ...]] = ("up", "half-up", "down")


def list_quantities(case: Case) -> Iterator[Alternative]:
    """The alternatives of cause `quantity`, without those that could change nothing."""
    job, terms = case.job, case.version.pricing.terms
    if job.work.clips and terms.billed == "yes":
        yield _quantity("clips not billed", "with no reference clip billed", _bill("no"))
        if job.billed_clips is None:
            yield from _rule_otherwise(terms.clip_rule)
            yield from _round_otherwise(terms.clip_rule, len(job.work.clips))
    elif job.work.clips:
        yield _quantity("clips billed", "with the reference clips billed, which these terms do not", _bill("yes"))
        bare = _change_rule(lambda _: ClipRule())
        yield _quantity("clips billed whole", "with the reference clips billed whole", _bill("yes"), bare)
    if EXACT.remainder(job.work.seconds, _WHOLE):
        for mode in _MODES:
            yield Alternative(
                "quantity",
                f"output rounded {mode}",
                f"with the output rounded {mode} to a second",
                edits_job=(_round(mode),),
            )


def _quantity(detail: str, said: str, *edits: EditTerms) -> Alternative:
    return Alternative("quantity", detail, said, edits_terms=edits)


def _bill(billed: str) -> EditTerms:
    def edit(terms: Terms) -> Terms:
        return terms._replace(billed="yes" if billed == "yes" else "no")

    return edit


def _change_rule(change: Callable[[ClipRule], ClipRule]) -> EditTerms:
    def edit(terms: Terms) -> Terms:
        return terms._replace(clip_rule=change(terms.clip_rule))

    return edit


def _rule_otherwise(rule: ClipRule) -> Iterator[Alternative]:
    """The rule without its caps and cuts, with the cap elsewhere, with cuts counted by the others, or no minimum."""
    each, total = rule.cap_per_clip_s, rule.cap_total_s
    if each is not None or total is not None or rule.cuts_s:
        bare = _change_rule(lambda own: own._replace(cap_per_clip_s=None, cap_total_s=None, cuts_s=()))
        yield _quantity("clips uncapped", "with the reference clips neither capped nor cut", bare)
    if rule.cuts_s and (each is not None or total is not None):
        yield _quantity(
            "clips not cut", "with the clips capped and not cut", _change_rule(lambda own: own._replace(cuts_s=()))
        )
    if total is not None and each is None:
        moved = _change_rule(lambda own: own._replace(cap_per_clip_s=own.cap_total_s, cap_total_s=None))
        yield _quantity("clips capped each", f"with each clip capped at {format_decimal(total)} s, not the sum", moved)
    if each is not None and total is None:
        moved = _change_rule(lambda own: own._replace(cap_total_s=own.cap_per_clip_s, cap_per_clip_s=None))
        yield _quantity("clips capped in total", f"with all clips capped at {format_decimal(each)} s together", moved)
    if rule.cuts_s:
        yield _quantity("clips counted otherwise", "with the cuts by the number of the others", _change_rule(_count))
    if rule.minimum_s is not None:
        lifted = _change_rule(lambda own: own._replace(minimum_s=None))
        yield _quantity("clips without minimum", "without the least seconds of clips", lifted)


def _count(rule: ClipRule) -> ClipRule:
    return rule._replace(cuts_by="references" if rule.cuts_by == "videos" else "videos")


def _round_otherwise(rule: ClipRule, clips: int) -> Iterator[Alternative]:
    """Seconds of clips rounded in another mode or place, not at all, or though the terms do not."""
    own = rule.rounding
    if own is not None:
        yield _quantity("clips not rounded", "with the seconds of clips not rounded", _change_rule(_unrounded))
    step = own.step if own else _WHOLE
    places: tuple[Place, ...] = get_args(Place) if clips > 1 else ("total",)
    for mode in _MODES:
        for place in places:
            other = Step(step, mode, place)
            if other != own:
                where = "each clip" if place == "clip" else "the sum of clips"
                said = f"with {where} rounded {mode} to {format_decimal(step)} s"
                yield _quantity(f"{where} rounded {mode}", said, _change_rule(_rounding(other)))


def _unrounded(rule: ClipRule) -> ClipRule:
    return rule._replace(rounding=None)


def _rounding(step: Step) -> Callable[[ClipRule], ClipRule]:
    def change(rule: ClipRule) -> ClipRule:
        return rule._replace(rounding=step)

    return change


def _round(mode: RoundingMode) -> Callable[[Job], Job]:
    def edit(job: Job) -> Job:
        return job._replace(work=job.work._replace(seconds=round_to(DECIMALS, job.work.seconds, _WHOLE, mode)))

    return edit
