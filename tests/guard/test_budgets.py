"""Limits hold whoever calls at once, settle by what is reported, and outlive the process that spent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.guard import CallRefused, Decision, Guard, OverBudget, Settings, install
from pricing.shell.guard.aiohttp_calls import GuardMiddleware
from pricing.shell.guard.endpoints import Route
from pricing.shell.guard.entries import Counted, Entry
from pricing.shell.guard.httpx2_transports import AsyncGuardTransport, GuardTransport
from pricing.shell.guard.ledger import Ledger
from pricing.shell.guard.limits import Limit, Limits, find_passed, read_limits
from pricing.shell.guard.requests_adapter import GuardAdapter
from tests.conftest import ROOT
from tests.guard import payloads
from tests.guard.clients import CLIENTS
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost
from wan_rules.payloads import UnusableInputError

CREATE = "/api/v1/services/aigc/video-generation/video-synthesis"
PRICE = 5 * Decimal("0.10")
ROOM = 7
"""How many calls at that price a limit of 3.50 USD and some has room for."""
LIMIT = "USD=3.99"
MANY = 50


def _post(guard: Guard, host: FakeHost, payload: object) -> str:
    """The id of the job."""
    _, answer = CLIENTS["requests"](guard, "POST", host.url + CREATE, json.dumps(payload).encode())
    task: str = json.loads(answer)["output"]["task_id"]
    return task


def _poll(guard: Guard, host: FakeHost, task: str) -> None:
    CLIENTS["requests"](guard, "GET", f"{host.url}/api/v1/tasks/{task}", b"")


def test_fifty_threads_never_pass_a_limit(make: Make, host: FakeHost) -> None:
    guard, together = make(per_run=[LIMIT]), threading.Barrier(MANY)

    def call(_: int) -> str:
        together.wait()
        try:
            return _post(guard, host, payloads.alibaba())
        except OverBudget:
            return ""

    with ThreadPoolExecutor(MANY) as pool:
        tasks = list(pool.map(call, range(MANY)))
    assert len(host.creates) == ROOM == len([task for task in tasks if task])


def test_fifty_tasks_never_pass_a_limit(make: Make, host: FakeHost) -> None:
    guard = make(per_run=[LIMIT])

    async def call_all() -> list[object]:
        limits = httpx2.Limits(max_connections=MANY)
        transport = AsyncGuardTransport(guard, httpx2.AsyncHTTPTransport(limits=limits))
        async with httpx2.AsyncClient(transport=transport, timeout=20) as client:
            calls = [client.post(host.url + CREATE, json=payloads.alibaba()) for _ in range(MANY)]
            return list(await asyncio.gather(*calls, return_exceptions=True))

    answers = asyncio.run(call_all())
    assert len(host.creates) == ROOM
    assert [type(answer) for answer in answers].count(OverBudget) == MANY - ROOM


def test_a_task_that_a_hook_began_while_a_call_was_sent_is_held_to_the_limit(make: Make, host: FakeHost) -> None:
    """It has the context of that call, and outlived it: whatever it sent was taken for counted already."""
    guard = make(per_run=["USD=1"])

    async def call_all() -> list[object]:
        workers: list[asyncio.Task[list[object]]] = []
        is_over = asyncio.Event()

        async def work(session: aiohttp.ClientSession) -> list[object]:
            await is_over.wait()
            calls = [session.post(host.url + CREATE, json=payloads.alibaba()) for _ in range(3)]
            return list(await asyncio.gather(*calls, return_exceptions=True))

        async def begin(session: aiohttp.ClientSession, *_: object) -> None:
            if not workers:
                workers.append(asyncio.create_task(work(session)))

        traces = aiohttp.TraceConfig()
        traces.on_connection_create_end.append(begin)
        async with aiohttp.ClientSession(middlewares=[GuardMiddleware(guard)], trace_configs=[traces]) as session:
            await session.post(host.url + CREATE, json=payloads.alibaba())
            is_over.set()
            return await workers[0]

    answers = asyncio.run(call_all())
    assert [type(answer) for answer in answers].count(OverBudget) == 2
    assert len(host.creates) == 2


def test_what_runs_later_in_the_context_of_a_call_is_held_to_the_limit(make: Make, host: FakeHost) -> None:
    guard, contexts = make(per_run=["USD=0.50"]), [copy_context()]

    class Transport(httpx2.HTTPTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            contexts.append(copy_context())
            return super().handle_request(request)

    class Adapter(requests.adapters.HTTPAdapter):
        def send(self, *asked: Any, **named: Any) -> requests.Response:  # noqa: ANN401 - as the library has it
            contexts.append(copy_context())
            return super().send(*asked, **named)

    with httpx2.Client(transport=GuardTransport(guard, Transport())) as client:
        client.post(host.url + CREATE, json=payloads.alibaba())
        with pytest.raises(OverBudget):
            contexts[-1].run(client.post, host.url + CREATE, json=payloads.alibaba())
    guard = make(per_run=["USD=0.50"])
    with requests.Session() as session:
        session.mount(host.url, GuardAdapter(guard, Adapter()))
        session.post(host.url + CREATE, json=payloads.alibaba())
        with pytest.raises(OverBudget):
            contexts[-1].run(session.post, host.url + CREATE, json=payloads.alibaba())
    assert (len(host.creates), len(contexts)) == (2, 3)


ASKED = b'[{"taskType": "getResponse", "taskUUID": "8f6c0f9e-0001-4000-8000-000000000001"}]'


@pytest.mark.parametrize(
    ("method", "path", "body"), [("GET", "/api/v1/tasks/task-0", b""), ("POST", "/runware", ASKED)]
)
def test_what_is_sent_during_a_question_about_a_job_is_counted(
    method: str, path: str, body: bytes, make: Make, host: FakeHost
) -> None:
    """A question is no call, so that nothing would count what goes with it."""
    guard = make(per_run=["USD=0.49"])

    class Again(httpx2.HTTPTransport):
        """Sends a job with each question."""

        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            plain.post(host.url + CREATE, json=payloads.alibaba())
            return super().handle_request(request)

    take_away = install(guard)
    plain, client = httpx2.Client(), httpx2.Client(transport=GuardTransport(guard, Again()))
    try:
        with plain, client, pytest.raises(OverBudget):
            client.request(method, host.url + path, content=body)
    finally:
        take_away()
    assert host.received == []


SPEND = """
import sys
from pricing.shell.guard import Guard, OverBudget, Settings
from pricing.shell.guard.endpoints import Route
guard = Guard(Settings(per_day=["USD=3.99"], state=sys.argv[1], zone="Asia/Shanghai"))
body, sent = sys.argv[2].encode(), 0
for _ in range(int(sys.argv[3])):
    try:
        guard.begin(Route("alibaba", "create", "international"), body)
        sent += 1
    except OverBudget:
        pass
