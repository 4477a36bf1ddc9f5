"""The clients and `quote --server` against `wan-rules serve`, started as a process with a catalogue and keys."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from pricing.shell.client import (
    AsyncClient,
    Client,
    ConflictError,
    InputRefusedError,
    KeyRefusedError,
    NoRateError,
    NotFoundError,
    Patience,
    RejectedError,
    ServiceDownError,
)
from tests.ports import free_port
from tests.shell.runner import CATALOGUE, COMMAND, FACTS, IMAGE, alibaba, fal, run_process, surroundings

KNOWN = {IMAGE: FACTS[IMAGE]}


class Running(NamedTuple):
    """A service, and keys for it."""

    url: str
    key: str
    other: str


def create_key(state: Path, account: str) -> str:
    words = ("keys", "create", "test", "--state", str(state), "--account", account, "--environment", "production")
    done = run_process(*words, "--scope", "quote", "--scope", "settle")
    found = re.search(r"wr_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", done.out)
    assert found is not None, done
    return found[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state, port = tmp_path_factory.mktemp("state"), free_port()
    keys = create_key(state, "acme"), create_key(state, "globex")
    words = ("serve", "--catalogue", str(CATALOGUE), "--state", str(state), "--port", str(port), "--quiet")
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen((*COMMAND, *words), env=surroundings(), stderr=subprocess.DEVNULL) as process:
        try:
            with Client(url, patience=Patience(attempts=12, first_wait_s=0.5)) as client:
                client.keys()  # as soon as it listens
            yield Running(url, *keys)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with Client(running.url, running.key) as client:
        yield client


def test_a_quote_goes_all_its_way(client: Client) -> None:
    quoted = client.quote(alibaba(), facts=KNOWN)
    total = Decimal("0.75") * Decimal("0.95")  # acme's agreement: 5 % off
    assert (quoted.account, quoted.kind, quoted.total, quoted.currency) == ("acme", "exact", total, "USD")
    assert quoted.id is not None
    assert quoted.issued_at is not None
    assert quoted.expires_at is not None
    assert quoted.expires_at > quoted.issued_at
    assert client.find_quote(quoted.id).state == "quoted"
    assert client.accept(quoted.id).hold == total
    assert client.accept(quoted.id).state == "accepted"
    assert client.settle(quoted.id, {"status": "running"}).state == "running"
    order = client.settle(quoted.id, {"status": "succeeded"})
    assert (order.state, order.charge) == ("settled", total)
    assert [move.action for move in order.moves] == ["accept", "report", "settle"]
    assert order.settlement is not None
    assert order.quote.document == quoted.document
    with pytest.raises(ConflictError) as caught:
        client.release(quoted.id)
    assert (caught.value.code, caught.value.reason) == ("refused_move", "already_settled")


def test_a_quote_is_released(client: Client) -> None:
    quoted = client.quote(fal(), facts=KNOWN)
    assert client.release(quoted.id or "").state == "released"


def test_questions_that_write_nothing(client: Client) -> None:
    assert client.check(fal(), facts=KNOWN).verdict == "accepted"
    assert client.check(fal(duration=12)).violations[0].rule == "WAN505"
    assert client.plan(fal())["plan"][0]["stage"] == "render"
    estimate = client.estimate(fal(), host="fal", facts=KNOWN, at="2026-11-15", effects=True)
    assert (estimate.id, estimate.total) == (None, Decimal("0.30"))
    options = client.compare(fal(), facts=KNOWN, hosts=["fal", "runware"], tiers=["720P"], durations=[3, 5])
    assert {(option.host, option.duration_s) for option in options} == {
        (host, length) for host in ("fal", "runware") for length in (3, 5)
    }
    assert client.compare(alibaba(), rates=["CNY/USD=0.139", "USD/CNY=7.1"])[0].total is not None
    assert "0.30 USD" in " ".join(client.explain(fal(), facts=KNOWN))


def test_documents(client: Client, running: Running) -> None:
    assert client.rules()["rules"]
    assert client.catalogue()["accounts"] == ["acme"]
    assert client.rate_cards()
    assert client.keys()["keys"][0]["crv"] == "Ed25519"
    with Client(running.url) as anonymous:
        assert anonymous.estimate(fal(), facts=KNOWN).account is None
        assert anonymous.rate_cards()


def test_a_batch(client: Client) -> None:
    first, second, third = client.quote_batch(
        [{"id": "a", "payload": fal()}, {"payload": fal(duration=12)}, {"payload": {}}], idempotency_key="batch-1"
    )
    assert (first.id, first.error) == ("a", None)
    assert isinstance(second.error, RejectedError)
    assert isinstance(third.error, InputRefusedError)


def test_errors_by_their_kinds(client: Client, running: Running) -> None:
    with pytest.raises(RejectedError) as rejected:
        client.quote(fal(duration=12))
    assert rejected.value.report.violations[0].at == "/duration"
    with pytest.raises(NoRateError):
        client.estimate(fal(), at="2020-01-01")
    with pytest.raises(NotFoundError):
        client.find_quote("q_" + "0" * 32)
    with pytest.raises(KeyRefusedError):
        client.quote(fal(), account="globex")
    with Client(running.url) as anonymous, pytest.raises(KeyRefusedError):
        anonymous.quote(fal())
    with Client(running.url, running.other) as other, pytest.raises(NotFoundError):
        other.find_quote(client.quote(fal()).id or "")


def test_the_same_key_gives_the_same_quote(client: Client) -> None:
    first = client.quote(fal(), idempotency_key="order-1")
    assert client.quote(fal(), idempotency_key="order-1") == first
    with pytest.raises(ConflictError) as caught:
        client.quote(fal(duration=4), idempotency_key="order-1")
    assert caught.value.code == "idempotency_key_reused"


class Losing(httpx2.HTTPTransport):
    """The wire, on which the first answer of each call is lost after the service has given it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        response = super().handle_request(request)
        if len(self.sent) % 2:
            response.read()
            response.close()
            raise httpx2.ReadError("lost", request=request)
        return response


