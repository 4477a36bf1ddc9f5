"""A span for each request, where OpenTelemetry's SDK is installed and set up; nothing at all where it is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import Final, TypeAlias

from pricing.shell.service.endpoints import ROUTE, ASGIMessage, Receive, Scopes, Send

Application: TypeAlias = Callable[[Scopes, Receive, Send], Awaitable[None]]
FLUSHED_MS: Final = 5000
"""How long a worker that ends waits for whoever takes its last spans."""


def trace(inner: Application) -> Application:
    """The application with a span around each request, named after its route; itself where nobody would see one."""
    if find_spec("opentelemetry") is None:
        return inner
    from opentelemetry import propagate
    from opentelemetry import trace as spans

    if isinstance(spans.get_tracer_provider(), spans.ProxyTracerProvider):
        return inner  # nobody set one up before the application was built, as `opentelemetry-instrument` does
    tracer = spans.get_tracer("wan_rules.service")

    async def traced(scope: Scopes, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with tracer.start_as_current_span(scope["method"], propagate.extract(sent), spans.SpanKind.SERVER) as span:

            async def send_on(message: ASGIMessage) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await inner(scope, receive, send_on)
            finally:
                route = scope.get(ROUTE, "other")
                span.update_name(f"{scope['method']} {route}")
                span.set_attribute("http.route", route)

    return traced


def flush() -> None:
    """Sends the spans that wait to be sent together: a process that a signal ends runs nothing at its exit."""
    if find_spec("opentelemetry") is None:
        return
    from opentelemetry import trace as spans

    send = getattr(spans.get_tracer_provider(), "force_flush", None)  # the interface has none, the SDK's has
    if send is not None:
        send(FLUSHED_MS)
