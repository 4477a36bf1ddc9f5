"""The client of the service: what it reads, what it raises, what it tries again; both kinds by the same tests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import httpx2
import pytest

from pricing.shell.client import (
    AsyncClient,
    BadAnswerError,
    Client,
    ConflictError,
    InputRefusedError,
    KeyRefusedError,
    NoRateError,
    NotFoundError,
    Patience,
    RateLimitedError,
    RejectedError,
    ServiceDownError,
    ServiceError,
)
from tests.serving.fake_service import KEY, FakeService, Fault, answer, lose, problem
from tests.shell.runner import FACTS, IMAGE, atlas_sr, fal, fal_clip

QUICK = Patience(attempts=4, first_wait_s=0, longest_wait_s=0, retry_after_max_s=2)
URL = "https://quotes.example.com/base"


class Ask(Protocol):
    """Calls a method of a client by its name, to the end."""

    def __call__(self, name: str, *args: Any, **kwargs: Any) -> Any: ...  # noqa: ANN401 - as the methods are


def ask_blocking(service: FakeService, key: str | None = KEY, patience: Patience = QUICK) -> Ask:
    def ask(name: str, *args: object, **kwargs: object) -> object:
        with Client(URL, key, patience=patience, transport=service.sync) as client:
            return getattr(client, name)(*args, **kwargs)

    return ask


def ask_awaiting(service: FakeService, key: str | None = KEY, patience: Patience = QUICK) -> Ask:
    def ask(name: str, *args: object, **kwargs: object) -> object:
        async def talk() -> object:
            async with AsyncClient(URL, key, patience=patience, transport=service.sync) as client:
                return await getattr(client, name)(*args, **kwargs)

        return asyncio.run(talk())

    return ask


class FakeAtBase(FakeService):
    """The same under a path: the client puts its own paths after the service's."""

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.path.startswith("/base/")
        path = request.url.path.removeprefix("/base")
        return super().__call__(
            httpx2.Request(
                request.method, f"https://quotes.example.com{path}", headers=request.headers, content=request.content
            )
        )


@pytest.fixture
def service() -> FakeService:
    return FakeAtBase()


Opener = Callable[..., Ask]


@pytest.fixture(params=[ask_blocking, ask_awaiting], ids=["blocking", "awaiting"])
def opener(request: pytest.FixtureRequest) -> Opener:
    found: Opener = request.param
    return found


@pytest.fixture
def ask(opener: Opener, service: FakeService) -> Ask:
    return opener(service)


class TestAnswers:
    """What comes back is typed, exact, and keeps its document."""

    def test_a_check_is_a_report_rejected_or_not(self, ask: Ask) -> None:
        assert ask("check", fal(), facts={IMAGE: FACTS[IMAGE]}).verdict == "accepted"
        rejected = ask("check", fal(duration=12))
        assert (rejected.verdict, rejected.violations[0].rule) == ("rejected", "WAN505")
        assert rejected.violations[0].fix == [{"op": "replace", "path": "/duration", "value": 10}]
        assert rejected.document["verdict"] == "rejected"

    def test_a_quote_has_exact_money_and_aware_instants(self, ask: Ask) -> None:
        quoted = ask("quote", fal(), host="fal", at=datetime(2026, 11, 15, tzinfo=UTC))
        assert (quoted.id, quoted.kind, quoted.total, quoted.currency) == (
            "q_" + "0" * 32,
            "exact",
            Decimal("0.30"),
            "USD",
        )
        assert quoted.expires_at == datetime(2026, 11, 15, 0, 15, tzinfo=UTC)
        assert quoted.document["signature"] == "a..b"

    def test_an_estimate_binds_nobody(self, ask: Ask) -> None:
        estimate = ask("estimate", fal_clip())
        assert (estimate.id, estimate.expires_at, estimate.kind) == (None, None, "bounded")
        assert estimate.total_min < estimate.total

    def test_an_order_goes_its_way(self, ask: Ask) -> None:
        quote_id = ask("quote", fal()).id
        assert ask("accept", quote_id).state == "accepted"
        order = ask("settle", quote_id, {"status": "succeeded"})
        assert (order.state, order.hold, [move.action for move in order.moves]) == (
            "settled",
            Decimal("0.30"),
            ["accept", "settle"],
        )
        assert ask("find_quote", quote_id).quote.total == Decimal("0.30")

    def test_a_batch_has_a_quote_or_an_error_for_each(self, ask: Ask) -> None:
        first, second, third = ask(
            "quote_batch", [{"id": "a", "payload": fal()}, {"payload": fal(duration=12)}, {"payload": atlas_sr()}]
        )
        assert (first.id, first.quote.total, first.error) == ("a", Decimal("0.30"), None)
        assert isinstance(second.error, RejectedError)
        assert second.error.report.violations[0].rule == "WAN505"
        assert isinstance(third.error, NoRateError)

    def test_documents_come_as_they_are(self, ask: Ask) -> None:
        assert ask("rules") == {"schema_version": "1", "rules": []}


