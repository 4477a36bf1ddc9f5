"""No account sees another's prices, quotes or existence: every operation with every wrong key, by the table itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from pricing.shell.service.callers import Scope
from pricing.shell.service.endpoints import Operation
from pricing.shell.service.operations import OPERATIONS
from tests.asked import ATLAS, CATALOGUE, Reply, Running, example

OPEN: Final = frozenset(
    {"/v1/check", "/v1/plan", "/v1/estimates", "/v1/compare", "/v1/explain", "/v1/rate-cards", "/v1/rules"}
    | {"/v1/catalogue", "/.well-known/jwks.json", "/openapi.json", "/healthz", "/readyz", "/metrics"}
)
"""What answers anyone, without a key, with what is published."""
UNKEYED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""What looks at no key at all."""


@pytest.fixture(scope="module")
def owned(service: Running) -> str:
    """A quote of globex."""
    key = service.key(("globex",))
    quote_id: str = service.post("/v1/quotes", example(ATLAS), key=key).document["id"]
    service.post(f"/v1/quotes/{quote_id}:accept", key=key)
    return quote_id


def make_none(_: Running) -> None:
    return None


def make_forged(service: Running) -> str:
    good = service.key(("globex",))
    return good[:-1] + ("A" if good[-1] != "A" else "B")


def make_revoked(service: Running) -> str:
    key = service.key(("globex",))
    assert service.store.revoke_key(key.split("_")[1], datetime.now(UTC))
    return key


EITHER: Final = (Scope.QUOTE, Scope.SETTLE)
WRONG: Final[Mapping[str, Callable[[Running], str | None]]] = {
    "none": make_none,
    "garbage": lambda _: "let-me-in",
    "forged": make_forged,
    "revoked": make_revoked,
    "expired": lambda service: service.key(("globex",), expires_at=datetime.now(UTC) - timedelta(seconds=1)),
    "other-account": lambda service: service.key(("acme",), ("production", "staging", "sandbox"), EITHER),
    "other-environment": lambda service: service.key(("globex",), ("sandbox",), EITHER),
    "no-scope": lambda service: service.key(("globex",), scopes=()),
}


def ask(service: Running, operation: Operation, quote_id: str, key: str | None) -> Reply:
    path = operation.path.replace("{quote_id}", quote_id)
    body: object = b""
    if operation.takes_body:
        body = {"status": "succeeded"} if path.endswith(":settle") else example(ATLAS)
        body = [{"payload": body}] if path.endswith(":batch") else body
        body = b"" if path.endswith((":accept", ":release", ":reload")) else body
    return service.ask(operation.method, path, body, key=key)


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_a_wrong_key_opens_nothing(service: Running, owned: str, operation: Operation, kind: str) -> None:
    key = WRONG[kind](service)
    reply = ask(service, operation, owned, key)
    is_of_a_quote = "{quote_id}" in operation.path
    if operation.path in UNKEYED:
        assert reply.status == 200
    elif kind in {"garbage", "forged", "revoked", "expired"}:
        assert (reply.status, reply.document["code"]) == (401, "key_refused")
    elif kind == "none" and operation.path not in OPEN:
        assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")
    elif (kind == "no-scope" and operation.path not in OPEN) or (
        operation.scopes is not None and not operation.scopes & set(EITHER)
    ):
        assert reply.status == 403
    elif is_of_a_quote:
        assert (reply.status, reply.document["code"]) == (404, "not_found")
    if kind in {"none", "other-account"}:
        assert not any(word in reply.body.decode() for word in ("globex", "initech"))


@pytest.mark.parametrize("kind", ["other-account", "other-environment"])
def test_a_quote_of_another_is_as_one_that_never_was(service: Running, owned: str, kind: str) -> None:
    key = WRONG[kind](service)
    never = "q_" + "0" * 32
    for operation in OPERATIONS:
        if "{quote_id}" in operation.path:
            there, not_there = (ask(service, operation, one, key) for one in (owned, never))
            assert there.body.replace(owned.encode(), never.encode()) == not_there.body
            assert (there.status, {**there.headers, "x-request-id": ""}) == (
                not_there.status,
                {**not_there.headers, "x-request-id": ""},
            )


