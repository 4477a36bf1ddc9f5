"""Puts the guard before the transports of HTTP libraries in a program that knows nothing of it, as they are imported.

Patched is where a library hands a request to the network, so that a client of any make is seen: `HTTPAdapter.send` of
requests, `HTTPTransport.handle_request` and its twin of httpx and httpx2, and the innermost middleware of aiohttp.
Imports nothing heavy: most programs that are watched, and every program until its first call, need none of it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pricing.shell.guard.endpoints import Route, find_route, index_bases
from pricing.shell.guard.forking import LOADING, hold_forks
from pricing.shell.guard.places import name_place
from pricing.shell.guard.watching import Book, Switch, name_book

if TYPE_CHECKING:
    from pricing.shell.guard.guards import Guard
    from pricing.shell.guard.settings import Settings
    from pricing.shell.guard.watching import Watch


class LateGuard:
    """A guard that is set up at the first request that is known; until then it looks up URLs, and no more."""

    def __init__(self, settings: Settings) -> None:
        """Keep how it is to be set up."""
        self._settings, self._bases = settings, index_bases(settings.bases)
        self._guard: Guard | None = None

    @property
    def book(self) -> Book:
        """What it counts in."""
        return name_book(self._settings.state, self, self._settings.run)

    def find(self, method: str, name: str, port: int | None, path: str) -> Route | None:
        """What a request is; `None` for one that is to be passed on as it is."""
        return find_route(self._bases, method, name_place(name, port), path)

    def begin(self, route: Route, body: bytes) -> Any:  # noqa: ANN401 - a ticket, which transports only hand back
        """A ticket for the answer; `None` for what is no call, whether or not there can be a guard. Raises CallRefused.

        Without a guard nothing is held. A call passes then only where what can't be told may, and that is said.
        """
        with LOADING:
            from pricing.shell.guard.recognising import names_model
            from pricing.shell.guard.refusals import GuardFailed

        is_call = route.kind != "poll" and names_model(route.host, body)
        if route.kind == "create" and not is_call:
            return None
        try:
            return self._use(route.host).begin(route, body)
        except GuardFailed as error:
            if is_call and not error.decision.sent:
                raise
            if is_call:
                sys.stderr.write(
                    f"wan-rules: a call to {error.decision}: it is sent all the same, and counts nowhere\n"
                )
            return None

    def end(self, ticket: Any, status: int, body: bytes) -> None:  # noqa: ANN401 - as above
        """The answer is there."""
        self._use(ticket.route.host).end(ticket, status, body)

    def break_off(self, ticket: Any, *, unsent: bool) -> None:  # noqa: ANN401 - as above
        """No answer came."""
        self._use(ticket.route.host).break_off(ticket, unsent=unsent)

    def _use(self, host: str) -> Guard:
        """The guard. Raises GuardFailed where it can't be set up: what is not watched is not sent."""
        with LOADING:
            if self._guard is None:
                self._guard = _set_up(self._settings, host)
            return self._guard


def _set_up(settings: Settings, host: str) -> Guard:
    from pricing.errors import PricingError
    from pricing.shell.guard.decisions import Decision
    from pricing.shell.guard.guards import Guard
    from pricing.shell.guard.refusals import GuardFailed
    from wan_rules.payloads import WanRulesError

    try:
        return Guard(settings)
    except (PricingError, WanRulesError, OSError) as error:
        reason = f"the guard can't be set up: {error}"
        may_pass = settings.dry_run or settings.on_unknown == "allow"
        raise GuardFailed(Decision("failed", may_pass, host, reason)) from error


class Replaced(NamedTuple):
    """What stood in a class before a patch, and what stands there since."""

    owner: type
    name: str
    plain: object
    patched: object


def _replace(owner: type, name: str, patched: object) -> Replaced:
    replaced = Replaced(owner, name, getattr(owner, name), patched)
    setattr(owner, name, patched)
    return replaced


def _patch_requests(module: ModuleType, watch: Watch) -> Iterator[Replaced]:
    plain = module.HTTPAdapter.send

    @functools.wraps(plain)
    def guarded(self: Any, request: Any, stream: bool = False, *more: Any, **named: Any) -> Any:  # noqa: ANN401, FBT001, FBT002 - the library's own
        with LOADING:
            from pricing.shell.guard.requests_calls import find_way, send

        way = find_way(self, stream=stream)
        return send(watch, request, lambda: plain(self, request, stream, *more, **named), way)

    yield _replace(module.HTTPAdapter, "send", guarded)


