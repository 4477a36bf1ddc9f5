"""The OpenAPI document of the service, made from the table of its operations and the schemas of the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from service_schemas import COMPONENTS, ID
from wire_parts import Schema, list_of

from pricing.shell.comparing import LENGTHS_MAX
from pricing.shell.service.endpoints import Operation
from pricing.shell.service.operations import OPERATIONS
from pricing.shell.service.problems import TITLES
from pricing.version import __version__

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"


class About(NamedTuple):
    """What an operation takes and gives, by the names of components; which statuses its problems have."""

    tag: str
    gives: str
    takes: str = ""
    options: str = ""
    refuses: str = ""
    status: int = 200


ASKED: Final = "host account environment region at"
OF_REQUEST: Final = "400 401 403 408 409 413 415 422 429 503"
OF_MOVE: Final = "400 401 403 404 408 409 413 415 429 503"
OF_LOOK: Final = "400 401 403 429 503"
ONE: Final = "/v1/quotes/{quote_id}"

ABOUT: Final[Mapping[str, About]] = {
    "POST /v1/check": About("requests", "report", "request", f"{ASKED} probe", "400 401 408 413 415 429 503"),
    "POST /v1/plan": About("requests", "plan", "request", ASKED, "400 401 408 413 415 422 429 503"),
    "POST /v1/estimates": About("requests", "quote", "request", f"{ASKED} effects probe", OF_REQUEST),
    "POST /v1/compare": About("requests", "comparison", "request", f"{ASKED} hosts tiers durations rate", OF_REQUEST),
    "POST /v1/explain": About("requests", "explanation", "request", ASKED, OF_REQUEST),
    "POST /v1/quotes": About("quotes", "signed_quote", "request", f"{ASKED} probe", OF_REQUEST, 201),
    "POST /v1/quotes:batch": About("quotes", "batch", "requests", "", OF_REQUEST),
    f"GET {ONE}": About("quotes", "order", refuses="400 401 403 404 429 503"),
    f"POST {ONE}:accept": About("quotes", "order", "", "", OF_MOVE),
    f"POST {ONE}:settle": About("quotes", "order", "job", "", OF_MOVE),
    f"POST {ONE}:release": About("quotes", "order", "", "", OF_MOVE),
    "GET /v1/rate-cards": About("catalogue", "price_list", "", "account environment at", OF_LOOK),
    "GET /v1/rules": About("catalogue", "rules", refuses="400 401 429 503"),
    "GET /v1/catalogue": About("catalogue", "catalogue_in_use", refuses="400 401 429 503"),
    "POST /v1/catalogue:reload": About("catalogue", "reloaded", refuses="400 401 403 408 413 415 429 503"),
    "GET /.well-known/jwks.json": About("keys", "keys", refuses="400 401 429 503"),
    "GET /openapi.json": About("service", "", refuses="400 401 429 503"),
    "GET /healthz": About("service", "status", refuses="400"),
    "GET /readyz": About("service", "status", refuses="400 503"),
    "GET /metrics": About("service", "", refuses="400"),
}

OPTIONS: Final[Mapping[str, tuple[str, Schema]]] = {
    "host": ("Whose payload it is; recognised if left out.", {"type": "string"}),
    "account": ("Whose terms, of those that the key is bound to; the only one if left out.", {"type": "string"}),
    "environment": ("Which environment's terms, as above.", {"type": "string"}),
    "region": ("At Alibaba: international or mainland.", {"type": "string"}),
    "at": ("The instant that picks prices, with its zone; now if left out.", {"type": "string"}),
    "effects": ("Say what each warning and fix does to the price.", {"type": "string", "enum": ["true", "false"]}),
    "probe": (
        "Measure the media first, where the service was started with --probe; wants a key.",
        {"type": "string", "enum": ["true", "false"]},
    ),
    "hosts": ("Comma-separated; all if left out.", {"type": "string"}),
    "tiers": ("Comma-separated; all if left out.", {"type": "string"}),
    "durations": (f"Comma-separated seconds, {LENGTHS_MAX} at most; the payload's if left out.", {"type": "string"}),
    "rate": ("Comma-separated exchange rates, such as CNY/USD=0.139.", {"type": "string"}),
}


def write_openapi() -> str:
    """The document as JSON text."""
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "wan-rules",
            "version": __version__,
            "description": "What a Wan 2.7 reference-to-video request breaks, what it runs and what it costs; and "
            "quotes of it that bind. Errors are problems of RFC 9457.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _lift(COMPONENTS), "securitySchemes": _SCHEMES},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


_SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key of `wan-rules keys create`, or a JWT."}
}


def _lift(value: object) -> object:
    """The schema with its shared parts found among the components."""
    if isinstance(value, dict):
        return {
            key: str(item).replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _lift(item)
            for key, item in value.items()
        }
    return [_lift(item) for item in value] if isinstance(value, list) else value


def _operation(operation: Operation) -> dict[str, object]:
    about = ABOUT[f"{operation.method} {operation.path}"]
    text = " ".join((operation.handle.__doc__ or "").split())
    summary, _, more = text.partition(": ")
    scopes = sorted(operation.scopes or ())
    said = f"Needs a key with the scope {' or '.join(scopes)}." if scopes else "Answers without a key too."
    found: dict[str, object] = {
        "operationId": operation.handle.__name__.removeprefix("answer_"),
        "tags": [about.tag],
        "summary": summary.rstrip("."),
        "description": f"{more[:1].upper()}{more[1:]} {said}".strip(),
        "security": [{"key": scopes}] if scopes else [{}, {"key": []}],
        "parameters": _parameters(operation, about),
        "responses": {str(about.status): _answer(about), **_problems(about)},
    }
    if about.takes:
        found["requestBody"] = {"required": True, "content": {"application/json": _BODIES[about.takes]}}
    return found


def _parameters(operation: Operation, about: About) -> list[object]:
    found: list[object] = []
    if "{quote_id}" in operation.path:
        found.append({"name": "quote_id", "in": "path", "required": True, "schema": ID})
    for name in about.options.split():
        text, schema = OPTIONS[name]
        found.append({"name": name, "in": "query", "description": text, "schema": schema})
    if operation.tells:
        text = "The language of what rules say: en or zh, else English. `Content-Language` names it."
        schema = {"type": "string", "default": "en"}
        found.append({"name": "Accept-Language", "in": "header", "description": text, "schema": schema})
    if operation.writes:
        once = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        text = "The same key and body: the same answer. The same key and another body: 409."
        found.append({"name": "Idempotency-Key", "in": "header", "description": text, "schema": once})
    return found


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _read(name: str) -> object:
    return json.loads((EXAMPLES / name).read_bytes())


_ENVELOPE: Final = {"payload": _read("fal-one-clip.payload.json"), "facts": _read("fal-one-clip.facts.json")}
_ANYTHING: Final = {"description": "Any other item has a problem as its result, and spoils nothing but itself."}
_BODIES: Final[Mapping[str, object]] = {
    "request": {
        "schema": {"anyOf": [_ref("payload"), _ref("envelope")]},
        "examples": {
            "payload": {"summary": "Atlas' payload, as it would be sent", "value": _read("atlas-sr.payload.json")},
            "envelope": {"summary": "fal's payload with facts about its clip", "value": _ENVELOPE},
        },
    },
    "requests": {
        "schema": {**list_of({"anyOf": [_ref("envelope"), _ANYTHING]}), "maxItems": 1000},
        "examples": {"two": {"value": [{"id": "first", **_ENVELOPE}, {"payload": _read("atlas-sr.payload.json")}]}},
    },
    "job": {
        "schema": {"anyOf": [_ref("reported"), {"type": "object", "required": ["output"]}]},
        "examples": {
            "neutral": {"value": {"status": "succeeded", "output_video_seconds": 8}},
            "alibaba": {"value": _read("alibaba-five-references.result.json")},
        },
    },
}


def _answer(about: About) -> dict[str, object]:
    kinds = {"keys": "application/jwk-set+json", "": "text/plain"}
    kind = kinds.get(about.gives, "application/json")
    if about.tag == "service" and "401" in about.refuses:
        kind = "application/json"
    schema = _ref(about.gives) if about.gives else {}
    return {"description": "As asked.", "content": {kind: {"schema": schema} if schema else {}}}


def _problems(about: About) -> dict[str, object]:
    return {
        status: {
            "description": "; ".join(title for code, title in TITLES.values() if code == int(status)),
            "content": {"application/problem+json": {"schema": _ref("problem")}},
        }
        for status in about.refuses.split()
    }
