"""Quotes that bind: signed, kept, accepted, settled and released, each once, however often it is asked."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from pricing.shell import jobs
from pricing.shell.plugin_set import Plugins
from pricing.shell.service import quoting
from pricing.shell.service.callers import Scope
from pricing.shell.service.canonical import canonicalise
from pricing.shell.service.rows import Move
from pricing.shell.service.signing import (
    BadSignatureError,
    add_first_key,
    add_key,
    load_signer,
    read_public_keys,
    verify,
)
from tests.asked import ATLAS, CATALOGUE, MISTAKES, Reply, Running, example
from tests.quoting import unlimited
from wan_rules import HOSTS

DONE = {"status": "succeeded"}
FAILED = {"status": "failed"}
REPORT = {
    "status": "succeeded",
    "resolution": "1080P-SR",
    "output_video_seconds": 8,
}


@pytest.fixture(scope="module")
def key(service: Running) -> str:
    return service.key()


def quote(service: Running, key: str, **said: object) -> Reply:
    return service.post("/v1/quotes", example(ATLAS), key=key, **said)


def make(service: Running, key: str) -> str:
    return str(quote(service, key).document["id"])


def move(service: Running, key: str, quote_id: str, action: str, body: object = b"", **said: object) -> Reply:
    return service.post(f"/v1/quotes/{quote_id}:{action}", body, key=key, **said)


def test_a_quote_is_the_estimate_with_an_id_an_expiry_and_a_signature(service: Running, key: str) -> None:
    reply = quote(service, key)
    document = reply.document
    assert (reply.status, reply.headers["location"]) == (201, f"/v1/quotes/{document['id']}")
    estimate = service.post("/v1/estimates", {"payload": example(ATLAS), "at": document["as_of"]}, key=key).document
    further = {"id", "issuer", "issued_at", "expires_at", "signature"}
    assert {name: value for name, value in document.items() if name not in further} == estimate
    bound = datetime.fromisoformat(document["expires_at"]) - datetime.fromisoformat(document["issued_at"])
    assert bound == timedelta(minutes=15)


def test_whoever_has_the_published_keys_verifies_it(service: Running, key: str) -> None:
    published = read_public_keys(service.get("/.well-known/jwks.json").body, what="keys")
    document = quote(service, key).document
    assert verify(document, published) == load_signer(service.settings.signing_file).keys[-1].kid
    shuffled = dict(sorted(document.items(), reverse=True))
    assert verify(json.loads(json.dumps(shuffled, indent=3)), published)
    for changed in ({"total": "0.01"}, {"expires_at": "2099-01-01T00:00:00Z"}, {"more": 1}):
        with pytest.raises(BadSignatureError, match="was changed"):
            verify({**document, **changed}, published)


def test_a_signature_that_brings_its_own_payload_vouches_for_nothing(service: Running, key: str) -> None:
    """It is true of what it brings: a library verifies that, and not the document beside it."""
    published = read_public_keys(service.get("/.well-known/jwks.json").body, what="keys")
    document = quote(service, key).document
    protected, _, signed = document["signature"].split(".")
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    brought = b64encode(canonicalise(unsigned), altchars=b"-_").decode().rstrip("=")
    for total in ("0.01", document["total"]):
        altered = {**document, "total": total, "signature": f"{protected}.{brought}.{signed}"}
        with pytest.raises(BadSignatureError, match=r"protected\.\.signature is wanted"):
            verify(altered, published)


def test_an_older_key_still_verifies(service: Running, key: str) -> None:
    document = quote(service, key).document
    made = add_key(service.settings.signing_file)
    signer = load_signer(service.settings.signing_file)
    published = read_public_keys(json.dumps(signer.publish()).encode(), what="keys")
    assert signer.keys[-1].kid == made.kid
    assert verify(document, published) != made.kid
    with pytest.raises(BadSignatureError, match="not among the 1"):
        verify(document, published[-1:])


def test_a_new_key_signs_though_the_clock_ran_ahead_before(tmp_path: Path) -> None:
    file = tmp_path / "signing-keys.json"
    add_key(file)
    document = json.loads(file.read_bytes())
    document["keys"][0]["since"] = "2099-01-01T00:00:00Z"
    file.write_text(json.dumps(document))
    made = [add_key(file).kid for _ in range(3)]
    assert [one.kid for one in load_signer(file).keys] == [document["keys"][0]["kid"], *made]


def test_of_keys_that_are_made_at_once_none_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "state" / "signing-keys.json"
    with ThreadPoolExecutor(8) as pool:
        first = [one for one in pool.map(add_first_key, [file] * 8) if one]
        made = [*first, *pool.map(add_key, [file] * 8)]
    assert len(first) == 1
    assert {one.kid for one in load_signer(file).keys} == {one.kid for one in made}
    assert len(made) == 9


def test_from_quote_to_charge(service: Running, key: str) -> None:
    quote_id = make(service, key)
    assert service.get(f"/v1/quotes/{quote_id}", key=key).document["state"] == "quoted"
    accepted = move(service, key, quote_id, "accept").document
    assert (accepted["state"], accepted["hold"], accepted["charge"]) == ("accepted", "0.936", None)
    settled = move(service, key, quote_id, "settle", REPORT).document
    assert (settled["state"], settled["charge"], settled["settlement"]["release"]) == ("settled", "0.936", "0.00")
    assert [one["action"] for one in settled["moves"]] == ["accept", "settle"]
    assert service.get(f"/v1/quotes/{quote_id}", key=key).document == settled


def test_a_repeated_move_is_answered_again_and_moves_nothing(service: Running, key: str) -> None:
    quote_id = make(service, key)
    for action, body in (("accept", b""), ("settle", REPORT)):
        first, again = (move(service, key, quote_id, action, body) for _ in range(2))
        assert (first.status, first.document) == (again.status, again.document)
    other = move(service, key, quote_id, "settle", FAILED)
    assert (other.status, other.document["reason"]) == (409, "already_settled")
    assert "0.936 USD" in other.document["detail"]


def test_a_job_that_still_runs_keeps_its_hold(service: Running, key: str) -> None:
    quote_id = make(service, key)
    move(service, key, quote_id, "accept")
    for status in ("running", "unknown", "running"):
        reply = move(service, key, quote_id, "settle", {"status": status})
        assert (reply.document["state"], reply.document["hold"], reply.document["charge"]) == ("running", "0.936", None)
    assert move(service, key, quote_id, "release").document["reason"] == "task_running"
    assert move(service, key, quote_id, "settle", REPORT).document["state"] == "settled"


def test_a_hosts_task_is_of_one_quote(service: Running, key: str) -> None:
    one, other = make(service, key), make(service, key)
    for quote_id in (one, other):
        move(service, key, quote_id, "accept")
    report = {**REPORT, "task_id": "T1"}
    assert move(service, key, one, "settle", {"status": "running", "task_id": "T1"}).document["state"] == "running"
    refused = move(service, key, other, "settle", report)
    assert (refused.status, refused.document["code"]) == (409, "report_mismatch")
    assert "send each job's own report" in refused.document["detail"]
    assert move(service, key, one, "settle", report).document["charge"] == "0.936"
    assert move(service, key, other, "settle", report).status == 409
    assert service.get(f"/v1/quotes/{other}", key=key).document["state"] == "accepted"
    assert move(service, key, other, "settle", {**report, "task_id": "T2"}).document["charge"] == "0.936"


def test_a_quote_is_of_one_task(service: Running, key: str) -> None:
    quote_id = make(service, key)
    move(service, key, quote_id, "accept")
    move(service, key, quote_id, "settle", {"status": "running", "task_id": "A-\0图"})
    for status in ("running", "succeeded", "failed"):
        refused = move(service, key, quote_id, "settle", {**REPORT, "status": status, "task_id": "B"})
        assert (refused.status, refused.document["code"]) == (409, "report_mismatch")
    assert move(service, key, quote_id, "settle", REPORT).document["state"] == "settled"


@pytest.mark.parametrize("first", ["running", "succeeded"])
def test_a_later_report_names_the_task(service: Running, key: str, first: str) -> None:
    one, other = make(service, key), make(service, key)
    for quote_id in (one, other):
        move(service, key, quote_id, "accept")
    before = move(service, key, one, "settle", {**REPORT, "status": first}).document
    late = {"status": "unknown", "task_id": f"late {first}"}
    assert move(service, key, one, "settle", late).document["state"] == before["state"]
    after = move(service, key, one, "settle", late).document
    assert (after["state"], after["charge"]) == (before["state"], before["charge"])
    assert [made["action"] for made in after["moves"]] == [*(made["action"] for made in before["moves"]), "report"]
    for quote_id, task in ((one, "another"), (other, f"late {first}")):
        refused = move(service, key, quote_id, "settle", {"status": "running", "task_id": task})
        assert (refused.status, refused.document["code"]) == (409, "report_mismatch")


def test_another_account_may_have_a_task_of_the_same_name(service: Running) -> None:
    for account in ("acme", "globex"):
        own = service.key(accounts=[account])
        quote_id = make(service, own)
        move(service, own, quote_id, "accept")
        assert move(service, own, quote_id, "settle", {**REPORT, "task_id": "same"}).document["state"] == "settled"


def test_released_is_free_and_stays_so(service: Running, key: str) -> None:
    quote_id = make(service, key)
    move(service, key, quote_id, "accept")
    assert move(service, key, quote_id, "release").document["state"] == "released"
    assert move(service, key, quote_id, "release").status == 200
    assert move(service, key, quote_id, "settle", REPORT).document["reason"] == "already_released"


def test_what_lies_above_the_hold_is_a_difference_with_its_cause(service: Running, key: str) -> None:
    quote_id = make(service, key)
    move(service, key, quote_id, "accept")
    reply = move(service, key, quote_id, "settle", {**REPORT, "output_video_seconds": 10})
    settlement = reply.document["settlement"]
    assert (reply.document["charge"], settlement["top_up"]) == ("1.17", "0.234")
    assert [one["cause"] for one in settlement["differences"]] == ["quantity"]


def test_an_expired_quote_is_not_accepted_and_an_accepted_one_settles_after_it(tmp_path: object) -> None:
    late = Running(tmp_path / "late", quote_lifetime_s=0)  # type: ignore[operator]
    key = late.key()
    quote_id = make(late, key)
    assert late.get(f"/v1/quotes/{quote_id}", key=key).document["state"] == "expired"
    assert move(late, key, quote_id, "accept").document["reason"] == "quote_expired"
    soon = Running(tmp_path / "soon", quote_lifetime_s=1)  # type: ignore[operator]
    key = soon.key()
    quote_id = make(soon, key)
    move(soon, key, quote_id, "accept")
    expires = datetime.fromisoformat(soon.get(f"/v1/quotes/{quote_id}", key=key).document["expires_at"])
    while datetime.now(UTC) < expires:
        pass
    assert move(soon, key, quote_id, "settle", REPORT).document["state"] == "settled"


def test_the_same_key_and_body_give_the_same_answer(service: Running, key: str) -> None:
    first, again = (quote(service, key, once="one-purchase") for _ in range(2))
    assert (first.status, first.body, first.headers["location"]) == (
        again.status,
        again.body,
        again.headers["location"],
    )
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    other = service.post("/v1/quotes?region=x", example(ATLAS), key=key, once="one-purchase")
    assert (other.status, other.document["code"]) == (409, "idempotency_key_reused")
    assert quote(service, service.key(), once="one-purchase").document["id"] != first.document["id"]


def test_a_move_is_done_once_by_its_key(service: Running, key: str) -> None:
    quote_id = make(service, key)
    first = move(service, key, quote_id, "accept", once="accept-1")
    move(service, key, quote_id, "release")
    again = move(service, key, quote_id, "accept", once="accept-1")
    assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    assert move(service, key, quote_id, "accept").status == 409


@pytest.mark.parametrize("once", ["", " ", "a b", "é", "x" * 201])
def test_an_idempotency_key_is_visible_ascii(service: Running, key: str, once: str) -> None:
    assert quote(service, key, once=once).status == 400


def test_what_is_refused_is_not_kept(service: Running, key: str) -> None:
    rejected = service.post("/v1/quotes", example(MISTAKES), key=key, once="mended-later")
    assert (rejected.status, rejected.document["report"]["verdict"]) == (422, "rejected")
    assert service.post("/v1/quotes", example(ATLAS), key=key, once="mended-later").status == 201


@pytest.mark.parametrize("days", [-1, 40])
def test_the_instant_of_a_promise_is_not_the_callers_choice(service: Running, key: str, days: int) -> None:
    at = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    reply = service.post("/v1/quotes", {"payload": example(ATLAS), "at": at}, key=key)
    assert (reply.status, "not between now and" in reply.document["detail"]) == (400, True)
    assert service.post("/v1/estimates", {"payload": example(ATLAS), "at": at}, key=key).status == 200


def test_a_job_of_tomorrow_may_be_quoted_today(service: Running, key: str) -> None:
    at = datetime.now(UTC) + timedelta(days=2)
    document = service.post("/v1/quotes", {"payload": example(ATLAS), "at": at.isoformat()}, key=key).document
    assert datetime.fromisoformat(document["expires_at"]) >= at


def test_a_batch_answers_each(service: Running, key: str) -> None:
    good, bad = {"id": 7, "payload": example(ATLAS)}, {"id": "x", "payload": example(MISTAKES)}
    reply = service.post("/v1/quotes:batch", [good, bad, {"payload": 1}, 3], key=key, once="batch")
    results = reply.document["results"]
    assert [(one.get("id"), one["status"]) for one in results] == [(7, 201), ("x", 422), (None, 400), (None, 400)]
    assert service.get(f"/v1/quotes/{results[0]['quote']['id']}", key=key).document["state"] == "quoted"
    assert service.post("/v1/quotes:batch", [good, bad, {"payload": 1}, 3], key=key, once="batch").body == reply.body


def test_a_batch_is_of_one_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first of three is priced, another catalogue is loaded."""
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    service = Running(tmp_path / "state", catalogue=str(folder))
    card, make = folder / "cards" / "atlas.toml", quoting.make_quote

    def change(*asked: Any) -> quoting.Made:  # noqa: ANN401 - handed on
        made = make(*asked)
        card.write_text(card.read_text().replace('"0.13"', '"0.17"'))
        service.app._service.reload()
        return made

    monkeypatch.setattr(quoting, "make_quote", change)
    key = service.key()
    reply = service.post("/v1/quotes:batch", [{"payload": example(ATLAS)}] * 3, key=key)
    assert {one["quote"]["total"] for one in reply.document["results"]} == {"0.936"}
    assert service.post("/v1/estimates", example(ATLAS), key=key).document["total"] == "1.224"


