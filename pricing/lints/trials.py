"""CAT5xx: what the catalogue's own tests say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pricing.lints.lint import Check, Fault, count_some
from pricing.lints.survey import Spot, Survey
from pricing.trials import Trial

TESTS: Final = "tests"
"""The part that a finding in a test is about."""
SOURCE: Final = "docs/explanation/checks.md#tests"


def _failures(survey: Survey) -> Iterator[Fault]:
    """Every test in the catalogue passes: each request costs what is expected of it.

    Either a price changed that was not to change, or the test has to follow: `wan-rules cards test --update` writes
    what its request costs now.
    """
    yield from find_failures(survey.tried.trials)


def find_failures(trials: Iterable[Trial]) -> Iterator[Fault]:
    """Each test that fails, at the first thing that is not as expected."""
    for trial in trials:
        if not trial.passed:
            seen = [f"{one.key}: expected {one.expected}, got {one.got}" for one in trial.differences]
            yield Fault(
                Spot(TESTS, *trial.place),
                f"The test {trial.test.test.name!r} fails: {count_some(seen)}. Mend the prices, or what is expected.",
            )


def _untested(survey: Survey) -> Iterator[Fault]:
    """Every part of the catalogue's own counts for some passing test, or as many percent as `--min-coverage` says.

    A part (an entry, a rule for clips or rounding, an agreement, a term of one) counts for a test if its request would
    cost something else without it. Parts that count for no request at all are left out.
    """
    coverage = survey.tried.coverage
    if not coverage.reaches(survey.bounds.min_coverage):
        for place, name in coverage.untested:
            yield Fault(
                Spot(name.partition(":")[0], *place),
                f"No test depends on {name!r}. Write one whose request costs something else without it, or check with "
                "a smaller --min-coverage.",
            )


FAILED: Final = Check(id="CAT501", name="test-failed", severity="error", source=SOURCE, find=_failures)
UNTESTED: Final = Check(id="CAT502", name="untested", severity="error", source=SOURCE, find=_untested)

TRIALS: Final = (FAILED, UNTESTED)
