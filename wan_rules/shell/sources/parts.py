"""A remote file that is read by parts, all of one version: a file that changes between two parts is no file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.answers import read_total, read_version, refuse_status, require_plain
from wan_rules.shell.sources.cells import AHEAD, Cells
from wan_rules.shell.sources.exchanges import Head, Line
from wan_rules.shell.sources.source import clip

_CHANGES: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, HTTPStatus.NOT_FOUND}
)
"""What a server answers that had parts of the file before, and has not now."""


class Parts:
    """The file behind a line whose server has just answered with the first part of it."""

    def __init__(self, line: Line, head: Head, allowance: Allowance) -> None:
        """Read the first part. Raises UnreadableError."""
        self._line = line
        self._allowance = allowance
        self._cells = Cells()
        self._version = read_version(head)
        self.size = read_total(head, (0, AHEAD), line.host)
        self.bytes_read = 0
        self._keep((0, min(AHEAD, self.size)))

    @property
    def requests(self) -> int:
        """Requests so far, redirects included."""
        return self._allowance.requests

    def identify(self) -> str | None:
        """The server's tag, time and size."""
        return self._version.identify(self.size)

    def read(self, at: int, count: int) -> bytes:
        """The bytes from `at`: at most one request. Raises UnreadableError."""
        start, end = clip(at, count, self.size)
        if end - start > self._allowance.policy.bytes_max:
            self._allowance.require(end - start)
        if gap := self._cells.find_gap(start, end, self.size):
            self._fetch(gap)
        return self._cells.take(start, end)

    def _fetch(self, gap: tuple[int, int]) -> None:
        start, end = gap
        self._allowance.require(end - start)
        condition = {"If-Range": self._version.tag} if self._version.tag and self._version.is_strong else {}
        head = self._line.ask({"Range": f"bytes={start}-{end - 1}", **condition})
        if head.status in _CHANGES:
            raise self._changed()
        if head.status != HTTPStatus.PARTIAL_CONTENT:
            raise refuse_status(head, self._line.host)
        require_plain(head, self._line.host)
        if read_total(head, gap, self._line.host) != self.size or self._version.differs(read_version(head)):
            raise self._changed()
        self._keep(gap)

    def _keep(self, part: tuple[int, int]) -> None:
        """Reads the answer's body, which is that part and nothing more."""
        start, end = part
        data = bytearray()
        while chunk := self._line.receive():
            data += chunk
            if len(data) > end - start:
                break
        if len(data) != end - start:
            much = "more" if len(data) > end - start else "less"
            raise UnreadableError(f"{self._line.host} sends {much} of it than it says. Lay it on another server.")
        self.bytes_read += len(data)
        self._cells.put(start, bytes(data))

    def _changed(self) -> UnreadableError:
        return UnreadableError(f"it changed while it was read from {self._line.host}. Try again when it is complete.")
