"""What a transport asks of a guard, and whether one of them is at work already."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Protocol

from pricing.shell.guard.endpoints import Route

INSIDE: ContextVar[bool] = ContextVar("wan_rules_guard_inside", default=False)
"""Whether a guarded transport is sending a known request: another one below it lets that pass, or it counted twice."""


class Watch(Protocol):
    """A guard, or what becomes one at the first call that is known."""

    def find(self, method: str, name: str, port: int | None, path: str) -> Route | None:
        """What a request is; `None` for one that is to be passed on as it is."""

    def begin(self, route: Route, body: bytes) -> Any:  # noqa: ANN401 - a ticket, which transports only hand back
        """A ticket for the answer; `None` where the body is for another model. Raises CallRefused."""

    def end(self, ticket: Any, status: int, body: bytes) -> None:  # noqa: ANN401 - as above
        """The answer is there."""

    def break_off(self, ticket: Any, *, unsent: bool) -> None:  # noqa: ANN401 - as above
        """No answer came."""


def name_missing(library: str, extra: str) -> str:
    """What is said where a library is not installed."""
    return f"this guard is for {library}, which is not installed: pip install 'wan-rules[{extra}]'"
