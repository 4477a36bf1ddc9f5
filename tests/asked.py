"""The service asked without a network: its application called as a server calls it, one request at a time."""

from __future__ import annotations

import asyncio
import json
import weakref
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from pricing.shell.service import logs
from pricing.shell.service.api_keys import Bound, make_key
from pricing.shell.service.app import build_app
from pricing.shell.service.callers import Scope
from pricing.shell.service.endpoints import Receive
from pricing.shell.service.front import Front
from pricing.shell.service.settings import Settings
from pricing.shell.service.signing import add_key
from pricing.shell.service.store import Store, open_store

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLES: Final = ROOT / "examples"
CATALOGUE: Final = str(EXAMPLES / "catalogue")
ALL: Final = tuple(Scope)


class Reply(NamedTuple):
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:  # noqa: ANN401 - parsed JSON
        """The body as JSON."""
        return json.loads(self.body)


class Running:
    """A service with a store of its own, in a folder."""

    def __init__(self, folder: Path, **changed: object) -> None:
        self.settings = Settings.model_validate(
            {"state": folder, "catalogue": CATALOGUE, "log_requests": False, **changed}
        )
        folder.mkdir(exist_ok=True)
        add_key(self.settings.signing_file)
        self.store: Store = self._close_at_end(open_store(self.settings.database_url))
        self.store.upgrade()
        self.app: Front = build_app(self.settings)
        self._close_at_end(self.app._service.store)

    def _close_at_end(self, store: Store) -> Store:
        weakref.finalize(self, store.close)  # Python 3.13 warns of a database that nobody closes
        return store

    def key(
        self,
        accounts: Sequence[str] = ("acme",),
        environments: Sequence[str] = ("production",),
        scopes: Sequence[Scope] = ALL,
        expires_at: datetime | None = None,
    ) -> str:
        """A new key."""
        made = make_key("test", Bound(tuple(accounts), tuple(environments), tuple(scopes)), expires_at)
        self.store.add_key(made.row)
        return made.text

    def ask(self, method: str, path: str, body: object = b"", **said: object) -> Reply:
        """One request; `key` is the bearer's, `once` the Idempotency-Key, `headers` any others."""
        return asyncio.run(self.begin(method, path, body, **said))

    async def begin(self, method: str, path: str, body: object = b"", **said: object) -> Reply:
        """The same, beside others of one loop."""
        path, _, query = path.partition("?")
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = [(b"content-length", str(len(sent)).encode())]
        if said.get("key") is not None:
            headers.append((b"authorization", f"Bearer {said['key']}".encode()))
        if said.get("once") is not None:
            headers.append((b"idempotency-key", str(said["once"]).encode()))
        more: Any = said.get("headers", {})
        headers += [(name.encode(), value.encode()) for name, value in more.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": headers,
            "client": ("192.0.2.1", 1),
        }
        return await call(self.app, scope, partial(_receive, sent))

    def post(self, path: str, body: object = b"", **said: object) -> Reply:
        """A POST."""
        return self.ask("POST", path, body, **said)

    def get(self, path: str, **said: object) -> Reply:
        """A GET."""
        return self.ask("GET", path, **said)


async def _receive(body: bytes) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": False}


async def call(app: Front, scope: dict[str, Any], receive: Receive) -> Reply:
    """The answer of an application to one request, whose body is received."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    logs.flush()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Reply(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


def example(name: str) -> Any:  # noqa: ANN401 - parsed JSON
    """A document of the examples."""
    return json.loads((EXAMPLES / name).read_bytes())


ATLAS: Final = "atlas-sr.payload.json"
MISTAKES: Final = "alibaba-mistakes.payload.json"
