"""Where requests go: fixed paths by a table, the rest by Starlette's patterns, and what is nowhere a problem."""

from __future__ import annotations

from typing import Final

import pytest
from starlette.routing import Route, Router

from pricing.shell.service.endpoints import Endpoint
from pricing.shell.service.operations import OPERATIONS
from pricing.shell.service.routing import Routes
from tests.asked import Running

FIXED: Final = frozenset((one.method, one.path) for one in OPERATIONS if "{" not in one.path)


def find_routes(service: Running) -> Routes:
    """The routes behind the front, and no span between them."""
    routes = service.app._inner
    assert isinstance(routes, Routes)
    return routes


def test_each_fixed_path_is_in_the_table_with_the_endpoint_of_its_route(service: Running) -> None:
    routes = find_routes(service)
    assert set(routes._fixed) == FIXED
    for (method, path), endpoint in routes._fixed.items():
        (route,) = (one for one in routes.routes if isinstance(one, Route) and one.path == path)
        assert isinstance(endpoint, Endpoint)
        assert (endpoint, route.methods) == (route.app, {method, "HEAD"} if method == "GET" else {method})
        assert endpoint._operation[:2] == (method, path)


def test_a_fixed_path_costs_no_search_and_all_else_is_searched(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[tuple[str, str]] = []
    search = Router.__call__

    async def note(self: Router, *request: object) -> None:
        scope, *_ = request
        searched.append((scope["method"], scope["path"]))  # type: ignore[index]
        await search(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(Router, "__call__", note)
    assert service.get("/v1/rules").status == 200
    assert searched == []
    others = [("GET", "/v1/quotes/q_1"), ("HEAD", "/v1/rules"), ("DELETE", "/v1/rules"), ("GET", "/v1/rules/")]
    for method, path in others:
        service.ask(method, path)
    assert searched == others


@pytest.mark.parametrize(("method", "path"), sorted(one for one in FIXED if one[0] == "GET"))
def test_a_head_is_answered_as_the_get_is(service: Running, method: str, path: str) -> None:
    got, head = service.ask(method, path), service.ask("HEAD", path)
    assert (head.status, head.headers["content-type"]) == (got.status, got.headers["content-type"])


@pytest.mark.parametrize("method", ["HEAD", "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["/v1/check", "/v1/catalogue:reload", "/v1/quotes/q_1:accept"])
def test_a_method_that_a_path_does_not_take_is_told_with_those_that_it_does(
    service: Running, method: str, path: str
) -> None:
    reply = service.ask(method, path)
    assert (reply.status, reply.document["code"], reply.headers["allow"]) == (405, "method_not_allowed", "POST")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/v1",
        "/v1/check/",
        "//v1/check",
        "/v1/Check",
        "/v1/check;a",
        "/v1/quotes/",
        "/v1/quotes/a/b",
        "/v1/quotes/a:b",
    ],
)
def test_a_path_that_there_is_not_is_told_and_leads_nowhere_else(service: Running, path: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        reply = service.ask(method, path)
        assert (reply.status, reply.document["code"]) == (404, "not_found")
        assert "location" not in reply.headers
