"""An event on the current span for every decision, where OpenTelemetry is installed; nothing where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec

from pricing.money import format_amount
from pricing.shell.guard.decisions import Decision

EVENT = "wan_rules.guard.decision"


def find_tracer() -> Callable[[Decision], None]:
    """What tells a decision to the current span. It raises nothing."""
    if find_spec("opentelemetry") is None:
        return _tell_nobody
    from opentelemetry import trace

    def tell(decision: Decision) -> None:
        span = trace.get_current_span()
        if span.is_recording():
            span.add_event(EVENT, dict(_list_attributes(decision)))

    return tell


def _tell_nobody(_: Decision) -> None:
    """Nobody would see it."""


def _list_attributes(decision: Decision) -> Iterator[tuple[str, str | bool]]:
    yield "wan_rules.verdict", decision.verdict
    yield "wan_rules.sent", decision.sent
    yield "wan_rules.host", decision.host
    if decision.reason:
        yield "wan_rules.reason", decision.reason
    quoted = decision.quote
    if quoted is not None:
        yield "wan_rules.currency", quoted.currency
        yield "wan_rules.total_min", format_amount(quoted.total_min, quoted.currency)
    if quoted is not None and quoted.total is not None:
        yield "wan_rules.total", format_amount(quoted.total, quoted.currency)
