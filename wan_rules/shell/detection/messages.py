"""What passes between us and a child process: a line of JSON, and as many bytes after it as the line says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO, Final, NamedTuple

LINE_MAX: Final = 1024 * 1024


class Message(NamedTuple):
    """The object that the line holds, without `bytes`, and the bytes."""

    head: Mapping[str, Any]
    body: bytes = b""


class MessageError(ValueError):
    """What came is no message."""


def send(stream: BinaryIO, message: Message) -> None:
    """Write the message. Raises OSError where nobody reads."""
    line = json.dumps({**message.head, "bytes": len(message.body)}).encode()
    stream.write(line + b"\n")
    stream.write(message.body)
    stream.flush()


def receive(stream: BinaryIO, body_max: int) -> Message | None:
    """The next message; `None` at the end. Raises MessageError, before more than `body_max` bytes are held."""
    line = stream.readline(LINE_MAX)
    if not line:
        return None
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        raise MessageError("a line that is no JSON") from None
    count = head.pop("bytes", None) if isinstance(head, dict) else None
    if not isinstance(count, int) or not 0 <= count <= body_max:
        raise MessageError("a line that does not say how many bytes follow")
    body = stream.read(count)
    if len(body) < count:
        raise MessageError("fewer bytes than it said")
    return Message(head, body)