def _patch_httpx(module: ModuleType, watch: Watch) -> Iterator[Replaced]:
    library = sys.modules[module.__name__.partition(".")[0]]
    plain, plain_async = module.HTTPTransport.handle_request, module.AsyncHTTPTransport.handle_async_request

    @functools.wraps(plain)
    def guarded(self: Any, request: Any) -> Any:  # noqa: ANN401 - the library's own
        with LOADING:
            from pricing.shell.guard.httpx_calls import send

        return send(watch, library, request, functools.partial(plain, self))

    @functools.wraps(plain_async)
    async def guarded_async(self: Any, request: Any) -> Any:  # noqa: ANN401 - the library's own
        with LOADING:
            from pricing.shell.guard.httpx_calls import send_async

        return await send_async(watch, library, request, functools.partial(plain_async, self))

    yield _replace(module.HTTPTransport, "handle_request", guarded)
    yield _replace(module.AsyncHTTPTransport, "handle_async_request", guarded_async)


def _patch_aiohttp(module: ModuleType, watch: Watch) -> Iterator[Replaced]:
    if not hasattr(module, "build_client_middlewares"):
        sys.stderr.write("wan-rules run: this aiohttp has no middlewares: its calls are not watched before 3.13\n")
        return
    plain = module.ClientSession._request  # noqa: SLF001 - where middlewares of the session and the call meet

    @functools.wraps(plain)
    async def guarded(self: Any, method: str, url: Any, **named: Any) -> Any:  # noqa: ANN401 - the library's own
        with LOADING:
            from pricing.shell.guard.aiohttp_calls import GuardMiddleware

        asked = named.get("middlewares")
        theirs = self._middlewares if asked is None else asked
        return await plain(self, method, url, **{**named, "middlewares": (*theirs, GuardMiddleware(watch))})

    yield _replace(module.ClientSession, "_request", guarded)


Patch = Callable[[ModuleType, "Watch"], Iterator[Replaced]]
PATCHES: Final[Mapping[str, Patch]] = MappingProxyType(
    {
        "requests.adapters": _patch_requests,
        "httpx._transports.default": _patch_httpx,
        "httpx2._transports.default": _patch_httpx,
        "aiohttp.client": _patch_aiohttp,
    }
)
"""By the module whose import brings the transport."""


class Patcher(MetaPathFinder):
    """Finds the modules that are patched, once each, and has them loaded by `PatchingLoader`."""

    def __init__(self, watch: Watch) -> None:
        """Keep the guard, and patch what is imported already."""
        self._watch, self._left = watch, dict(PATCHES)
        self.replaced: list[Replaced] = []
        for name in PATCHES:
            module = sys.modules.get(name)
            if module is not None:
                self.patch(module)

    def patch(self, module: ModuleType) -> None:
        """Patches a module that was run."""
        hold_forks()
        self._left.pop(module.__name__, None)
        self.replaced += PATCHES[module.__name__](module, self._watch)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module's own spec, with a loader that patches; `None` for any other module."""
        if self._left.pop(name, None) is None:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = PatchingLoader(spec.loader, self)
                return spec
        return None


class PatchingLoader(Loader):
    """Loads by another loader, then patches."""

    def __init__(self, inner: Loader, patcher: Patcher) -> None:
        """Keep both."""
        self._inner, self._patcher = inner, patcher

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The module as the other loader makes it."""
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """The module is run, and patched."""
        self._inner.exec_module(module)
        self._patcher.patch(module)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - resources, source: what the other loader gives
        """What the other loader can do beside."""
        return getattr(self._inner, name)


def install(watch: Watch) -> Callable[[], None]:
    """Puts the guard before every client of this program, those of SDKs too, now and as libraries are imported.

    What it returns takes the guard away again; what another one has patched since then stays patched.
    """
    switch = Switch(watch)
    patcher = Patcher(switch)
    sys.meta_path.insert(0, patcher)

    def take_away() -> None:
        switch.is_on = False
        if patcher in sys.meta_path:
            sys.meta_path.remove(patcher)
        while patcher.replaced:
            owner, name, plain, patched = patcher.replaced.pop()
            if getattr(owner, name) is patched:
                setattr(owner, name, plain)

    return take_away
