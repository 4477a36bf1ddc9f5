"""One connection as the server holds it: uvicorn's own protocol, with an end to what a stranger may make it keep.

uvicorn keeps a head of any length, which its parser copies with each part that comes, and waits for as long as a client
does not read. Either would let one client take the worker from everybody else. And it loses the body of a request that
offers another protocol, as curl --http2 and Java's client do with each.
"""

from __future__ import annotations

import asyncio
from array import array
from typing import Final

from httptools import HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 64 * 1024
"""What may come without a part of a body, or the end of a request. What comes at once is read at once."""
STALLED_S: Final = 30.0
SLOWEST_BYTES: Final = 64 * 1024
"""What a client has to take of its answers in that time; half of what waits for it, where that is less."""


class _Parser(HttpRequestParser):
    """uvicorn's, which goes on where a client offers another protocol."""

    def __init__(self, connection: Connection) -> None:
        """Tell the connection what comes."""
        super().__init__(connection)
        self._connection = connection

    def feed_data(self, data: bytes | bytearray | memoryview | array[int]) -> None:
        """Parses what came. Raises HttpParserError."""
        rest = memoryview(data)
        while rest:
            try:
                super().feed_data(rest)
            except HttpParserUpgrade as offered:
                if not self._connection.has_offer:
                    raise
                rest = rest[offered.args[0] :]
                head = self._connection.decline()
                super().__init__(self._connection)  # it begins anew
                super().feed_data(head)
            else:
                return


class Connection(HttpToolsProtocol):
    """Refuses a head, or trailers, without an end, leaves a client that does not read, and declines any upgrade."""

    has_offer = False
    _unread = 0
    _is_trailing = False
    _watching: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A client is there."""
        super().connection_made(transport)
        self.parser = _Parser(self)

    def decline(self) -> bytes:
        """The head of the request that offers another protocol, without the offer."""
        self.has_offer = False
        head = [f"{self.scope['method']} ".encode(), self.url, f" HTTP/{self.parser.get_http_version()}\r\n".encode()]
        for name, value in self.headers:
            if name != b"upgrade":
                head += [name, b": ", value, b"\r\n"]
        return b"".join([*head, b"\r\n"])

    def data_received(self, data: bytes) -> None:
        """Parses what came."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MAX_HEAD_BYTES and not self.transport.is_closing():
            msg = f"The head of a request has at most {MAX_HEAD_BYTES:,} bytes."
            self.logger.warning(msg)
            self.send_400_response(msg)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._is_trailing = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. A trailer is none: it comes when the head may have been answered, and proxies look at heads."""
        if not self._is_trailing:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_trailing = True
        method = self.parser.get_method()
        self.has_offer = self.parser.should_upgrade() and method != b"CONNECT"
        if self.has_offer:
            self.scope["method"] = method.decode("ascii")
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body came, so that its head has ended."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
        if not self.has_offer:
            self._unread = 0
            super().on_message_complete()

    def pause_writing(self) -> None:
        """More waits for the client than is to be kept for it."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """It has taken nearly all."""
        self._leave_off()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._leave_off()
        super().connection_lost(exc)

    def _watch(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._watching = self.loop.call_later(STALLED_S, self._look, waiting)

    def _look(self, waited: int) -> None:
        """Whether the client has taken enough of what waited for it. Nothing is added to that meanwhile."""
        taken = waited - self.transport.get_write_buffer_size()
        if taken < min(SLOWEST_BYTES, waited // 2):
            self.transport.abort()
        else:
            self._watch()

    def _leave_off(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
