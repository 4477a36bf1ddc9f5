"""A real server of HTTP in a thread, which answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Handler: TypeAlias = BaseHTTPRequestHandler
Act: TypeAlias = Callable[[Handler], None]


def answer(data: bytes = b"", status: int = 200, **headers: str) -> Act:
    """Answers with those bytes; `_` in the name of a header is a hyphen, and an empty header is left out."""

    def act(handler: Handler) -> None:
        said = {"Content-Length": str(len(data)), **{name.replace("_", "-"): text for name, text in headers.items()}}
        handler.send_response(status)
        for name, text in said.items():
            if text:
                handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(data)

    return act


def tagged(data: bytes, etag: str) -> Act:
    """Answers with the bytes, or with 304 to those who have them."""

    def act(handler: Handler) -> None:
        same = handler.headers.get("If-None-Match") == etag
        (answer(status=304, ETag=etag, Content_Length="") if same else answer(data, ETag=etag))(handler)

    return act


class Server:
    """What a server is told to answer by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Act] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.closing = threading.Event()
        self.port = 0
        self.scheme = "http"

    def url(self, path: str, user: str = "") -> str:
        return f"{self.scheme}://{user}127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port, until the block ends; with TLS where there is a context for it."""
    server = Server()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True
            server.asked.append((self.path, dict(self.headers.items())))
            server.answers.get(self.path, answer(b"nothing here", 404))(self)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with _Quiet(("127.0.0.1", 0), Answering) as http:
        server.port = http.server_address[1]
        if tls is not None:
            server.scheme = "https"
            http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that goes away in the middle is what some tests are about."""
