"""A guard that is put before all clients of a program counts a call once, and can be taken away."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import httpx2
import pytest
import requests

from pricing.shell.guard import CallRejected, Guard, OverBudget, Settings, deciding, forking, guards, install, patching
from pricing.shell.guard.endpoints import Route
from pricing.shell.guard.forking import LOADING, hold_forks
from pricing.shell.guard.httpx2_transports import GuardTransport
from pricing.shell.guard.patching import PATCHES, Patcher
from tests.guard import payloads
from tests.guard.clients import CLIENTS, Client
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost

CREATE = "/api/v1/services/aigc/video-generation/video-synthesis"
CALLED = Route("alibaba", "create", "international")


def test_it_is_put_before_what_is_imported_and_taken_away(make: Make, host: FakeHost) -> None:
    take_away = install(make())
    with pytest.raises(CallRejected):
        requests.post(host.url + CREATE, json=payloads.alibaba_rejected(), timeout=20)
    take_away()
    take_away()
    assert requests.post(host.url + CREATE, json=payloads.alibaba_rejected(), timeout=20).status_code == 200
    assert not any(isinstance(finder, Patcher) for finder in sys.meta_path)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of a process with threads: that is the case here
def test_a_fork_waits_while_the_guard_is_set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The thread that sets it up, and holds locks, is not in the child: that one would wait for it for ever."""
    hold_forks()
    late, set_up, begun = patching.LateGuard(Settings(state=str(tmp_path / "state"))), patching._set_up, []

    def set_up_slowly(settings: Settings, host: str) -> Guard:
        begun.append(host)
        time.sleep(0.2)
        return set_up(settings, host)

    def call() -> None:
        late.begin(Route("alibaba", "create", "international"), json.dumps(payloads.alibaba()).encode())

    monkeypatch.setattr(patching, "_set_up", set_up_slowly)
    thread = threading.Thread(target=call)
    thread.start()
    while not begun:
        time.sleep(0.001)
    child = os.fork()
    if not child:
        signal.alarm(20)
        call()
        os._exit(len(begun))
    thread.join(20)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1, "the child has the guard that its parent set up"
    guard = late._use("alibaba")
    assert len(guard.list_calls()) == 2
    guard.close()


def test_no_fork_finds_a_model_half_built(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are built when they are first used, under a lock of their library, which a fork's child never gets."""
    seen: list[bool] = []

    def look(*_: object) -> tuple[()]:
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(LOADING.acquire, blocking=False).result())
        return ()

    guard, decide = make(), deciding.decide
    ticket = guard.begin(CALLED, json.dumps(payloads.alibaba()).encode())
    assert ticket is not None
    monkeypatch.setattr(guards, "read_answer", look)
    guard.end(ticket, 200, b"{}")
    monkeypatch.setattr(deciding, "decide", lambda *asked: (look(), decide(*asked))[-1])
    guard.begin(CALLED, json.dumps(payloads.alibaba()).encode())
    assert seen == [False, False]


def test_threads_that_hold_forks_at_the_same_time_register_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What registered twice would take a ledger's lock twice before a fork, and release it once after."""
    registered: list[object] = []

    def register_slowly(**told: object) -> None:
        time.sleep(0.05)
        registered.append(told)

    monkeypatch.setattr(forking, "_ONCE", threading.Lock(), raising=False)
    monkeypatch.setattr(os, "register_at_fork", register_slowly)
    threads = [threading.Thread(target=hold_forks) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(registered) == 1


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


@pytest.mark.parametrize("client", list(CLIENTS.values()), ids=list(CLIENTS))
def test_a_guard_of_the_program_s_own_hides_no_call_from_another(make: Make, host: FakeHost, client: Client) -> None:
    """Each has a book of its own, and limits: what the outer one holds is free where the inner one refuses."""
    outer, inner = make(), make(per_run=["USD=0.80"])
    body = json.dumps(payloads.alibaba(resolution="720P", duration=5)).encode()
    take_away = install(inner)
    try:
        assert client(outer, "POST", host.url + CREATE, body)[0] == 200
        with pytest.raises(OverBudget):
            client(outer, "POST", host.url + CREATE, body)
    finally:
        take_away()
    assert len(host.creates) == 1
    assert [call.state for call in inner.list_calls()] == ["held", "refused"]
    assert [call.state for call in outer.list_calls()] == ["held", "released"]


def test_two_guards_with_one_file_count_a_call_once(make: Make, host: FakeHost, tmp_path: Path) -> None:
    guard, other = (make(state=str(tmp_path / "state"), run="one") for _ in range(2))
    take_away = install(other)
    try:
        CLIENTS["httpx2"](guard, "POST", host.url + CREATE, json.dumps(payloads.alibaba()).encode())
    finally:
        take_away()
    assert [call.state for call in guard.list_calls()] == ["held"]


@pytest.mark.parametrize("limit", [{"per_call": ["USD=0.40"]}, {"per_run": ["USD=0.80"]}, {"per_day": ["USD=0.80"]}])
def test_a_guard_of_the_program_s_own_in_the_same_file_hides_no_limit(
    make: Make, host: FakeHost, tmp_path: Path, limit: dict[str, list[str]]
) -> None:
    """A day counts each call once; the second call passes no limit but that of the inner guard."""
    outer, inner = (make(state=str(tmp_path / "state"), **each) for each in ({"per_day": ["USD=1.00"]}, limit))
    body = json.dumps(payloads.alibaba()).encode()
    take_away = install(inner)
    try:
        for _ in range(sent := 0 if "per_call" in limit else 1):
            CLIENTS["httpx2"](outer, "POST", host.url + CREATE, body)
        with pytest.raises(OverBudget):
            CLIENTS["httpx2"](outer, "POST", host.url + CREATE, body)
    finally:
        take_away()
    assert len(host.creates) == sent
    today = inner._count().day
    totals = [
        inner._ledger.read_total(*each, "USD") for each in (("day", today), ("run", outer.run), ("run", inner.run))
    ]
    assert totals == [Decimal("0.5") * sent] * 3


def test_guards_in_one_file_settle_a_job_for_both_runs(make: Make, host: FakeHost, tmp_path: Path) -> None:
    outer, inner = (make(state=str(tmp_path / "state")) for _ in range(2))
    take_away = install(inner)
    try:
        CLIENTS["httpx2"](outer, "POST", host.url + CREATE, json.dumps(payloads.alibaba()).encode())
        CLIENTS["httpx2"](outer, "GET", f"{host.url}/api/v1/tasks/{[*host.prompts][-1]}", b"")
    finally:
        take_away()
    assert [guard.list_calls()[0].state for guard in (outer, inner)] == ["settled", "settled"]
    assert inner._ledger.read_total("day", inner._count().day, "USD") == Decimal("0.5")


@pytest.mark.parametrize("client", [CLIENTS[name] for name in ("requests", "httpx2", "httpx2-async", "aiohttp")])
def test_guards_may_be_taken_away_in_any_order(make: Make, host: FakeHost, client: Client) -> None:
    """The one that stays goes on, and the one that went does not come back with the other's end."""
    going, staying, nobody = make(), make(per_run=["USD=0.10"]), make(bases={})
    body = json.dumps(payloads.alibaba()).encode()
    take_away_going, take_away_staying = install(going), install(staying)
    try:
        take_away_going()
        with pytest.raises(OverBudget):
            client(nobody, "POST", host.url + CREATE, body)
    finally:
        take_away_staying()
    assert client(nobody, "POST", host.url + CREATE, body)[0] == 200
    assert going.list_calls() == ()
