"""What is no HTTP, or has no end, at a service that really runs: it answers on, and its log stays lines of JSON."""

from __future__ import annotations

import json
import socket
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.served import serving


@pytest.mark.parametrize("workers", ["1", "2"])
def test_strangers_harm_neither_others_nor_the_log(tmp_path: Path, workers: str) -> None:
    upgrade = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    endless = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 8_000_000
    with serving(tmp_path, "--workers", workers) as served:
        for sent in (b"\x16\x03\x01\x02\r\n\r\n", upgrade, endless):
            stranger = socket.create_connection(("127.0.0.1", served.port), timeout=10)
            with closing(stranger), suppress(ConnectionError):
                stranger.sendall(sent)
                assert b"HTTP/1.1 " in stranger.recv(100)
            assert served.ask("GET", "/healthz")[0] == 200
    lines = [line for line in served.read_log().splitlines() if not line.startswith("wan-rules: ")]
    said = {event["said"] for event in map(json.loads, lines) if event["event"] == "library"}
    assert {"Invalid HTTP request received.", "The head of a request has at most 65,536 bytes."} <= said
