"""What each host's answers say of a job; what is not understood says nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pricing.money import Money
from pricing.shell.guard import GuardFailed, Settings
from pricing.shell.guard.answers import Answer, read_answer
from pricing.shell.guard.endpoints import Route
from pricing.shell.guard.patching import LateGuard
from tests.guard import payloads
from tests.guard.clients import CLIENTS
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost


def _read(host: str, kind: str, status: int, document: object, task: str | None = None) -> list[Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    route = Route(host, kind, None, task)  # type: ignore[arg-type]
    return [
        (seen.task, seen.reported and (seen.reported.status, seen.reported.billed))
        for seen in read_answer(route, Answer(status, body))
    ]


@pytest.mark.parametrize(
    ("host", "kind", "status", "document", "expected"),
    [
        ("alibaba", "create", 200, {"output": {"task_status": "PENDING", "task_id": "t"}}, [("t", ("running", None))]),
        ("alibaba", "create", 200, {"output": {"task_id": "t"}}, [("t", None)]),
        ("alibaba", "create", 401, {"code": "InvalidApiKey"}, [(None, ("failed", None))]),
        ("alibaba", "create", 503, {"code": "Throttling"}, []),
        ("alibaba", "poll", 200, {"output": {"task_status": "NEW"}}, [("r", None)]),
        ("alibaba", "poll", 404, {"code": "x"}, []),
        ("alibaba", "poll", 200, b"<html>", []),
        ("alibaba", "poll", 200, [], [("r", None)]),
        ("atlas", "poll", 200, {"data": {"id": "t", "status": "starting"}}, [("t", None)]),
        ("atlas", "poll", 200, {"data": {"id": "t", "status": "succeeded"}}, [("t", ("succeeded", None))]),
        ("atlas", "poll", 500, {}, []),
        ("fal", "create", 200, {"request_id": "t"}, [("t", None)]),
        ("fal", "create", 200, {"video": {"url": "x"}}, [(None, ("succeeded", None))]),
        ("fal", "create", 422, {"detail": "no"}, [(None, ("failed", None))]),
        ("fal", "create", 504, {}, []),
        ("fal", "poll", 200, {"status": "COMPLETED"}, [("r", None)]),
        ("fal", "poll", 200, {"status": "COMPLETED", "error": "no"}, [("r", ("failed", None))]),
        ("fal", "poll", 200, {"status": "IN_QUEUE"}, [("r", ("running", None))]),
        ("fal", "poll", 200, {"video": {"url": "x"}}, [("r", ("succeeded", None))]),
        ("fal", "poll", 200, {"detail": "?"}, [("r", None)]),
        ("fal", "poll", 400, {"detail": "still in progress"}, []),
        ("fal", "poll", 422, {"detail": "no"}, [("r", ("failed", None))]),
        ("runware", "task list", 200, {"data": [{"taskUUID": "t"}]}, [("t", ("running", None))]),
        (
            "runware",
            "task list",
            200,
            b'{"data": [{"taskUUID": "t", "status": "success", "cost": 0.30}, {"x": 1}]}',
            [("t", ("succeeded", Money(Decimal("0.30"), "USD")))],
        ),
        (
            "runware",
            "task list",
            200,
            {"data": [{"taskUUID": "t", "videoURL": "x"}, {"taskUUID": "t", "status": "processing"}]},
            [("t", ("running", None))],
        ),
        ("runware", "task list", 200, {"errors": [{"taskUUID": "t", "code": "no"}]}, [("t", ("failed", None))]),
        ("runware", "task list", 503, {"errors": [{"taskUUID": "t", "code": "no"}]}, []),
        ("runware", "task list", 400, {"data": [{"taskUUID": "a"}], "errors": [{"taskUUID": "t", "code": "no"}]}, []),
    ],
)
def test_an_answer_says_how_a_job_stands(host: str, kind: str, status: int, document: object, expected: object) -> None:
    assert _read(host, kind, status, document, "r" if kind == "poll" else None) == expected


@pytest.mark.parametrize(
    ("prompt", "state", "charge"),
    [("Image 1 walks", "settled", 2 * Decimal("0.10")), ("Image 1, late failure", "open", None)],
    ids=["succeeded", "failed"],
)
def test_runware_is_asked_by_the_ids_that_its_caller_chose(
    make: Make, host: FakeHost, prompt: str, state: str, charge: Decimal | None
) -> None:
    guard, url = make(), f"{host.url}/runware"
    task = payloads.runware(prompt)
    CLIENTS["httpx2"](guard, "POST", url, json.dumps([task]).encode())
    assert [call.state for call in guard.list_calls()] == ["held"]
    asked = [{"taskType": "getResponse", "taskUUID": task["taskUUID"]}]
    CLIENTS["httpx2"](guard, "POST", url, json.dumps(asked).encode())
    assert [(call.state, call.charge) for call in guard.list_calls()] == [(state, charge)]


def test_fal_is_settled_by_its_result(make: Make, host: FakeHost) -> None:
    guard = make()
    _, answer = CLIENTS["httpx"](
        guard, "POST", f"{host.url}/fal-ai/wan/v2.7/reference-to-video", json.dumps(payloads.fal()).encode()
    )
    at = json.loads(answer)
    for url, state in ((at["status_url"], "held"), (at["response_url"], "settled")):
        CLIENTS["httpx"](guard, "GET", url, b"")
        assert [call.state for call in guard.list_calls()] == [state]
    assert [call.charge for call in guard.list_calls()] == [3 * Decimal("0.10")]


def test_a_call_that_is_refused_for_an_id_that_runs_closes_its_own_hold_alone(make: Make) -> None:
    guard = make()
    route, task = Route("runware", "task list"), payloads.runware()
    body = json.dumps([task]).encode()
    first = guard.begin(route, body)
    assert first is not None
    guard.end(first, 200, json.dumps({"data": [{"taskUUID": task["taskUUID"], "status": "processing"}]}).encode())
    second = guard.begin(route, body)
    assert second is not None
    guard.end(second, 200, json.dumps({"errors": [{"taskUUID": task["taskUUID"], "code": "duplicate"}]}).encode())
    before, after = guard.list_calls()
    assert (before.state, after.state != "held") == ("held", True)


def test_another_model_passes_where_no_guard_can_be_set_up(tmp_path: Path) -> None:
    """A call is stopped, and nothing else is: no other model, and no question about a job."""
    late = LateGuard(Settings(state=str(tmp_path / "no-such-folder" / "ledger.sqlite")))
    create = Route("alibaba", "create")
    assert late.begin(create, b'{"model": "wan2.6-t2v"}') is None
    assert late.begin(Route("alibaba", "poll", task="t"), b"") is None
    with pytest.raises(GuardFailed):
        late.begin(create, json.dumps(payloads.alibaba()).encode())


@pytest.mark.parametrize("may_pass", [{"dry_run": True}, {"on_unknown": "allow"}], ids=["dry-run", "allow"])
def test_a_call_passes_where_no_guard_can_be_set_up_and_none_may_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], may_pass: dict[str, Any]
) -> None:
    late = LateGuard(Settings(state=str(tmp_path / "no-such-folder" / "ledger.sqlite"), **may_pass))
    assert late.begin(Route("alibaba", "create"), json.dumps(payloads.alibaba()).encode()) is None
    said = capsys.readouterr().err
    assert "a call to alibaba: failed: the guard can't be set up: --state: " in said
    assert said.endswith("it is sent all the same, and counts nowhere\n")
    assert late.begin(Route("alibaba", "poll", task="t"), b"") is None
    assert capsys.readouterr().err == ""
