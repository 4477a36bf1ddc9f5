"""What `wan-rules cards test` does: run the tests of a catalogue, or write what they expect."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pricing.catalogue import Catalogue
from pricing.coverage import Tried, try_catalogue
from pricing.errors import CardError
from pricing.linting import lint_trials
from pricing.lints.trials import FAILED
from pricing.shell import codes
from pricing.shell.inputs import open_catalogue
from pricing.shell.junit_suites import suites_of_trials
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, paint, print_json, print_lines
from pricing.shell.text import Paint
from pricing.shell.trial_lines import trial_lines, trials_document
from pricing.shell.verdicts import answer_for_ci, print_junit, print_sarif
from wan_rules.payloads import UnusableInputError

NOT_CI: Final = frozenset({"", "0", "false", "no", "off"})
"""What the variable `CI` holds where it says that this is none."""


def run_tests(folder: Path, form: str) -> int:
    """`wan-rules cards test`. The exit code is 1 where a test fails."""

    def job() -> int:
        catalogue = _open(folder)
        tried = try_catalogue(catalogue, hosts=use_plugins().hosts)
        _print(catalogue.digest, tried, form)
        return codes.DONE if all(trial.passed for trial in tried.trials) else codes.REJECTED

    return answer_for_ci(job, form)


def _open(folder: Path) -> Catalogue:
    catalogue = open_catalogue(folder)
    if not catalogue.tests:
        raise CardError("no [[test]] in it: write one, in a file of its own", file=str(folder))
    return catalogue


def _print(digest: str, tried: Tried, form: str) -> None:
    match form:
        case "json":
            print_json(trials_document(digest, tried))
        case "sarif":
            print_sarif(lint_trials(tried.trials), [FAILED])
        case "junit":
            print_junit(suites_of_trials(tried.trials))
        case _:
            print_lines(trial_lines(tried, paint()))


def update_tests(folder: Path, form: str) -> int:
    """`wan-rules cards test --update`."""

    def job() -> int:
        _refuse_in_ci(os.environ)
        update = _find_update()
        if form != "text":
            raise UnusableInputError("--update", f"it prints text alone: leave --format {form} out")
        print_lines(update(_open(folder), paint()))
        return codes.DONE

    return answer(job, form)


def _find_update() -> Callable[[Catalogue, Paint], Iterator[str]]:
    """What writes, where the extra that it needs is there."""
    try:
        from pricing.shell.trial_edits import update
    except ImportError as error:
        if error.name != "tomlkit":
            raise
        raise UnusableInputError("--update", "it needs tomlkit: pip install 'wan-rules[edit]'") from None
    return update


def _refuse_in_ci(environment: Mapping[str, str]) -> None:
    said = environment.get("CI", "")
    if said.lower() not in NOT_CI:
        reason = f"not in CI (CI={said[:64]}): a person writes what is expected, and looks at it"
        raise UnusableInputError("--update", reason)
