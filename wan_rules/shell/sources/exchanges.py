"""One question to a server and its answer, as HTTP/1.1 has it: the head whole, the body as far as it is wanted.

The parser is h11, which is strict: two lengths, a coding it can't undo, a broken line in a head or a head without end
are errors, where the standard library's parser takes a broken line for the end of the head and drops the rest of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final, NamedTuple

import h11

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.addresses import Address
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.connections import connect, told
from wan_rules.shell.sources.targets import Target

HEAD_BYTES_MAX: Final = 32 * 1024
"""The longest head that is read."""
HINTS_MAX: Final = 8
"""Heads before the real one (100 Continue, 103 Early Hints) that are skipped."""


_parse_words: Final = re.compile(r": (?=bytearray\(|b['\"])").split
"""What h11 says is wrong, and the server's own words, which are not repeated."""


class Head(NamedTuple):
    """How an answer begins. Names of headers are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]

    def say(self, name: str) -> str | None:
        """What the header says; what it says twice stands with a comma between, and fits no pattern then."""
        found = [value for said, value in self.headers if said == name]
        return ", ".join(found) if found else None

    @property
    def phrase(self) -> str:
        """The status with its meaning in the standard; a server's own words are not repeated."""
        known = self.status in HTTPStatus.__members__.values()
        return f"{self.status} {HTTPStatus(self.status).phrase}" if known else str(self.status)


class _Dropped(Exception):  # noqa: N818 - never leaves this module
    """A connection that was kept open has ended before an answer began."""


class Line:
    """A line to one server, over which questions go one after the other; the server may end it between them."""

    def __init__(self, target: Target, addresses: tuple[Address, ...], allowance: Allowance) -> None:
        """Connect. Raises UnreadableError."""
        self._target = target
        self._addresses = addresses
        self._allowance = allowance
        self._connect()

    @property
    def host(self) -> str:
        """The server's name."""
        return self._target.host

    def ask(self, headers: Mapping[str, str]) -> Head:
        """The head of the answer; what is left of the one before is given up. Raises UnreadableError."""
        if self._is_free():
            try:
                return self._ask(headers)
            except _Dropped:  # servers close what lies idle, and that is no failure
                pass
        if self._used:
            self.close()
            self._connect()
        try:
            return self._ask(headers)
        except _Dropped:
            raise self._broken("it ends before its answer begins") from None

    def receive(self) -> bytes:
        """The next bytes of the body, none at its end. Raises UnreadableError, also where it ends too early."""
        with self._told():
            match self._next():
                case h11.Data(data=data):
                    return bytes(data)
                case h11.EndOfMessage():
                    self._ended = True
                    return b""
                case event:
                    raise self._broken(f"{type(event).__name__} within its answer")

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()

    def _connect(self) -> None:
        self._connection = connect(self._target, self._addresses, self._allowance)
        self._talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)
        self._used = self._ended = False

    def _is_free(self) -> bool:
        """Whether the connection in use takes a further question."""
        if not self._ended or self._talk.our_state is not h11.DONE or self._talk.their_state is not h11.DONE:
            return False
        self._talk.start_next_cycle()
        return True

    def _ask(self, headers: Mapping[str, str]) -> Head:
        self._allowance.count_request()
        self._used, self._ended = True, False
        said = {"Host": self._target.server, "Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "wan-rules"}
        lines = [(name.encode(), value.encode()) for name, value in {**said, **headers}.items()]
        question = h11.Request(method="GET", target=self._target.path, headers=lines)
        received = self._allowance.received
        with self._told():
            try:
                self._connection.send((self._talk.send(question) or b"") + (self._talk.send(h11.EndOfMessage()) or b""))
                return self._read_head()
            except (OSError, h11.RemoteProtocolError) as error:
                if isinstance(error, TimeoutError) or self._allowance.received > received:
                    raise
                raise _Dropped from None

    def _read_head(self) -> Head:
        for _ in range(HINTS_MAX + 1):
            match self._next():
                case h11.Response(status_code=status, headers=headers):
                    return Head(status, tuple((_text(name), _text(value)) for name, value in headers))
                case h11.InformationalResponse():
                    continue
                case event:
                    raise self._broken(f"{type(event).__name__} before its answer")
        raise self._broken(f"more than {HINTS_MAX} heads before its answer")

    def _next(self) -> object:
        """The next event. Raises what sockets and h11 raise, and UnreadableError when something is spent."""
        while (event := self._talk.next_event()) is h11.NEED_DATA:
            self._talk.receive_data(self._connection.receive())
        return event

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what sockets and h11 raise into UnreadableError."""
        with told(self._target, self._allowance):
            try:
                yield
            except h11.RemoteProtocolError as error:
                raise self._broken(_parse_words(str(error))[0]) from None

    def _broken(self, why: str) -> UnreadableError:
        return UnreadableError(f"the answer of {self._target.host} is broken: {why}. Try again, or state its facts.")


def _text(raw: bytes) -> str:
    """Header text; what is not UTF-8 comes as half characters, which no pattern takes."""
    return raw.decode("utf-8", "surrogateescape")