print(sent, flush=True)
if sys.argv[4] == "die":
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _spend(state: Path, times: int, end: str = "live") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SPEND, str(state), json.dumps(payloads.alibaba()), str(times), end]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_two_processes_share_the_budget_of_a_day(tmp_path: Path) -> None:
    state = tmp_path / "ledger.sqlite"
    both = [_spend(state, 6), _spend(state, 6)]
    sent = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(sent) == ROOM


def test_a_process_that_is_killed_leaves_its_holds(tmp_path: Path) -> None:
    state = tmp_path / "ledger.sqlite"
    killed = _spend(state, 4, "die")
    assert killed.communicate(timeout=60)[0] == "4\n"
    assert killed.returncode == -signal.SIGKILL
    assert int(_spend(state, 6).communicate(timeout=60)[0]) == ROOM - 4


def test_a_fork_has_a_connection_of_its_own(make: Make, tmp_path: Path) -> None:
    guard = make(state=str(tmp_path / "ledger.sqlite"))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            guard._ledger.note(Entry("fal", "rejected", "refused"), Counted(guard.run, "2026-11-15"))
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert [call.verdict for call in guard.list_calls()] == ["rejected"]


@pytest.mark.parametrize(
    ("prompt", "state", "held"),
    [
        pytest.param("Image 1 walks", "settled", PRICE, id="succeeded"),
        pytest.param("Image 1, late failure", "released", Decimal(0), id="failure-is-free-here"),
        pytest.param("Image 1, unknown", "held", PRICE, id="unknown-keeps-its-hold"),
        pytest.param("Image 1, running", "held", PRICE, id="running-keeps-its-hold"),
    ],
)
def test_a_hold_ends_as_its_job_does(make: Make, host: FakeHost, prompt: str, state: str, held: Decimal) -> None:
    guard = make()
    task = _post(guard, host, payloads.alibaba(prompt))
    for _ in range(2):  # what is polled again changes nothing
        _poll(guard, host, task)
    assert [call.state for call in guard.list_calls()] == [state]
    assert guard._ledger.read_total("run", guard.run, "USD") == held


