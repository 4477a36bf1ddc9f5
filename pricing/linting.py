"""A catalogue to all that is wrong with it: every check, over every market and all time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from pricing.catalogue import Catalogue
from pricing.coverage import NOT_TRIED, Tried
from pricing.lints.amounts import AMOUNTS
from pricing.lints.coverage import COVERAGE
from pricing.lints.entries import ENTRIES
from pricing.lints.lint import Check, Fault, Lint
from pricing.lints.survey import Bounds, Survey, survey
from pricing.lints.trials import FAILED, TRIALS, find_failures
from pricing.lints.upkeep import UPKEEP
from pricing.trials import Trial
from wan_rules.hosts import HOSTS, Hosts

CHECKS: Final[tuple[Check, ...]] = (*COVERAGE, *ENTRIES, *AMOUNTS, *UPKEEP, *TRIALS)
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
    found = _find(replace(survey(catalogue, today, bounds, hosts), tried=tried))
    return tuple(sorted(found, key=lambda one: (one.file, one.line or 0, one.id, one.message)))


def lint_trials(trials: Iterable[Trial]) -> tuple[Lint, ...]:
    """What is found in tests alone: those that fail."""
    return tuple(_lint(FAILED, fault) for fault in find_failures(trials))


def _find(seen: Survey) -> Iterator[Lint]:
    for check in CHECKS:
        for fault in check.find(seen):
            yield _lint(check, fault)


def _lint(check: Check, fault: Fault) -> Lint:
    return Lint(check.id, check.name, check.severity, *fault.place, fault.message)
