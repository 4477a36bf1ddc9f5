"""Signed tokens beside API keys: taken from one issuer for one audience, by its public keys, and no other way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey
from sqlalchemy import String

from pricing.shell.service import tokens
from pricing.shell.service.settings import Tokens
from pricing.shell.service.tables import QUOTES
from pricing.shell.service.tokens import open_tokens
from tests.asked import ATLAS, Running, example
from wan_rules.payloads import UnusableInputError

ISSUER, AUDIENCE = "https://login.example.com", "wan-rules"
BOUND: Final = {"accounts": ["acme"], "environments": ["production"], "scopes": ["quote"]}
KEY: Final = OKPKey.generate_key("Ed25519", {"kid": "one"})


class Issued(NamedTuple):
    """A service that takes tokens, and the file of the keys that it trusts."""

    service: Running
    file: Path


def publish(file: Path, *keys: OKPKey | ECKey) -> None:
    file.write_text(json.dumps({"keys": [{**key.as_dict(private=False), "kid": key.kid} for key in keys]}))


@pytest.fixture
def issued(tmp_path: Path) -> Issued:
    file = tmp_path / "jwks.json"
    publish(file, KEY)
    trusted = {"keys": str(file), "issuer": ISSUER, "audience": AUDIENCE}
    return Issued(Running(tmp_path / "state", tokens=trusted), file)


def make_claims(**changed: object) -> dict[str, Any]:
    claims = {
        "sub": "shop",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(time.time()) + 60,
        "wan_rules": BOUND,
        **changed,
    }
    return {name: value for name, value in claims.items() if value is not None}


def sign(claims: dict[str, Any], key: OKPKey | ECKey | OctKey = KEY, alg: str = "Ed25519") -> str:
    return jwt.encode({"alg": alg, "kid": key.kid or "one"}, claims, key, algorithms=[alg])


def test_a_token_is_as_good_as_a_key(issued: Issued) -> None:
    token = sign(make_claims())
    reply = issued.service.post("/v1/quotes", example(ATLAS), key=token)
    assert (reply.status, reply.document["account"]) == (201, "acme")
    assert (
        issued.service.post(f"/v1/quotes/{reply.document['id']}:settle", {"status": "failed"}, key=token).status == 403
    )


def test_an_account_that_is_named_twice_is_one(issued: Issued) -> None:
    token = sign(make_claims(wan_rules={**BOUND, "accounts": ["acme", "acme"]}))
    reply = issued.service.post("/v1/quotes", example(ATLAS), key=token)
    assert (reply.status, reply.document["account"]) == (201, "acme")


def test_one_subject_for_two_accounts_is_never_answered_with_the_others_quote(issued: Issued) -> None:
    """Both send the same body under the same Idempotency-Key: 8 x 0.13 - 10 % for acme, 8 x 0.13 for initech."""
    tokens_of = {name: sign(make_claims(wan_rules={**BOUND, "accounts": [name]})) for name in ("acme", "initech")}
    replies = {
        name: issued.service.post("/v1/quotes", example(ATLAS), key=tokens_of[name], once="1") for name in tokens_of
    }
    told = {name: (reply.document["account"], Decimal(reply.document["total"])) for name, reply in replies.items()}
    assert told == {
        "acme": ("acme", 8 * Decimal("0.13") * Decimal("0.9")),
        "initech": ("initech", 8 * Decimal("0.13")),
    }
    renewed = sign(make_claims(exp=int(time.time()) + 90))
    again = issued.service.post("/v1/quotes", example(ATLAS), key=renewed, once="1")
    assert (again.document["id"], again.headers["idempotency-replayed"]) == (replies["acme"].document["id"], "true")


@pytest.mark.parametrize("subject", ["s" * 58, "s" * 59, "spiffe://" + "s" * 300, "系统", "a\x00b"])
def test_a_subject_of_any_length_has_an_id_that_the_store_has_room_for(issued: Issued, subject: str) -> None:
    token = sign(make_claims(sub=subject))
    quoted = issued.service.post("/v1/quotes", example(ATLAS), key=token).document["id"]
    (moved,) = issued.service.post(f"/v1/quotes/{quoted}:accept", key=token).document["moves"]
    room = QUOTES.c.key_id.type
    assert isinstance(room, String)
    assert room.length is not None
    assert len(moved["by"]) <= room.length
    assert moved["by"].isascii()
    assert moved["by"].isprintable()


def test_subjects_that_begin_alike_are_two(issued: Issued) -> None:
    first, second = (sign(make_claims(sub="s" * 300 + end)) for end in "ab")
    quoted = issued.service.post("/v1/quotes", example(ATLAS), key=first, once="1")
    other = issued.service.post("/v1/quotes", example(ATLAS), key=second, once="1")
    assert quoted.document["id"] != other.document["id"]


REFUSED: Final[Mapping[str, Callable[[], str]]] = {
    "expired": lambda: sign(make_claims(exp=int(time.time()) - 3600)),
    "without-an-end": lambda: sign(make_claims(exp=None)),
    "of-another-issuer": lambda: sign(make_claims(iss="https://evil.example.com")),
    "for-another-audience": lambda: sign(make_claims(aud="shop")),
    "for-nobody": lambda: sign(make_claims(sub=None)),
    "bound-to-nothing": lambda: sign(make_claims(wan_rules=None)),
    "of-an-unknown-scope": lambda: sign(make_claims(wan_rules={**BOUND, "scopes": ["root"]})),
    "by-another-key": lambda: sign(make_claims(), OKPKey.generate_key("Ed25519", {"kid": "one"})),
    "by-a-shared-secret": lambda: sign(make_claims(), OctKey.import_key(str(KEY.as_dict(private=False)["x"])), "HS256"),
    "unsigned": lambda: sign(make_claims()).rpartition(".")[0] + ".",
    "of-algorithm-none": lambda: "eyJhbGciOiJub25lIn0." + sign(make_claims()).split(".")[1] + ".",
    "no-token": lambda: "a.b.c",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_any_other_is_refused(issued: Issued, kind: str) -> None:
    reply = issued.service.post("/v1/quotes", example(ATLAS), key=REFUSED[kind]())
    assert (reply.status, reply.document["code"]) == (401, "key_refused")


def test_a_service_that_trusts_no_issuer_takes_none(service: Running) -> None:
    assert service.post("/v1/quotes", example(ATLAS), key=sign(make_claims())).status == 401


def test_keys_are_read_again_for_a_new_one(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    new = ECKey.generate_key("P-256", {"kid": "two"})
    token = sign(make_claims(), new, "ES256")
    publish(issued.file, KEY, new)
    assert issued.service.get("/v1/rules", key=token).status == 401
    monkeypatch.setattr(tokens, "AGAIN_S", 0.0)
    assert issued.service.get("/v1/rules", key=token).status == 200
    issued.file.write_text("nothing")
    assert issued.service.get("/v1/rules", key=sign(make_claims(aud="other"))).status == 401
    assert issued.service.get("/v1/rules", key=token).status == 200


@pytest.mark.parametrize(
    "text",
    [None, "", "[]", '{"keys": 1}', '{"keys": [{"kty": "OKP"}]}', "[" * 5_000],
    ids=["none", "empty", "array", "number", "half", "deep"],
)
def test_keys_that_can_not_be_read_are_told(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "jwks.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UnusableInputError, match=r"jwks\.json"):
        open_tokens(Tokens(keys=str(file), issuer=ISSUER, audience=AUDIENCE))