def test_a_call_that_is_refused_by_the_host_costs_what_its_card_says_of_failures(make: Make, host: FakeHost) -> None:
    guard = make()
    for prompt, state in (("Image 1 is refused", "released"), ("Image 1 is broken", "held")):
        CLIENTS["httpx"](guard, "POST", host.url + CREATE, json.dumps(payloads.alibaba(prompt)).encode())
        assert guard.list_calls()[-1].state == state


def test_where_no_card_says_that_failure_is_free_the_hold_stays(make: Make, host: FakeHost) -> None:
    guard = make()
    body = json.dumps(payloads.atlas("character1, late failure")).encode()
    _, answer = CLIENTS["httpx2"](guard, "POST", f"{host.url}/atlas/model/generateVideo", body)
    task = json.loads(answer)["data"]["id"]
    CLIENTS["httpx2"](guard, "GET", f"{host.url}/atlas/model/prediction/{task}", b"")
    (call,) = guard.list_calls()
    assert (call.state, call.charge) == ("open", None)
    assert "do not say what a job that ended as 'failed' costs" in call.outcome
    assert guard._ledger.read_total("run", guard.run, "USD") == call.held


def test_another_process_settles_what_one_has_held(make: Make, host: FakeHost, tmp_path: Path) -> None:
    state = str(tmp_path / "ledger.sqlite")
    first, second = make(state=state), make(state=state)
    _poll(second, host, _post(first, host, payloads.alibaba_clip()))
    assert [call.state for call in first.list_calls()] == ["settled"]


def test_a_limit_of_a_call_is_held_to_the_most_that_it_may_cost(make: Make, host: FakeHost) -> None:
    guard = make(per_call=["USD=0.99"])
    with pytest.raises(OverBudget) as caught:
        _post(guard, host, payloads.alibaba_clip())
    assert (caught.value.quote.total, caught.value.quote.total_min) == (10 * Decimal("0.10"), 6 * Decimal("0.10"))
    assert caught.value.limit.most == Decimal("0.99")
    assert "it may cost 1.00 USD, more than 0.99 USD per call" in str(caught.value)
    _post(guard, host, payloads.alibaba())


def test_a_limit_in_another_currency_limits_nothing_and_says_so(make: Make, host: FakeHost) -> None:
    with pytest.raises(OverBudget, match="no limit per run is in USD: set one"):
        _post(make(per_run=["CNY=100"]), host, payloads.alibaba())


def test_what_is_settled_makes_room(make: Make, host: FakeHost) -> None:
    guard = make(per_run=["USD=1.49"])
    task = _post(guard, host, payloads.alibaba_clip("Video 1 walks"))  # held at 1.00, and billed without the clip
    with pytest.raises(OverBudget):
        _post(guard, host, payloads.alibaba())
    _poll(guard, host, task)
    _post(guard, host, payloads.alibaba())


def test_a_call_counts_for_the_day_of_the_zone(make: Make) -> None:
    """The two zones are 26 hours apart: it is never the same day in both."""
    days = [make(zone=zone)._count().day for zone in ("Pacific/Kiritimati", "Etc/GMT+12")]
    assert days[0] > days[1]


