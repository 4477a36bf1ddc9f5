"""A request through aiohttp with the guard in front, as a middleware of its client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pricing.shell.guard.watching import Watch, counting, is_counted_in, is_refusal, name_missing

try:
    from aiohttp import (
        ClientConnectorError,
        ClientHandlerType,
        ClientRequest,
        ClientResponse,
        ConnectionTimeoutError,
        StreamReader,
    )
    from aiohttp.base_protocol import BaseProtocol
except ImportError as error:
    raise ImportError(name_missing("aiohttp", "guard-aiohttp"), name="aiohttp") from error

if TYPE_CHECKING:
    from aiohttp.payload import Payload


class GuardMiddleware:
    """`aiohttp.ClientSession(middlewares=[GuardMiddleware(guard)])`; as the last of them it sees what is sent."""

    def __init__(self, guard: Watch) -> None:
        """Keep the guard."""
        self._guard = guard

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """The response. Raises CallRefused before anything is sent."""
        url = request.url
        route = self._guard.find(request.method, url.host or "", url.port, url.path)
        if route is None or is_counted_in(self._guard.book):
            return await handler(request)
        sent: Payload | bytes = request.body
        # Of a view of memory it gives that view back, in which nothing can be looked for.
        ticket = self._guard.begin(route, sent if isinstance(sent, bytes) else bytes(await sent.as_bytes()))
        if ticket is None:
            return await handler(request)
        try:
            with counting(self._guard.book, ticket):
                response = await handler(request)
                body = await _read(response)
        except BaseException as error:
            unsent = isinstance(error, ClientConnectorError | ConnectionTimeoutError) or is_refusal(error)
            self._guard.break_off(ticket, unsent=unsent)
            raise
        self._guard.end(ticket, response.status, body)
        return response


async def _read(response: ClientResponse) -> bytes:
    """The decoded body, which then stands in the response to be read, or streamed, again."""
    try:
        body = await response.content.read()
    except BaseException:
        response.close()
        raise
    loop = asyncio.get_running_loop()
    again = StreamReader(BaseProtocol(loop), max(len(body), 1), loop=loop)
    if body:
        again.feed_data(body)
    again.feed_eof()
    response.content = again
    return body
