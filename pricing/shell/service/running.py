"""A worker's service while it runs: the catalogue in use, store, keys and limits, and what keeps them fresh."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from pricing.catalogue import Catalogue, hide_folders
from pricing.quotes import forget_charges
from pricing.shell import wire
from pricing.shell.asked_values import Source
from pricing.shell.catalogues import load_published
from pricing.shell.inputs import read_conditions
from pricing.shell.reloading import Kept, Outcome, Reloader
from pricing.shell.service import purging, watching
from pricing.shell.service.api_keys import KeyRing
from pricing.shell.service.logs import flush, tell_event, tell_failure
from pricing.shell.service.measuring import Measurer
from pricing.shell.service.metrics import CATALOGUE, RELOADS
from pricing.shell.service.rates import Rates
from pricing.shell.service.settings import Settings
from pricing.shell.service.signing import Signer, load_signer
from pricing.shell.service.store import Store, open_store
from pricing.shell.service.store_faults import StoreError
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from pricing.shell.service.tokens import TokenReader

T = TypeVar("T")
THREADS: Final = 8
"""How many requests of a worker may be with the store at once; as many connections as it opens."""
FOLLOWING: Final = "following"
"""What stands in the log in place of a route for what goes wrong beside requests."""
RELOADED, KEYS = "catalogue", "keys"
"""The counters in the store by which workers tell each other of a new catalogue and of changed keys."""


class Service:
    """What every operation works with. Made once in each worker, before it answers."""

    def __init__(self, settings: Settings) -> None:
        """Open all that is needed. Raises CardError, UnusableInputError or StoreError: nothing is answered half."""
        self.settings: Final = settings
        self.published: Final = hide_folders(load_published())
        self.store: Final[Store] = open_store(settings.database_url, connections=THREADS)
        with ExitStack() as undoing:
            undoing.callback(self.store.close)
            self._seen: Mapping[str, int] = self.store.read_shared()  # first, so that no reload from now on is missed
            self._reloader = open_catalogue(settings)
            self.signer: Signer = load_signer(settings.signing_file)
            self.tokens: Final = open_tokens(settings)
            undoing.pop_all()  # nothing after it fails
        self.ring: Final = KeyRing(self.store)
        self._threads: Final = ThreadPoolExecutor(THREADS, "store")
        self.measurer: Final = Measurer(settings)
        self.rates: Final = Rates(self._lease)
        CATALOGUE.labels(self.catalogue.digest).set(1)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in use. Take it once for each request."""
        return self.published if self._reloader is None else self._reloader.catalogue

    async def run(self, work: Callable[[], T], threads: ThreadPoolExecutor | None = None) -> T:
        """What the work gives, done in a thread: of the store's, or one of those."""
        return await asyncio.get_running_loop().run_in_executor(threads or self._threads, work)

    async def _lease(self, caller: str, window: int, wanted: int, limit: int) -> int:
        return await self.run(lambda: self.store.lease(caller, window, wanted, limit))

    def reload(self) -> Outcome | None:
        """Loads signing keys and catalogue again; what can't be loaded changes nothing. None for the shipped list."""
        self._reload_keys()
        if self._reloader is None:
            return None
        before = self.catalogue.digest
        outcome = self._reloader.reload()
        if isinstance(outcome, Kept):
            RELOADS.labels("failed").inc()
            tell_event("catalogue kept", digest=before, error=str(outcome.error))
            return outcome
        RELOADS.labels("changed" if outcome.changed else "same").inc()
        if outcome.changed:
            forget_charges()
            wire.forget_texts()
            CATALOGUE.labels(before).set(0)
            CATALOGUE.labels(outcome.catalogue.digest).set(1)
            tell_event("catalogue changed", digest=outcome.catalogue.digest, before=before)
        return outcome

    def _reload_keys(self) -> None:
        try:
            self.signer = load_signer(self.settings.signing_file)
        except UnusableInputError as error:
            tell_event("signing keys kept", error=str(error))

    def _reload_everywhere(self) -> None:
        self.reload()
        tell_workers(self.store)

    @asynccontextmanager
    async def keep_fresh(self) -> AsyncIterator[None]:
        """While it is open, new catalogues and keys are taken up. At its end all is closed."""
        tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._purge())]
        watching.on_hangup(lambda: self._threads.submit(self._reload_everywhere))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            self._threads.shutdown(wait=True)
            self.measurer.threads.shutdown(wait=True)
            self.store.close()
            flush()

    async def _follow(self) -> None:
        """Looks at the store's counters, and at the catalogue's folder where that is watched, every so often."""
        watched = watching.Watched(self.settings.catalogue if self.settings.watch else None)
        while True:
            await asyncio.sleep(self.settings.poll_s)
            for look in (self._look, partial(self._look_at, watched)):
                try:
                    await look()
                except StoreError as error:
                    tell_event("store", error=str(error))
                except Exception as error:  # noqa: BLE001 - who stops looking takes revoked keys for ever
                    tell_failure(error, FOLLOWING, "")

    async def _look_at(self, watched: watching.Watched) -> None:
        if await self.run(watched.has_changed):
            await self.run(self.reload)

    async def _purge(self) -> None:
        """Removes what is kept for a while only, once an hour; of all workers, one does it."""
        days = self.settings.keep_answers_days
        async for now in purging.hours():
            try:
                removed = await self.run(partial(purging.purge, self.store, days, now))
            except StoreError as error:
                tell_event("store", error=str(error))
            else:
                if removed:
                    tell_event("purged", rows=removed)

    async def _look(self) -> None:
        found = await self.run(self.store.read_shared)
        before, self._seen = self._seen, found
        if found.get(KEYS) != before.get(KEYS):
            self.ring.forget()
        if found.get(RELOADED) != before.get(RELOADED):
            await self.run(self.reload)


def tell_workers(store: Store) -> None:
    """Every worker on the store will soon load its catalogue again; where the store is away, the log says so."""
    try:
        store.bump(RELOADED)
    except StoreError as error:
        tell_event("store", error=str(error))


def open_catalogue(settings: Settings) -> Reloader | None:
    """What loads the catalogue that was named, loaded once and fit to be told. Raises CardError, UnusableInputError."""
    if settings.catalogue is None:
        return None
    on = read_conditions(Source(settings.catalogue, settings.catalogue_key, settings.keep_for))
    return Reloader(settings.catalogue, on, prepare=hide_folders)


def open_tokens(settings: Settings) -> TokenReader | None:
    """What recognises tokens, where they are taken. Raises UnusableInputError."""
    if settings.tokens is None:
        return None
    from pricing.shell.service import tokens

    return tokens.open_tokens(settings.tokens)