def test_the_zone_is_the_file_s(tmp_path: Path) -> None:
    state = str(tmp_path / "ledger.sqlite")
    Guard(Settings(state=state, zone="Asia/Shanghai")).close()
    with pytest.raises(UnusableInputError, match="counts the days of Asia/Shanghai, and UTC was asked for"):
        Guard(Settings(state=state))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"per_day": ["USD=5"]}, "name the file that keeps count", id="a-day-without-a-file"),
        pytest.param({"per_call": ["5"]}, "write CURRENCY=AMOUNT, such as USD=5", id="no-currency"),
        pytest.param({"per_call": ["USD=5", "USD=6"]}, "say it once", id="twice"),
        pytest.param({"per_call": ["USD=-5"]}, "is no amount as written here", id="negative"),
        pytest.param({"zone": "Mars/Base"}, "is no time zone: write UTC or Europe/Berlin", id="zone"),
        pytest.param({"bases": {"gal": ["https://x"]}}, "is no host that the guard knows", id="host"),
        pytest.param({"bases": {"fal": ["x"]}}, "is no base URL", id="url"),
        pytest.param({"state": "", "per_day": ["USD=5"]}, "an empty name: name the file", id="empty-name"),
        pytest.param({"state": "/nowhere/at/all"}, "unable to open database file", id="file"),
    ],
)
def test_settings_that_can_t_be_used_say_why(settings: dict[str, object], said: str) -> None:
    with pytest.raises(UnusableInputError, match=said):
        Guard(Settings(**settings))  # type: ignore[arg-type]


def test_the_file_is_its_user_s_alone(make: Make, host: FakeHost, tmp_path: Path) -> None:
    state = tmp_path / "ledger.sqlite"
    _post(make(state=str(state)), host, payloads.alibaba())
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == 3  # with the journal that is written ahead


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database" * 100)
    with pytest.raises(UnusableInputError, match=r"notes\.txt"):
        Guard(Settings(state=str(other)))
    assert other.read_text() == "not a database" * 100


AMOUNTS = st.decimals(0, 5, places=3).map(Decimal.normalize)
MOVES = st.lists(st.tuples(AMOUNTS, st.one_of(st.none(), AMOUNTS)), max_size=12)


@given(MOVES)
def test_a_total_is_the_sum_of_its_calls_and_never_beyond_the_limit_when_one_is_held(
    moves: Sequence[tuple[Decimal, Decimal | None]],
) -> None:
    """Settled calls count with their charge, all others with their hold; nothing is held beyond the limit."""
    most, counted = Decimal(9), Counted("run", "2026-11-15")
    ledger = Ledger(None, "UTC")
    limits = Limits(run=read_limits([f"USD={most}"], what="--per-run"))
    for held, charge in moves:
        entry = Entry("fal", "allowed", "held", "task", "USD", held, b"{}")
        rows = ledger.hold([entry], limits, counted, lambda _, __: Entry("fal", "over_budget", "refused"))
        total = ledger.read_total("run", "run", "USD")
        assert not rows or total <= most
        if rows and charge is not None:
            ledger.close(rows[0], charge)
            ledger.close(rows[0], Decimal(4))  # it has ended: nothing more
    calls = ledger.list_calls("run")
    counts = [(call.held if call.charge is None else call.charge) or Decimal(0) for call in calls]
    for scope, name in (("run", "run"), ("day", "2026-11-15")):
        assert ledger.read_total(scope, name, "USD") == sum(counts)  # type: ignore[arg-type]
    ledger.shut()


def _instead(entry: Entry) -> Callable[[int, Limit], Entry]:
    return lambda _, __: entry


