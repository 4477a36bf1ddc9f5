"""A catalogue to all that is wrong with it: every check, over every market and all time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from pricing.acknowledgements import Acknowledgement
from pricing.catalogue import Catalogue
from pricing.coverage import NOT_TRIED, Tried
from pricing.lints.amounts import AMOUNTS
from pricing.lints.bands import BANDS
from pricing.lints.clips import CLIPS
from pricing.lints.coverage import COVERAGE
from pricing.lints.entries import ENTRIES
from pricing.lints.history import HISTORY
from pricing.lints.lint import Check, Fault, Lint
from pricing.lints.survey import Bounds, Survey, survey
from pricing.lints.trials import FAILED, TRIALS, find_failures
from pricing.lints.turns import TURNS
from pricing.lints.upkeep import IDLE_ACKNOWLEDGEMENT, UPKEEP
from pricing.trials import Trial
from wan_rules.hosts import HOSTS, Hosts

_FIRST: Final = (*COVERAGE, *ENTRIES, *AMOUNTS, *BANDS, *TURNS, *CLIPS, *UPKEEP, *HISTORY, *TRIALS)
CHECKS: Final[tuple[Check, ...]] = tuple(sorted((*_FIRST, IDLE_ACKNOWLEDGEMENT), key=lambda check: check.id))
BOUNDS: Final = Bounds()

__all__ = ["CHECKS", "Bounds", "Check", "Lint", "lint", "lint_trials"]


def lint(  # noqa: PLR0913 - a catalogue and a day; the rest has defaults
    catalogue: Catalogue,
    today: date,
    bounds: Bounds = BOUNDS,
    *,
    hosts: Hosts = HOSTS,
    tried: Tried = NOT_TRIED,
) -> tuple[Lint, ...]:
    """Everything that the checks find in the catalogue as of `today`, by file, line and id.

    `tried` is what its own tests came to. Without an error every market has, at every instant, one card and at most one
    agreement, or none.
    """
    seen = replace(survey(catalogue, today, bounds, hosts), tried=tried)
    found = [_answer(one, seen) for check in _FIRST for one in _find(check, seen)]
    answered = frozenset(position for _, positions in found for position in positions)
    idle = _find(IDLE_ACKNOWLEDGEMENT, replace(seen, answered=answered))
    return tuple(sorted([*(one for one, _ in found), *idle], key=_by_place))


def lint_trials(trials: Iterable[Trial]) -> tuple[Lint, ...]:
    """What is found in tests alone: those that fail."""
    return tuple(_lint(FAILED, fault) for fault in find_failures(trials))


def _find(check: Check, seen: Survey) -> Iterator[Lint]:
    for fault in check.find(seen):
        yield _lint(check, fault)


def _lint(check: Check, fault: Fault) -> Lint:
    return Lint(check.id, check.name, check.severity, *fault.place, fault.message)


def _by_place(one: Lint) -> tuple[str, int, str, str]:
    return one.file, one.line or 0, one.id, one.message


def _answer(one: Lint, seen: Survey) -> tuple[Lint, list[int]]:
    """The finding with the reason for which it is meant, and the positions of all acknowledgements that say so."""
    said = list(enumerate(seen.catalogue.acknowledged))
    positions = [index for index, each in said if _answers(each, one) and _counts(each, seen.today)]
    reason = seen.catalogue.acknowledged[positions[0]].reason if positions else None
    return one._replace(acknowledged=reason), positions


def _answers(said: Acknowledgement, one: Lint) -> bool:
    return one.severity == "warning" and (said.id, said.part) == (one.id, one.part) and said.key in (None, one.key)


def _counts(said: Acknowledgement, today: date) -> bool:
    return said.until is None or today < said.until
