"""A catalogue to all that is wrong with it: every check, over every market and all time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from pricing.catalogue import Catalogue
from pricing.lints.amounts import AMOUNTS
from pricing.lints.coverage import COVERAGE
from pricing.lints.entries import ENTRIES
from pricing.lints.lint import Check, Lint
from pricing.lints.survey import Bounds, Survey, survey
from pricing.lints.upkeep import UPKEEP
from wan_rules.hosts import HOSTS, Hosts

CHECKS: Final[tuple[Check, ...]] = (*COVERAGE, *ENTRIES, *AMOUNTS, *UPKEEP)
BOUNDS: Final = Bounds()

__all__ = ["CHECKS", "Bounds", "Check", "Lint", "lint"]


def lint(
    catalogue: Catalogue,
    today: date,
    bounds: Bounds = BOUNDS,
    *,
    hosts: Hosts = HOSTS,
) -> tuple[Lint, ...]:
    """Everything that the checks find in the catalogue as of `today`, by file, line and id.

    Without an error among them every market has, at every instant, one card and at most one agreement, or none.
    """
    found = _find(survey(catalogue, today, bounds, hosts))
    return tuple(sorted(found, key=lambda one: (one.file, one.line or 0, one.id, one.message)))


def _find(seen: Survey) -> Iterator[Lint]:
    for check in CHECKS:
        for place, message in check.find(seen):
            yield Lint(check.id, check.name, check.severity, *place, message)
