"""What CI reads of a catalogue: JUnit and SARIF, of a catalogue that can't be read too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pricing.errors import CardError
from pricing.linting import Check, Lint
from pricing.shell.junit import Suite, write_junit
from pricing.shell.junit_suites import suite_of_unreadable
from pricing.shell.printing import answer, print_exactly, print_json, spell_lines
from pricing.shell.sarif import UNREADABLE, write_sarif


def answer_for_ci(job: Callable[[], int], form: str) -> int:
    """The exit code of a job; a file that can't be read is told on stderr, and in the form that was asked for."""

    def told() -> int:
        try:
            return job()
        except CardError as error:
            _print_unreadable(error, form)
            raise

    return answer(told, form)


def _print_unreadable(error: CardError, form: str) -> None:
    if form == "junit":
        print_junit([suite_of_unreadable(error)])
    elif form == "sarif":
        print_sarif([Lint(*UNREADABLE, "error", "catalogue", error.file, error.line, error.key, error.reason)], ())


def print_junit(suites: Sequence[Suite]) -> None:
    """The suites as JUnit XML."""
    print_exactly([spell_lines(write_junit(suites))])


def print_sarif(found: Sequence[Lint], checks: Sequence[Check]) -> None:
    """The findings as SARIF, with paths from the working directory."""
    print_json(write_sarif(found, checks, Path.cwd()), indent=2)
