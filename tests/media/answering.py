"""A real server on loopback that says whatever bytes a test wants, as slowly as it wants, and notes what it heard."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple, TypeAlias

from wan_rules.shell.sources import Policy


class Question(NamedTuple):
    """What the server was asked, and over which of its connections, the first being 0."""

    path: str
    headers: Mapping[str, str]
    connection: int


Act: TypeAlias = Callable[[Question], Iterable[bytes]]
"""What to say; the connection stays open after it, unless an empty piece is among it."""


def answer(body: bytes = b"", status: int = 200, /, **headers: str) -> list[bytes]:
    """An answer of that length; `_` in the name of a header is a hyphen, and a header that says "" is left out."""
    said = {"Content-Length": str(len(body)), **{name.replace("_", "-"): text for name, text in headers.items()}}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {text}" for name, text in said.items() if text)]
    return ["\r\n".join([*lines, "", ""]).encode() + body]


def part_of(data: bytes, question: Question, **headers: str) -> list[bytes]:
    """The part that was asked for, as a good server answers."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", question.headers.get("Range", ""))
    if asked is None or ("If-Range" in question.headers and question.headers["If-Range"] != headers.get("ETag")):
        return answer(data, **headers)
    start, last = int(asked[1]), min(int(asked[2]), len(data) - 1)
    if start >= len(data):
        return answer(b"", 416, Content_Range=f"bytes */{len(data)}")
    return answer(data[start : last + 1], 206, Content_Range=f"bytes {start}-{last}/{len(data)}", **headers)


def _nothing(_: Question) -> list[bytes]:
    return answer(b"nothing here", 404)


class Server:
    """What a server says by path, and what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None, host: str) -> None:
        self.says: dict[str, Act] = {}
        self.greeting = b""
        self.asked: list[Question] = []
        self.connections = 0
        self.closing = threading.Event()
        self.tls = tls
        self.listening = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port: int = self.listening.getsockname()[1]
        self.threads: list[threading.Thread] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def policy(self, host: str = "127.0.0.1") -> Policy:
        """A policy that allows this server, by that name."""
        return Policy(allow=frozenset({f"{host}:{self.port}"}))

    @property
    def paths(self) -> list[str]:
        return [question.path for question in self.asked]

    def wait(self, seconds: float) -> None:
        """Let time pass, or no more than till the test is over."""
        self.closing.wait(seconds)

    def run(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listening.accept()
                thread = threading.Thread(target=self._talk, args=(sock, self.connections), daemon=True)
                self.connections += 1
                self.threads.append(thread)
                thread.start()

    def _talk(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError), closing(sock):
            sock.settimeout(5)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = self.tls.wrap_socket(sock, server_side=True) if self.tls else sock
            with closing(stream):
                stream.sendall(self.greeting)
                while (question := self._hear(stream, number)) and not self.closing.is_set():
                    self.asked.append(question)
                    for piece in self.says.get(question.path, _nothing)(question):
                        if not piece or self.closing.is_set():
                            return
                        stream.sendall(piece)

    def _hear(self, stream: socket.socket, number: int) -> Question | None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (data := stream.recv(4096)):
                return None
            head += data
        first, *lines = head.decode().split("\r\n")[:-2]
        return Question(first.split(" ")[1], dict(line.split(": ", 1) for line in lines), number)


@contextmanager
def serve(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Server]:
    """A server until the block ends."""
    server = Server(tls, host)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()
        thread.join()
        for talking in server.threads:
            talking.join(5)
