"""Check, plan, estimate, compare and explain over HTTP: as the command line has them, on the caller's own terms."""

from __future__ import annotations

import json
from threading import current_thread
from typing import Any

import pytest

from pricing.comparison import Option
from pricing.shell.comparing import PROMPT_MAX, compare_request
from pricing.shell.service import pricing_operations
from pricing.shell.service.asked import FACTS_MAX
from pricing.shell.service.problems import TITLES
from tests.asked import ATLAS, EXAMPLES, MISTAKES, Running, example
from tests.shell.runner import run

FAL = "fal-one-clip.payload.json"
ENVELOPE = {"payload": example(FAL), "facts": example("fal-one-clip.facts.json"), "at": "2026-11-15"}


def test_a_check_is_the_report_of_the_command_line(service: Running) -> None:
    said = json.loads(run("check", str(EXAMPLES / MISTAKES), "--format", "json").out)
    reply = service.post("/v1/check", example(MISTAKES))
    assert (reply.status, reply.document) == (200, said)
    assert said["verdict"] == "rejected"


def test_a_plan_of_a_rejected_request_is_a_problem_with_the_report(service: Running) -> None:
    reply = service.post("/v1/plan", example(MISTAKES))
    assert (reply.status, reply.headers["content-type"]) == (422, "application/problem+json")
    assert reply.document["code"] == "rejected"
    assert reply.document["report"] == service.post("/v1/check", example(MISTAKES)).document


def test_a_plan_has_its_stages(service: Running) -> None:
    assert [stage["stage"] for stage in service.post("/v1/plan", example(ATLAS)).document["plan"]] == [
        "render",
        "upscale",
    ]


def test_without_a_key_an_estimate_is_at_list_prices(service: Running) -> None:
    said = json.loads(
        run(
            *("quote", str(EXAMPLES / FAL), "--facts", str(EXAMPLES / "fal-one-clip.facts.json")),
            *("--at", "2026-11-15", "--format", "json"),
        ).out
    )
    assert service.post("/v1/estimates", ENVELOPE).document == said


def test_with_a_key_it_is_on_the_accounts_terms(service: Running) -> None:
    said = run(
        *("quote", str(EXAMPLES / ATLAS), "--catalogue", str(EXAMPLES / "catalogue"), "--at", "2026-11-20"),
        *("--account", "acme", "--environment", "production", "--format", "json"),
    ).out
    reply = service.post("/v1/estimates?at=2026-11-20", example(ATLAS), key=service.key())
    assert reply.document["account"] == "acme"
    assert (reply.document["total"], reply.document["list_total"]) == (
        json.loads(said)["total"],
        json.loads(said)["list_total"],
    )
    assert reply.document["total"] != reply.document["list_total"]


def test_payload_with_options_and_envelope_are_one_request(service: Running) -> None:
    plain = service.post("/v1/estimates?at=2026-11-15&host=fal", example(FAL))
    wrapped = service.post("/v1/estimates", {"payload": example(FAL), "at": "2026-11-15", "host": "fal"})
    assert plain.document == wrapped.document


def test_effects_are_worked_out_on_demand(service: Running) -> None:
    payload = example("alibaba-first-frame.payload.json")
    del payload["parameters"]["resolution"]
    plain, asked = (
        service.post(f"/v1/estimates?at=2026-11-15{more}", payload).document for more in ("", "&effects=true")
    )
    (effect,) = asked["price_effects"]
    assert (effect["rule"], effect["difference"]) == ("WAN507", "0.25")  # 5 s of the default 1080P at 0.15, not at 0.10
    assert asked == {**plain, "price_effects": [effect]}


def test_a_comparison_names_hosts_and_tiers(service: Running) -> None:
    reply = service.post("/v1/compare?hosts=fal,runware&tiers=720P&durations=5,10", example(FAL))
    assert {(one["host"], one["duration_s"]) for one in reply.document["options"]} == {
        (host, seconds) for host in ("fal", "runware") for seconds in (5, 10)
    }


def test_a_comparison_sets_no_more_lengths_side_by_side_than_hosts_have(service: Running) -> None:
    """A thousand of them held a worker for ten seconds, and whoever it answers, too."""
    reply, refused = (
        service.post(f"/v1/compare?hosts=fal&tiers=720P&durations={','.join(map(str, range(1, last)))}", example(FAL))
        for last in (61, 62)
    )
    assert len(reply.document["options"]) == 60
    assert (refused.status, refused.document["code"]) == (400, "unusable_input")
    assert "61 lengths: at most 60" in refused.document["detail"]


