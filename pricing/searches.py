"""The search for what explains a difference: an alternative, a share of the rows, two of them, or the stated numbers.

First what agrees with all that the invoice says beside its amount, then the rest; what gives the amount to the last
digit goes before what gives it after rounding, and then the order of attribution decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product
from typing import Final, NamedTuple

from pricing.break_causes import CAUSES, Cause
from pricing.candidates import BY_PRICE, BY_QUANTITY, Candidate, Cases, Pair, Workshop
from pricing.money import EXACT, ZERO
from pricing.outcomes import Outcome, Stated, agrees

PAIRED_MOST: Final = 24
"""Single alternatives that are taken two at a time: those with a money of their own, the first in the order."""
PAIRED_CASES_MOST: Final = 4
ALSO_MOST: Final = 8
"""Other explanations that are listed beside one."""


class Question(NamedTuple):
    """Rows, what lines invoice for them, and what the lines say beside; `slack` is the most that rounding moves it."""

    cases: Cases
    invoiced: Decimal
    stated: Stated
    slack: Decimal


class Found(NamedTuple):
    """One step from what was expected to what was invoiced."""

    cause: Cause
    detail: str
    amount: Decimal
    evidence: str
    also: tuple[str, ...] = ()


class Walk(NamedTuple):
    """Steps from `base` on, and what they come to; the rest is for others to name."""

    base: Outcome
    steps: tuple[Candidate, ...]
    also: tuple[str, ...]


def search(question: Question, workshop: Workshop) -> tuple[Found, ...]:
    """The steps that lead from what the rows come to nearest to what was invoiced, each with its evidence."""
    base = workshop.rate_as_expected(question.cases)
    if base is None:
        return ()
    return tuple(_tell_steps(_walk(question, workshop, base)))


def _walk(question: Question, workshop: Workshop, base: Outcome) -> Walk:
    """The first walk that arrives, in the order of this module; the invoice's own numbers where none does."""
    cases, invoiced, stated, slack = question
    singles = workshop.list_singles(cases, stated, base)
    agreeing = [each for each in singles if agrees(each.outcome, stated)]
    named, numbers = ([each for each in agreeing if _is_stated(each) is own] for own in (False, True))
    shares = list(workshop.list_shares(cases, EXACT.subtract(invoiced, base.total), base))
    if _is_near(base, invoiced, slack) and agrees(base, stated):
        return Walk(base, (), ())  # rounded to the minor unit: no other word is needed
    tries: tuple[Callable[[], Walk | None], ...] = (
        lambda: _arrive(base, _near(named, invoiced, ZERO)),
        lambda: _arrive(base, _near(named, invoiced, slack)),
        lambda: _arrive(base, [each for each in shares if _fits(each, stated)]),
        lambda: _arrive(base, _near(numbers, invoiced, slack)),  # at most one of the two agrees with both
        lambda: _pair(question, workshop, base, singles),
        lambda: _go_by_numbers(question, workshop, base, singles),
        lambda: _arrive(base, _near(singles, invoiced, ZERO)),
        lambda: _arrive(base, _near(singles, invoiced, slack)),
        lambda: _arrive(base, shares),
        lambda: _come_nearer(question, workshop, base, singles),
    )
    return next((walk for attempt in tries if (walk := attempt())), Walk(base, (), ()))


def _fits(candidate: Candidate, stated: Stated) -> bool:
    """Whether quantities agree; of some rows in a sum no price can be told."""
    return agrees(candidate.outcome, stated._replace(unit_prices=()))


def _near(candidates: Sequence[Candidate], invoiced: Decimal, slack: Decimal) -> list[Candidate]:
    """Those that come to what was invoiced, give or take so much."""
    return [each for each in candidates if _is_near(each.outcome, invoiced, slack)]


def _arrive(base: Outcome, found: Sequence[Candidate]) -> Walk | None:
    """The first of the candidates, which all arrive, and the names of the others."""
    if not found:
        return None
    return Walk(base, (found[0],), _list_also(each.alternative.name for each in found))


def _list_also(names: Iterable[str]) -> tuple[str, ...]:
    first, *others = dict.fromkeys(names)
    return tuple(name for name in others if name != first)[:ALSO_MOST]


def _is_near(outcome: Outcome, invoiced: Decimal, slack: Decimal) -> bool:
    return EXACT.subtract(outcome.total, invoiced).copy_abs() <= slack


