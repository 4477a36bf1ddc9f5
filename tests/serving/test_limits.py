"""What one caller may take: bytes, seconds, requests a minute; and what the log says of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from pricing.shell.service import front, rates
from pricing.shell.service.front import UNCOUNTED
from pricing.shell.service.problems import ProblemError
from pricing.shell.service.rates import LEASES, Rates
from tests.asked import ATLAS, Reply, Running, call, example

Receive = Callable[[], Awaitable[dict[str, Any]]]
SECRET = "S3cretT0kenAbCdEf"  # noqa: S105 - made up


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Running:
    limits = {"body_bytes": 4096, "body_s": 0.05, "key_per_minute": 100, "address_per_minute": 60}
    return Running(Path(tmp_path_factory.mktemp("narrow")), limits=limits)


def test_a_large_body_is_refused_declared_or_not(narrow: Running) -> None:
    assert narrow.post("/v1/check", b" " * 5000).status == 413
    reply = narrow.ask("POST", "/v1/check", b" " * 5000, headers={"content-length": "5"})
    assert (reply.status, "4,096 bytes" in reply.document["detail"]) == (413, True)


def test_a_compressed_body_is_refused(narrow: Running) -> None:
    assert narrow.post("/v1/check", b"{}", headers={"content-encoding": "gzip"}).status == 415


def test_a_body_that_says_it_is_as_it_is_is_read(narrow: Running) -> None:
    assert narrow.post("/v1/check", b"{}", headers={"content-encoding": "Identity"}).status != 415


def test_a_coding_is_refused_wherever_it_stands(narrow: Running) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}"}

    assert _ask(narrow, [(b"content-encoding", b"gzip"), (b"content-encoding", b"identity")], receive) == 415


def test_a_slow_body_is_given_up(narrow: Running) -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(1)
        return {"type": "http.request", "body": b"{", "more_body": True}

    assert _ask(narrow, [], receive) == 408


def _ask(narrow: Running, headers: list[tuple[bytes, bytes]], receive: Receive) -> int:
    """The status of the answer to a request as it reaches the application."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/v1/check",
        "query_string": b"",
        "headers": headers,
        "client": None,
    }
    asyncio.run(narrow.app(scope, receive, send))
    status: int = sent[0]["status"]
    return status


def test_a_minute_of_a_key_ends(narrow: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "time", lambda: 6_000_000_030.0)
    key, other = narrow.key(), narrow.key()
    statuses = [narrow.get("/v1/rules", key=key).status for _ in range(102)]
    assert statuses == [200] * 100 + [429] * 2
    assert narrow.get("/v1/rules", key=key).headers["retry-after"] == "30"
    assert narrow.get("/v1/rules", key=other).status == 200
    monkeypatch.setattr(rates, "time", lambda: 6_000_000_061.0)
    assert narrow.get("/v1/rules", key=key).status == 200


def test_guesses_at_keys_are_limited_by_address(narrow: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "time", lambda: 7_000_000_000.0)
    statuses = {narrow.get("/v1/rules", key=f"wr_{n:016x}_{'a' * 43}").status for n in range(60)}
    assert statuses == {401}
    assert narrow.get("/v1/rules", key=f"wr_{99:016x}_{'a' * 43}").status == 429


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("2a00:1450:4001:82f::200e", "2a00:1450:4001:82f::/64"),
        ("2a00:1450:4001:82f:ffff::1", "2a00:1450:4001:82f::/64"),
        ("2a00:1450:4001:830::200e", "2a00:1450:4001:830::/64"),
        ("fd12::1", "fd12::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("::ffff:8.8.8.8", "::ffff:8.8.8.8"),
        ("8.8.8.8", "8.8.8.8"),
        ("local", "local"),
        ("", ""),
    ],
)
def test_whoever_has_a_network_is_one_caller(host: str, counted: str) -> None:
    assert front.name_stranger(host) == counted


def test_one_network_has_one_limit(narrow: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "time", lambda: 9_000_000_000.0)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    def ask(client: str) -> int:
        scope = {"type": "http", "method": "GET", "path": "/v1/rules", "query_string": b"", "headers": []}
        return asyncio.run(call(narrow.app, {**scope, "client": (client, 1)}, receive)).status

    assert {ask(f"2a00:1450:4001:82f::{n:x}") for n in range(60)} == {200}
    assert (ask("2a00:1450:4001:82f::ffff"), ask("2a00:1450:4001:830::1")) == (429, 200)


def test_guesses_at_tokens_are_limited_too(narrow: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "time", lambda: 8_000_000_000.0)
    assert {narrow.get("/v1/rules", key=f"a.b.{n}").status for n in range(60)} == {401}
    assert narrow.get("/v1/rules", key="a.b.c").status == 429


def test_health_is_never_limited(narrow: Running) -> None:
    assert {narrow.get("/healthz").status for _ in range(200)} == {200}


