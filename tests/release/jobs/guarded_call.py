"""A call of the library that is named, behind the guard: too long a video is refused, another request passes."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from pricing.shell.guard import CallRejected, Guard, Settings

# Each use imports its guard first, which says what is missing, and then its library.
HOST: Final = "https://dashscope-intl.aliyuncs.com/api/v1/services/aigc/video-generation/video-synthesis"
PAYLOAD: Final[Any] = {
    "model": "wan2.7-r2v",
    "input": {"prompt": "Image 1 walks", "media": [{"type": "reference_image", "url": "https://m.example.com/a.png"}]},
    "parameters": {"resolution": "720P", "duration": 99},
}
OTHER: Final = f"http://{os.environ['FILES']}/guard/host.py"


def use_httpx2(guard: Guard) -> int:
    from pricing.shell.guard.httpx2_transports import GuardTransport

    # isort: split
    import httpx2

    with httpx2.Client(transport=GuardTransport(guard)) as client:
        status: int = client.get(OTHER).status_code
        refuse(lambda: client.post(HOST, json=PAYLOAD))
    return status


def use_httpx(guard: Guard) -> int:
    from pricing.shell.guard.httpx_transports import GuardTransport

    # isort: split
    import httpx

    with httpx.Client(transport=GuardTransport(guard)) as client:
        status = client.get(OTHER).status_code
        refuse(lambda: client.post(HOST, json=PAYLOAD))
    return status


def use_requests(guard: Guard) -> int:
    from pricing.shell.guard.requests_adapter import guard_session

    # isort: split
    import requests

    with guard_session(requests.Session(), guard) as session:
        status = session.get(OTHER, timeout=20).status_code
        refuse(lambda: session.post(HOST, json=PAYLOAD, timeout=20))
    return status


def use_aiohttp(guard: Guard) -> int:
    from pricing.shell.guard.aiohttp_calls import GuardMiddleware

    async def call() -> int:
        import aiohttp

        async with aiohttp.ClientSession(middlewares=(GuardMiddleware(guard),)) as session:
            async with session.get(OTHER) as answer:
                status = answer.status
            try:
                await session.post(HOST, json=PAYLOAD)
            except CallRejected as refused:
                print(refused)
        return status

    return asyncio.run(call())


def refuse(call: Callable[[], object]) -> None:
    try:
        call()
    except CallRejected as refused:
        print(refused)


USES: Final[Mapping[str, Callable[[Guard], int]]] = {
    "aiohttp": use_aiohttp,
    "httpx": use_httpx,
    "httpx2": use_httpx2,
    "requests": use_requests,
}
guard = Guard(Settings())
print(USES[sys.argv[1]](guard))
guard.close()