class TestRequests:
    """What is sent."""

    def test_what_is_said_beside_the_payload_goes_into_the_envelope(self, ask: Ask, service: FakeService) -> None:
        ask("quote", fal(), region=None, consumed_before={"spend": Decimal("80.50")})
        (sent,) = service.seen
        assert b'"consumed_before":{"spend":"80.5"}' in sent.content
        assert b"region" not in sent.content
        assert sent.headers["Authorization"] == f"Bearer {KEY}"

    def test_an_instant_without_a_zone_is_refused_before_anything_is_sent(self, ask: Ask, service: FakeService) -> None:
        with pytest.raises(ValueError, match="has no zone"):
            ask("quote", fal(), at=datetime(2026, 11, 15))  # noqa: DTZ001 - that is the point
        assert service.seen == []

    @pytest.mark.parametrize("key", ["", "a b", "x" * 201, "é", "a\n"])
    def test_an_idempotency_key_that_no_header_carries_is_refused(self, ask: Ask, key: str) -> None:
        with pytest.raises(ValueError, match="visible ASCII"):
            ask("quote", fal(), idempotency_key=key)

    @pytest.mark.parametrize("quote_id", ["", "../rules", "q?x=1", "q#", "q:settle", ".."])
    def test_an_id_can_t_lead_to_another_path(self, ask: Ask, service: FakeService, quote_id: str) -> None:
        with pytest.raises(ValueError, match="is no id of a quote"):
            ask("accept", quote_id)
        assert service.seen == []

    @pytest.mark.parametrize(
        "url", ["", "quotes.example.com", "ftp://a", "https://", "https://u:secret@a", "https://a?b=c", "https://a#b"]
    )
    def test_a_url_that_is_none_is_refused_and_no_password_repeated(self, url: str) -> None:
        with pytest.raises(ValueError, match="https://") as caught:
            Client(url)
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize("key", ["", "wr_a b", "wr_a\n", "schlüssel"])
    def test_a_key_that_no_header_carries_is_refused_and_not_repeated(self, key: str) -> None:
        with pytest.raises(ValueError, match="visible ASCII") as caught:
            AsyncClient(URL, key)
        assert not key or key not in str(caught.value)

    def test_the_key_is_shown_nowhere(self, ask: Ask, service: FakeService, caplog: pytest.LogCaptureFixture) -> None:
        service.faults.append(answer(503))
        with caplog.at_level(logging.DEBUG):
            ask("quote", fal())
        client = Client(URL, KEY, transport=service.sync)
        assert KEY not in caplog.text + repr(client) + repr(client._manners) + str(vars(client))
        client.close()


class TestErrors:
    """Every refusal is an error of its own kind, and nothing of the library below comes through."""

    def test_a_rejected_request_has_its_report(self, ask: Ask) -> None:
        with pytest.raises(RejectedError) as caught:
            ask("quote", fal(duration=12))
        assert (caught.value.status, caught.value.code) == (422, "rejected")
        assert caught.value.report.violations[0].at == "/duration"

    def test_no_rate_is_said(self, ask: Ask) -> None:
        with pytest.raises(NoRateError, match="no_rate"):
            ask("quote", atlas_sr())

    def test_a_move_that_is_refused_says_why(self, ask: Ask) -> None:
        quote_id = ask("quote", fal()).id
        ask("release", quote_id)
        with pytest.raises(ConflictError) as caught:
            ask("accept", quote_id)
        assert (caught.value.code, caught.value.reason) == ("refused_move", "already_released")

    def test_a_reused_key_is_a_conflict(self, ask: Ask) -> None:
        ask("quote", fal(), idempotency_key="one")
        with pytest.raises(ConflictError) as caught:
            ask("quote", fal(duration=4), idempotency_key="one")
        assert caught.value.code == "idempotency_key_reused"

    def test_a_missing_key_is_refused(self, opener: Opener, service: FakeService) -> None:
        with pytest.raises(KeyRefusedError):
            opener(service, None)("quote", fal())
        assert len(service.seen) == 1

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            pytest.param(lambda _: problem(400, "unusable_input"), InputRefusedError, id="unusable"),
            pytest.param(lambda _: problem(403, "scope_missing"), KeyRefusedError, id="scope"),
            pytest.param(answer(404), NotFoundError, id="gone"),
            pytest.param(answer(405), InputRefusedError, id="method"),
            pytest.param(answer(413), InputRefusedError, id="large"),
            pytest.param(answer(418), BadAnswerError, id="teapot"),
            pytest.param(answer(302, Location="https://elsewhere.example.com/"), BadAnswerError, id="redirect"),
            pytest.param(answer(200), BadAnswerError, id="no-json"),
            pytest.param(answer(500), ServiceDownError, id="broken"),
            pytest.param(lambda _: httpx2.Response(200, json=[]), BadAnswerError, id="array"),
            pytest.param(lambda _: httpx2.Response(200, json={"total": 0.3}), BadAnswerError, id="float"),
            pytest.param(lambda _: problem(422, "rejected", report={}), BadAnswerError, id="no-report"),
            pytest.param(lambda _: problem(422, "unreadable"), InputRefusedError, id="no-problem"),
            pytest.param(lose(httpx2.UnsupportedProtocol), ServiceDownError, id="scheme"),
            pytest.param(lose(httpx2.LocalProtocolError), ServiceDownError, id="protocol"),
        ],
    )
    def test_any_other_answer_is_an_error_and_not_tried_again(
        self, ask: Ask, service: FakeService, fault: Fault, kind: type[ServiceError]
    ) -> None:
        service.faults.append(fault)
        with pytest.raises(kind):
            ask("quote", fal())
        assert len(service.seen) == 1


