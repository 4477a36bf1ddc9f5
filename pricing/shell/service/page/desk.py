"""What the page asks of the service that it is part of: on whose terms to quote, and which prices one may look at."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from starlette.requests import Request

from pricing.catalogue import Catalogue
from pricing.shell.jobs import Sale
from wan_rules.payloads import WanRulesError


class Asked(NamedTuple):
    """What somebody asked for; `None` is not said, and is the key's own where it is bound to one alone."""

    account: str | None
    environment: str | None
    region: str | None
    at: datetime


class Viewer(NamedTuple):
    """Whose prices one may look at, in which catalogue. Without a key: the published list, and no account to name."""

    catalogue: Catalogue
    accounts: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


class RefusedError(WanRulesError):
    """The page can't answer: the HTTP status, and a sentence that says why and what would help."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.status, self.reason = status, reason


class Desk(Protocol):
    """The service as the page sees it. Both raise RefusedError for a key that is wrong or may not do that."""

    def sale(self, request: Request, asked: Asked) -> Sale:
        """The terms of whoever asks (by the `Authorization` header): the published list without a key."""
        ...

    def viewer(self, request: Request) -> Viewer:
        """The catalogue and the names in it that whoever asks may look at: with the scope `admin`, all of them."""
        ...
