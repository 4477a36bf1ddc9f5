"""The endpoints for the length of a comparison, each a process of its own, and how they are asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from benchmarks.peers.asked import Answer, Asked
from benchmarks.peers.solutions import CATALOGUE, OURS
from benchmarks.servers import run_server

PATH: Final = "/v1/estimates"


class RefusedError(Exception):
    """The answer is no success; the message is what it says."""


class Reached(NamedTuple):
    """An endpoint that answers: where, with which headers, and the process that was started for it."""

    url: str
    headers: dict[str, str]
    process: int

    def price(self, asked: Asked) -> Answer:
        """What it answers, numbers with their digits. Raises RefusedError."""
        request = Request(self.url + PATH, write_body(asked), {"Content-Type": "application/json", **self.headers})  # noqa: S310
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server, on this machine
                quoted = json.load(answer, parse_float=Decimal)
        except HTTPError as error:
            raise RefusedError(f"{error.code} {error.read()[:200]!r}") from None
        total = Decimal(quoted["total"])
        return (Decimal(quoted["total_min"]), total) if quoted.get("kind") == "bounded" else total


def write_body(asked: Asked) -> bytes:
    """The body that both endpoints take."""
    whose = {"account": asked.account, "environment": asked.environment}
    return json.dumps({"payload": asked.payload, "facts": asked.facts, **whose}).encode()


@contextmanager
def run_endpoint(name: str) -> Iterator[Reached]:
    """Ours, or the one by hand."""
    with _run_ours() if name == OURS else _run_other(name) as reached:
        yield reached


@contextmanager
def _run_ours() -> Iterator[Reached]:
    from pricing.shell.service.api_keys import Bound
    from pricing.shell.service.callers import Scope
    from tests.served import serving

    with TemporaryDirectory() as folder, serving(Path(folder), "--quiet", catalogue=CATALOGUE) as served:
        assert served.process is not None
        key = served.key_of(Bound(("acme", "globex"), ("production", "staging"), (Scope.QUOTE,)))
        yield Reached(served.url, {"Authorization": f"Bearer {key}"}, served.process.pid)


@contextmanager
def _run_other(name: str) -> Iterator[Reached]:
    with run_server("-m", f"benchmarks.peers.endpoints.{name}") as (url, pid):
        yield Reached(url, {}, pid)
