"""Bodies that a program compressed itself: gzip and deflate are looked into, and what can't be is not let pass."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from pricing.shell.guard import CallRefused, CallRejected, Decision
from pricing.shell.guard.packing import unpack
from pricing.shell.guard.recognising import names_model
from tests.guard import payloads
from tests.guard.clients import CLIENTS, Client
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost
from wan_rules.payloads import MAX_BYTES, UnusableInputError

CREATE = "/api/v1/services/aigc/video-generation/video-synthesis"
EACH = pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
PACKED = pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
ZSTANDARD = b"\x28\xb5\x2f\xfd\x04\x00\x11\x00\x00{}"


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


@EACH
@PACKED
def test_a_rejected_call_is_not_sent_compressed(
    client: Client, make: Make, host: FakeHost, pack: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(CallRejected):
        client(make(), "POST", host.url + CREATE, pack(_json(payloads.alibaba_rejected())))
    assert host.received == []


@PACKED
def test_another_models_body_passes_compressed_byte_for_byte(
    make: Make, host: FakeHost, decided: list[Decision], pack: Callable[[bytes], bytes]
) -> None:
    body = pack(_json({"model": "wan2.7-t2v", "input": {"prompt": "x"}}))
    CLIENTS["httpx2"](make(), "POST", host.url + CREATE, body)
    assert ([each.body for each in host.received], decided) == ([body], [])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(ZSTANDARD, id="zstandard"),
        pytest.param(gzip.compress(_json(payloads.alibaba()))[:-9], id="cut-off"),
        pytest.param(gzip.compress(b"{}") * 2, id="two-in-a-row"),
        pytest.param(gzip.compress(bytes(MAX_BYTES + 1)), id="a-bomb"),
        pytest.param(json.dumps(payloads.alibaba()).encode("utf-16"), id="utf-16"),
        pytest.param(json.dumps(payloads.alibaba()).encode("utf-16-le"), id="utf-16-without-a-mark"),
    ],
)
def test_what_cannot_be_looked_into_is_refused_unless_it_may_pass(make: Make, host: FakeHost, body: bytes) -> None:
    with pytest.raises(CallRefused, match="payload: "):
        CLIENTS["httpx2"](make(), "POST", host.url + CREATE, body)
    assert host.received == []
    CLIENTS["httpx2"](make(on_unknown="allow"), "POST", host.url + CREATE, body)
    assert [each.body for each in host.received] == [body]


@pytest.mark.parametrize("body", [b"", b"{}", b" \n[{}]", b"\xef\xbb\xbf{}"])
def test_json_stays_as_it_is(body: bytes) -> None:
    assert unpack(body) is body
    assert not names_model("alibaba", body)


def test_a_bomb_is_not_unpacked_whole() -> None:
    bomb = gzip.compress(bytes(8 * MAX_BYTES))
    tracemalloc.start()
    try:
        with pytest.raises(UnusableInputError, match="more than 33,554,432 bytes"):
            unpack(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BYTES
    finally:
        tracemalloc.stop()
