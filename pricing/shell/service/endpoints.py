"""One operation as an ASGI application: its body read within limits, its scopes demanded, its answer sent.

The bytes of a body go to our own reader, once; nothing parses them before.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool

from pricing.shell.service.answers import Answer, Exchange
from pricing.shell.service.callers import Caller, Scope, demand
from pricing.shell.service.measuring import asks_to_measure
from pricing.shell.service.problems import ProblemError
from pricing.shell.service.rows import Once
from pricing.shell.service.running import Service
from wan_rules.messages import ENGLISH, Translation
from wan_rules.shell.translations import choose_translation

ASGIMessage: TypeAlias = dict[str, Any]
Scopes: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[ASGIMessage]]
Send: TypeAlias = Callable[[ASGIMessage], Awaitable[None]]

ROUTE, CALLER = "wan_rules.route", "wan_rules.caller"
"""What an operation tells the front of itself, and the front the operation of who asks."""
LONG_BODY: Final = 64 * 1024
"""Bytes from which a body is read and answered in a thread, so that others do not wait for it."""
NO_OPTIONS: Final[Mapping[str, str]] = MappingProxyType({})
MAX_OPTIONS: Final = 16
_is_key: Final = re.compile(r"[!-~]{1,200}").fullmatch


class Operation(NamedTuple):
    """What is done for one method on one path.

    `scopes` are those of which a key needs one; `None` where none is needed. `stores` says that it reads or writes the
    store and so runs in a thread, `writes` that it may be done once only, by an Idempotency-Key, `measures` that it may
    be asked to measure media first, `tells` that it answers in the language that Accept-Language asks for, `lasts` that
    it may take long for a small body too, and so runs in a thread that is none of the store's.
    """

    method: str
    path: str
    handle: Callable[[Exchange], Answer]
    scopes: frozenset[Scope] | None = None
    stores: bool = False
    writes: bool = False
    measures: bool = False
    tells: bool = False
    lasts: bool = False

    @property
    def takes_body(self) -> bool:
        """Whether there is anything to read."""
        return self.method == "POST"


class Endpoint:
    """An operation of a running service."""

    def __init__(self, operation: Operation, service: Service) -> None:
        """Bind both."""
        self._operation, self._service = operation, service

    async def __call__(self, scope: Scopes, receive: Receive, send: Send) -> None:
        """Answer one request. Raises what the operation raises: the front makes a problem of it."""
        operation, service = self._operation, self._service
        scope[ROUTE] = operation.path
        caller: Caller | None = scope.get(CALLER)
        if operation.scopes is not None:
            caller = demand(caller, operation.scopes)
        body = await read_body(scope, receive, service) if operation.takes_body else b""
        once = read_once(scope, body, caller) if operation.writes else None
        options = read_options(scope["query_string"]) if scope["query_string"] else NO_OPTIONS
        translation = read_translation(scope) if operation.tells else ENGLISH
        path = scope.get("path_params") or NO_OPTIONS
        exchange = Exchange(service, service.catalogue, caller, body, options, path, once, translation)
        if operation.measures and options and asks_to_measure(options):
            answer = await service.run(lambda: operation.handle(exchange), service.measurer.threads)
        elif operation.lasts:
            answer = await run_in_threadpool(operation.handle, exchange)
        elif operation.stores or len(body) > LONG_BODY:
            answer = await service.run(lambda: operation.handle(exchange))
        else:
            answer = operation.handle(exchange)
        if operation.tells:
            answer = answer._replace(headers={**answer.headers, **say_language(translation)})
        await send_answer(send, answer)


def read_translation(scope: Mapping[str, Any]) -> Translation:
    """The language that the request asks for, of those that there are; English where it asks for none.

    A header in several lines is one list (RFC 9110, 5.2).
    """
    lines = [value for name, value in scope["headers"] if name == b"accept-language"]
    return choose_translation(b",".join(lines).decode("latin-1")) if lines else ENGLISH


def say_language(translation: Translation) -> Mapping[str, str]:
    """The headers of an answer that was told in this language, and would be in another for who asks for that."""
    return {"content-language": translation.language, "vary": "Accept-Language"}


async def read_body(scope: Scopes, receive: Receive, service: Service) -> bytes:
    """The whole body. Raises ProblemError for one that is too large, compressed, or too slow."""
    limits = service.settings.limits
    headers = dict(scope["headers"])
    if any(name == b"content-encoding" and value.lower() != b"identity" for name, value in scope["headers"]):
        raise ProblemError("unsupported_media_type", "the body is compressed: send it as it is")
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limits.body_bytes:
        raise _too_large(limits.body_bytes)
    try:
        async with asyncio.timeout(limits.body_s):
            return await _read_parts(receive, limits.body_bytes)
    except TimeoutError:
        raise ProblemError("too_slow", f"a body has to be here within {limits.body_s:g} s") from None


async def _read_parts(receive: Receive, limit: int) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ProblemError("unusable_input", "the connection was closed before the body was whole")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int) -> ProblemError:
    return ProblemError("too_large", f"a body has at most {limit:,} bytes here: name media by URL")


def read_options(query: bytes) -> Mapping[str, str]:
    """The options in a query, each once. Raises ProblemError."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=MAX_OPTIONS,
            errors="strict",
        )
    except ValueError as error:
        raise ProblemError("unusable_input", f"query: {str(error)[:80]}: write name=value&name=value") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ProblemError("unusable_input", "query: an option stands twice in it: say each once")
    return found


def read_once(scope: Scopes, body: bytes, caller: Caller | None) -> Once | None:
    """What makes a write happen once: the caller's Idempotency-Key, and what it is for. Raises ProblemError."""
    sent = [value for name, value in scope["headers"] if name == b"idempotency-key"]
    if not sent or caller is None:
        return None
    text = sent[0].decode("latin-1")
    if len(sent) > 1 or _is_key(text) is None:
        detail = "Idempotency-Key: one of 1 to 200 visible ASCII characters is wanted, such as a UUID"
        raise ProblemError("unusable_input", detail)
    head = f"{scope['method']} {scope['path']}?".encode(errors="backslashreplace") + scope["query_string"] + b"\n"
    return Once(caller.bound_id, text, hashlib.sha256(head + body).hexdigest())


async def send_answer(send: Send, answer: Answer) -> None:
    """The answer on the wire."""
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