class TestRetries:
    """What may be granted the next time is asked again, a few times, and never does a thing twice."""

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(answer(429), id="429"),
            pytest.param(answer(429, **{"Retry-After": "0"}), id="429-at-once"),
            pytest.param(answer(502), id="502"),
            pytest.param(answer(503), id="503"),
            pytest.param(answer(504), id="504"),
            pytest.param(lose(httpx2.ConnectError), id="connect"),
            pytest.param(lose(httpx2.ConnectTimeout), id="connect-slow"),
            pytest.param(lose(httpx2.ReadTimeout), id="read-slow"),
            pytest.param(lose(httpx2.ReadError), id="read"),
        ],
    )
    def test_a_passing_fault_passes(self, ask: Ask, service: FakeService, fault: Fault) -> None:
        service.faults.extend([fault, fault])
        assert ask("quote", fal()).total == Decimal("0.30")
        assert len(service.seen) == 3

    def test_every_attempt_has_the_same_key_and_body(self, ask: Ask, service: FakeService) -> None:
        service.faults.extend([answer(503), lose(httpx2.ReadTimeout)])
        ask("quote", fal())
        keys = {request.headers["Idempotency-Key"] for request in service.seen}
        assert len(keys) == 1
        assert len({request.content for request in service.seen}) == 1
        ask("quote", fal())
        assert service.seen[-1].headers["Idempotency-Key"] not in keys

    def test_an_answer_that_is_lost_writes_nothing_twice(self, ask: Ask, service: FakeService) -> None:
        service.loses_answer = True
        quoted = ask("quote", fal())
        assert (len(service.seen), len(service.orders)) == (2, 1)
        service.loses_answer = True
        assert [move.action for move in ask("accept", quoted.id).moves] == ["accept"]

    def test_it_gives_up_and_says_with_which_key_to_go_on(self, ask: Ask, service: FakeService) -> None:
        service.faults.extend([answer(503)] * 4)
        with pytest.raises(ServiceDownError) as caught:
            ask("quote", fal())
        assert (len(service.seen), caught.value.status) == (4, 503)
        assert ask("quote", fal(), idempotency_key=caught.value.idempotency_key).total == Decimal("0.30")

    def test_it_gives_up_on_a_limit_and_says_when_to_come_back(self, ask: Ask, service: FakeService) -> None:
        service.faults.append(answer(429, **{"Retry-After": "3600"}))
        with pytest.raises(RateLimitedError) as caught:
            ask("quote", fal())
        assert (len(service.seen), caught.value.retry_after_s) == (1, 3600)

    def test_reading_carries_no_idempotency_key(self, ask: Ask, service: FakeService) -> None:
        ask("check", fal())
        assert "Idempotency-Key" not in service.seen[0].headers

    def test_one_attempt_is_one(self, opener: Opener, service: FakeService) -> None:
        service.faults.append(answer(503))
        with pytest.raises(ServiceDownError):
            opener(service, KEY, Patience(attempts=1))("quote", fal())
        assert len(service.seen) == 1

    @pytest.mark.parametrize("wrong", [{"attempts": 0}, {"timeout_s": 0}, {"first_wait_s": -1}])
    def test_patience_that_is_none_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="at least one attempt"):
            Patience(**wrong)


def test_both_clients_have_the_same_methods() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(Client) - {"close"} == public(AsyncClient) - {"aclose"}
