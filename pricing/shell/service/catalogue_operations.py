"""What the caller may see of the prices, rules, catalogue and keys; the reload; and what is told to machines around."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from pricing.catalogue import Catalogue
from pricing.histories import list_offers
from pricing.shell.inputs import read_instant
from pricing.shell.plugins import use_plugins
from pricing.shell.price_documents import offers_document
from pricing.shell.reloading import Kept
from pricing.shell.service.answers import Answer, Exchange
from pricing.shell.service.asked import refuse_options
from pricing.shell.service.callers import Scope, choose_looked_at, name_terms
from pricing.shell.service.metrics import TYPE, write_metrics
from pricing.shell.service.problems import ProblemError
from pricing.shell.service.running import RELOADED
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.rule import Rule
from wan_rules.rules import RULES

_CARD_OPTIONS: Final = frozenset({"account", "environment", "at"})


def answer_rate_cards(exchange: Exchange) -> Answer:
    """Every price at an instant: without a key the published list, with one the account's, for an admin anyone's."""
    options = exchange.options
    refuse_options(exchange, _CARD_OPTIONS)
    at = read_instant(options.get("at"), what="at") if "at" in options else datetime.now(UTC)
    catalogue, account, environment = _choose_terms(exchange)
    offers = list_offers(catalogue, account, environment, at, hosts=use_plugins().hosts)
    return _answer(offers_document(catalogue, offers, at))


def _choose_terms(exchange: Exchange) -> tuple[Catalogue, str | None, str | None]:
    """The catalogue to show, and for whom. Raises ProblemError."""
    account, environment = exchange.options.get("account"), exchange.options.get("environment")
    caller, service = exchange.caller, exchange.service
    if caller is None:
        if account is not None or environment is not None:
            raise ProblemError("key_missing", "account, environment: without a key there are list prices only")
        return service.published, None, None
    owner = choose_looked_at(caller, account, environment)
    return exchange.catalogue, *name_terms(owner, exchange.catalogue.head)


def answer_rules(exchange: Exchange) -> Answer:
    """Every rule: its id, name, what it demands, and where that is written."""
    refuse_options(exchange, frozenset())
    return _answer({"schema_version": SCHEMA_VERSION, "rules": [_describe(rule) for rule in RULES]})


def _describe(rule: Rule) -> dict[str, object]:
    demands = (rule.check.__doc__ or "").strip().partition("\n")[0]
    told = {"id": rule.id, "name": rule.name, "severity": rule.severity}
    return {**told, "demands": demands, "source": rule.source}


def answer_catalogue(exchange: Exchange) -> Answer:
    """Which catalogue is in use, and what of it concerns the caller: all of its names for an admin."""
    refuse_options(exchange, frozenset())
    caller, service = exchange.caller, exchange.service
    catalogue = service.published if caller is None else exchange.catalogue
    is_admin = caller is not None and Scope.ADMIN in caller.scopes
    head = catalogue.head
    accounts = head.accounts if is_admin else caller.accounts if caller else ()
    environments = head.environments if is_admin else caller.environments if caller else ()
    return _answer(
        {
            "schema_version": SCHEMA_VERSION,
            "name": head.name,
            "digest": catalogue.digest,
            "note": catalogue.note,
            "accounts": accounts,
            "environments": environments,
        }
    )


def answer_reload(exchange: Exchange) -> Answer:
    """Loads the catalogue again, here and in every other worker; one that can't be loaded changes nothing."""
    service = exchange.service
    outcome = service.reload()
    if isinstance(outcome, Kept):
        stays = {"digest": outcome.catalogue.digest}
        raise ProblemError("bad_catalogue", f"{outcome.error}. The one before it stays in use", members=stays)
    service.store.bump(RELOADED)
    digest = service.catalogue.digest
    return _answer({"schema_version": SCHEMA_VERSION, "digest": digest, "changed": bool(outcome and outcome.changed)})


def answer_keys(exchange: Exchange) -> Answer:
    """The public keys that quotes are verified with."""
    text = json.dumps(exchange.service.signer.publish()).encode()
    return Answer(text, media_type="application/jwk-set+json", headers={"cache-control": "max-age=300"})


def answer_openapi(_: Exchange) -> Answer:
    """This document."""
    return Answer(_read_openapi())


@cache
def _read_openapi() -> bytes:
    return (files("pricing") / "shell" / "service" / "openapi.json").read_bytes()


def answer_health(_: Exchange) -> Answer:
    """That the process answers; nothing else is looked at."""
    return _answer({"status": "ok"})


def answer_readiness(exchange: Exchange) -> Answer:
    """That it can quote: the store answers."""
    exchange.service.store.ping()
    return _answer({"status": "ready"})


def answer_metrics(_: Exchange) -> Answer:
    """What was counted, for Prometheus."""
    return Answer(write_metrics(), media_type=TYPE)


def _answer(document: object) -> Answer:
    return Answer(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace"))
