"""Every client: what is refused is not sent, what passes comes back unchanged, and what others do is left alone."""

from __future__ import annotations

import gzip
import json
import socket
from decimal import Decimal
from typing import Any

import pytest
import requests

from pricing.shell.guard import CallRejected, Decision
from pricing.shell.guard.requests_adapter import guard_session
from tests.guard import payloads
from tests.guard.clients import CLIENTS, Client
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost

CREATE = "/api/v1/services/aigc/video-generation/video-synthesis"
EACH = pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


@EACH
def test_a_rejected_call_is_not_sent(client: Client, make: Make, host: FakeHost) -> None:
    with pytest.raises(CallRejected) as caught:
        client(make(), "POST", host.url + CREATE, _json(payloads.alibaba_rejected()))
    assert {violation.at for violation in caught.value.report.violations} >= {"/parameters/duration", "/input/media"}
    assert host.received == []


@EACH
@pytest.mark.parametrize("gzipped", [False, True], ids=["plain", "gzipped"])
def test_a_call_that_passes_is_sent_and_answered_unchanged_and_settled_at_its_poll(
    client: Client, make: Make, host: FakeHost, *, gzipped: bool
) -> None:
    guard, body = make(), _json(payloads.alibaba_clip())
    host.gzipped = gzipped
    status, answer = client(guard, "POST", host.url + CREATE, body)
    task = json.loads(answer)["output"]["task_id"]
    assert (status, host.received[0].body) == (200, body)
    (held,) = guard.list_calls()
    assert (held.state, held.held) == ("held", 10 * Decimal("0.10"))  # the output, and at most 5 s of the clip
    status, answer = client(guard, "GET", f"{host.url}/api/v1/tasks/{task}", b"")
    assert json.loads(answer)["usage"]["duration"] == 10.0
    (settled,) = guard.list_calls()
    assert (settled.state, settled.charge) == ("settled", 10 * Decimal("0.10"))


@EACH
@pytest.mark.parametrize(
    ("path", "document"),
    [
        pytest.param(
            "/api/v1/services/aigc/text-generation/generation", payloads.alibaba_rejected(), id="another-path"
        ),
        pytest.param(CREATE, {"model": "wan2.7-t2v", "input": {"prompt": "x"}}, id="another-model"),
        pytest.param("/anything", {"model": "wan2.7-r2v"}, id="another-server"),
    ],
)
def test_any_other_request_passes_byte_for_byte(
    client: Client, make: Make, host: FakeHost, decided: list[Decision], path: str, document: dict[str, Any]
) -> None:
    body = b" " + _json(document) + b"\n"
    status, _ = client(make(), "POST", host.url + path, body)
    assert (status, host.received[0].body, decided) == (200, body, [])


@EACH
def test_a_call_without_a_connection_holds_nothing(client: Client, make: Make) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/api/v1"
        guard = make(bases={"alibaba": [url]})
        with pytest.raises(Exception, match=r"(?i)connect"):
            client(guard, "POST", url + CREATE.removeprefix("/api/v1"), _json(payloads.alibaba()))
    (call,) = guard.list_calls()
    assert (call.state, call.charge) == ("released", Decimal(0))


@EACH
def test_a_call_whose_answer_was_lost_stays_held(client: Client, make: Make, host: FakeHost) -> None:
    guard = make()
    with pytest.raises(Exception, match=r"(?i)disconnect|connection"):
        client(guard, "POST", host.url + CREATE, _json(payloads.alibaba("Image 1 is cut off")))
    assert [call.state for call in guard.list_calls()] == ["held"] * len(host.creates)


def test_the_raw_body_of_a_streamed_answer_is_as_it_came(make: Make, host: FakeHost) -> None:
    """Still encoded: who reads `raw` of requests decodes it himself."""
    host.gzipped = True
    with (
        guard_session(requests.Session(), make()) as session,
        session.post(host.url + CREATE, json=payloads.alibaba(), timeout=20, stream=True) as response,
    ):
        assert json.loads(gzip.decompress(response.raw.read()))["output"]["task_status"] == "PENDING"
