"""Sources over HTTPS: the certificate of a real server holds, or nothing is asked of it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pricing.shell.sources import SourceError, UnreachableError, load
from tests.shell import packing
from tests.shell.serving import Server, answer, make_certificate, serve


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by nobody but itself, and its key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


class TestTls:
    """A certificate holds, or nothing is asked."""

    @pytest.fixture
    def secure(self, certificate: Path) -> Iterator[Server]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with serve(context) as started:
            started.answers["/p.zip"] = answer(packing.zipped(packing.texts()))
            yield started

    def test_a_certificate_that_is_trusted(
        self, secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert load(secure.url("/p.zip")).digest == packing.digest()

    def test_a_certificate_that_is_not_is_a_wrong_answer(self, secure: Server) -> None:
        with pytest.raises(SourceError, match="its certificate does not hold: self-signed certificate") as refused:
            load(secure.url("/p.zip", user="me:secret@"))
        assert not isinstance(refused.value, UnreachableError)
        assert secure.asked == []

    def test_a_proxy_sees_the_server_and_nothing_else(
        self, secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.delenv("no_proxy", raising=False)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listening.getsockname()[1]}")
            asked: list[bytes] = []
            proxy = threading.Thread(target=tunnel, args=(listening, secure.port, asked))
            proxy.start()
            assert load(secure.url("/p.zip", user="me:secret@")).digest == packing.digest()
            proxy.join()
        assert asked[0].startswith(b"CONNECT 127.0.0.1:")
        assert b"Authorization" not in asked[0]
        assert "Authorization" in secure.asked[0][1]


def tunnel(listening: socket.socket, port: int, asked: list[bytes]) -> None:
    """A proxy for one connection: it notes what it was asked, and passes on what it can't read."""
    client, _ = listening.accept()
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        asked.append(client.recv(4096))
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=pump, args=(server, client))
        back.start()
        pump(client, server)
        back.join()


def pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
