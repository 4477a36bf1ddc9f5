"""The application: every operation as a plain route, behind the front that admits, counts and tells what went wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route

from pricing.errors import PricingError
from pricing.shell.service import tracing
from pricing.shell.service.endpoints import ROUTE, Endpoint, Operation, Receive, Scopes, Send
from pricing.shell.service.front import Front
from pricing.shell.service.logs import tell_event, tell_libraries
from pricing.shell.service.operations import OPERATIONS
from pricing.shell.service.page.routes import list_page_routes
from pricing.shell.service.page_desk import ServiceDesk
from pricing.shell.service.routing import Routes
from pricing.shell.service.running import Service
from pricing.shell.service.settings import Settings, take_over
from pricing.shell.service.store_faults import StoreError
from wan_rules.payloads import WanRulesError


class _QuoteId(Convertor[str]):
    """What stands for an id in a path: it ends where the name of a move begins."""

    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        """As it stands."""
        return value

    def to_string(self, value: str) -> str:
        """As it stands."""
        return value


def create_app() -> Front:
    """The application of a worker, by the settings that were handed over; without it, the worker ends."""
    tell_libraries()
    try:
        return build_app(take_over())
    except (PricingError, WanRulesError, StoreError) as error:
        tell_event("worker not started", error=str(error))
        raise SystemExit(1) from None


def build_app(settings: Settings) -> Front:
    """The application by these settings. Raises what opening the catalogue, the keys or the store raises."""
    service = Service(settings)

    @asynccontextmanager
    async def live(_: object) -> AsyncIterator[None]:
        async with service.keep_fresh():
            yield
        tracing.flush()

    register_url_convertor("quote", _QuoteId())
    routes = [_route(one, service) for one in OPERATIONS]
    routes += map(_label, list_page_routes(ServiceDesk(service)))
    return Front(Routes(routes, live), service)  # type: ignore[arg-type]  # Starlette types its messages more widely


def _route(operation: Operation, service: Service) -> Route:
    path = operation.path.replace("quote_id", "quote_id:quote")
    return Route(path, Endpoint(operation, service), methods=[operation.method])


def _label(route: Route) -> Route:
    """A route of the page, which says in the log and the counters which one it is."""
    inner = route.app

    async def labelled(scope: Scopes, receive: Receive, send: Send) -> None:
        scope[ROUTE] = route.path
        await inner(scope, receive, send)  # type: ignore[arg-type]  # Starlette types its messages more widely

    route.app = labelled  # type: ignore[assignment]  # as above
    return route