def test_an_account_that_is_named_is_answered_alike_whether_it_exists_or_not(service: Running) -> None:
    key = service.key(("acme",))
    for path in ("/v1/estimates", "/v1/quotes", "/v1/compare", "/v1/explain"):
        real, made_up = (
            service.post(f"{path}?account={name}&environment=production", example(ATLAS), key=key)
            for name in ("globex", "nobody")
        )
        assert (real.status, real.body.replace(b"globex", b"nobody")) == (403, made_up.body)
    key = service.key(scopes=(Scope.QUOTE,))
    real, made_up = (service.get(f"/v1/rate-cards?account={name}", key=key) for name in ("globex", "nobody"))
    assert (real.status, real.body.replace(b"globex", b"nobody")) == (403, made_up.body)


def test_a_key_of_an_account_that_the_catalogue_lost_is_told_of_no_other(service: Running) -> None:
    reply = service.post("/v1/estimates", example(ATLAS), key=service.key(("gone",)))
    assert (reply.status, reply.document["code"]) == (400, "unknown_name")
    assert not any(word in reply.body.decode() for word in ("acme", "globex", "initech"))


@pytest.mark.parametrize(
    ("accounts", "environments"),
    [(["gone"], ["production"]), (["acme"], ["gone"]), ([], ["production"]), (["acme"], [])],
    ids=["account", "environment", "no-account", "no-environment"],
)
def test_the_page_tells_a_key_whose_names_the_catalogue_lost_of_no_other(
    service: Running, accounts: list[str], environments: list[str]
) -> None:
    key = service.key(accounts, environments, (Scope.QUOTE,))
    for method, path in (("GET", "/catalogue"), ("POST", "/page/catalogue")):
        reply = service.ask(method, path, key=key)
        assert (reply.status, b"no terms for the" in reply.body) == (400, True)
        others = {"acme", "globex", "initech", "production", "staging", "sandbox"} - {*accounts, *environments}
        assert not any(word in reply.body.decode() for word in others)


def test_the_page_shows_a_key_the_names_that_the_catalogue_still_has(service: Running) -> None:
    page = service.get("/catalogue", key=service.key(("gone", "acme"), scopes=(Scope.QUOTE,)))
    assert (page.status, b"acme" in page.body, b"gone" in page.body) == (200, True, False)


def test_the_page_shows_a_list_for_anyone_to_any_key(tmp_path: Path) -> None:
    service = Running(tmp_path, catalogue=None)
    shown = [service.get("/catalogue", key=key) for key in (None, service.key(scopes=(Scope.QUOTE,)))]
    assert [reply.status for reply in shown] == [200, 200]


def test_each_account_is_quoted_its_own_price(service: Running) -> None:
    asked = {name: service.key((name,)) for name in ("acme", "globex", "initech")}
    path = "/v1/estimates?at=2026-11-20"
    totals = {name: service.post(path, example(ATLAS), key=key).document["total"] for name, key in asked.items()}
    assert len(set(totals.values())) > 1
    assert totals["acme"] == "0.936"


def test_the_catalogue_shows_each_what_is_its_own(service: Running) -> None:
    anyone = service.get("/v1/catalogue").document
    own = service.get("/v1/catalogue", key=service.key(("acme",), scopes=(Scope.QUOTE,))).document
    whole = service.get("/v1/catalogue", key=service.key((), (), (Scope.ADMIN,))).document
    assert (anyone["accounts"], own["accounts"]) == ([], ["acme"])
    assert whole["accounts"] == ["acme", "globex", "initech"]
    assert own["digest"] == whole["digest"] != anyone["digest"]


