"""A remote file whose server sends no parts: read from its beginning, as far as is wanted."""

from __future__ import annotations

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.answers import read_version
from wan_rules.shell.sources.exchanges import Head, Line
from wan_rules.shell.sources.source import clip


class Stream:
    """The file behind a line whose server has begun to send it. All that was read is kept: readers go back and forth.

    `size` is what the server says until the end is seen. An answer without length that ends with its connection may
    have been cut off, so that its size is never known.
    """

    def __init__(self, line: Line, head: Head, allowance: Allowance) -> None:
        """Read nothing yet."""
        self._line = line
        self._allowance = allowance
        self._version = read_version(head)
        self._ends_surely = head.say("transfer-encoding") is not None
        length = head.say("content-length")
        self.size = int(length) if length is not None and not self._ends_surely else None
        self._data = bytearray()
        self._ended = False

    @property
    def requests(self) -> int:
        """Requests so far, redirects included."""
        return self._allowance.requests

    @property
    def bytes_read(self) -> int:
        """Bytes of the file so far."""
        return len(self._data)

    def identify(self) -> str | None:
        """The server's tag, time and size."""
        return self._version.identify(self.size)

    def read(self, at: int, count: int) -> bytes:
        """The bytes from `at`, for which all before them are read. Raises UnreadableError."""
        start, end = clip(at, count, self.size)
        if end - len(self._data) > self._allowance.bytes_left and not self._ended:
            raise UnreadableError(
                f"{self._line.host} sends no parts of a file, and what is wanted ends {end:,} bytes into it: "
                f"at most {self._allowance.policy.bytes_max:,} are read. Lay it on a server that answers to Range."
            )
        while len(self._data) < end and not self._ended:
            self._read_on()
        return bytes(self._data[start:end])

    def _read_on(self) -> None:
        chunk = self._line.receive()
        self._data += chunk
        if not chunk:
            self._ended = True
            if self._ends_surely:
                self.size = len(self._data)
