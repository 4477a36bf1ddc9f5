"""A service as small as the page needs one: published prices without a key, the example catalogue with one."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request

from pricing.shell.catalogues import load_catalogue, load_published
from pricing.shell.jobs import Sale
from pricing.shell.service.page.desk import Asked, RefusedError, Viewer
from pricing.shell.service.page.routes import list_page_routes
from tests.conftest import ROOT

EXAMPLE: Final = load_catalogue(ROOT / "examples" / "catalogue")
ENVIRONMENTS: Final = EXAMPLE.head.environments
KEYS: Final = {"wr_acme": ("acme",), "wr_admin": EXAMPLE.head.accounts}
"""Each key and the accounts that it may name; the second one has the scope `admin`."""


class ExampleDesk(NamedTuple):
    """What the page asks, answered from the table of keys."""

    def sale(self, request: Request, asked: Asked) -> Sale:
        """The terms of the key's first account, or of the one that was asked for."""
        accounts = _accounts(request)
        if accounts is None:
            return Sale(load_published(), None, None, asked.region, asked.at)
        account = asked.account or accounts[0]
        if account not in accounts:
            raise RefusedError(403, f"This key is not for the account {account!r}.")
        return Sale(EXAMPLE, account, asked.environment or "production", asked.region, asked.at)

    def viewer(self, request: Request) -> Viewer:
        """All that the key's accounts have."""
        accounts = _accounts(request)
        return Viewer(load_published()) if accounts is None else Viewer(EXAMPLE, accounts, ENVIRONMENTS)


def _accounts(request: Request) -> tuple[str, ...] | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    if header.removeprefix("Bearer ") not in KEYS:
        raise RefusedError(401, "This key is not known: it was mistyped, or withdrawn.")
    return KEYS[header.removeprefix("Bearer ")]


def make_app() -> Starlette:
    """The page alone, as an application."""
    return Starlette(routes=list_page_routes(ExampleDesk()))
