"""What the service answers, as typed values; each keeps the whole `document` that it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

Document: TypeAlias = Mapping[str, Any]


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
