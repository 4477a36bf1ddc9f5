"""A service as small as the page needs one: published prices without a key, a catalogue of its own with one."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request

from pricing.catalogue import Catalogue
from pricing.shell.catalogues import load_catalogue, load_published
from pricing.shell.jobs import Sale
from pricing.shell.service.endpoints import read_translation
from pricing.shell.service.page.desk import Asked, RefusedError, Viewer
from pricing.shell.service.page.routes import list_page_routes
from tests.conftest import ROOT

EXAMPLE: Final = load_catalogue(ROOT / "examples" / "catalogue")
MONTHLY_FOLDER: Final = ROOT / "tests" / "serving" / "page" / "monthly"
MONTHLY: Final = load_catalogue(MONTHLY_FOLDER)
"""Where prices at fal look at the month so far."""


class Held(NamedTuple):
    """What a key is for."""

    catalogue: Catalogue
    accounts: tuple[str, ...]


KEYS: Final = {
    "wr_acme": Held(EXAMPLE, ("acme",)),
    "wr_globex": Held(EXAMPLE, ("globex",)),
    "wr_admin": Held(EXAMPLE, EXAMPLE.head.accounts),
    "wr_monthly": Held(MONTHLY, ("acme",)),
}
"""Each key, its catalogue and the accounts that it may name; `wr_admin` has the scope `admin`."""


class ExampleDesk(NamedTuple):
    """What the page asks, answered from the table of keys."""

    def sale(self, request: Request, asked: Asked) -> Sale:
        """The terms of the key's first account, or of the one that was asked for."""
        held, translation = _find_held(request), read_translation(request.scope)
        if held is None:
            return Sale(load_published(), None, None, asked.region, asked.at, translation=translation)
        account = asked.account or held.accounts[0]
        if account not in held.accounts:
            raise RefusedError(403, f"This key is not for the account {account!r}.")
        market = (account, asked.environment or "production", asked.region)
        return Sale(held.catalogue, *market, asked.at, translation=translation)

    def viewer(self, request: Request) -> Viewer:
        """All that the key's accounts have."""
        held = _find_held(request)
        if held is None:
            return Viewer(load_published())
        return Viewer(held.catalogue, held.accounts, held.catalogue.head.environments)


def _find_held(request: Request) -> Held | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    if header.removeprefix("Bearer ") not in KEYS:
        raise RefusedError(401, "This key is not known: it was mistyped, or withdrawn.")
    return KEYS[header.removeprefix("Bearer ")]


def make_app() -> Starlette:
    """The page alone, as an application."""
    return Starlette(routes=list_page_routes(ExampleDesk()))
