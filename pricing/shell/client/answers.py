"""What an HTTP answer means: the JSON of a good one, the error of any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from pricing.shell.client.documents import read_report
from pricing.shell.client.errors import (
    BY_STATUS,
    BadAnswerError,
    ConflictError,
    NoRateError,
    RateLimitedError,
    RejectedError,
    ServiceDownError,
    ServiceError,
)
from pricing.shell.client.results import Document, Quote
from wan_rules.payloads import UnusableInputError, parse

_SHOWN: Final = 300


class BatchResult(NamedTuple):
    """What became of one request of a batch: its quote, or the error that it would have raised alone."""

    id: str | int | None
    quote: Quote | None
    error: ServiceError | None


def read_body(status: int, headers: Mapping[str, str], body: bytes) -> Any:  # noqa: ANN401 - whatever JSON says
    """The JSON of a good answer. Raises the ServiceError of any other."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _parse(body)
    if status < HTTPStatus.BAD_REQUEST:
        place = headers.get("location", "")[:_SHOWN]
        message = (
            f"the service answers {status} and points elsewhere ({place}): name its own URL, no redirect is followed"
        )
        raise BadAnswerError(message)
    raise find_error(status, _read_problem(body), headers)


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """After how many seconds to ask again, if the service says so, as seconds or as a date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max((parsedate_to_datetime(text).astimezone(UTC) - now).total_seconds(), 0)
    except (ValueError, TypeError, OverflowError):
        return None


def find_error(status: int, problem: Document, headers: Mapping[str, str]) -> ServiceError:
    """The error that a problem document stands for. Raises BadAnswerError for a report that can't be read."""
    error = _find_kind(status, problem)(_say(status, problem))
    code = problem.get("code")
    error.status, error.code, error.problem = status, code if isinstance(code, str) else "error", problem
    if isinstance(error, RejectedError):
        error.report = read_report(problem["report"])
    if isinstance(error, ConflictError) and isinstance(reason := problem.get("reason"), str):
        error.reason = reason
    if isinstance(error, RateLimitedError):
        error.retry_after_s = read_retry_after(headers, datetime.now(UTC))
    return error


def _find_kind(status: int, problem: Document) -> type[ServiceError]:
    if isinstance(problem.get("report"), dict):
        return RejectedError
    if problem.get("code") == "no_rate":
        return NoRateError
    down = ServiceDownError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else BadAnswerError
    return BY_STATUS.get(status, down)


def _say(status: int, problem: Document) -> str:
    said = [str(problem[key])[:_SHOWN] for key in ("detail", "title") if problem.get(key)]
    return said[0] if said else f"the service answers {status}, and does not say why"


def _read_problem(body: bytes) -> Document:
    """The problem document; an empty one where something before the service answered in its place."""
    try:
        problem = parse(body, what="answer")
    except UnusableInputError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _parse(body: bytes) -> Any:  # noqa: ANN401 - as above
    try:
        return parse(body, what="the service's answer")
    except UnusableInputError as error:
        raise BadAnswerError(str(error)) from None
