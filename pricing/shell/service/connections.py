"""One connection as the server holds it: uvicorn's own protocol, with an end to what a stranger may make it keep.

uvicorn keeps a head of any length, which its parser copies with each part that comes, and waits for as long as a client
does not read. Either would let one client take the worker from everybody else.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 64 * 1024
"""What may come without a part of a body, or the end of a request. What comes at once is read at once."""
STALLED_S: Final = 30.0
SLOWEST_BYTES: Final = 64 * 1024
"""What a client has to take of its answers in that time; half of what waits for it, where that is less."""


class Connection(HttpToolsProtocol):
    """Refuses a head, or trailers, without an end, and leaves a client that does not read."""

    _unread = 0
    _is_trailing = False
    _watching: asyncio.TimerHandle | None = None

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
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body came, so that its head has ended."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
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
