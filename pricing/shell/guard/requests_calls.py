"""A request through requests with the guard in front."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from ssl import SSLCertVerificationError
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.exceptions import ChunkedEncodingError, ConnectTimeout, RequestException
from requests.exceptions import ConnectionError as ConnectionFailedError
from requests.exceptions import SSLError as FailedTLSError
from urllib3 import HTTPResponse
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProtocolError
from urllib3.exceptions import SSLError as TLSError

from pricing.shell.guard.answers import REFUSED
from pricing.shell.guard.endpoints import Route
from pricing.shell.guard.watching import Watch, counting, is_counted_in, is_refusal


class Way(NamedTuple):
    """How a request goes on: whether its caller streams the answer, and whether it may be sent more than once."""

    stream: bool
    may_resend: bool


def find_way(adapter: object, *, stream: bool) -> Way:
    """The way of an adapter; one that tells nothing of retries is taken to make them."""
    retries = getattr(adapter, "max_retries", None)
    if retries is None:
        return Way(stream, may_resend=True)
    methods = retries.allowed_methods
    # A total of None leaves it to the counts of each kind; 0 and False allow no second attempt.
    return Way(stream, may_resend=retries.total != 0 and (not methods or "POST" in methods))


def send(watch: Watch, request: PreparedRequest, pass_on: Callable[[], Response], way: Way) -> Response:
    """The response of `pass_on`, its body still to be had. Raises CallRefused before anything is sent."""
    route = _find(watch, request)
    if route is None or is_counted_in(watch.book):
        return pass_on()
    ticket = watch.begin(route, _read_request(request))
    if ticket is None:
        return pass_on()
    try:
        with counting(watch.book, ticket):
            response = pass_on()
            before = _was_sent_before(response)
            body = _read_streamed(response) if way.stream else response.content
    except BaseException as error:
        # Of a request that was sent more than once the error is the last one's.
        watch.break_off(ticket, unsent=not way.may_resend and _is_unsent(error))
        raise
    if before and route.kind != "poll" and response.status_code in REFUSED:
        watch.break_off(ticket, unsent=False)  # what is refused is the last attempt: of an earlier one a job may run
    else:
        watch.end(ticket, response.status_code, body)
    return response


def _find(watch: Watch, request: PreparedRequest) -> Route | None:
    """What the request is; `None` where the URL is for some other adapter to understand, too."""
    try:
        parts = urlsplit(request.url or "")
        return watch.find(request.method or "", parts.hostname or "", parts.port, parts.path)
    except ValueError:
        return None


def _read_request(request: PreparedRequest) -> bytes:
    """The body in bytes; what could be read only once is put in its place."""
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if not isinstance(body, bytes | bytearray | memoryview):
        body = body.read() if hasattr(body, "read") else b"".join(_encode(body))
        body = request.body = body.encode() if isinstance(body, str) else body
        request._body_position = None  # noqa: SLF001 - bytes are sent again as they are, where a file is wound back
    return bytes(body)


def _encode(chunks: Iterable[str | bytes]) -> Iterable[bytes]:
    return (chunk.encode() if isinstance(chunk, str) else chunk for chunk in chunks)


def _read_streamed(response: Response) -> bytes:
    """The decoded body; its bytes stand in the response again as they came, so that its caller streams them."""
    raw = response.raw
    try:
        body = raw.read(decode_content=False)
    except HTTPError as error:
        raise _tell_broken(error) from error
    response.raw = _repeat(raw, body)
    try:
        decoded: bytes = _repeat(raw, body).read(decode_content=True)
    except HTTPError:
        decoded = body
    return decoded


def _tell_broken(error: HTTPError) -> RequestException:
    """As requests tells it to who reads a body piece by piece."""
    if isinstance(error, ProtocolError):
        return ChunkedEncodingError(error)
    return FailedTLSError(error) if isinstance(error, TLSError) else ConnectionFailedError(error)


def _repeat(raw: Any, body: bytes) -> HTTPResponse:  # noqa: ANN401 - urllib3's own, which requests does not name
    return HTTPResponse(
        BytesIO(body),
        raw.headers,
        raw.status,
        version=raw.version,
        reason=raw.reason,
        preload_content=False,
        decode_content=raw.decode_content,
        original_response=getattr(raw, "_original_response", None),
    )


def _was_sent_before(response: Response) -> bool:
    """Whether urllib3 had sent the request before, and it may have come to a job."""
    retries = getattr(response.raw, "retries", None)
    history = getattr(retries, "history", ())
    return any(not isinstance(attempt.error, NewConnectionError | ConnectTimeoutError) for attempt in history)


def _is_unsent(error: BaseException) -> bool:
    """Whether no byte was sent: a guard refused, there was no connection, or its certificate did not hold.

    Another fault of TLS may come after the request, with an answer that broke off.
    """
    if is_refusal(error) or isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, ConnectionFailedError) and error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, TLSError) and reason.args:
        return isinstance(reason.args[0], SSLCertVerificationError)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
