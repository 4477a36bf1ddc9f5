"""A real server of HTTP in a thread, which answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

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


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1, signed by nobody but itself, and its key, in a file of the folder."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path
