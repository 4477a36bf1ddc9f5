"""Transports of httpx with the guard in front: each wraps any other transport."""

from __future__ import annotations

from pricing.shell.guard.httpx_calls import send, send_async
from pricing.shell.guard.watching import Watch, name_missing

try:
    import httpx
except ImportError as error:
    raise ImportError(name_missing("httpx", "guard-httpx"), name="httpx") from error


class GuardTransport(httpx.BaseTransport):
    """Sends by the inner transport what the guard lets pass; `httpx.Client(transport=GuardTransport(guard))`."""

    def __init__(self, guard: Watch, inner: httpx.BaseTransport | None = None) -> None:
        """Without an inner transport it is the library's own."""
        self._guard, self._inner = guard, inner or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response. Raises CallRefused before anything is sent."""
        response: httpx.Response = send(self._guard, httpx, request, self._inner.handle_request)
        return response

    def close(self) -> None:
        """The inner transport is closed."""
        self._inner.close()


class AsyncGuardTransport(httpx.AsyncBaseTransport):
    """The same for `httpx.AsyncClient`."""

    def __init__(self, guard: Watch, inner: httpx.AsyncBaseTransport | None = None) -> None:
        """Without an inner transport it is the library's own."""
        self._guard, self._inner = guard, inner or httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response. Raises CallRefused before anything is sent."""
        response: httpx.Response = await send_async(self._guard, httpx, request, self._inner.handle_async_request)
        return response

    async def aclose(self) -> None:
        """The inner transport is closed."""
        await self._inner.aclose()
