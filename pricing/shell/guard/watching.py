"""What a transport asks of a guard, and in which books one above it counts the call already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, Protocol

from pricing.shell.guard.endpoints import Route


class Book(NamedTuple):
    """What a guard counts in: a file, or its own memory, and the run that it counts a call for."""

    place: object
    run: str | None


class Mark:
    """That a guarded transport is sending a known request which a book counts, until it has been answered."""

    def __init__(self, book: Book) -> None:
        """Begin it."""
        self.book, self.is_over = book, False


MARKS: Final[ContextVar[tuple[Mark, ...]]] = ContextVar("wan_rules_guard_marks", default=())
"""Those of the transports above: one below them counts a request in no book twice.

A task that is begun meanwhile has them too, and outlives the request: what it sends later is counted by nobody else.
"""


class Watch(Protocol):
    """A guard, or what becomes one at the first call that is known."""

    @property
    def book(self) -> Book:
        """What it counts in: of two guards with one book the outer one counts."""

    def find(self, method: str, name: str, port: int | None, path: str) -> Route | None:
        """What a request is; `None` for one that is to be passed on as it is."""

    def begin(self, route: Route, body: bytes) -> Any:  # noqa: ANN401 - a ticket, which transports only hand back
        """A ticket for the answer; `None` where the body is for another model. Raises CallRefused.

        It `is_question` where it asks about jobs and makes none.
        """

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


@contextmanager
def counting(book: Book, ticket: Any) -> Iterator[None]:  # noqa: ANN401 - as above
    """While it is open, transports below are told that the book counts the request; a question counts for nothing."""
    if ticket.is_question:
        yield
        return
    mark = Mark(book)
    token = MARKS.set((*MARKS.get(), mark))
    try:
        yield
    finally:
        mark.is_over = True
        MARKS.reset(token)


def is_counted_in(book: Book) -> bool:
    """Whether a guard above counts the request in the very book."""
    return any(mark.book == book and not mark.is_over for mark in MARKS.get())


def is_counted(book: Book) -> bool:
    """Whether a guard above has written the call into the same file, for a run of its own."""
    return any(mark.book.place == book.place and not mark.is_over for mark in MARKS.get())


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
