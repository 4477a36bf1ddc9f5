"""What was found in a catalogue as suites of JUnit: a case for each check, and one for each test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pricing.errors import CardError
from pricing.linting import CHECKS, Lint
from pricing.lints.trials import FAILED
from pricing.shell.junit import Case, Failure, Suite
from pricing.trials import Trial


def suite_of_checks(found: Sequence[Lint], *, strict: bool) -> Suite:
    """A case for each check; a warning fails its case only where it counts. Tests have cases of their own."""
    cases = []
    for check in CHECKS:
        if check is not FAILED:
            mine = [one for one in found if one.id == check.id]
            failing = tuple(
                _failure(one) for one in mine if one.severity == "error" or (strict and one.acknowledged is None)
            )
            notes = tuple(_say(one) for one in mine if not failing)
            cases.append(Case("checks", f"{check.id} {check.name}", failures=failing, notes=notes))
    return Suite("checks", cases)


def _failure(one: Lint) -> Failure:
    return Failure(one.id, one.message, _say(one))


def _say(one: Lint) -> str:
    return f"{one.file}{f':{one.line}' if one.line else ''} {one.key}: {one.message}"


def suites_of_trials(trials: Sequence[Trial]) -> list[Suite]:
    """A suite for each file of tests, a case for each test."""
    files = groupby(trials, key=lambda trial: trial.test.source.file)
    return [Suite(file, [_case(trial) for trial in found]) for file, found in files]


def _case(trial: Trial) -> Case:
    place = trial.test.place()
    return Case(place.file, trial.test.test.name, place.file, place.line, tuple(_differences(trial)))


def _differences(trial: Trial) -> list[Failure]:
    failures = []
    for difference in trial.differences:
        message = f"{difference.key}: expected {difference.expected}, got {difference.got}"
        failures.append(Failure(FAILED.id, message, f"{trial.place_of(difference)} {message}"))
    return failures


def suite_of_unreadable(error: CardError) -> Suite:
    """The one case of a catalogue that can't be read."""
    fault = Failure("unreadable", error.reason, str(error))
    return Suite("catalogue", [Case("catalogue", "can be read", error.file, error.line, errors=(fault,))])
