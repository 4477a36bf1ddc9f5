"""Who asks, and what they may: the caller behind an Authorization header, its accounts, environments and scopes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pricing.catalogue import CatalogueHead
from pricing.shell.service.problems import ProblemError


class Scope(StrEnum):
    """What a key is for. Each is a right of its own: `admin` neither quotes nor settles."""

    QUOTE = "quote"
    SETTLE = "settle"
    ADMIN = "admin"


class Caller(NamedTuple):
    """A key or token that holds: its id, and what it is bound to. An admin sees the catalogue of all."""

    id: str
    accounts: tuple[str, ...]
    environments: tuple[str, ...]
    scopes: frozenset[Scope]

    @property
    def bound_id(self) -> str:
        """The id with what it is bound to: of two tokens of one subject, each may be for an account of its own."""
        bound = json.dumps([sorted(self.accounts), sorted(self.environments)])
        return f"{self.id} {hashlib.sha256(bound.encode()).hexdigest()}"


class Owner(NamedTuple):
    """Whose a quote is: an account in an environment, as the key is bound to them."""

    account: str
    environment: str


def choose_owner(caller: Caller, account: str | None, environment: str | None) -> Owner:
    """The account and environment that a caller asks for; the only ones of its key where it names none.

    Raises ProblemError, which tells nothing of names that the key is not bound to: not even whether there are such.
    """
    return Owner(_choose(account, caller.accounts, "account"), _choose(environment, caller.environments, "environment"))


def _choose(named: str | None, bound: Sequence[str], what: str) -> str:
    if named is None:
        if len(set(bound)) == 1:
            return bound[0]
        reason = f"name one of {', '.join(bound)}" if bound else f"this key is bound to no {what}: use one that is"
        raise ProblemError("unknown_name", f"{what}: {reason}")
    if named not in bound:
        shown = f"{named[:64]!r}: this key is for {', '.join(bound) or f'no {what}'}"
        raise ProblemError("not_for_this_key", f"{what} {shown}")
    return named


def choose_looked_at(caller: Caller, account: str | None, environment: str | None) -> Owner:
    """Whose prices are looked at: any account's, anywhere, for an admin who names one, else `choose_owner`'s.

    Raises ProblemError.
    """
    is_own = account in caller.accounts and (environment is None or environment in caller.environments)
    if Scope.ADMIN in caller.scopes and account is not None and not is_own:
        return Owner(account, environment or "")
    return choose_owner(caller, account, environment)


def name_terms(owner: Owner, head: CatalogueHead) -> tuple[str | None, str | None]:
    """The account and environment whose terms hold: no name where the catalogue is a list for anyone.

    Raises ProblemError for a name that the catalogue does not know, without telling which ones it does.
    """
    for what, name, known in zip(("account", "environment"), owner, (head.accounts, head.environments), strict=True):
        if known and not name:  # an admin named another's account, and nothing stands in for what is not said
            raise ProblemError("unknown_name", f"{what}: name one beside the account: GET /v1/catalogue lists them")
        if known and name not in known:
            raise ProblemError("unknown_name", f"the catalogue has no terms for the {what} {name!r} of this key")
    return owner.account if head.accounts else None, owner.environment if head.environments else None


def demand(caller: Caller | None, scopes: frozenset[Scope]) -> Caller:
    """The caller, if it has one of the scopes. Raises ProblemError."""
    wanted = " or ".join(sorted(scopes))
    if caller is None:
        detail = f"send the header Authorization: Bearer <key>, of a key with the scope {wanted}"
        raise ProblemError("key_missing", detail, headers={"www-authenticate": "Bearer"})
    if not caller.scopes & scopes:
        has = ", ".join(sorted(caller.scopes)) or "none"
        raise ProblemError("not_for_this_key", f"the scope {wanted} is needed; this key has {has}")
    return caller
