"""Printing results to stdout and complaints to stderr; every expected fault as one clear message with its exit code."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TextIO

from pricing.errors import PricingError
from pricing.shell import codes, wire
from pricing.shell.terminals import find_columns, is_coloured, is_terminal
from pricing.shell.text import Paint, plain, report_lines
from pricing.shell.text_widths import COLOUR, fold, measure
from wan_rules.messages import ENGLISH, Translation
from wan_rules.payloads import UnusableInputError, WanRulesError
from wan_rules.validation import InvalidRequestError

READER_LEFT: Final = 141
"""The exit code of a program whose reader went away, as the shell gives it."""
_UNSEEN: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What JSON lets stand as it is and a terminal obeys: the control characters above ASCII, and turns of direction."""


def paint() -> Paint:
    """Colour where it is shown or asked for."""
    return Paint(colour=is_coloured())


def print_lines(lines: Iterable[str]) -> None:
    """Each line for people to stdout, as UTF-8 whatever the locale; a file name in no encoding is spelt out.

    On a terminal a line that is longer is folded below itself. No control character gets through but our own colours.
    """
    columns = find_columns() if is_terminal() else None
    _write(part for line in lines for part in _fit(_spell_out(line), columns))


def _fit(line: str, columns: int | None) -> Iterator[str]:
    if columns is None or measure(line) <= columns:
        yield line
        return
    indent = len(line) - len(line.lstrip()) + 2
    yield from fold(line, columns, "", " " * indent)


def _spell_out(line: str) -> str:
    """The line without control characters, whoever wrote it; our own colours stay."""
    if line.isprintable():
        return line
    if not is_coloured():
        return plain(line)
    parts, colours = COLOUR.split(line), COLOUR.findall(line)
    return "".join(f"{plain(part)}{colour}" for part, colour in zip(parts, [*colours, ""], strict=True))


def print_exactly(lines: Iterable[str]) -> None:
    """Each line for programs to stdout, whole; on a terminal without what it would obey."""
    _write((spell_lines(line) for line in lines) if is_terminal() else lines)


def spell_lines(text: str) -> str:
    """The text without control characters, but for the ends of its lines."""
    return "\n".join(map(plain, text.split("\n")))


def print_json(value: object, *, indent: int | None = None) -> None:
    """The value as JSON to stdout."""
    print_document(json.dumps(value, ensure_ascii=False, indent=indent).encode(errors="backslashreplace"))


def print_document(document: bytes) -> None:
    """A document of the wire to stdout, on a line of its own."""
    sys.stdout.buffer.write(spell_json(document) + b"\n")
    sys.stdout.buffer.flush()


def spell_json(document: bytes) -> bytes:
    r"""The same JSON, with what a terminal would obey as \u escapes."""
    if document.isascii() and b"\x7f" not in document:
        return document
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", document.decode()).encode()


def _write(lines: Iterable[str]) -> None:
    out = sys.stdout.buffer
    for line in lines:
        out.write(f"{line}\n".encode(errors="backslashreplace"))
    out.flush()


def complain(message: str) -> None:
    """One message to stderr, where it is open and takes it."""
    if sys.stderr is None:
        return
    shown = plain(_spell(message))
    lines = fold(shown, find_columns(sys.stderr), "", "  ") if is_terminal(sys.stderr) else (shown,)
    try:
        sys.stderr.writelines(f"{line}\n" for line in lines)
    except OSError:
        _silence(sys.stderr)


def _spell(message: str) -> str:
    """The message with a file name in no encoding spelt out, as text and as JSON can hold it."""
    return message.encode(errors="backslashreplace").decode()


def answer(job: Callable[[], int], form: str, translation: Translation = ENGLISH) -> int:
    """The exit code of a job; a fault is printed in the form that was asked for, a report on stdout all the same."""
    if sys.stdout is None:
        complain("wan-rules: can't write: standard output is closed")
        return codes.UNUSABLE
    try:
        return _answer(job, form, translation)
    except OSError as error:
        return give_up(error)


def answer_without(what: str, error: ImportError, extra: str, form: str) -> int:
    """The exit code of a command that can't begin without an extra, after it has said which."""

    def job() -> int:
        raise UnusableInputError(what, f"it needs {error.name}: pip install 'wan-rules[{extra}]'")

    return answer(job, form)


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


def _answer(job: Callable[[], int], form: str, translation: Translation) -> int:
    try:
        return job()
    except InvalidRequestError as error:
        if form == "json":
            print_document(wire.write_report(error.report, translation))
        else:
            print_lines(report_lines(error.report, paint(), translation))
        return codes.REJECTED
    except (PricingError, WanRulesError) as error:
        if form == "json":
            print_document(wire.write_error(codes.error_code(error), _spell(str(error))))
        else:
            complain(f"wan-rules: {error}")
        return codes.exit_code(error)
