"""The service as its page sees it: the terms and the names of whoever asks, by the caller that the front found."""

from __future__ import annotations

from starlette.requests import Request

from pricing.shell.jobs import Sale
from pricing.shell.service.callers import Caller, Scope, choose_looked_at, name_terms
from pricing.shell.service.endpoints import CALLER, read_translation
from pricing.shell.service.page.desk import Asked, RefusedError, Viewer
from pricing.shell.service.problems import TITLES, ProblemError
from pricing.shell.service.running import Service


class ServiceDesk:
    """A running service."""

    def __init__(self, service: Service) -> None:
        """Keep it."""
        self._service = service

    def sale(self, request: Request, asked: Asked) -> Sale:
        """The terms of whoever asks: the published list without a key. Raises RefusedError."""
        caller: Caller | None = request.scope.get(CALLER)
        account, environment, region, at = asked
        translation = read_translation(request.scope)
        if caller is None:
            if account is not None or environment is not None:
                raise RefusedError(401, "account, environment: without a key there are list prices only")
            return Sale(self._service.published, None, None, region, at, translation=translation)
        catalogue = self._service.catalogue
        try:
            named = name_terms(choose_looked_at(caller, account, environment), catalogue.head)
        except ProblemError as error:
            raise RefusedError(TITLES[error.code][0], error.detail) from None
        return Sale(catalogue, *named, region, at, translation=translation)

    def viewer(self, request: Request) -> Viewer:
        """The catalogue, and the names in it that whoever asks may look at. Raises RefusedError where it has none."""
        caller: Caller | None = request.scope.get(CALLER)
        if caller is None:
            return Viewer(self._service.published)
        catalogue = self._service.catalogue
        if Scope.ADMIN in caller.scopes:
            return Viewer(catalogue, catalogue.head.accounts, catalogue.head.environments)
        head = catalogue.head
        accounts = _choose_known("account", caller.accounts, head.accounts)
        return Viewer(catalogue, accounts, _choose_known("environment", caller.environments, head.environments))


def _choose_known(what: str, own: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a key's names that the catalogue has terms for; none where it is a list for anyone.

    Raises RefusedError where it has terms for others alone, and tells nothing of those.
    """
    found = tuple(name for name in own if name in known)
    if known and not found:
        named = ", ".join(map(repr, own)) or "which is bound to none"
        raise RefusedError(400, f"the catalogue has no terms for the {what} of this key: {named}")
    return found
