"""What the service answers, as typed values; each keeps the whole `document` that it was read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pricing.money import parse_amount
from pricing.shell.client.errors import BadAnswerError, ServiceError

Document: TypeAlias = Mapping[str, Any]

T = TypeVar("T")


class Violation(NamedTuple):
    """What a rule found at a JSON Pointer into the payload; `fix` is a JSON Patch of one operation."""

    rule: str
    name: str
    severity: str
    at: str
    message: str
    fix: Sequence[Document] | None
    document: Document


class Unverified(NamedTuple):
    """A rule that could not be asked at a place, and the facts that it needs."""

    rule: str
    at: str
    needs: tuple[str, ...]


class Report(NamedTuple):
    """What the rules say of a request: `verdict` is accepted, rejected or undetermined."""

    verdict: str
    host: str
    violations: tuple[Violation, ...]
    unverified: tuple[Unverified, ...]
    document: Document


class Quote(NamedTuple):
    """What a request costs: `total` the most (`None`: unbounded), `total_min` the least; equal where `kind` is exact.

    `id`, `issued_at` and `expires_at` are `None` of an estimate, which binds nobody. Instants are aware, in UTC.
    """

    id: str | None
    kind: str
    total: Decimal | None
    total_min: Decimal
    currency: str
    account: str | None
    environment: str | None
    host: str
    as_of: datetime
    issued_at: datetime | None
    expires_at: datetime | None
    report: Report
    document: Document


class Move(NamedTuple):
    """One step of an order: what was done, from which state to which, when and by which key."""

    at: datetime
    action: str
    from_: str | None
    to: str
    by: str | None


class Order(NamedTuple):
    """A quote and what became of it: `state` is quoted, accepted, running, settled, released or expired.

    `hold` is what is reserved for it, `charge` what it came to, each in `currency` and `None` where there is none.
    """

    id: str
    state: str
    hold: Decimal | None
    charge: Decimal | None
    currency: str
    account: str | None
    environment: str | None
    issued_at: datetime
    expires_at: datetime
    moves: tuple[Move, ...]
    settlement: Document | None
    quote: Quote
    document: Document


class BatchResult(NamedTuple):
    """What became of one request of a batch: its quote, or the error that it would have raised alone."""

    id: str | int | None
    quote: Quote | None
    error: ServiceError | None


class Option(NamedTuple):
    """One way to run a request; `total` and `currency` are `None` where it is refused, and `refusals` say why."""

    host: str
    resolution: str
    duration_s: int
    kind: str | None
    total: Decimal | None
    total_min: Decimal | None
    currency: str | None
    refusals: tuple[str, ...]
    document: Document


def read_report(document: Document) -> Report:
    """The report that a document is. Raises BadAnswerError."""
    return _take("report", _read_report, document)


def read_quote(document: Document) -> Quote:
    """The quote that a document is, signed or not. Raises BadAnswerError."""
    return _take("quote", _read_quote, document)


def read_order(document: Document) -> Order:
    """The order that a document is. Raises BadAnswerError."""
    return _take("order", _read_order, document)


def read_options(document: Document) -> tuple[Option, ...]:
    """The options of a comparison. Raises BadAnswerError."""
    return _take("comparison", lambda read: tuple(_read_option(each) for each in read["options"]), document)


def _take(what: str, read: Callable[[Document], T], document: Document) -> T:
    try:
        return read(document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BadAnswerError(f"the service's {what} can't be read: {type(error).__name__}: {error}") from None


def _read_report(document: Document) -> Report:
    violations = tuple(
        Violation(each["rule"], each["name"], each["severity"], each["at"], each["message"], each["fix"], each)
        for each in document["violations"]
    )
    unverified = tuple(Unverified(each["rule"], each["at"], tuple(each["needs"])) for each in document["unverified"])
    return Report(document["verdict"], document["host"], violations, unverified, document)


def _read_quote(document: Document) -> Quote:
    least = _read_amount(document["total_min"])
    if least is None:
        message = "total_min is null"
        raise ValueError(message)
    issued, expires = (document.get(key) for key in ("issued_at", "expires_at"))
    return Quote(
        document.get("id"),
        document["kind"],
        _read_amount(document["total"]),
        least,
        document["currency"],
        document["account"],
        document["environment"],
        document["host"],
        _read_instant(document["as_of"]),
        None if issued is None else _read_instant(issued),
        None if expires is None else _read_instant(expires),
        _read_report(document["report"]),
        document,
    )


def _read_order(document: Document) -> Order:
    return Order(
        document["id"],
        document["state"],
        _read_amount(document["hold"]),
        _read_amount(document["charge"]),
        document["currency"],
        document["account"],
        document["environment"],
        _read_instant(document["issued_at"]),
        _read_instant(document["expires_at"]),
        tuple(map(_read_move, document["moves"])),
        document["settlement"],
        _read_quote(document["quote"]),
        document,
    )


def _read_move(document: Document) -> Move:
    at = _read_instant(document["at"])
    return Move(at, document["action"], document.get("from"), document["to"], document.get("by"))


def _read_option(document: Document) -> Option:
    return Option(
        document["host"],
        document["resolution"],
        document["duration_s"],
        document["kind"],
        _read_amount(document["total"]),
        _read_amount(document["total_min"]),
        document["currency"],
        tuple(document["refusals"]),
        document,
    )


def _read_amount(text: str | None) -> Decimal | None:
    """The exact amount of a string; a number is none, since its digits may be gone."""
    return None if text is None else parse_amount(text)


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = f"{text!r} has no zone"
        raise ValueError(message)
    return instant.astimezone(UTC)
