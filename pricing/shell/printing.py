"""Printing results to stdout and complaints to stderr; every expected fault as one clear message with its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from pricing.cards import PricingError
from pricing.shell import jobs, wire
from pricing.shell.text import Paint, report_lines
from wan_rules.payloads import WanRulesError
from wan_rules.validation import InvalidRequestError

if TYPE_CHECKING:
    from rich.table import Table


PIPED_WIDTH: Final = 200
"""Columns of a table that goes into a pipe or a file: wide enough that nothing is broken."""


def paint() -> Paint:
    """Colour for a terminal, unless NO_COLOR says otherwise."""
    return Paint(colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def print_lines(lines: Iterable[str]) -> None:
    """Each line to stdout, as UTF-8 whatever the locale."""
    out = sys.stdout.buffer
    for line in lines:
        out.write(f"{line}\n".encode())
    out.flush()


def print_table(table: Table) -> None:
    """A table to stdout, as wide as the terminal; rich is imported only here."""
    from rich.console import Console

    print_lines(())
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED_WIDTH
    Console(width=width, highlight=False, emoji=False, markup=False).print(table)


def complain(message: str) -> None:
    """One message to stderr."""
    sys.stderr.write(f"{message}\n")


def answer(job: Callable[[], int], form: str) -> int:
    """The exit code of a job; a fault is printed in the form that was asked for, a report on stdout all the same."""
    try:
        return job()
    except InvalidRequestError as error:
        print_lines([wire.write_report(error.report)] if form == "json" else report_lines(error.report, paint()))
        return jobs.REJECTED
    except (PricingError, WanRulesError) as error:
        if form == "json":
            print_lines([wire.write_error(jobs.error_code(error), str(error))])
        else:
            complain(f"wan-rules: {error}")
        return jobs.exit_code(error)
