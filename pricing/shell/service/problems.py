"""Everything that the service refuses, as problems of RFC 9457: the codes with their statuses, and the documents.

Only this file knows which status an error has (docs/reference/service.md lists them).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException

from pricing.errors import PricingError, RefusedMoveError
from pricing.shell import codes, wire
from wan_rules.messages import ENGLISH, Translation
from wan_rules.payloads import WanRulesError
from wan_rules.validation import InvalidRequestError

TYPE: Final = "application/problem+json"
NO_MEMBERS: Final[Mapping[str, object]] = MappingProxyType({})

TITLES: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(
    {
        "unusable_input": (400, "The body or an option can't be read"),
        "unknown_name": (400, "A name that is not known"),
        "ambiguous_terms": (409, "The catalogue does not say which terms hold"),
        "clashing_terms": (409, "Terms in force together contradict each other"),
        "bad_catalogue": (503, "The catalogue can't be used"),
        "order_needed": (400, "The order of the references has to be said"),
        "key_missing": (401, "A key is needed"),
        "key_refused": (401, "The key does not hold"),
        "not_for_this_key": (403, "The key is not for this"),
        "not_found": (404, "There is no such thing here"),
        "method_not_allowed": (405, "Another method is wanted"),
        "too_slow": (408, "The body did not arrive in time"),
        "no_rate": (409, "No rate is in force"),
        "unbounded": (409, "Nothing bounds what it can cost"),
        "idempotency_key_reused": (409, "The Idempotency-Key was used for something else"),
        "refused_move": (409, "The quote does not stand so that this can be done"),
        "missing_outcome": (409, "The terms do not say what such a job costs"),
        "missing_usage": (409, "The report leaves the charge open"),
        "report_mismatch": (409, "The report can't be of this quote"),
        "too_large": (413, "The body is too large"),
        "unsupported_media_type": (415, "JSON is wanted"),
        "rejected": (422, "The rules refuse the request"),
        "rate_limited": (429, "Too many requests"),
        "error": (500, "Something went wrong here"),
        "unavailable": (503, "The service can't answer now"),
    }
)
"""Each code, which never changes its meaning, with its status and title."""


class ProblemError(Exception):
    """What ends a request: a code of TITLES, a sentence with the remedy, further members, further headers."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        members: Mapping[str, object] = NO_MEMBERS,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Keep the parts."""
        super().__init__(detail)
        self.code, self.detail, self.members, self.headers = code, detail, members, headers


class Problem(NamedTuple):
    """A problem as it is answered: its status, its document as JSON text, further headers."""

    status: int
    document: bytes
    headers: Mapping[str, str] = MappingProxyType({})


def write_problem(error: ProblemError) -> Problem:
    """The problem document, its code in the type too; a file name in no encoding is spelt out."""
    status, title = TITLES[error.code]
    document = {
        "type": f"urn:wan-rules:problem:{error.code}",
        "title": title,
        "status": status,
        "detail": error.detail,
        "code": error.code,
        **error.members,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Problem(status, text.encode(errors="backslashreplace"), error.headers)


def tell(error: Exception, translation: Translation = ENGLISH) -> ProblemError:
    """The problem that an error of the core or a shell is; anything unforeseen says nothing of what it is.

    What rules refuse is told in that language, everything else in English.
    """
    match error:
        case ProblemError():
            return error
        case InvalidRequestError():
            report = json.loads(wire.write_report(error.report, translation))
            return ProblemError("rejected", error.tell(translation), members={"report": report})
        case RefusedMoveError():
            return ProblemError("refused_move", str(error), members={"reason": error.code})
        case HTTPException():
            return _tell_http(error)
        case PricingError() | WanRulesError():
            return ProblemError(codes.error_code(error), str(error))
        case _:
            return ProblemError("error", "it was written to the log; try again, or tell whoever runs this service")


def _tell_http(error: HTTPException) -> ProblemError:
    """A path or a method that there is not."""
    allowed = dict(error.headers or {}).get("Allow")
    if allowed is None:
        return ProblemError("not_found", "there is nothing at this path: /openapi.json lists what there is")
    return ProblemError("method_not_allowed", f"this path takes {allowed}", headers={"allow": allowed})
