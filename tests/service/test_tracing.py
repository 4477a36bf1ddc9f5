"""A span for each request where OpenTelemetry is set up: named by its route, a child of the caller's, without ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.asked import ATLAS, Running, example

EXPORTED: Final = InMemorySpanExporter()
PARENT: Final = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(scope="module", autouse=True)
def _provider() -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(EXPORTED))
    trace.set_tracer_provider(provider)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    EXPORTED.clear()
    yield Running(tmp_path / "state")
    EXPORTED.clear()


def test_each_request_has_a_span(service: Running) -> None:
    key = service.key()
    parent = {"traceparent": f"00-{PARENT}-00f067aa0ba902b7-01"}
    quote_id = service.post("/v1/quotes", example(ATLAS), key=key, headers=parent).document["id"]
    service.get(f"/v1/quotes/{quote_id}", key=key)
    service.get("/nothing")
    made, looked, strange = EXPORTED.get_finished_spans()
    assert (made.name, looked.name, strange.name) == ("POST /v1/quotes", "GET /v1/quotes/{quote_id}", "GET other")
    assert made.context is not None
    assert made.context.trace_id == int(PARENT, 16)
    assert made.attributes == {"http.response.status_code": 201, "http.route": "/v1/quotes"}
    assert quote_id not in looked.to_json()
    assert key not in made.to_json() + looked.to_json()
