"""What a transport asks of a guard, and in which books one above it counts the call already."""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from pricing.shell.guard.endpoints import Route


class Book(NamedTuple):
    """What a guard counts in: a file, or its own memory, and the run that it counts a call for."""

    place: object
    run: str | None


COUNTED_IN: ContextVar[frozenset[Book]] = ContextVar("wan_rules_guard_counted_in", default=frozenset())
"""The books of the guarded transports that are sending a known request: one below them counts it in no book twice."""


class Watch(Protocol):
    """A guard, or what becomes one at the first call that is known."""

    @property
    def book(self) -> Book:
        """What it counts in: of two guards with one book the outer one counts."""

    def find(self, method: str, name: str, port: int | None, path: str) -> Route | None:
        """What a request is; `None` for one that is to be passed on as it is."""

    def begin(self, route: Route, body: bytes) -> Any:  # noqa: ANN401 - a ticket, which transports only hand back
        """A ticket for the answer; `None` where the body is for another model. Raises CallRefused."""

    def end(self, ticket: Any, status: int, body: bytes) -> None:  # noqa: ANN401 - as above
        """The answer is there."""

    def break_off(self, ticket: Any, *, unsent: bool) -> None:  # noqa: ANN401 - as above
        """No answer came."""


class Switch:
    """A guard that can be switched off, wherever in the classes of libraries it still stands then."""

    def __init__(self, watch: Watch) -> None:
        """Keep the guard, which is on."""
        self._watch, self.is_on = watch, True

    @property
    def book(self) -> Book:
        """What the guard counts in."""
        return self._watch.book

    def find(self, method: str, name: str, port: int | None, path: str) -> Route | None:
        """What a request is; `None` for all of them once it is off."""
        return self._watch.find(method, name, port, path) if self.is_on else None

    def begin(self, route: Route, body: bytes) -> Any:  # noqa: ANN401 - as above
        """The guard's own ticket. Raises CallRefused."""
        return self._watch.begin(route, body)

    def end(self, ticket: Any, status: int, body: bytes) -> None:  # noqa: ANN401 - as above
        """The answer is there, and the guard is told, off or not."""
        self._watch.end(ticket, status, body)

    def break_off(self, ticket: Any, *, unsent: bool) -> None:  # noqa: ANN401 - as above
        """No answer came."""
        self._watch.break_off(ticket, unsent=unsent)


def name_book(state: str | None, owner: object, run: str | None) -> Book:
    """The file that a guard counts in, and its run; one without a file counts in its own memory."""
    return Book(owner if state is None else os.path.realpath(state), run)


def is_counted(book: Book) -> bool:
    """Whether a guard above has written the call into the same file, for a run of its own."""
    return any(other.place == book.place for other in COUNTED_IN.get())


def is_refusal(error: BaseException) -> bool:
    """Whether a guard further down let the call not pass, so that nothing was sent."""
    from pricing.shell.guard.refusals import CallRefused

    return isinstance(error, CallRefused)


def name_missing(library: str, extra: str) -> str:
    """What is said where a library is not installed."""
    return f"this guard is for {library}, which is not installed: pip install 'wan-rules[{extra}]'"


def tell_watched(folder: str) -> None:
    """Leaves word that this interpreter is watched; to nobody where the run has ended, and the folder is gone."""
    path = os.path.join(folder, str(os.getpid()))  # noqa: PTH118 - pathlib is dear at the start of every interpreter
    try:
        with open(path, "w", encoding="utf-8"):  # noqa: PTH123 - as above
            pass
    except FileNotFoundError:
        pass