def test_an_admin_sees_the_prices_of_any_account_and_quotes_for_none(service: Running) -> None:
    admin = service.key((), (), (Scope.ADMIN,))
    cards = service.get("/v1/rate-cards?account=globex&environment=production&at=2026-11-20", key=admin).document
    assert (cards["account"], cards["environment"]) == ("globex", "production")
    assert service.post("/v1/quotes", example(ATLAS), key=admin).status == 403
    own = service.get("/v1/rate-cards?at=2026-11-20", key=service.key(("acme",), scopes=(Scope.QUOTE,)))
    assert own.document["account"] == "acme"
    assert not any(word in own.body.decode() for word in ("globex", "initech"))


def test_a_key_of_several_accounts_names_one(service: Running) -> None:
    key = service.key(("acme", "globex"))
    assert service.post("/v1/estimates", example(ATLAS), key=key).status == 400
    named = service.post("/v1/estimates?account=globex", example(ATLAS), key=key).document
    assert named["account"] == "globex"
    records = [{"payload": example(ATLAS), "account": one} for one in ("acme", "globex", "initech")]
    batch = service.post("/v1/quotes:batch", records, key=key).document["results"]
    assert [one["status"] for one in batch] == [201, 201, 403]
    assert json.dumps(batch[2]).count("initech") == 1


def test_an_admin_with_an_account_of_its_own_sees_it_everywhere(service: Running) -> None:
    """As anybody's: its own account was seen only where its key is bound."""
    admin = service.key(("acme",), ("production",), (Scope.ADMIN,))
    for account in ("acme", "globex"):
        seen = service.get(f"/v1/rate-cards?account={account}&environment=sandbox", key=admin)
        assert (seen.status, seen.document["account"], seen.document["environment"]) == (200, account, "sandbox")
    assert service.get("/v1/rate-cards?account=acme", key=admin).document["environment"] == "production"
    own = service.key(("acme",), ("production",), (Scope.QUOTE,))
    assert service.get("/v1/rate-cards?account=acme&environment=sandbox", key=own).status == 403


def test_nobody_is_told_the_folders_of_the_server(tmp_path: Path) -> None:
    """As `explain` has it: prices, refusals and problems name the file, and not where on the machine it lies."""
    folder = tmp_path / "between-us"
    shutil.copytree(CATALOGUE, folder)
    card = (folder / "cards" / "atlas.toml").read_text(encoding="utf-8")
    running = Running(tmp_path / "state", catalogue=str(folder))
    key = running.key(("acme",), scopes=(Scope.QUOTE,))
    sent, headers = {"payload": json.dumps(example(ATLAS))}, {"content-type": "application/x-www-form-urlencoded"}
    told = [
        running.get("/v1/rate-cards", key=key),
        running.post("/v1/explain", example(ATLAS), key=key),
        running.post("/page/catalogue", b"", key=key, headers=headers),
        running.post("/page/answer", urlencode(sent).encode(), key=key, headers=headers),
    ]
    assert [(reply.status, b"atlas.toml:" in reply.body) for reply in told] == [(200, True)] * 4
    (folder / "twin.toml").write_text(card.replace('id = "northlight-atlas"', 'id = "twin"'), encoding="utf-8")
    running.app._service.reload()
    key = running.key(("initech",), ("staging",), (Scope.QUOTE,))
    refused = running.post("/v1/estimates", example(ATLAS), key=key)
    assert (refused.status, refused.document["code"]) == (409, "ambiguous_terms")
    told += [refused, running.get("/v1/rate-cards", key=key)]
    assert all(b"twin.toml:" in reply.body for reply in told[4:])
    assert [reply.body for reply in told if b"between-us" in reply.body] == []


def test_an_admin_who_names_no_environment_is_told_to(service: Running) -> None:
    admin = service.key((), (), (Scope.ADMIN,))
    asked = service.get("/v1/rate-cards?account=globex", key=admin)
    assert (asked.status, asked.document["code"]) == (400, "unknown_name")
    assert asked.document["detail"].startswith("environment: name one beside the account")
