"""The typed client of the quote service: `Client` for threads, `AsyncClient` for async tasks (`wan-rules[client]`)."""

from pricing.shell.client.answers import BatchResult
from pricing.shell.client.clients import AsyncClient, Client
from pricing.shell.client.errors import (
    BadAnswerError,
    ConflictError,
    InputRefusedError,
    KeyRefusedError,
    NoRateError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    ServiceDownError,
    ServiceError,
)
from pricing.shell.client.protocol import Patience
from pricing.shell.client.results import Move, Option, Order, Quote, Report, Unverified, Violation

__all__ = [
    "AsyncClient",
    "BadAnswerError",
    "BatchResult",
    "Client",
    "ConflictError",
    "InputRefusedError",
    "KeyRefusedError",
    "Move",
    "NoRateError",
    "NotFoundError",
    "Option",
    "Order",
    "Patience",
    "Quote",
    "RateLimitedError",
    "RejectedError",
    "Report",
    "ServiceDownError",
    "ServiceError",
    "Unverified",
    "Violation",
]
