"""A catalogue that a running program can load anew while it quotes: a load that fails changes nothing.

Whoever quotes takes `reloader.catalogue` once and resolves and prices on that one value. A catalogue never changes, so
no quote can mix two, however many threads quote while another one reloads.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import NamedTuple, TypeAlias

from pricing.catalogue import Catalogue
from pricing.errors import CardError
from pricing.shell.sources.loading import Conditions, load


class Reloaded(NamedTuple):
    """A load that went well: the catalogue in use from now on, and whether it is another than before."""

    catalogue: Catalogue
    changed: bool


class Kept(NamedTuple):
    """A load that failed: the catalogue that stays in use, and why there is no new one."""

    catalogue: Catalogue
    error: CardError


Outcome: TypeAlias = Reloaded | Kept


class Reloader:
    """The newest good catalogue of one source. Safe to share between threads."""

    def __init__(
        self,
        source: str,
        on: Conditions | None = None,
        *,
        prepare: Callable[[Catalogue], Catalogue] = lambda catalogue: catalogue,
    ) -> None:
        """Load for the first time. Raises CardError: there is nothing yet that could stay in use.

        `prepare` makes of each catalogue that is loaded the one that is used.
        """
        self._source, self._on, self._prepare = source, on, prepare
        self._loading = Lock()
        self._catalogue = prepare(load(source, on))

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in use. Take it once for each quote."""
        return self._catalogue

    def reload(self) -> Outcome:
        """Load again, one caller at a time. What has not changed stays the same object, and keeps what it looked up."""
        with self._loading:
            old = self._catalogue
            try:
                new = load(self._source, self._on)
            except CardError as error:
                return Kept(old, error)
            changed = (new.digest, new.note) != (old.digest, old.note)
            if changed:
                self._catalogue = self._prepare(new)
            return Reloaded(self._catalogue, changed)
