"""What reaches the service and its neighbours from outside: HTTP, tokens, signed quotes, agents' calls, URLs, locks.

An input's first line names what reads it. Beside that nothing undeclared is raised: the service never answers with a
status of its own fault, a URL that is taken is taken again as it was read, and nothing shows a password.
"""

from __future__ import annotations

import atexit
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from types import MappingProxyType
from typing import Final, NamedTuple

from joserfc.jwk import OKPKey

from pricing import BasisError, MissingRateError, recompute
from pricing.errors import CardError
from pricing.shell import locking
from pricing.shell.agent_tools import TOOLS, Desk, use_tool
from pricing.shell.catalogues import load_catalogue
from pricing.shell.service.settings import Tokens
from pricing.shell.service.signing import BadSignatureError, read_public_keys, verify
from pricing.shell.service.tokens import TokenReader
from tests.asked import EXAMPLES, Running
from tests.fuzz.mutators import change_json
from tests.fuzz.service_seeds import AT, KEY, PUBLIC, URLS, list_seeds
from tests.fuzz.target import Blind, Target, check_message
from tests.fuzz.words import payload_pool
from wan_rules import UnusableInputError, parse_object
from wan_rules.payloads import JsonObject
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.data_urls import open_data
from wan_rules.shell.sources.policy import Policy
from wan_rules.shell.sources.targets import follow, read_target
from wan_rules.urls import find_fault, redact, shorten

PATIENCE_S: Final = 2
OUR_FAULT: Final = 500


_find_users: Final = re.compile(r"://([^/?#@\s]{8,})@").findall
"""Users with their passwords, of the URL and of one in its path, that are too long to stand there by accident."""


def judge(data: bytes) -> None:
    """What its first line asks for. Raises what is wrong with the code."""
    kind, _, rest = data.partition(b"\n")
    reader = READERS.get(kind)
    if reader is not None:
        reader(rest)


class _Asked(NamedTuple):
    """A service in a folder of its own, and a key to it."""

    running: Running
    key: str


@cache
def _service() -> _Asked:
    folder = mkdtemp(prefix="wan-rules-fuzz-")
    atexit.register(rmtree, folder, ignore_errors=True)
    running = Running(
        Path(folder) / "state", quote_lifetime_s=86_400, limits={"key_per_minute": 10**9, "address_per_minute": 10**9}
    )
    return _Asked(running, running.key())


def _judge_request(data: bytes) -> None:
    """A request as HTTP/1.1 writes it: a line, headers, an empty line, a body."""
    running, key = _service()
    head, _, body = data.replace(KEY, key.encode()).partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    method, _, path = first.partition(" ")
    headers = dict(line.partition(": ")[::2] for line in lines)
    if not method.isalpha() or not path.startswith("/") or not path.isascii():
        return  # a server answers these itself
    reply = running.ask(method.upper(), path, body, headers={name.lower(): text for name, text in headers.items()})
    assert reply.status != OUR_FAULT, reply.body
    if reply.headers.get("content-type", "").startswith("application/problem"):
        check_message(reply.document["detail"], 60_000)


@cache
def _tokens() -> TokenReader:
    file = Path(mkdtemp(prefix="wan-rules-fuzz-")) / "keys.json"
    atexit.register(rmtree, file.parent, ignore_errors=True)
    file.write_text(json.dumps({"keys": [PUBLIC]}))
    return TokenReader(Tokens(keys=str(file), issuer="them", audience="us"))


def _judge_token(data: bytes) -> None:
    _tokens()._verify(data.decode("latin-1"))


def _judge_signed(data: bytes) -> None:
    document = _read(data)
    if document is not None:
        try:
            verify(document, [OKPKey.import_key(dict(PUBLIC))])
        except BadSignatureError as error:
            check_message(str(error))


def _judge_keys(data: bytes) -> None:
    try:
        read_public_keys(data, what="keys")
    except UnusableInputError as error:
        check_message(str(error))


@cache
def _desk() -> Desk:
    return Desk(load_catalogue(EXAMPLES / "catalogue"), "acme", "production", None, lambda: AT)


def _judge_tool(data: bytes) -> None:
    """The name of a tool, a blank, and the arguments of a call."""
    name, _, text = data.partition(b" ")
    arguments = _read(text)
    if name.decode("latin-1") in TOOLS and arguments is not None:
        answer = use_tool(name.decode(), arguments, _desk())
        check_message(answer.text, 200_000)
        json.dumps(answer.document)


def _judge_basis(data: bytes) -> None:
    document = _read(data)
    if document is not None:
        try:
            recompute(document)
        except (BasisError, MissingRateError) as error:
            check_message(str(error), 4_000)


def _judge_lock(data: bytes) -> None:
    file = _service().running.settings.state / "any.lock"
    file.write_bytes(data)
    try:
        locking.read_lock(file)
    except CardError as error:
        check_message(str(error))


def _judge_url(data: bytes) -> None:
    url = data.decode(errors="replace")
    shown = redact(url)
    assert redact(shown) or not url
    for text in (find_fault(url, ("https://", "http://", "data:")), shorten(url)):
        assert text is None or len(text) < 300
    for user in _find_users(url):
        # What stands there a second time may be part of a path, where an @ names nobody.
        assert url.count(user) > 1 or user not in shown, f"{shown} shows {user}"
    try:
        open_data(url) if url.lower().startswith("data:") else _follow(url)
    except UnreadableError as error:
        check_message(error.reason)


def _follow(url: str) -> None:
    policy = Policy()
    target = read_target(url, policy)
    assert read_target(target.url, policy) == target, "a URL that was taken is another one when it is read again"
    assert target.url.isascii()
    follow(target, url, policy)


def _read(data: bytes) -> JsonObject | None:
    try:
        return parse_object(data)
    except UnusableInputError as error:
        check_message(str(error))
        return None


READERS: Final[Mapping[bytes, Callable[[bytes], None]]] = MappingProxyType(
    {
        b"request": _judge_request,
        b"token": _judge_token,
        b"signed": _judge_signed,
        b"keys": _judge_keys,
        b"tool": _judge_tool,
        b"basis": _judge_basis,
        b"lock": _judge_lock,
        b"url": _judge_url,
    }
)


def _mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
    """Changes what a document is in it as one; all else, half of the time, by lines or blindly."""
    begins = data.find(b"{")
    if begins < 0 or chance.random() < 0.3:
        kind, mark, rest = data.partition(b"\n")
        return (kind + mark + blind.mutate(rest, blind.limit))[: blind.limit]
    head, body = data[:begins], data[begins:]
    return (head + change_json(payload_pool())(chance, body, blind))[: blind.limit]


TARGET: Final = Target(
    judge,
    list_seeds,
    lambda: [
        *payload_pool().keys,
        *URLS,
        "authorization: Bearer ",
        "idempotency-key: ",
        "accept-language: ",
        "?host=",
        "&at=",
    ],
    _mutate,
    patience_s=PATIENCE_S,
)
