"""A guard that is put before all clients of a program counts a call once, and can be taken away."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import httpx2
import pytest
import requests

from pricing.shell.guard import CallRejected, install
from pricing.shell.guard.httpx2_transports import GuardTransport
from pricing.shell.guard.patching import PATCHES, Patcher
from tests.guard import payloads
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost

CREATE = "/api/v1/services/aigc/video-generation/video-synthesis"


def test_it_is_put_before_what_is_imported_and_taken_away(make: Make, host: FakeHost) -> None:
    take_away = install(make())
    with pytest.raises(CallRejected):
        requests.post(host.url + CREATE, json=payloads.alibaba_rejected(), timeout=20)
    take_away()
    take_away()
    assert requests.post(host.url + CREATE, json=payloads.alibaba_rejected(), timeout=20).status_code == 200
    assert not any(isinstance(finder, Patcher) for finder in sys.meta_path)


def test_a_transport_of_its_own_and_a_patched_one_below_count_a_call_once(make: Make, host: FakeHost) -> None:
    guard = make()
    take_away = install(guard)
    try:
        with httpx2.Client(transport=GuardTransport(guard)) as client:
            client.post(host.url + CREATE, content=json.dumps(payloads.alibaba()))
    finally:
        take_away()
    assert len(guard.list_calls()) == 1


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [
        ("httpx2_transports", "httpx2", "guard"),
        ("httpx_transports", "httpx", "guard-httpx"),
        ("requests_adapter", "requests", "guard-requests"),
        ("aiohttp_calls", "aiohttp", "guard-aiohttp"),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, module: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"pricing.shell.guard.{module}", raising=False)
    with pytest.raises(ImportError, match=rf"{library}, which is not installed: pip install 'wan-rules\[{extra}\]'"):
        import_module(f"pricing.shell.guard.{module}")


def test_every_module_that_is_patched_is_there() -> None:
    for name in PATCHES:
        assert import_module(name).__name__ == name
