"""How the service's documents are read as typed values; what is no such document is an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from pricing.money import parse_charge
from pricing.shell.client.errors import BadAnswerError
from pricing.shell.client.results import Document, Move, Option, Order, Quote, Report, Unverified, Violation

T = TypeVar("T")


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
    return None if text is None else parse_charge(text)


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = f"{text!r} has no zone"
        raise ValueError(message)
    return instant.astimezone(UTC)
