"""One request through each client that the guard stands before, by the client's own calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import httpx
import httpx2
import requests

from pricing.shell.guard import httpx2_transports, httpx_transports
from pricing.shell.guard.aiohttp_calls import GuardMiddleware
from pricing.shell.guard.requests_adapter import guard_session
from pricing.shell.guard.watching import Watch

Answered = tuple[int, bytes]
Client = Callable[[Watch, str, str, bytes], Answered]
TIMEOUT_S = 20


def _httpx2(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    with httpx2.Client(transport=httpx2_transports.GuardTransport(guard), timeout=TIMEOUT_S) as client:
        response = client.request(method, url, content=body)
        return response.status_code, response.content


def _httpx2_streamed(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    transport = httpx2_transports.GuardTransport(guard)
    with (
        httpx2.Client(transport=transport, timeout=TIMEOUT_S) as client,
        client.stream(method, url, content=iter([body[:7], body[7:]])) as response,
    ):
        return response.status_code, b"".join(response.iter_bytes())


def _httpx2_async(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    async def send() -> Answered:
        transport = httpx2_transports.AsyncGuardTransport(guard)
        async with httpx2.AsyncClient(transport=transport, timeout=TIMEOUT_S) as client:
            response = await client.request(method, url, content=body)
            return response.status_code, response.content

    return asyncio.run(send())


def _httpx(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    with httpx.Client(transport=httpx_transports.GuardTransport(guard), timeout=TIMEOUT_S) as client:
        response = client.request(method, url, content=body)
        return response.status_code, response.content


def _httpx_async_streamed(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    async def send() -> Answered:
        transport = httpx_transports.AsyncGuardTransport(guard)
        async with (
            httpx.AsyncClient(transport=transport, timeout=TIMEOUT_S) as client,
            client.stream(method, url, content=body) as response,
        ):
            return response.status_code, b"".join([chunk async for chunk in response.aiter_bytes()])

    return asyncio.run(send())


def _requests(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    with guard_session(requests.Session(), guard) as session:
        response = session.request(method, url, data=body, timeout=TIMEOUT_S)
        return response.status_code, response.content


def _requests_streamed(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    with (
        guard_session(requests.Session(), guard) as session,
        session.request(method, url, data=iter([body[:7], body[7:]]), timeout=TIMEOUT_S, stream=True) as response,
    ):
        return response.status_code, b"".join(response.iter_content(16))


def _aiohttp(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    async def send() -> Answered:
        async with (
            aiohttp.ClientSession(middlewares=[GuardMiddleware(guard)]) as session,
            session.request(method, url, data=body) as response,
        ):
            return response.status, await response.read()

    return asyncio.run(send())


def _aiohttp_streamed(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    async def send() -> Answered:
        async with (
            aiohttp.ClientSession(middlewares=[GuardMiddleware(guard)]) as session,
            session.request(method, url, data=body) as response,
        ):
            return response.status, b"".join([chunk async for chunk in response.content.iter_chunked(16)])

    return asyncio.run(send())


def _requests_view(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    with guard_session(requests.Session(), guard) as session:
        response = session.request(method, url, data=memoryview(body), timeout=TIMEOUT_S)
        return response.status_code, response.content


def _aiohttp_view(guard: Watch, method: str, url: str, body: bytes) -> Answered:
    async def send() -> Answered:
        async with (
            aiohttp.ClientSession(middlewares=[GuardMiddleware(guard)]) as session,
            session.request(method, url, data=memoryview(body)) as response,
        ):
            return response.status, await response.read()

    return asyncio.run(send())


CLIENTS: dict[str, Client] = {
    "httpx2": _httpx2,
    "httpx2-streamed": _httpx2_streamed,
    "httpx2-async": _httpx2_async,
    "httpx": _httpx,
    "httpx-async-streamed": _httpx_async_streamed,
    "requests": _requests,
    "requests-streamed": _requests_streamed,
    "requests-view": _requests_view,
    "aiohttp": _aiohttp,
    "aiohttp-streamed": _aiohttp_streamed,
    "aiohttp-view": _aiohttp_view,
}
