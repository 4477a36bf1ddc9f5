"""What a fork waits for: that nobody sets a guard up, or writes in a ledger, at that moment.

A child has one thread alone. A lock that another one held, of a module that it imported or within SQLite, stays held in
the child for ever. Imports nothing heavy.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final, Protocol


class Forked(Protocol):
    """What is told of every fork: a ledger."""

    def before_fork(self) -> None:
        """Nobody is at work in it until the fork is over."""

    def after_fork_in_parent(self) -> None:
        """It goes on."""

    def after_fork_in_child(self) -> None:
        """It begins anew, without what the parent holds."""


LOADING: Final = threading.RLock()
"""Held while what a first call needs is imported and set up, and while a call or its answer is looked at, since models
are built when they are first used. It is taken before the lock of any ledger."""
FORKED: Final[weakref.WeakSet[Forked]] = weakref.WeakSet()
_ONCE: Final = threading.Lock()
"""Taken by who registers, and never released."""
_WAITING: Final[list[Forked]] = []
"""Those that wait for a fork to end; one that is opened meanwhile is not among them."""


def _before() -> None:
    LOADING.acquire()
    _WAITING[:] = sorted(FORKED, key=id)
    for one in _WAITING:
        one.before_fork()


def _after_in_parent() -> None:
    for one in _WAITING:
        one.after_fork_in_parent()
    _WAITING.clear()
    LOADING.release()


def _after_in_child() -> None:
    for one in tuple(FORKED):
        one.after_fork_in_child()
    _WAITING.clear()
    LOADING.release()


def hold_forks() -> None:
    """Forks wait, from now on. Threads that ask at the same time register it once: twice would lock and not release.

    A fork takes logging's lock, too, which what is imported wants: so ours comes first, as the last that registered.
    """
    import logging  # noqa: F401 - so that it has registered

    if hasattr(os, "register_at_fork") and _ONCE.acquire(blocking=False):
        os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
