"""The log: one JSON object a line on stderr, without bodies, options, keys, or paths with an id: only routes."""

from __future__ import annotations

import json
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType


def tell_event(event: str, **said: object) -> None:
    """Writes a line: when, what, and what is said of it."""
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), "event": event, **said}
    if sys.stderr is not None:
        sys.stderr.write(json.dumps(line, ensure_ascii=True) + "\n")
        sys.stderr.flush()


def tell_failure(error: BaseException, route: str, request_id: str) -> None:
    """Writes where an unforeseen error arose: its type and lines of code; its message may quote a body."""
    tell_event(
        "failed", request_id=request_id, route=route, error=type(error).__name__, lines=_walk(error.__traceback__)
    )


def _walk(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
