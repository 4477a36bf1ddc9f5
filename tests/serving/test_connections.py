"""What a connection keeps for a stranger has an end: heads, trailers, and answers that nobody takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from pricing.shell.service import connections
from pricing.shell.service.connections import MAX_HEAD_BYTES, Connection
from pricing.shell.service.endpoints import Receive, Scopes, Send

HEAD = b"POST / HTTP/1.1\r\nhost: x\r\n"
LONG = b"a" * 4 * 1024 * 1024
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


async def _answer(scope: Scopes, receive: Receive, send: Send) -> None:
    """The size of the body; of a GET, much."""
    if scope["type"] != "http":
        return
    size = 0
    while (message := await receive()).get("more_body"):
        size += len(message["body"])
    size += len(message.get("body", b""))
    body = LONG if scope["method"] == "GET" else str(size).encode()
    own = [header for header in scope["headers"] if header[0] == b"x-own"]
    headers = [(b"content-length", b"%d" % len(body)), *own]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def _serving() -> AsyncIterator[tuple[str, int]]:
    config = uvicorn.Config(_answer, http=Connection, log_config=None, lifespan="off", port=0)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[:2]
    finally:
        await server.shutdown()


def _talk(talk: Talk) -> Any:  # noqa: ANN401 - what the talk gives
    async def both() -> Any:  # noqa: ANN401 - as above
        async with asyncio.timeout(30), _serving() as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                return await talk(reader, writer)
            finally:
                writer.close()

    return asyncio.run(both())


async def _send_on(writer: asyncio.StreamWriter, part: bytes) -> None:
    """Sends parts one after the other until the other side has had enough."""
    while True:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("begun", "part"),
    [
        (b"GET /", b"a" * 8192),
        (HEAD + b"x: ", b"a" * 8192),
        (HEAD, b"x: y\r\n" * 1024),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n1;", b"a" * 8192),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"x: y\r\n" * 1024),
    ],
    ids=["path", "header", "headers", "extension", "trailers"],
)
def test_what_has_no_end_is_refused(begun: bytes, part: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(begun)
        sending = asyncio.create_task(_send_on(writer, part))
        answer = b""
        try:
            while piece := await reader.read(4096):
                answer += piece
        except ConnectionError:
            pass  # of an answer that is followed by a reset the first may be lost
        sending.cancel()
        return answer

    answer = _talk(talk)
    assert answer == b"" or (b" 400 " in answer and f"at most {MAX_HEAD_BYTES:,} bytes".encode() in answer)


def test_bodies_and_heads_in_one_piece_are_taken() -> None:
    body = b"a" * 3 * MAX_HEAD_BYTES
    one = HEAD + b"content-length: %d\r\n\r\n" % len(body) + body

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        writer.write(one * 3)
        answers = []
        for _ in range(3):
            await reader.readuntil(b"\r\n\r\n")
            answers.append(await reader.readexactly(len(str(len(body)))))
        return answers

    assert _talk(talk) == [str(len(body)).encode()] * 3


def test_a_trailer_is_no_header() -> None:
    body = b"1\r\n1\r\n0\r\n"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        head = HEAD + b"x-own: head\r\ntransfer-encoding: chunked\r\n\r\n"
        writer.write(head + body + b"x-own: trailer\r\n\r\n" + head + body + b"\r\n")
        found = [await reader.readuntil(b"\r\n\r\n1") for _ in range(2)]
        return [line for one in found for line in one.splitlines() if line.startswith(b"x-own")]

    assert _talk(talk) == [b"x-own: head"] * 2


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
@pytest.mark.parametrize("at_once", [True, False])
def test_an_offer_of_another_protocol_loses_no_body(protocol: bytes, *, at_once: bool) -> None:
    """curl --http2 and Java's client make one with each request; whoever does not take it answers as ever."""
    offer = b"connection: Upgrade, HTTP2-Settings\r\nx-own: a\r\nupgrade: %b\r\nhttp2-settings: AA\r\n" % protocol
    parts = [HEAD + offer + b"content-length: 20\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n12"]
    parts += [HEAD + offer + b"transfer-encoding: chunked\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n"]
    parts += [HEAD + offer + b"\r\n", HEAD + b"content-length: 1\r\n\r\n1"]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        for part in [b"".join(parts)] if at_once else parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.05)
        sizes = []
        for _ in range(4):
            head = await reader.readuntil(b"\r\n\r\n")
            sizes.append(await reader.readexactly(2 if b"content-length: 2\r\n" in head else 1))
        return sizes

    assert _talk(talk) == [b"20", b"3", b"0", b"1"]


def test_thousands_of_offers_at_once_are_declined() -> None:
    one = HEAD + b"connection: upgrade\r\nupgrade: h2c\r\ncontent-length: 1\r\n\r\n1"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(one * 2000)
        return sum([len(await reader.readuntil(b"\r\n\r\n1")) > 0 for _ in range(2000)])

    assert _talk(talk) == 2000


def test_a_tunnel_is_refused() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"CONNECT a:1 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n")
        return await reader.read()

    assert b" 400 " in _talk(talk)


def test_a_client_that_does_not_read_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "STALLED_S", 0.3)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 8)
        await asyncio.sleep(2)
        try:
            return len(await reader.read())
        except ConnectionError:
            return 0

    assert _talk(talk) < 8 * len(LONG)


def test_a_client_that_reads_slowly_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "STALLED_S", 0.3)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        size = 0
        while piece := await reader.read(256 * 1024):
            size += len(piece)
            await asyncio.sleep(0.05)
        return size

    assert _talk(talk) == len(LONG)