def _pair(question: Question, workshop: Workshop, base: Outcome, singles: Sequence[Candidate]) -> Walk | None:
    """The first two alternatives that arrive one after the other, and the others that do.

    After rounding only where the invoice says something beside its amounts, and the pair agrees with it: of many pairs
    some come near any amount.
    """
    if len(question.cases) > PAIRED_CASES_MOST:
        return None
    pairs = [pair for pair in _list_pairs(question, workshop, singles) if agrees(pair[1].outcome, question.stated)]
    slacks = (ZERO, question.slack) if question.stated.quantities or question.stated.unit_prices else (ZERO,)
    for slack in slacks:
        found = [pair for pair in pairs if _is_near(pair[1].outcome, question.invoiced, slack)]
        if found:
            names = [" + ".join(each.alternative.name for each in pair) for pair in found]
            return Walk(base, found[0], _list_also(names))
    return None


def _list_pairs(question: Question, workshop: Workshop, singles: Sequence[Candidate]) -> Iterator[Pair]:
    """Two alternatives in the order of attribution, each of which takes a step; those with stated numbers come last."""
    named = _pick_distinct(singles)
    yield from workshop.list_pairs(question.cases, named)
    numbers = [each for each in singles if _is_stated(each)]
    for pair in (*product(named, numbers), *combinations(numbers, 2)):
        first, second = sorted(pair, key=lambda each: CAUSES.index(each.alternative.cause))
        if first.alternative.cause != second.alternative.cause:  # else what is stated takes the place of the other
            yield from workshop.join(question.cases, first, second, question.stated)


def _is_stated(candidate: Candidate) -> bool:
    return candidate.alternative in (BY_QUANTITY, BY_PRICE)


def _list_joinable(singles: Sequence[Candidate]) -> list[Candidate]:
    """The named ones that another can be joined to: what is free leaves nothing to be changed."""
    return [each for each in singles if each.alternative.owed != "free" and not _is_stated(each)]


def _pick_distinct(singles: Sequence[Candidate]) -> list[Candidate]:
    """The first candidate of each sum."""
    seen: dict[Decimal, Candidate] = {}
    for each in _list_joinable(singles):
        seen.setdefault(each.outcome.total, each)
    return list(seen.values())[:PAIRED_MOST]


def _go_by_numbers(question: Question, workshop: Workshop, base: Outcome, singles: Sequence[Candidate]) -> Walk | None:
    """The quantity and unit price that the invoice states, and after them the first alternative that arrives."""
    steps = _follow_numbers(question, workshop, singles)
    if len(steps) < _BOTH:
        return None
    found = []
    for single in _list_joinable(singles):
        both = workshop.restate(single.outcome, question.stated)
        if both and _is_near(both, question.invoiced, ZERO):
            found.append(Candidate(single.alternative, both))
    if not found:
        return None
    names = [" + ".join(each.alternative.name for each in (*steps, last)) for last in found]
    return Walk(base, (*steps, found[0]), _list_also(names))


_BOTH: Final = 2


def _follow_numbers(question: Question, workshop: Workshop, singles: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The steps of the stated quantity and of the stated unit price, of those that change something."""
    own = [each for each in singles if _is_stated(each)]
    if len(own) < _BOTH:
        return tuple(own)
    both = workshop.follow(question.cases, own[0], own[1], question.stated)
    return (own[0], both) if both else (own[0],)


def _come_nearer(question: Question, workshop: Workshop, base: Outcome, singles: Sequence[Candidate]) -> Walk | None:
    """The quantity and unit price that the invoice states, as far as they lead nearer."""
    steps = _follow_numbers(question, workshop, singles)
    while steps and not _distance(steps[-1].outcome, question) < _distance(base, question):
        steps = steps[:-1]
    return Walk(base, steps, ()) if steps else None


def _distance(outcome: Outcome, question: Question) -> Decimal:
    return EXACT.subtract(outcome.total, question.invoiced).copy_abs()


def _tell_steps(walk: Walk) -> Iterator[Found]:
    """Each step with its money."""
    before = walk.base
    for step in walk.steps:
        amount = EXACT.subtract(step.outcome.total, before.total)
        evidence = (
            f"{step.told}; {before.told} expected" if before is walk.base else f"{step.told}; {before.told} before"
        )
        yield Found(step.alternative.cause, step.alternative.detail, amount, evidence, walk.also)
        before = step.outcome