@pytest.mark.parametrize("own", [b"1e400", b"0.1000000000000000055", b"null", b"true", b"[1]"])
def test_an_id_in_a_batch_is_what_can_be_given_back(service: Running, key: str, own: bytes) -> None:
    payload = json.dumps(example(ATLAS)).encode()
    reply = service.post(
        "/v1/quotes:batch", b'[{"id":%b,"payload":%b},{"payload":%b}]' % (own, payload, payload), key=key
    )
    bad, good = reply.document["results"]
    assert ("id" in bad, bad["status"], good["status"]) == (False, 400, 201)
    assert "a string or a whole number is wanted" in bad["problem"]["detail"]


@pytest.mark.parametrize("option", ["region=mainland", "at=2026-12-05", "account=globex", "environment=sandbox"])
def test_what_the_query_of_a_batch_says_is_not_passed_over(service: Running, key: str, option: str) -> None:
    """In China the same job is priced in another currency."""
    reply = service.post(f"/v1/quotes:batch?{option}", [{"payload": example(ATLAS)}], key=key)
    assert (reply.status, reply.document["code"]) == (400, "unusable_input")
    assert "say it in each envelope" in reply.document["detail"]


def test_a_quote_s_own_paths_read_no_options(service: Running, key: str) -> None:
    quote_id = make(service, key)
    assert service.get(f"/v1/quotes/{quote_id}?at=2026-11-01", key=key).status == 400
    assert service.post(f"/v1/quotes/{quote_id}:accept?dry_run=true", key=key).status == 400
    assert service.get(f"/v1/quotes/{quote_id}", key=key).document["state"] == "quoted"