def test_more_at_once_than_a_worker_answers_are_told_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two wait for their bodies; the third is refused as a problem, health is not; when they end there is room."""
    monkeypatch.setattr(front, "CONCURRENT", 2)
    service, arrived = Running(tmp_path), asyncio.Event()

    async def ask(method: str, path: str, body: asyncio.Event | None = None) -> Reply:
        async def receive() -> dict[str, Any]:
            if body is not None:
                await body.wait()
            return {"type": "http.request", "body": json.dumps(example(ATLAS)).encode()}

        asked: dict[str, Any] = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
        return await call(service.app, asked, receive)

    async def talk() -> None:
        waiting = [asyncio.create_task(ask("POST", "/v1/check", arrived)) for _ in range(2)]
        await asyncio.sleep(0)  # both have begun
        assert service.app._under_way == 2
        refused = await ask("POST", "/v1/check")
        assert (refused.status, refused.document["code"]) == (503, "unavailable")
        assert (refused.headers["content-type"], refused.headers["retry-after"]) == ("application/problem+json", "1")
        assert (await ask("GET", "/nothing")).status == 503
        assert [(await ask("GET", path)).status for path in sorted(UNCOUNTED)] == [200] * 3
        arrived.set()
        assert [(await reply).status for reply in waiting] == [200, 200]
        assert (await ask("POST", "/v1/check")).status == 200

    asyncio.run(talk())
    assert service.app._under_way == 0


def test_a_minute_that_ends_while_the_store_is_asked_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one's lease is under way when another caller's request begins the next minute."""
    clock, asked, windows = [59.0], asyncio.Event(), []

    async def lease(caller: str, window: int, wanted: int, _limit: int) -> int:
        windows.append((caller, window))
        if window == 0:
            await asked.wait()
        return wanted

    async def talk() -> None:
        limits = Rates(lease)
        first = asyncio.create_task(limits.take("first", 100))
        await asyncio.sleep(0)
        clock[0] = 60.0
        await limits.take("second", 100)
        asked.set()
        await first

    monkeypatch.setattr(rates, "time", lambda: clock[0])
    asyncio.run(talk())
    assert windows == [("first", 0), ("second", 60), ("first", 60)]


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_together_never_pass_the_limit(workers: int) -> None:
    """The law of the leases: however the requests fall on the workers, no more than the limit are answered."""
    left = {"who": 50}

    async def lease(caller: str, _window: int, wanted: int, _limit: int) -> int:
        await asyncio.sleep(0)
        granted = min(wanted, left[caller])
        left[caller] -= granted
        return granted

    several = [Rates(lease) for _ in range(workers)]

    async def take(number: int) -> bool:
        try:
            await several[number % workers].take("who", 50)
        except ProblemError:
            return False
        return True

    async def all_of_them() -> list[bool]:
        return list(await asyncio.gather(*(take(number) for number in range(200))))

    taken = sum(asyncio.run(all_of_them()))
    assert 50 - workers * max(1, 50 // LEASES) <= taken <= 50


def test_the_log_has_routes_and_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = Running(tmp_path, log_requests=True)
    key = service.key()
    payload = {
        **example(ATLAS),
        "prompt": f"{SECRET} character1",
        "image_urls": [f"https://u:{SECRET}@a.example/x.png?k={SECRET}"],
    }
    quote_id = service.post("/v1/quotes", example(ATLAS), key=key).document["id"]
    capsys.readouterr()
    service.post(f"/v1/estimates?region={SECRET}", payload, key=key, once=SECRET)
    service.post("/v1/check", SECRET.encode())
    service.get(f"/v1/quotes/{quote_id}", key=key)
    service.get(f"/{SECRET}")
    service.get("/v1/rules", key=SECRET)
    log = capsys.readouterr().err
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["route"] for line in lines] == [
        "/v1/estimates",
        "/v1/check",
        "/v1/quotes/{quote_id}",
        "other",
        "other",
    ]
    assert lines[0]["key"] == key.split("_")[1]
    assert not any(word in log for word in (SECRET, quote_id, key.split("_", 2)[2]))


def test_an_unforeseen_error_tells_where_and_not_what(
    service: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError(SECRET)

    endpoint = next(route.app for route in service.app._inner.routes if route.path == "/v1/rules")  # type: ignore[attr-defined]
    monkeypatch.setattr(endpoint, "_operation", endpoint._operation._replace(handle=fail))
    reply = service.get("/v1/rules")
    log = capsys.readouterr().err
    assert (reply.status, reply.document["code"]) == (500, "error")
    assert '"error": "RuntimeError"' in log
    assert "test_limits.py" in log
    assert SECRET not in log + reply.body.decode()


def test_whatever_may_be_refused_so_is_documented_so(service: Running) -> None:
    paths = service.get("/openapi.json").document["paths"]
    counted = {path: item for path, item in paths.items() if path not in UNCOUNTED}
    assert [path for path, item in counted.items() for one in item.values() if "503" not in one["responses"]] == []
