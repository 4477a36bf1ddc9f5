"""A quote service in memory, small and faithful to the contract, with faults on demand; both clients talk to it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import httpx2

from pricing.shell import jobs
from pricing.shell.catalogues import load_published
from wan_rules.facts import parse_facts

Fault: TypeAlias = Callable[[httpx2.Request], httpx2.Response | None]
"""What happens instead of an answer; `None` lets the request through, an exception breaks the connection."""

KEY = "wr_0123456789abcdef"
CATALOGUE = load_published()


def problem(status: int, code: str, /, **members: object) -> httpx2.Response:
    document = {"type": f"urn:wan-rules:problem:{code}", "title": code, "status": status, "code": code}
    return httpx2.Response(status, json={**document, "detail": f"{code}, and what to do", **members})


def answer(status: int, **headers: str) -> Fault:
    """An answer of something before the service: no JSON in it."""
    return lambda _: httpx2.Response(status, headers=headers, html="<h1>sorry</h1>")


def lose(kind: type[httpx2.TransportError]) -> Fault:
    """The request never arrives."""

    def fail(request: httpx2.Request) -> httpx2.Response | None:
        raise kind("lost", request=request)

    return fail


@dataclass
class FakeService:
    """Counts what was written, and remembers what was sent."""

    faults: deque[Fault] = field(default_factory=deque)
    seen: list[httpx2.Request] = field(default_factory=list)
    kept: dict[str, tuple[bytes, httpx2.Response]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    loses_answer: bool = False

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if self.faults and (fault := self.faults.popleft()(request)) is not None:
            return fault
        response = self._once(request)
        if self.loses_answer:
            self.loses_answer = False
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        return response

    @property
    def sync(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self)

    def _once(self, request: httpx2.Request) -> httpx2.Response:
        """The stored answer again for a key that was seen."""
        key, body = request.headers.get("Idempotency-Key"), request.content
        if key is None:
            return self._route(request)
        if key in self.kept:
            before, response = self.kept[key]
            return response if before == body else problem(409, "idempotency_key_reused")
        response = self._route(request)
        self.kept[key] = (body, response)
        return response

    def _route(self, request: httpx2.Request) -> httpx2.Response:
        path, is_known = request.url.path, request.headers.get("Authorization") == f"Bearer {KEY}"
        if path.startswith("/v1/quotes") and not is_known:
            return problem(401, "key_missing")
        if path in ("/v1/check", "/v1/plan", "/v1/estimates", "/v1/quotes"):
            return self._price(path, json.loads(request.content))
        if path == "/v1/quotes:batch":
            return self._price_all(json.loads(request.content))
        if path.startswith("/v1/quotes/"):
            return self._move(*path.removeprefix("/v1/quotes/").partition(":")[::2])
        if path == "/v1/rules":
            return httpx2.Response(200, json={"schema_version": "1", "rules": []})
        return problem(404, "not_found")

    def _price(self, path: str, said: dict[str, Any]) -> httpx2.Response:
        facts = parse_facts(said.get("facts", {}))
        if path == "/v1/check":
            return httpx2.Response(200, content=jobs.check_json(said["payload"], said.get("host"), facts).document)
        sale = jobs.Sale(CATALOGUE, said.get("account"), None, said.get("region"), datetime(2026, 11, 15, tzinfo=UTC))
        kind, text, _, _ = jobs.quote_json(said["payload"], said.get("host"), facts, sale)
        document = json.loads(text)
        if kind == "report":
            return problem(422, "rejected", report=document)
        if kind == "error":
            code = document["error"]["code"]
            return problem(409 if code == "no_rate" else 400, code)
        if path != "/v1/quotes":
            return httpx2.Response(200, json=document)
        return httpx2.Response(201, json=self._issue(document))

    def _issue(self, document: dict[str, Any]) -> dict[str, Any]:
        quote_id = f"q_{len(self.orders):032x}"
        times = {"issued_at": "2026-11-15T00:00:00Z", "expires_at": "2026-11-15T00:15:00Z"}
        signed = {**document, "id": quote_id, "issuer": "test", **times, "signature": "a..b"}
        self.orders[quote_id] = {
            "schema_version": "1", "id": quote_id, "state": "quoted", "hold": document["total"], "charge": None,
            "currency": document["currency"], "account": None, "environment": None, **times, "moves": [],
            "settlement": None, "quote": signed,
        }  # fmt: skip
        return signed

    def _price_all(self, requests: list[dict[str, Any]]) -> httpx2.Response:
        results = []
        for said in requests:
            response = self._price("/v1/quotes", said)
            name = "quote" if response.status_code == 201 else "problem"
            results.append({"id": said.get("id"), "status": response.status_code, name: response.json()})
        return httpx2.Response(200, json={"schema_version": "1", "results": results})

    def _move(self, quote_id: str, action: str) -> httpx2.Response:
        order = self.orders.get(quote_id)
        if order is None:
            return problem(404, "not_found")
        if action == "accept" and order["state"] == "released":
            return problem(409, "refused_move", reason="already_released")
        state = {"accept": "accepted", "settle": "settled", "release": "released"}.get(action)
        if state is not None:
            move = {"at": "2026-11-15T00:01:00Z", "action": action, "from": order["state"], "to": state, "by": "k"}
            order = self.orders[quote_id] = {**order, "state": state, "moves": [*order["moves"], move]}
        return httpx2.Response(200, json=order)
