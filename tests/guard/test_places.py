"""A call is seen however its URL, or the base URL that was configured, spells the place: clients differ in it."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlsplit

import pytest

from pricing.shell.guard.endpoints import Route, find_route, index_bases
from pricing.shell.guard.places import name_place
from pricing.shell.guard.watching import Book
from tests.guard.clients import CLIENTS, Client

CALL = "/services/aigc/video-generation/video-synthesis"
IS_CALL = Route("alibaba", "create")


class _LookedUpError(Exception):
    """Nothing is to be sent."""


class _Looking:
    """Keeps what a request is, and stops it."""

    def __init__(self, base: str) -> None:
        self._bases = index_bases({"alibaba": [base]})
        self.route: Route | None = None
        self.book = Book(self, None)

    def find(self, method: str, name: str, port: int | None, path: str) -> NoReturn:
        self.route = find_route(self._bases, method, name_place(name, port), path)
        raise _LookedUpError

    def begin(self, route: Route, body: bytes) -> None:
        raise NotImplementedError

    def end(self, ticket: object, status: int, body: bytes) -> None:
        raise NotImplementedError

    def break_off(self, ticket: object, *, unsent: bool) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("base", "spelt"),
    [
        ("https://gateway.münchen.example/v1", "https://gateway.münchen.example/v1"),
        ("https://gateway.münchen.example/v1", "https://gateway.xn--mnchen-3ya.example/v1"),
        ("https://gateway.xn--mnchen-3ya.example/v1", "https://gateway.xn--mnchen-3ya.example/v1"),
        ("https://gateway.xn--mnchen-3ya.example/v1", "https://GATEWAY.MÜNCHEN.example/v1"),
        ("https://STRAßE.example/v1", "https://straße.example/v1"),
        ("https://mu\u0308nchen.example/v1", "https://münchen.example/v1"),
        ("https://网关.example/v1", "https://网关.example/v1"),
        ("https://网关\u3002example/v1", "https://网关.example/v1"),
        ("https://gateway.example/v1", "https://gateway.example./v1"),
        ("https://gateway.example.:443/v1", "https://gateway.example/v1"),
        ("http://[0:0:0:0:0:0:0:1]:8330/v1", "http://[::1]:8330/v1"),
        ("http://[::1]:8330/v1", "http://[0:0::0:1]:8330/v1"),
        ("https://gateway.example/v1", "https://gateway.example/x/%2e%2e/v1"),
        ("https://gateway.example/v1", "https://gateway.example/x/.%2E/%2e/v1"),
        ("http://[2001:DB8::A]/v1", "http://[2001:db8::a]/v1"),
        ("http://[2001:db8::a]/v1", "http://[2001:DB8::A]/v1"),
        ("http://[::ffff:127.0.0.1]:8330/v1", "http://[::ffff:127.0.0.1]:8330/v1"),
        ("http://[fe80::1%25eth0]:8330/v1", "http://[fe80::1%25eth0]:8330/v1"),
        ("https://gateway.example/a%20b/v1", "https://gateway.example/a%20b/v1"),
        ("https://gateway.example/a b/v1", "https://gateway.example/a%20b/v1"),
        ("https://gateway.example/网/v1", "https://gateway.example/网/v1"),
        ("https://gateway.example/%7Ealice/v1", "https://gateway.example/~alice/v1"),
        ("https://gateway.example/a/../v1", "https://gateway.example/a/../v1"),
        (" https://gateway.example/v1 ", "https://gateway.example/v1"),
    ],
)
@pytest.mark.parametrize("client", [CLIENTS[name] for name in ("httpx2", "httpx", "requests", "aiohttp")])
def test_a_place_is_found_however_it_is_spelt(base: str, spelt: str, client: Client) -> None:
    looking = _Looking(base)
    with pytest.raises(_LookedUpError):
        client(looking, "POST", spelt + CALL, b"{}")
    assert looking.route == IS_CALL


@pytest.mark.parametrize("name", ["xn--\xfc.example", "xn--99999999999.example", "a:b:c", "..", "."])
def test_a_name_that_is_none_stays_some_name(name: str) -> None:
    assert isinstance(name_place(name, None), str)


def test_the_own_place_of_a_host_may_have_the_dot_of_the_root() -> None:
    for url in ("https://dashscope-intl.aliyuncs.com./api/v1", "https://ws.cn-beijing.maas.aliyuncs.com./api/v1"):
        parts = urlsplit(url + CALL)
        route = find_route(index_bases(), "POST", name_place(parts.hostname or "", parts.port), parts.path)
        assert route is not None
        assert route.kind == "create"
