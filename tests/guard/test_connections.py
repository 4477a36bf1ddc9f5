"""Faults of connections: only what surely came before the request was sent holds nothing."""

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
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from pricing.shell.guard.requests_adapter import guard_session
from pricing.shell.guard.requests_calls import find_way
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


def test_what_may_have_been_sent_twice_is_never_said_to_be_unsent() -> None:
    """The last of several attempts had no connection; the first one may have had."""
    for adapter, may_resend in (
        (HTTPAdapter(), False),
        (HTTPAdapter(max_retries=3), False),
        (HTTPAdapter(max_retries=Retry(total=2, allowed_methods=None)), True),
        (HTTPAdapter(max_retries=Retry(total=2, allowed_methods=["POST"])), True),
        (HTTPAdapter(max_retries=Retry(total=0, allowed_methods=None)), False),
        (object(), True),
    ):
        assert find_way(adapter, stream=False).may_resend is may_resend


@pytest.mark.parametrize(
    ("retries", "may_resend"),
    [
        pytest.param(Retry(total=None, read=2, allowed_methods=None), True, id="by-reads-alone"),
        pytest.param(
            Retry(total=None, status=2, allowed_methods=["POST"], status_forcelist=[503]), True, id="by-status"
        ),
        pytest.param(Retry(total=None, read=2), False, id="not-for-posts"),
        pytest.param(Retry(total=False, allowed_methods=None), False, id="none-at-all"),
    ],
)
def test_attempts_that_are_counted_by_their_kind_count(retries: Retry, may_resend: bool) -> None:  # noqa: FBT001 - of a table
    assert find_way(HTTPAdapter(max_retries=retries), stream=False).may_resend is may_resend


def test_a_call_that_was_sent_before_its_last_attempt_stays_held(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def read_and_go() -> None:
            sock, _ = listening.accept()
            sock.recv(65536)
            listening.close()
            sock.close()

        thread = threading.Thread(target=read_and_go)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        guard = make(bases={"alibaba": [f"{url}/api/v1"]})
        session = requests.Session()
        session.mount("http://", HTTPAdapter(max_retries=Retry(total=2, allowed_methods=None)))
        with pytest.raises(requests.exceptions.ConnectionError):
            guard_session(session, guard).post(url + PATH, BODY)
        thread.join(10)
    (call,) = guard.list_calls()
    assert call.state == "held"


@pytest.mark.parametrize(
    ("statuses", "state"),
    [((503, 429), "held"), ((503, 504, 400), "held"), ((400,), "released")],
    ids=["once-before", "twice-before", "at-once"],
)
@pytest.mark.parametrize("stream", [False, True], ids=["read", "streamed"])
def test_what_is_refused_after_other_attempts_stays_held(
    make: Make, statuses: tuple[int, ...], state: str, *, stream: bool
) -> None:
    """urllib3 sends again below the guard; a job may run of an attempt that was answered by a gateway."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            for status in statuses:
                sock, _ = listening.accept()
                with sock:
                    received = b""
                    while BODY not in received:
                        received += sock.recv(65536)
                    sock.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}" % status)

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        guard = make(bases={"alibaba": [f"{url}/api/v1"]})
        session = requests.Session()
        retries = Retry(total=3, allowed_methods=["POST"], status_forcelist=[503, 504])
        session.mount("http://", HTTPAdapter(max_retries=retries))
        answered = guard_session(session, guard).post(url + PATH, BODY, stream=stream)
        thread.join(10)
    assert answered.status_code == statuses[-1]
    (call,) = guard.list_calls()
    assert call.state == state