def test_an_order_that_moves_while_it_is_read_is_told_as_it_was(
    service: Running, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote_id, store = make(service, key), service.app._service.store
    list_moves = store.list_moves

    def accept_before(asked: str) -> tuple[Move, ...]:
        move(service, key, quote_id, "accept")
        return list_moves(asked)

    monkeypatch.setattr(store, "list_moves", accept_before)
    document = service.get(f"/v1/quotes/{quote_id}", key=key).document
    assert (document["state"], document["moves"]) == ("quoted", [])


def test_a_batch_has_at_most_a_thousand(service: Running, key: str) -> None:
    reply = service.post("/v1/quotes:batch", [1] * 1001, key=key)
    assert (reply.status, "1,001 requests" in reply.document["detail"]) == (400, True)
    assert service.post("/v1/quotes:batch", {}, key=key).status == 400
    assert service.post("/v1/quotes:batch", [], key=key).document["results"] == []


def test_a_move_takes_no_body_and_a_report_has_to_be_one(service: Running, key: str) -> None:
    quote_id = make(service, key)
    assert move(service, key, quote_id, "accept", {"x": 1}).status == 400
    assert move(service, key, quote_id, "settle", b"").status == 400
    assert move(service, key, quote_id, "settle", {"status": "lost"}).status == 400
    assert move(service, key, quote_id, "settle", REPORT).document["reason"] == "not_accepted"


def test_an_unbounded_quote_does_not_bind(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing bounds a clip's length there is no most that could be held."""
    monkeypatch.setattr(jobs, "use_plugins", lambda: Plugins(MappingProxyType({**HOSTS, "fal": unlimited("fal")})))
    key, payload = service.key(), example("fal-one-clip.payload.json")
    estimate = service.post("/v1/estimates", payload, key=key).document
    assert (estimate["kind"], estimate["total"]) == ("unbounded", None)
    refused = service.post("/v1/quotes", payload, key=key)
    assert (refused.status, refused.document["code"]) == (409, "unbounded")


def test_a_quote_of_later_prices_is_accepted_when_they_hold(service: Running, key: str) -> None:
    at = datetime.now(UTC) + timedelta(days=2)
    made = service.post("/v1/quotes", {"payload": example(ATLAS), "at": at.isoformat()}, key=key).document
    refused = move(service, key, made["id"], "accept")
    assert (refused.status, refused.document["reason"]) == (409, "not_yet")
    assert move(service, key, made["id"], "release").status == 200


def test_scopes_are_apart(service: Running) -> None:
    quotes, settles = (service.key(scopes=(scope,)) for scope in (Scope.QUOTE, Scope.SETTLE))
    assert service.post("/v1/quotes", example(ATLAS), key=settles).status == 403
    quote_id = make(service, quotes)
    assert move(service, settles, quote_id, "accept").status == 403
    assert move(service, quotes, quote_id, "accept").status == 200
    assert move(service, quotes, quote_id, "settle", REPORT).status == 403
    assert move(service, settles, quote_id, "settle", REPORT).status == 200
