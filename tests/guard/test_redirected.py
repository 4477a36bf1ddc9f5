"""A call that is redirected is sent on with its body, also where that could be read only once, and held each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from pricing.shell.guard import Guard
from pricing.shell.guard.requests_adapter import guard_session
from tests.guard.fake_host import FakeHost
from tests.guard.payloads import alibaba

PATH = "/services/aigc/video-generation/video-synthesis"


class _MovedAdapter(BaseAdapter):
    """Sends everybody from `/moved` to the base URL, with the same body, and from there to the network."""

    def __init__(self) -> None:
        super().__init__()
        self._network = requests.adapters.HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *more: Any, **named: Any) -> requests.Response:  # noqa: ANN401 - the library's own
        url = request.url or ""
        if "/moved" not in url:
            return self._network.send(request, *more, **named)
        response = requests.Response()
        response.status_code, response.url, response.request = 307, url, request
        response.headers["location"] = url.replace("/moved", "")
        response.raw = BytesIO()
        return response

    def close(self) -> None:
        self._network.close()


@pytest.mark.parametrize("wrap", [bytes, BytesIO, lambda body: iter([body])], ids=["bytes", "file", "iterator"])
def test_a_redirected_call_keeps_its_body(
    make: Callable[..., Guard], host: FakeHost, wrap: Callable[[bytes], bytes | Iterable[bytes]]
) -> None:
    body = json.dumps(alibaba()).encode()
    bases = {"alibaba": [f"{host.url}/api/v1", f"{host.url}/moved/api/v1"]}
    session = requests.Session()
    session.mount("http://", _MovedAdapter())
    with guard_session(session, make(bases=bases)):
        response = session.post(f"{host.url}/moved/api/v1{PATH}", data=wrap(body), timeout=20)
    assert (response.status_code, [each.body for each in host.creates]) == (200, [body])
