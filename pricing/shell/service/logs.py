"""The log: one JSON object a line on stderr, without bodies, options, keys, or paths with an id: only routes.

Lines of requests are gathered and written together, since a line of its own costs more than it takes to price one;
everything else is written at once, after what was gathered before it.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _text
from threading import Lock
from time import monotonic, time
from types import TracebackType
from typing import Final, NamedTuple

GATHERED_S: Final = 0.05
"""For how long a request's line may wait for others."""
GATHERED: Final = 256
"""Lines that wait at most: about 64 kB."""


LONGEST_SAID: Final = 500
"""Characters of what a library says."""


class Told(NamedTuple):
    """What the log says of a request; `key` is the id of the caller's, if it has one."""

    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    key: str | None


class Log:
    """Lines on stderr, those of requests a few at a time."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lines: list[str] = []
        self._since = 0.0
        self._lock = Lock()

    def gather(self, line: str) -> None:
        """Keeps a line that may wait. It is written with others, soon."""
        now = monotonic()
        with self._lock:
            self._lines.append(line)
            waiting = len(self._lines)
            if waiting == 1:
                self._since = now
        if waiting == 1:
            asyncio.get_running_loop().call_later(GATHERED_S, self.flush)
        elif waiting >= GATHERED or now - self._since > GATHERED_S:  # a loop that has ended calls nothing later
            self.flush()

    def flush(self, *further: str) -> None:
        """Writes what was gathered, and what is not to wait."""
        with self._lock:
            lines, self._lines = [*self._lines, *further], []
            if lines and sys.stderr is not None:
                sys.stderr.write("".join(lines))
                sys.stderr.flush()


_LOG: Final = Log()
flush = _LOG.flush
atexit.register(flush)


def tell_request(told: Told) -> None:
    """A line for a request that was answered: when, by which route, how, how long it took, and whose key."""
    key = "null" if told.key is None else _text(told.key)
    _LOG.gather(
        f'{{"at": "{_write_now()}", "event": "request", "request_id": "{told.request_id}", '
        f'"method": {_text(told.method)}, "route": {_text(told.route)}, "status": {told.status}, '
        f'"ms": {told.seconds * 1000:.3f}, "key": {key}}}\n'
    )


def tell_event(event: str, **said: object) -> None:
    """Writes a line at once: when, what, and what is said of it."""
    line = {"at": _write_now(), "event": event, **said}
    flush(json.dumps(line, ensure_ascii=True) + "\n")


def tell_failure(error: BaseException, route: str, request_id: str) -> None:
    """Writes where an unforeseen error arose: its type and lines of code; its message may quote a body."""
    tell_event(
        "failed", request_id=request_id, route=route, error=type(error).__name__, lines=_walk(error.__traceback__)
    )


class LibraryLines(logging.Handler):
    """What a library tells of, as a line of this log: its first line, and of an error where it arose."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes it at once."""
        error = record.exc_info[1] if record.exc_info else None
        arose = {} if error is None else {"error": type(error).__name__, "lines": _walk(error.__traceback__)}
        said = record.getMessage().partition("\n")[0][:LONGEST_SAID]
        tell_event("library", name=record.name, said=said, **arose)


def tell_libraries() -> None:
    """Puts what libraries warn of into this log, from now on: what nobody takes Python writes as plain text."""
    root = logging.getLogger()
    if not any(isinstance(handler, LibraryLines) for handler in root.handlers):
        root.addHandler(LibraryLines(logging.WARNING))


def _walk(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _write_now() -> str:
    """The present instant in UTC, to the millisecond."""
    now = time()
    return f"{_write_second(int(now))}.{int(now % 1 * 1000):03d}Z"


@lru_cache(maxsize=2)
def _write_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()[: len("2026-11-01T09:30:00")]
