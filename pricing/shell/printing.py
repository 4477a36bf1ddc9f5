"""Printing results to stdout and complaints to stderr; every expected fault as one clear message with its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from pricing.cards import PricingError
from pricing.shell import jobs, wire
from pricing.shell.text import Paint, plain, report_lines
from wan_rules.payloads import WanRulesError
from wan_rules.validation import InvalidRequestError

if TYPE_CHECKING:
    from rich.table import Table


READER_LEFT: Final = 141
"""The exit code of a program whose reader went away, as the shell gives it."""
PIPED_WIDTH: Final = 200
"""Columns of a table that goes into a pipe or a file: wide enough that nothing is broken."""


def paint() -> Paint:
    """Colour for a terminal, unless NO_COLOR says otherwise."""
    return Paint(colour=_is_coloured())


def _is_coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def print_lines(lines: Iterable[str]) -> None:
    """Each line to stdout, as UTF-8 whatever the locale; a file name in no encoding is spelt out."""
    out = sys.stdout.buffer
    for line in lines:
        out.write(f"{line}\n".encode(errors="backslashreplace"))
    out.flush()


def print_document(document: bytes) -> None:
    """A document of the wire to stdout, on a line of its own."""
    sys.stdout.buffer.write(document + b"\n")
    sys.stdout.buffer.flush()


def print_table(table: Table) -> None:
    """A table to stdout, as wide as the terminal; rich is imported only here."""
    from rich.console import Console

    print_lines(())
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED_WIDTH
    Console(
        width=width, color_system="auto" if _is_coloured() else None, highlight=False, emoji=False, markup=False
    ).print(table)


def complain(message: str) -> None:
    """One message to stderr."""
    sys.stderr.write(f"{plain(message)}\n")


def answer(job: Callable[[], int], form: str) -> int:
    """The exit code of a job; a fault is printed in the form that was asked for, a report on stdout all the same."""
    try:
        return _answer(job, form)
    except BrokenPipeError:
        _close_stdout()
        return READER_LEFT
    except OSError as error:
        _close_stdout()
        complain(f"wan-rules: can't write: {error.strerror}")
        return jobs.UNUSABLE


def _close_stdout() -> None:
    """Leaves nothing that the end of the program would try to write again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answer(job: Callable[[], int], form: str) -> int:
    try:
        return job()
    except InvalidRequestError as error:
        if form == "json":
            print_document(wire.write_report(error.report))
        else:
            print_lines(report_lines(error.report, paint()))
        return jobs.REJECTED
    except (PricingError, WanRulesError) as error:
        if form == "json":
            print_document(wire.write_error(jobs.error_code(error), str(error)))
        else:
            complain(f"wan-rules: {error}")
        return jobs.exit_code(error)
