"""What the fuzzer of the service begins with: an input for every operation, tool and reader."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from joserfc import jwt
from joserfc.jwk import OKPKey

from pricing.records import list_records
from pricing.shell import locking
from pricing.shell.agent_tools import TOOLS
from pricing.shell.catalogues import load_catalogue, load_published
from pricing.shell.jobs import Sale, quote_json
from pricing.shell.service.operations import OPERATIONS
from tests.asked import EXAMPLES
from wan_rules.facts import NO_FACTS
from wan_rules.samples import SAMPLES

AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
KEY: Final = b"wr_THE_KEY"
"""Stands in inputs for the key of the service that is asked, which is another one each time."""
PRIVATE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "crv": "Ed25519",
        "kty": "OKP",
        "kid": "one",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }
)
"""The key pair that RFC 8037 shows: everyone has it."""
PUBLIC: Final = {name: value for name, value in PRIVATE.items() if name != "d"}


def pair() -> OKPKey:
    """The key pair that signs tokens here."""
    return OKPKey.import_key(dict(PRIVATE))


def list_seeds() -> Iterator[bytes]:
    """Every operation, a token, a signature, every tool, a basis, a lock, and URLs of each kind."""
    atlas = json.dumps(SAMPLES["atlas"])
    for operation in OPERATIONS:
        path = operation.path.replace("{quote_id}", f"q_{'0' * 32}")
        body = atlas if operation.method == "POST" and ":" not in path else ""
        more = f"authorization: Bearer {KEY.decode()}\nidempotency-key: one\naccept-language: zh-CN, en;q=0.5"
        yield f"request\n{operation.method} {path}\n{more}\n\n{body}".encode()
    yield f'request\nPOST /v1/estimates?host=atlas&at=2026-11-01\n\n{{"payload": {atlas}, "facts": {{}}}}'.encode()
    batch = f'[{{"id": "a", "payload": {atlas}}}]'
    yield f"request\nPOST /v1/quotes:batch\nauthorization: Bearer {KEY.decode()}\n\n{batch}".encode()
    for path in ("/", "/catalogue", "/page/answer", "/page/catalogue"):
        form = "payload=%7B%7D&host=atlas" if "page" in path else ""
        method = "POST" if form else "GET"
        yield f"request\n{method} {path}\ncontent-type: application/x-www-form-urlencoded\n\n{form}".encode()
    claims = {"iss": "them", "aud": "us", "sub": "a", "exp": 4_000_000_000, "wan_rules": BOUND}
    yield b"token\n" + jwt.encode({"alg": "Ed25519", "kid": "one"}, claims, pair(), algorithms=["Ed25519"]).encode()
    yield b"keys\n" + json.dumps({"keys": [PUBLIC]}).encode()
    for name in TOOLS:
        yield f"tool\n{name} {json.dumps({'payload': SAMPLES['fal'], 'facts': {}})}".encode()
    quoted = quote_json(SAMPLES["atlas"], None, NO_FACTS, Sale(load_published(), None, None, None, AT)).document
    yield b"basis\n" + json.dumps(json.loads(quoted)["basis"]).encode()
    yield b"signed\n" + json.dumps({"total": "1", "signature": f"{SIGNED}.."}).encode()
    catalogue = load_catalogue(EXAMPLES / "catalogue")
    yield b"lock\n" + locking.write_lock([*list_records(catalogue, AT)][:4], AT).encode()
    yield from (f"url\n{url}".encode() for url in URLS)


BOUND: Final = {"accounts": ["acme"], "environments": ["production"], "scopes": ["quote"]}
SIGNED: Final = "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoib25lIn0"
URLS: Final = (
    "https://media.example.com/a.png",
    "https://user:password1@media.example.com:8443/a%20b.mp4?X-Amz-Signature=abc#part",
    "http://[2001:db8::1]/a.wav",
    "http://127.0.0.1/a",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:,a%20b",
    "//other.example.com/a",
)
