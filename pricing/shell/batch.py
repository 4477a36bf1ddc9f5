"""Many requests as JSON Lines: one line in, one line out, in order; a bad line spoils nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from json.encoder import encode_basestring as _text
from pathlib import Path
from typing import BinaryIO, Final

from pricing.shell import wire
from pricing.shell.codes import UNUSABLE, error_code
from pricing.shell.envelopes import read_payload, read_sale, read_word
from pricing.shell.inputs import open_stdin, say_unread
from pricing.shell.jobs import Answer, Sale, check_json, quote_json
from wan_rules.facts import Facts, parse_facts
from wan_rules.messages import ENGLISH, Translation
from wan_rules.payloads import MAX_BYTES, JsonObject, UnusableInputError, name_type, parse_object

Job = Callable[[JsonObject, JsonObject, Facts], Answer]


@contextmanager
def open_lines(name: str, *, what: str = "payload") -> Iterator[Iterable[bytes]]:
    """The lines of a file, or of standard input for `-`. Raises UnusableInputError."""
    if name == "-":
        yield _bounded_lines(open_stdin(what), name, what)
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below, where reading ends
    except OSError as error:
        raise _unreadable(name, error, what) from None
    with file:
        yield _bounded_lines(file, name, what)


def _unreadable(name: str, error: OSError, what: str) -> UnusableInputError:
    return UnusableInputError(what, say_unread(name, error))


def _bounded_lines(file: BinaryIO, name: str, what: str) -> Iterator[bytes]:
    """Each line, of one that is too long to be read only as much as says so. Raises UnusableInputError."""
    try:
        while line := file.readline(MAX_BYTES + 1):
            yield line
            while len(line) > MAX_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_BYTES + 1)
                if not line:
                    return
    except OSError as error:
        raise _unreadable(name, error, what) from None


def answer_lines(lines: Iterable[bytes], job: Job, facts: Facts) -> Iterator[tuple[bytes, int, str]]:
    """One JSON line, its exit code and its verdict for each line that is not blank."""
    for number, line in enumerate(lines, start=1):
        if not line.isspace():
            yield _answer(line, number, job, facts)


def _answer(line: bytes, number: int, job: Job, facts: Facts) -> tuple[bytes, int, str]:
    key = str(number)
    try:
        record = parse_object(line, what=f"line {number}")
        key = _key(record, number)
        payload = read_payload(record, f"line {number}")
        own = record.get("facts")
        answer = job(payload, record, {**facts, **parse_facts(own)} if own is not None else facts)
    except UnusableInputError as error:
        answer = Answer("error", wire.write_error(error_code(error), str(error)), UNUSABLE)
    kind, document, code, verdict = answer
    if kind == "error":
        document = document[document.index(_ERROR) + len(_ERROR) : -1]
    return b'{"id":%b,"%b":%b}\n' % (key.encode(), kind.encode(), document), code, verdict


_ERROR: Final = b'"error":'


def _key(record: JsonObject, number: int) -> str:
    """The record's own id as JSON, or its line's number where it has none. Raises UnusableInputError."""
    value = record.get("id", number)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnusableInputError(f"line {number}", f"`id` is a string or a whole number, not {name_type(value)}")


def quote_job(host: str | None, sale: Sale) -> Job:
    """A job that quotes each line, on the line's own terms where it names them."""

    def job(payload: JsonObject, record: JsonObject, facts: Facts) -> Answer:
        return quote_json(payload, read_word(record, "host", host), facts, read_sale(record, sale))

    return job


def check_job(host: str | None, translation: Translation = ENGLISH) -> Job:
    """A job that checks each line."""

    def job(payload: JsonObject, record: JsonObject, facts: Facts) -> Answer:
        return check_json(payload, read_word(record, "host", host), facts, translation)

    return job
