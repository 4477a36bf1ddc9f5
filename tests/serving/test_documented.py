"""What the OpenAPI document says of each operation is what a service answers: statuses, types and shapes."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from pricing.shell.service.operations import OPERATIONS
from tests.asked import ATLAS, Reply, Running, example

SETTLED: Final = {"status": "failed"}
BODIES: Final[dict[str, Any]] = {"requests": [{"id": "a", "payload": example(ATLAS)}, {"payload": {}}], "job": SETTLED}


def _find_faults(document: Any, path: str, method: str, reply: Reply) -> list[str]:  # noqa: ANN401 - parsed JSON
    """Where the answer is none of those that are documented."""
    responses = document["paths"][path][method.lower()]["responses"]
    if str(reply.status) not in responses:
        return [f"{reply.status} is not documented"]
    content = responses[str(reply.status)]["content"]
    kind = reply.headers["content-type"].partition(";")[0]
    if kind not in content:
        return [f"{kind} is not documented"]
    schema = {**content[kind].get("schema", {}), "components": document["components"]}
    if "json" not in kind:
        return []
    return [
        f"{one.json_path}: {one.message[:200]}"
        for one in Draft202012Validator(schema).iter_errors(json.loads(reply.body))
    ]


@pytest.mark.parametrize("query", ["", "?at", "?nothing=1"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_each_answer_is_documented(service: Running, operation: Any, query: str) -> None:  # noqa: ANN401 - an Operation
    key = service.key()
    document = service.get("/openapi.json").document
    quoted = service.post("/v1/quotes", example(ATLAS), key=key).document["id"]
    if operation.path.endswith("settle"):
        service.post(f"/v1/quotes/{quoted}:accept", key=key)
    takes = {"/v1/quotes:batch": "requests", "/v1/quotes/{quote_id}:settle": "job"}.get(operation.path)
    has_payload = document["paths"][operation.path][operation.method.lower()].get("requestBody") is not None
    body = BODIES[takes] if takes else example(ATLAS) if has_payload else b""
    path = operation.path.replace("{quote_id}", quoted)
    reply = service.ask(operation.method, path + query, body, key=key)
    if not query:
        assert reply.status in {200, 201}
    assert _find_faults(document, operation.path, operation.method, reply) == []
