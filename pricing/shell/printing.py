"""Printing results to stdout and complaints to stderr; every expected fault as one clear message with its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TextIO

from pricing.errors import PricingError
from pricing.shell import codes, wire
from pricing.shell.text import Paint, plain, report_lines
from wan_rules.payloads import WanRulesError
from wan_rules.validation import InvalidRequestError

if TYPE_CHECKING:
    from rich.table import Table


READER_LEFT: Final = 141
"""The exit code of a program whose reader went away, as the shell gives it."""
PIPED_WIDTH: Final = 200
"""Columns of a table that goes into a pipe or a file: wide enough that nothing is broken."""
TERMINAL_WIDTH: Final = 80
"""Columns of a terminal that does not say how many it has."""


def paint() -> Paint:
    """Colour where it is shown or asked for."""
    return Paint(colour=_is_coloured())


def _is_coloured() -> bool:
    """Whether text and tables have colour: NO_COLOR says no, else FORCE_COLOR yes, else it is for able terminals."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


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
    from io import StringIO
    from shutil import get_terminal_size

    from rich.console import Console

    size = get_terminal_size((TERMINAL_WIDTH if sys.stdout.isatty() else PIPED_WIDTH, 24))
    colour = _is_coloured()
    drawn = StringIO()
    Console(
        file=drawn,
        width=size.columns,
        height=size.lines,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        emoji=False,
        markup=False,
    ).print(table)
    print_lines([drawn.getvalue().removesuffix("\n")])


def complain(message: str) -> None:
    """One message to stderr, where it is open and takes it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{plain(_spell(message))}\n")
    except OSError:
        _silence(sys.stderr)


def _spell(message: str) -> str:
    """The message with a file name in no encoding spelt out, as text and as JSON can hold it."""
    return message.encode(errors="backslashreplace").decode()


def answer(job: Callable[[], int], form: str) -> int:
    """The exit code of a job; a fault is printed in the form that was asked for, a report on stdout all the same."""
    if sys.stdout is None:
        complain("wan-rules: can't write: standard output is closed")
        return codes.UNUSABLE
    try:
        return _answer(job, form)
    except OSError as error:
        return give_up(error)


def give_up(error: OSError) -> int:
    """The exit code of a command that could not write, after it has said so; quietly where its reader went away."""
    _silence(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return READER_LEFT
    complain(f"wan-rules: can't write: {error.strerror}")
    return codes.UNUSABLE


def _silence(stream: TextIO) -> None:
    """Leaves nothing in a stream that the end of the program would try to write again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _answer(job: Callable[[], int], form: str) -> int:
    try:
        return job()
    except InvalidRequestError as error:
        if form == "json":
            print_document(wire.write_report(error.report))
        else:
            print_lines(report_lines(error.report, paint()))
        return codes.REJECTED
    except (PricingError, WanRulesError) as error:
        if form == "json":
            print_document(wire.write_error(codes.error_code(error), _spell(str(error))))
        else:
            complain(f"wan-rules: {error}")
        return codes.exit_code(error)
