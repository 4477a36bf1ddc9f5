"""The talk with the service, with no I/O in it: what to send, how long to wait, when to give up.

    converse(call, manners) -> yields Send or Wait, takes Reply or Lost after each Send, returns what the call reads

A transport does what is yielded and hands back what came of it; so the one for threads and the one for async tasks can
differ in nothing. A writing call has one idempotency key for all its attempts: the service does it once.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias, TypeVar

from pricing.shell.client.answers import read_body, read_retry_after
from pricing.shell.client.calls import Call
from pricing.shell.client.errors import BadAnswerError, ServiceDownError, ServiceError
from pricing.version import __version__

T = TypeVar("T")

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Answers after which the same request may well be granted."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, how often to ask again, and how long to wait between.

    `timeout_s` is for a connection and for each next part of an answer. Between attempts a random time passes, below a
    bound that begins at `first_wait_s` and doubles up to `longest_wait_s`; a service that names a time is given it as
    well, up to `retry_after_max_s`.
    """

    timeout_s: float = 10.0
    attempts: int = 4
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0
    retry_after_max_s: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what would send nothing or wait for nothing. Raises ValueError."""
        waits = (self.first_wait_s, self.longest_wait_s, self.retry_after_max_s)
        if self.attempts < 1 or self.timeout_s <= 0 or min(waits) < 0:
            message = f"at least one attempt, a time-out above 0, and no wait below 0: {self}"
            raise ValueError(message)


class Manners(NamedTuple):
    """How this client talks: its key, which is never shown, its patience, and what language it would be told in."""

    key: str | None
    patience: Patience
    language: str | None = None

    def __repr__(self) -> str:
        return f"Manners(key={'...' if self.key else None}, {self.patience}, language={self.language!r})"


class Send(NamedTuple):
    """A request to send now."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes | None

    def __repr__(self) -> str:
        return f"Send({self.method} {self.path})"


class Wait(NamedTuple):
    """A time to wait before the next attempt."""

    seconds: float


class Reply(NamedTuple):
    """An answer that came whole; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Lost(NamedTuple):
    """No answer came: why, and whether another attempt may bring one."""

    reason: str
    may_retry: bool


Step: TypeAlias = Send | Wait
Outcome: TypeAlias = Reply | Lost | None


def converse(call: Call[T], manners: Manners) -> Generator[Step, Outcome, T]:
    """What the call reads from the answer. Raises ServiceError."""
    request, patience = _write_request(call, manners), manners.patience
    for attempt in range(1, patience.attempts + 1):
        outcome = yield request
        wait_s = None if attempt == patience.attempts else _find_wait(outcome, attempt, patience)
        if wait_s is None:
            return _conclude(call, request, outcome)
        yield Wait(wait_s)
    raise AssertionError  # the last attempt concludes


def _write_request(call: Call[T], manners: Manners) -> Send:
    headers = {"Accept": "application/json", "User-Agent": f"wan-rules/{__version__}"}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    if manners.key is not None:
        headers["Authorization"] = f"Bearer {manners.key}"
    if manners.language is not None:
        headers["Accept-Language"] = manners.language
    if call.writes:
        headers["Idempotency-Key"] = call.idempotency_key or secrets.token_hex(16)
    return Send(call.method, call.path, call.query, headers, call.body)


def _find_wait(outcome: Outcome, attempt: int, patience: Patience) -> float | None:
    """How long to wait before asking again; `None` where that would change nothing."""
    if isinstance(outcome, Lost):
        return _jitter(attempt, patience) if outcome.may_retry else None
    if not isinstance(outcome, Reply) or outcome.status not in AGAIN:
        return None
    asked_s = read_retry_after(outcome.headers, datetime.now(UTC)) or 0
    return None if asked_s > patience.retry_after_max_s else asked_s + _jitter(attempt, patience)


def _jitter(attempt: int, patience: Patience) -> float:
    """Anything from 0 to the bound: many clients that failed together do not come back together."""
    bound_s = min(patience.first_wait_s * 2 ** (attempt - 1), patience.longest_wait_s)
    return random.uniform(0, bound_s)  # noqa: S311 - it spreads load, and guards nothing


def _conclude(call: Call[T], request: Send, outcome: Outcome) -> T:
    """What the call reads. Raises ServiceError; one of a service that is down names the key to repeat the call with."""
    try:
        return _read(call, outcome)
    except ServiceDownError as error:
        error.idempotency_key = request.headers.get("Idempotency-Key")
        raise


def _read(call: Call[T], outcome: Outcome) -> T:
    if not isinstance(outcome, Reply):
        reason = outcome.reason if outcome else "nothing came back"
        raise ServiceDownError(f"no answer from the service: {reason}")
    document = read_body(*outcome)
    try:
        return call.read(document)
    except ServiceError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        message = f"the service's answer can't be read: {type(error).__name__}: {error}"
        raise BadAnswerError(message) from None
