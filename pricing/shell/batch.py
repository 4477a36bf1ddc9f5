"""Many requests as JSON Lines: one line in, one line out, in order; a bad line spoils nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from json.encoder import encode_basestring as _text
from pathlib import Path
from typing import BinaryIO, Final

from pricing.shell import wire
from pricing.shell.inputs import open_stdin, read_instant, read_totals
from pricing.shell.jobs import UNUSABLE, Answer, Sale, check_json, error_code, quote_json
from wan_rules.facts import Facts, parse_facts
from wan_rules.payloads import MAX_BYTES, JsonObject, UnusableInputError, name_type, parse_object, say_no_object

KEYS: Final = frozenset({"id", "payload", "host", "facts", "account", "environment", "region", "at", "consumed_before"})

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
    return UnusableInputError(what, f"{name} can't be read: {error.strerror}")


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
        payload = _payload(record, number)
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


def _payload(record: JsonObject, number: int) -> JsonObject:
    strange = record.keys() - KEYS
    if strange:
        raise UnusableInputError(
            f"line {number}", f"unknown keys {sorted(strange)}: {', '.join(sorted(KEYS))} are read"
        )
    payload = record.get("payload")
    if not isinstance(payload, dict):
        raise UnusableInputError(f"line {number}", f"`payload`: {say_no_object(payload)}")
    return payload


def _word(record: JsonObject, key: str, default: str | None) -> str | None:
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UnusableInputError(key, f"a string is wanted, {name_type(value)} was sent")
    return value


def _totals(record: JsonObject, default: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """The running totals of the line, where it says any; the amounts are strings."""
    value = record.get("consumed_before")
    if value is None:
        return default
    if not isinstance(value, dict) or not all(isinstance(amount, str) for amount in value.values()):
        raise UnusableInputError("consumed_before", 'an object of strings is wanted, such as {"spend": "80.50"}')
    return read_totals((f"{name}={amount}" for name, amount in value.items()), what="consumed_before")


def quote_job(host: str | None, sale: Sale) -> Job:
    """A job that quotes each line, on the line's own terms where it names them."""

    def job(payload: JsonObject, record: JsonObject, facts: Facts) -> Answer:
        own = sale
        if record.keys() - {"id", "payload", "facts", "host"}:
            at = _word(record, "at", None)
            own = sale._replace(
                account=_word(record, "account", sale.account),
                environment=_word(record, "environment", sale.environment),
                region=_word(record, "region", sale.region),
                at=sale.at if at is None else read_instant(at),
                consumed_before=_totals(record, sale.consumed_before),
            )
        return quote_json(payload, _word(record, "host", host), facts, own)

    return job


def check_job(host: str | None) -> Job:
    """A job that checks each line."""

    def job(payload: JsonObject, record: JsonObject, facts: Facts) -> Answer:
        return check_json(payload, _word(record, "host", host), facts)

    return job