@given(MOVES)
def test_a_dry_run_says_of_each_call_what_a_run_in_earnest_would(
    moves: Sequence[tuple[Decimal, Decimal | None]],
) -> None:
    """Calls that would have been refused take no room from those after them, whatever they then came to."""
    limits, counted = Limits(day=read_limits(["USD=9"], what="--per-day")), Counted("run", "2026-11-15")
    against = Entry("fal", "over_budget", "refused")
    earnest, dry = Ledger(None, "UTC"), Ledger(None, "UTC", left_out=("over_budget",))
    for held, charge in moves:
        entry = Entry("fal", "allowed", "held", "task", "USD", held, b"{}")
        rows = earnest.hold([entry], limits, counted, _instead(against))
        in_dry = dry.hold([entry], limits, counted, _instead(entry._replace(verdict="over_budget")))
        if charge is not None:
            for ledger, (row,) in [(dry, in_dry), *([(earnest, rows)] if rows else [])]:
                ledger.close(row, charge)
    assert [call.verdict for call in dry.list_calls("run")] == [call.verdict for call in earnest.list_calls("run")]
    sums = [(call.held if call.charge is None else call.charge) or Decimal(0) for call in dry.list_calls("run")]
    assert dry.read_total("day", "2026-11-15", "USD") == sum(sums)  # it is spent all the same
    earnest.shut()
    dry.shut()


def test_a_run_in_earnest_counts_what_a_dry_run_spent(make: Make, tmp_path: Path) -> None:
    """Of one file: 15 x 0.10 USD were sent though the limit was 1 USD, so that there is no room for 5 x 0.10."""
    asked = {"state": str(tmp_path / "ledger.sqlite"), "per_day": ["USD=1"], "run": "one"}
    body = json.dumps(payloads.alibaba(duration=15)).encode()
    make(**asked, dry_run=True).begin(Route("alibaba", "create", "international"), body)
    with pytest.raises(OverBudget, match=r"1\.50 of 1\.00 USD per day is spent or held"):
        make(**asked).begin(Route("alibaba", "create", "international"), json.dumps(payloads.alibaba()).encode())


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_limit_is_passed_by_what_is_more_than_it(most: Decimal, used: Decimal, wanted: Decimal) -> None:
    passed = find_passed(Limits(day={"USD": most}), "USD", wanted, lambda _, __: used)
    assert (passed is not None) is (used + wanted > most)


def test_of_several_tasks_in_one_request_all_are_held_or_none(make: Make, host: FakeHost) -> None:
    tasks = [payloads.runware(task=f"8f6c0f9e-0001-4000-8000-00000000000{number}") for number in range(3)]
    guard = make(per_run=["USD=0.50"])  # 2 x 0.10 each
    with pytest.raises(CallRefused, match=r"0\.40 of 0\.50 USD per run is spent or held"):
        CLIENTS["requests"](guard, "POST", f"{host.url}/runware", json.dumps(tasks).encode())
    assert host.received == []
    assert guard._ledger.read_total("run", guard.run, "USD") == 0
    CLIENTS["requests"](guard, "POST", f"{host.url}/runware", json.dumps(tasks[:2]).encode())
    assert guard._ledger.read_total("run", guard.run, "USD") == Decimal("0.40")


def test_a_dry_run_says_of_several_tasks_in_one_request_what_becomes_of_all(
    make: Make, decided: list[Decision]
) -> None:
    """In earnest the first request is refused as a whole: 3 x 0.20 of 0.50 USD. So is the last one, by our rules."""
    tasks = [payloads.runware(task=f"8f6c0f9e-0001-4000-8000-00000000000{number}") for number in range(3)]
    guard, route = make(per_run=["USD=0.50"], dry_run=True), Route("runware", "task list")
    for asked in (tasks, tasks[:2], [tasks[0], {**tasks[1], "duration": 99}], tasks[:1]):
        guard.begin(route, json.dumps(asked).encode())
    verdicts = [*["over_budget"] * 3, *["allowed"] * 2, *["rejected"] * 2, "over_budget"]
    assert [decision.verdict for decision in decided] == verdicts
    assert [call.verdict for call in guard.list_calls()] == verdicts
    assert decided[5].reason == decided[6].reason != ""
    assert decided[-1].reason == "it may cost 0.20 USD; 0.40 of 0.50 USD per run is spent or held"
    assert guard._ledger.read_total("run", guard.run, "USD") == Decimal("1.40")  # 7 x 0.20 are spent all the same
