"""What can go wrong when the service is asked.

ServiceError
├── RejectedError      a rule refuses the request: `report` says all that is wrong
├── NoRateError        nothing prices what was asked, at that instant
├── ConflictError      what was asked does not fit what is there; `code` says how
├── KeyRefusedError    no key, or one that may not do this
├── NotFoundError      there is no such quote, or no such path
├── InputRefusedError  the service can't use what was sent
├── RateLimitedError   too many requests, after every retry; `retry_after_s` says when to ask again
├── ServiceDownError   no answer, or that of a service that is down, after every retry
└── BadAnswerError     an answer that is not the service's: a redirect, no JSON, a member that is missing

Nothing else is raised for what happens between the client and the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pricing.errors import PricingError
from pricing.shell.client.results import Report

NO_PROBLEM: Final[Mapping[str, object]] = MappingProxyType({})


class ServiceError(PricingError):
    """A request that was not granted: its HTTP `status`, a `code` to branch on, and the whole `problem` document.

    Without an answer there is no status, and without a problem document its code is `error`.
    """

    status: int | None = None
    code: str = "error"
    problem: Mapping[str, object] = NO_PROBLEM


class RejectedError(ServiceError):
    """A request that a rule refuses; `report` holds all that is wrong with it."""

    report: Report


class NoRateError(ServiceError):
    """Nothing prices what was asked, for that market at that instant."""


class ConflictError(ServiceError):
    """What was asked does not fit what is there: a quote that has ended, a key for another body; `code` says which.

    Of a move that is refused `reason` is the word for why: quote_expired, already_settled, task_running and so on.
    """

    reason: str | None = None


class KeyRefusedError(ServiceError):
    """No key was sent where one is wanted, or one that is not known, has run out, or may not do this."""


class NotFoundError(ServiceError):
    """There is no such quote for this key, or no such path at this server."""


class InputRefusedError(ServiceError):
    """The service can't use what was sent: too large, not readable, names that it does not know."""


class RateLimitedError(ServiceError):
    """Too many requests; `retry_after_s` is when to ask again, `None` where the service does not say."""

    retry_after_s: float | None = None


class ServiceDownError(ServiceError):
    """No answer, or that of a service that is down.

    What was to be written may have been: repeat the call with the same `idempotency_key`, and it is done once.
    """

    idempotency_key: str | None = None


class BadAnswerError(ServiceError):
    """An answer that is not what the service answers."""


BY_STATUS: Final[Mapping[int, type[ServiceError]]] = MappingProxyType(
    {
        400: InputRefusedError,
        401: KeyRefusedError,
        403: KeyRefusedError,
        404: NotFoundError,
        405: InputRefusedError,
        408: ServiceDownError,
        409: ConflictError,
        413: InputRefusedError,
        415: InputRefusedError,
        431: InputRefusedError,
        422: InputRefusedError,
        429: RateLimitedError,
    }
)
"""What an answer is raised as; 500 and more is ServiceDownError, any other BadAnswerError."""
