"""Answers to lines that are no message: the SDK passes them over, and whoever sent one would wait for ever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable
from contextlib import suppress
from typing import Any, Final, Protocol, TypeAlias

from anyio.streams.memory import MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError
from pydantic_core import ErrorDetails

Line: TypeAlias = SessionMessage | Exception
"""What the SDK makes of a line."""
NO_JSON: Final = "json_invalid"
"""What pydantic calls a text that it can't parse, one that is nested too deeply among them."""
WHOLE: Final = 2
"""How deep a fault of the line's own object lies at most: the kind of message, and the member that is missing."""


class Outgoing(Protocol):
    """What takes messages for whoever sent the lines."""

    async def send(self, item: SessionMessage, /) -> None:
        """The message is on its way."""


async def pass_on(lines: AsyncIterable[Line], passed: MemoryObjectSendStream[Line], outgoing: Outgoing) -> None:
    """Hands each message on and answers every other line, until the lines end."""
    async with passed:
        async for line in lines:
            if isinstance(line, SessionMessage):
                await passed.send(line)
            else:
                await outgoing.send(SessionMessage(refuse(line)))


def refuse(error: Exception) -> JSONRPCError:
    """What is answered: to the request, where the line names one, else to nobody, as JSON-RPC has it."""
    faults = error.errors() if isinstance(error, ValidationError) else []
    reason = _say(faults[0]) if faults else type(error).__name__
    unread = [fault["input"] for fault in faults if fault["type"] == NO_JSON]
    documents = [_parse(text) for text in unread] or [fault["input"] for fault in faults if len(fault["loc"]) <= WHOLE]
    if unread and None in documents:
        return _write(PARSE_ERROR, f"the line is no JSON: {reason}", None)
    remedy = "send an object with jsonrpc, id, method and params, nested less than 200 levels"
    return _write(INVALID_REQUEST, f"the line is no message: {reason}: {remedy}", _find_id(documents))


def _say(fault: ErrorDetails) -> str:
    """What is wrong, and with which member; it quotes nothing of the line."""
    return ": ".join([*map(str, fault["loc"][1:]), fault["msg"]])


def _parse(text: Any) -> Any:  # noqa: ANN401 - what was sent
    """What Python, which goes deeper than pydantic, reads in a line; `None` for what is no JSON."""
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    return None


def _find_id(documents: list[Any]) -> int | str | None:
    """The id of a request; that of a response would be one of ours."""
    sent = (document for document in documents if isinstance(document, dict) and "method" in document)
    return next((one["id"] for one in sent if type(one.get("id")) in {int, str}), None)


def _write(code: int, message: str, to: int | str | None) -> JSONRPCError:
    return JSONRPCError(jsonrpc="2.0", id=to, error=ErrorData(code=code, message=message))
