"""Faults of TLS: a certificate that does not hold comes before a request, anything else may come after it."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
import requests

from tests.guard import payloads
from tests.guard.clients import CLIENTS, Client
from tests.guard.conftest import Make
from tests.media.certificates import Authority, make_authority

BODY: Final = json.dumps(payloads.alibaba()).encode()
PATH: Final = "/api/v1/services/aigc/video-generation/video-synthesis"
Answer = Callable[[ssl.SSLSocket], None]


def break_tls(tls: ssl.SSLSocket) -> None:
    """What is no record of TLS, after the request was read."""
    tls.recv(65536)
    os.write(tls.fileno(), b"this is no record of TLS" * 8)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def serve(authority: Authority, answer: Answer) -> Iterator[str]:
    """The base URL of a server that answers so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("localhost"))
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listening.accept()
                with suppress(OSError), sock, context.wrap_socket(sock, server_side=True) as tls:
                    answer(tls)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"https://localhost:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(10)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_a_certificate_that_does_not_hold_holds_nothing(client: Client, make: Make, authority: Authority) -> None:
    with serve(authority, break_tls) as url:
        guard = make(bases={"alibaba": [f"{url}/api/v1"]})
        with pytest.raises(Exception, match=r"(?i)certificate"):
            client(guard, "POST", url + PATH, BODY)
    (call,) = guard.list_calls()
    assert (call.state, call.charge) == ("released", Decimal(0))


def test_tls_that_breaks_after_the_request_leaves_it_held(
    make: Make, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Path(authority.certificate)))
    with serve(authority, break_tls) as url:
        guard = make(bases={"alibaba": [f"{url}/api/v1"]})
        with pytest.raises(requests.exceptions.ConnectionError):
            CLIENTS["requests"](guard, "POST", url + PATH, BODY)
    (call,) = guard.list_calls()
    assert call.state == "held"
