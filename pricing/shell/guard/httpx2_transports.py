"""Transports of httpx2 with the guard in front: each wraps any other transport."""

from __future__ import annotations

from pricing.shell.guard.httpx_calls import send, send_async
from pricing.shell.guard.watching import Watch, name_missing

try:
    import httpx2
except ImportError as error:
    raise ImportError(name_missing("httpx2", "guard"), name="httpx2") from error


class GuardTransport(httpx2.BaseTransport):
    """Sends by the inner transport what the guard lets pass; `httpx2.Client(transport=GuardTransport(guard))`."""

    def __init__(self, guard: Watch, inner: httpx2.BaseTransport | None = None) -> None:
        """Without an inner transport it is the library's own."""
        self._guard, self._inner = guard, inner or httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The response. Raises CallRefused before anything is sent."""
        response: httpx2.Response = send(self._guard, httpx2, request, self._inner.handle_request)
        return response

    def close(self) -> None:
        """The inner transport is closed."""
        self._inner.close()


class AsyncGuardTransport(httpx2.AsyncBaseTransport):
    """The same for `httpx2.AsyncClient`."""

    def __init__(self, guard: Watch, inner: httpx2.AsyncBaseTransport | None = None) -> None:
        """Without an inner transport it is the library's own."""
        self._guard, self._inner = guard, inner or httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The response. Raises CallRefused before anything is sent."""
        response: httpx2.Response = await send_async(self._guard, httpx2, request, self._inner.handle_async_request)
        return response

    async def aclose(self) -> None:
        """The inner transport is closed."""
        await self._inner.aclose()