def test_an_answer_that_is_lost_writes_nothing_twice(running: Running) -> None:
    transport = Losing()
    with Client(running.url, running.key, patience=Patience(first_wait_s=0), transport=transport) as client:
        quoted = client.quote(fal())
        order = client.accept(quoted.id or "")
    assert [move.action for move in order.moves] == ["accept"]
    first, second = (request.headers["Idempotency-Key"] for request in transport.sent[:2])
    assert first == second


def test_many_at_once_without_blocking(running: Running) -> None:
    async def talk() -> set[str | None]:
        async with AsyncClient(running.url, running.key) as client:
            quotes = await asyncio.gather(*(client.quote(fal(seed=number)) for number in range(20)))
            orders = await asyncio.gather(*(client.accept(quote.id or "") for quote in quotes))
            assert {order.state for order in orders} == {"accepted"}
            return {quote.id for quote in quotes}

    assert len(asyncio.run(talk())) == 20


def test_a_service_that_is_gone_is_said() -> None:
    client = Client(f"http://127.0.0.1:{free_port()}", patience=Patience(attempts=2, first_wait_s=0))
    with client, pytest.raises(ServiceDownError):
        client.check(fal())


def test_the_command_asks_for_a_quote_that_binds(running: Running, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(f"{running.key}\n")
    words = ("quote", "-", "--server", running.url, "--account", "acme", "--environment", "production")
    text = run_process(*words, "--key-file", str(key), stdin=fal())
    assert (text.code, text.err) == (0, "")
    assert re.search(r"\nquote q_[0-9a-f]{32}, binding until \S+Z\n\Z", text.out)
    done = run_process(*words, "--format", "json", stdin=fal(), WAN_RULES_KEY=running.key)
    assert done.document["signature"].count(".") == 2
    assert run_process(*words, stdin=fal(duration=12), WAN_RULES_KEY=running.key).code == 1
    assert run_process(*words, stdin=fal(), WAN_RULES_KEY="wr_none").code == 2
    assert running.key not in json.dumps(done.document)
