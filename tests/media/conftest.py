"""What the tests of media share: nothing leaves this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.media.answering import Server, serve


class AwayError(OSError):
    """A connection that would have left this machine."""


@pytest.fixture(autouse=True)
def away(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses elsewhere to which a connection was tried, each in vain; no name is looked up outside."""
    tried: list[str] = []
    connect, ask_system = socket.socket.connect, socket.getaddrinfo

    def connect_here(self: socket.socket, address: tuple[str, int]) -> None:
        if not str(address[0]).startswith("127.") and address[0] != "::1":
            tried.append(address[0])
            raise AwayError
        connect(self, address)

    def look_up(name: str, port: int, *, type: socket.SocketKind) -> object:  # noqa: A002 - its name in the library
        assert name == "127.0.0.1", name
        return ask_system(name, port, type=type)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return tried


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    with serve() as started:
        yield started