def test_a_comparison_reads_no_prompt_of_megabytes_for_each_host(service: Running) -> None:
    """One of 4 MB took 17 seconds of a thread, and nobody had to have a key for it."""
    payload = example(ATLAS)
    reply, refused = (
        service.post("/v1/compare", {**payload, "prompt": "a" * length}) for length in (PROMPT_MAX, PROMPT_MAX + 1)
    )
    assert reply.status == 200
    assert (refused.status, refused.document["code"]) == (400, "unusable_input")
    assert "prompt: 65,537 characters: " in refused.document["detail"]


def test_facts_are_about_no_more_media_than_a_request_can_have(service: Running) -> None:
    """A million wrong ones took a thread for nine seconds, a body may hold three, and nobody had to have a key."""
    reply, refused = (
        service.post("/v1/check", {"payload": example(FAL), "facts": {str(one): {"bytes": 1} for one in range(many)}})
        for many in (FACTS_MAX, FACTS_MAX + 1)
    )
    assert reply.status == 200
    assert (refused.status, refused.document["code"]) == (400, "unusable_input")
    assert "facts: 1,001 media: at most 1,000" in refused.document["detail"]


def test_nobody_waits_while_much_is_compared(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def compare(*asked: Any) -> tuple[Option, ...]:  # noqa: ANN401 - whatever it is given
        threads.append(current_thread().name)
        return compare_request(*asked)

    monkeypatch.setattr(pricing_operations, "compare_request", compare)
    assert service.post("/v1/compare", example(FAL)).status == 200
    assert threads != [current_thread().name]
    assert not threads[0].startswith("store")


def test_an_explanation_names_no_folder_of_the_server(service: Running) -> None:
    reply = service.post("/v1/explain?at=2026-11-20", example(ATLAS), key=service.key())
    assert reply.document["quote"]["account"] == "acme"
    assert any(".toml" in sentence for sentence in reply.document["sentences"])
    assert not any("/" in word and ".toml" in word for s in reply.document["sentences"] for word in s.split())


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/check", b"", 400, "there is nothing in it"),
        ("/v1/check", b'{"a":', 400, "ends too early"),
        ("/v1/check", b"[1]", 400, "an object is wanted"),
        ("/v1/check", b'{"a": 1, "a": 2}', 400, "stands twice"),
        ("/v1/check", b"[" * 100_000, 400, "nested too deep"),
        ("/v1/check", b'{"x": 1}', 400, "host"),
        ("/v1/check?host=nobody", b"{}", 400, "nobody"),
        ("/v1/check?facts=x", b"{}", 400, "envelope"),
        ("/v1/check?strange=x", b"{}", 400, "'strange' is no option"),
        ("/v1/check?host=fal&host=fal", b"{}", 400, "twice"),
        ("/v1/check?host", b"{}", 400, "name=value"),
        ("/v1/check?host=%ff", b"{}", 400, "query"),
        ("/v1/check?host=fal", b'{"payload": {}}', 400, "say it there"),
        ("/v1/check", b'{"payload": 3}', 400, "`payload`"),
        ("/v1/check", b'{"payload": {}, "strange": 1}', 400, "unknown keys"),
        ("/v1/check", b'{"payload": {}, "facts": 1}', 400, "facts"),
        ("/v1/check", b'{"payload": {}, "host": 1}', 400, "a string is wanted"),
        ("/v1/estimates", b'{"payload": {"prompt": ""}, "at": "yesterday", "host": "fal"}', 400, "no date or instant"),
        ("/v1/estimates?effects=maybe", b"{}", 400, "true or false"),
        ("/v1/estimates?account=acme", b"{}", 401, "without a key"),
        ("/v1/estimates?environment=production", b"{}", 401, "without a key"),
    ],
)
def test_what_can_not_be_read_is_told(service: Running, path: str, body: bytes, status: int, said: str) -> None:
    if status == 401:
        body = json.dumps(example(FAL)).encode()
    reply = service.post(path, body)
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json"), reply.body
    assert said in reply.document["detail"]
    assert reply.document["status"] == status
    assert TITLES[reply.document["code"]] == (status, reply.document["title"])


def test_no_rate_is_a_conflict(service: Running) -> None:
    reply = service.post("/v1/estimates?at=2020-01-01", example(FAL))
    assert (reply.status, reply.document["code"]) == (409, "no_rate")


def test_paths_and_methods_that_are_not_there(service: Running) -> None:
    assert (service.get("/v1/nothing").status, service.get("/v1/nothing").document["code"]) == (404, "not_found")
    reply = service.get("/v1/check")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


def test_every_answer_has_its_guards(service: Running) -> None:
    for reply in (service.get("/healthz"), service.get("/v1/nothing"), service.post("/v1/check", b"")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        assert len(reply.headers["x-request-id"]) >= 16
