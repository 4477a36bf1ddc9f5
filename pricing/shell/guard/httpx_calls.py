"""A request through httpx2 or httpx with the guard in front: one text for both, which differ in name.

Only an answer to a known request is read here, all of it, and given on as it came; of any other nothing is looked at
but where it goes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pricing.shell.guard.watching import Watch, counting, is_counted_in, is_refusal

NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")
"""Exceptions of the library after which no byte of the request was sent."""


def send(watch: Watch, library: Any, request: Any, pass_on: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - either library's own
    """The response of `pass_on`, with its body unread. Raises CallRefused before anything is sent."""
    url = request.url
    route = watch.find(request.method, url.host, url.port, url.path)
    if route is None or is_counted_in(watch.book):
        return pass_on(request)
    ticket = watch.begin(route, request.read())
    if ticket is None:
        return pass_on(request)
    try:
        with counting(watch.book, ticket):
            response = pass_on(request)
            body = _read(response)
    except BaseException as error:
        watch.break_off(ticket, unsent=_is_unsent(library, error))
        raise
    response.stream = library.ByteStream(body)
    watch.end(ticket, response.status_code, _decode(library, response, body))
    return response


async def send_async(  # the same, with its awaits
    watch: Watch,
    library: Any,  # noqa: ANN401 - as above
    request: Any,  # noqa: ANN401 - as above
    pass_on: Callable[[Any], Awaitable[Any]],
) -> Any:  # noqa: ANN401 - as above
    """The response of `pass_on`, with its body unread. Raises CallRefused before anything is sent."""
    url = request.url
    route = watch.find(request.method, url.host, url.port, url.path)
    if route is None or is_counted_in(watch.book):
        return await pass_on(request)
    ticket = watch.begin(route, await request.aread())
    if ticket is None:
        return await pass_on(request)
    try:
        with counting(watch.book, ticket):
            response = await pass_on(request)
            body = await _read_async(response)
    except BaseException as error:
        watch.break_off(ticket, unsent=_is_unsent(library, error))
        raise
    response.stream = library.ByteStream(body)
    watch.end(ticket, response.status_code, _decode(library, response, body))
    return response


def _read(response: Any) -> bytes:  # noqa: ANN401 - as above
    """The body as it came, still encoded."""
    try:
        return b"".join(response.stream)
    finally:
        response.stream.close()


async def _read_async(response: Any) -> bytes:  # noqa: ANN401 - as above
    try:
        return b"".join([chunk async for chunk in response.stream])
    finally:
        await response.stream.aclose()


def _decode(library: Any, response: Any, body: bytes) -> bytes:  # noqa: ANN401 - as above
    """The body as the library decodes it; as it came where it can't."""
    try:
        decoded: bytes = library.Response(response.status_code, headers=response.headers, content=body).content
    except library.DecodingError:
        return body
    return decoded


def _is_unsent(library: Any, error: BaseException) -> bool:  # noqa: ANN401 - as above
    return is_refusal(error) or isinstance(error, tuple(getattr(library, name) for name in NOT_SENT))
