"""Quotes that bind: priced, given an id and an expiry, signed, and kept before they are answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import uuid4

from pricing.holds import State
from pricing.money import format_amount
from pricing.shell import wire
from pricing.shell.service.answers import Answer, Exchange
from pricing.shell.service.asked import AskedRequest, read_body, read_measured, read_request
from pricing.shell.service.measuring import PROBE
from pricing.shell.service.metrics import MOVES
from pricing.shell.service.problems import ProblemError, tell, write_problem
from pricing.shell.service.rows import Answer as Kept
from pricing.shell.service.rows import QuoteRow
from pricing.shell.service.transactions import Transaction
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.payloads import JsonObject, UnusableInputError, name_type, parse

SKEW: Final = timedelta(seconds=60)
"""How far the caller's clock may be behind: an instant that lies further back is in the past."""
AHEAD: Final = timedelta(days=31)
"""How far ahead a quote's instant may lie."""


class Made(NamedTuple):
    """A quote that is signed and not kept yet."""

    row: QuoteRow
    document: bytes


def answer_quote(exchange: Exchange) -> Answer:
    """The signed quote, kept before it is answered."""
    record, _ = read_measured(exchange, read_body(exchange, PROBE))

    def work(transaction: Transaction) -> Kept:
        made = make_quote(exchange, read_request(exchange, record))
        transaction.add_quote(made.row)
        return Kept(201, made.document, made.row.id)

    return _count(exchange.write(work))


def _count(answer: Answer, quotes: int = 1) -> Answer:
    if not answer.is_replayed:
        MOVES.labels("quote").inc(quotes)
    return answer


def make_quote(exchange: Exchange, asked: AskedRequest) -> Made:
    """A signed quote. Raises InvalidRequestError, PricingError or ProblemError."""
    if asked.owner is None:
        raise ProblemError("key_missing", "a quote that binds is given to an account: send its key")
    issued = datetime.now(UTC)
    as_of = _check_instant(asked.sale.at, issued)
    quoted = asked.quote()
    if quoted.total is None:
        detail = (
            "a quote holds the most that a job can cost: give the lengths of the clips as facts, or ask an estimate"
        )
        raise ProblemError("unbounded", detail)
    service = exchange.service
    expires = max(issued, as_of) + timedelta(seconds=service.settings.quote_lifetime_s)
    document = {
        "schema_version": SCHEMA_VERSION,
        "id": f"q_{uuid4().hex}",
        "issuer": service.settings.issuer,
        "issued_at": write_instant(issued),
        "expires_at": write_instant(expires),
        **json.loads(wire.write_quote(quoted)),
    }
    document["signature"] = service.signer.sign(document)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    row = QuoteRow(
        id=str(document["id"]),
        account=asked.owner.account,
        environment=asked.owner.environment,
        state=State.QUOTED,
        issued_at=issued,
        expires_at=expires,
        as_of=as_of,
        currency=quoted.currency,
        hold=format_amount(quoted.total, quoted.currency),
        document=text,
        key_id=exchange.caller.id if exchange.caller else "",
    )
    return Made(row, text)


def _check_instant(at: datetime, now: datetime) -> datetime:
    """The instant whose prices a quote promises: now, or one ahead. Raises ProblemError for one that has passed.

    A caller who could choose an instant in the past would choose the price.
    """
    if not now - SKEW <= at <= now + AHEAD:
        reason = f"at: {write_instant(at)} is not between now and {AHEAD.days} days ahead"
        detail = f"{reason}: a quote promises what holds when the job is sent. For another instant ask an estimate"
        raise ProblemError("unusable_input", detail)
    return at


def write_instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer_batch(exchange: Exchange) -> Answer:
    """A result for each request, in order; what binds is kept all at once."""
    made: list[Made] = []

    def work(transaction: Transaction) -> Kept:
        made.clear()
        results = [result for record in _read_batch(exchange) for result in _answer_one(exchange, record, made)]
        for one in made:
            transaction.add_quote(one.row)
        return Kept(200, b'{"schema_version":"%b","results":[%b]}' % (SCHEMA_VERSION.encode(), b",".join(results)))

    return _count(exchange.write(work), len(made))


def _read_batch(exchange: Exchange) -> Sequence[object]:
    if exchange.options:
        reason = f"{min(exchange.options)[:64]!r} stands in the query, and the body is a batch: say it in each envelope"
        raise UnusableInputError("query", reason)
    limits = exchange.service.settings.limits
    records = parse(exchange.body, what="body", max_bytes=limits.body_bytes)
    if not isinstance(records, list):
        raise UnusableInputError("body", f"an array of envelopes is wanted, {name_type(records)} was sent")
    if len(records) > limits.batch:
        raise UnusableInputError("body", f"{len(records):,} requests: at most {limits.batch:,} are taken at once")
    return records


def _answer_one(exchange: Exchange, record: object, made: list[Made]) -> Iterator[bytes]:
    """The result of one request; a quote among `made` too."""
    own = b""
    try:
        own = _write_id(record)
        one = make_quote(exchange, read_request(exchange, _check_record(record)))
    except Exception as error:
        told = tell(error)
        if told.code == "error":
            raise
        problem = write_problem(told)
        yield b'{%b"status":%d,"problem":%b}' % (own, problem.status, problem.document)
        return
    made.append(one)
    yield b'{%b"status":201,"quote":%b}' % (own, one.document)


def _write_id(record: object) -> bytes:
    """The member of an answer that gives a request's own id back, if it has one. Raises UnusableInputError."""
    if not isinstance(record, dict) or "id" not in record:
        return b""
    value = record["id"]
    if not isinstance(value, str | int) or isinstance(value, bool):  # a 1e400 would come back as no JSON at all
        raise UnusableInputError("id", f"a string or a whole number is wanted, {name_type(value)} was sent")
    return b'"id":%b,' % json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace")


def _check_record(record: object) -> JsonObject:
    if not isinstance(record, dict):
        raise UnusableInputError("body", f"each request is an envelope, and {name_type(record)} was sent")
    return record
