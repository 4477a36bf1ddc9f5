"""Where requests go: Starlette's router, with the paths that are fixed in a table before its patterns are tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from pricing.shell.service.endpoints import Endpoint


class Routes(Router):
    """The routes of a service. A path that is none of its operations' is Starlette's to answer, and so is any HEAD."""

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Lifespan[object]) -> None:
        """Lay the table."""
        super().__init__(routes, redirect_slashes=False, lifespan=lifespan)
        self._fixed: Final = _find_fixed(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's life."""
        endpoint = self._fixed.get((scope.get("method", ""), scope.get("path", "")))
        if endpoint is None:
            await super().__call__(scope, receive, send)
        else:
            await endpoint(scope, receive, send)


def _find_fixed(routes: Sequence[BaseRoute]) -> Mapping[tuple[str, str], ASGIApp]:
    """The endpoints by method and path, of those routes whose path has no part that varies."""
    return {
        (method, route.path): route.app
        for route in routes
        if isinstance(route, Route) and isinstance(route.endpoint, Endpoint) and not route.param_convertors
        for method in (route.methods or ())
        if method != "HEAD"
    }
