"""`wan-rules run`: programs that know nothing of the guard, what is said at their end, and what can't be run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pricing.shell.guard.entries import Told
from pricing.shell.guard.settings import Settings
from pricing.shell.guard.summaries import tell_run
from tests.guard import payloads
from tests.guard.fake_host import FakeHost
from tests.shell.runner import run as run_command

CREATE = "/api/v1/services/aigc/video-generation/video-synthesis"
EVERY = """
import asyncio, json, sys
url, payloads = sys.argv[1], json.loads(sys.argv[2])

def by_requests(payload):
    import requests
    return requests.post(url, json=payload).status_code

def by_httpx(payload):
    import httpx
    return httpx.post(url, json=payload).status_code

def by_httpx2(payload):
    import httpx2
    async def send():
        async with httpx2.AsyncClient() as client:
            return (await client.post(url, json=payload)).status_code
    return asyncio.run(send())

def by_aiohttp(payload):
    import aiohttp
    async def send():
        async with aiohttp.ClientSession() as session, session.post(url, json=payload) as response:
            return response.status
    return asyncio.run(send())

for send in [globals()["by_" + name] for name in sys.argv[3:]]:
    for payload in payloads:
        try:
            print(send.__name__, send(payload))
        except Exception as error:
            print(send.__name__, type(error).__name__)
"""


FORKS = """
import json, multiprocessing, signal, sys, threading
import netrc, requests  # netrc: requests imports it at its first call, and a fork meanwhile hangs without a guard too
url, payload = sys.argv[1], json.loads(sys.argv[2])

def send(_):
    try:
        return requests.post(url, json=payload).status_code
    except Exception as error:
        return type(error).__name__

if __name__ == "__main__":
    signal.alarm(40)
    threads = [threading.Thread(target=send, args=(None,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    with multiprocessing.get_context("fork").Pool(4, signal.alarm, (30,)) as pool:
        answers = pool.map(send, range(12), chunksize=1)
    for thread in threads:
        thread.join()
    print(answers.count(200), answers.count("OverBudget"))
"""


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("wan-rules")), "run", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def _python(*words: str) -> list[str]:
    return ["--", sys.executable, *words]


def test_every_client_of_a_program_is_watched(host: FakeHost, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(EVERY)
    sent = json.dumps([payloads.alibaba(), payloads.alibaba_rejected(), {"model": "wan2.7-t2v", "input": {}}])
    base = f"alibaba={host.url}/api/v1"
    outcomes = {"requests": 200, "httpx": 200, "httpx2": 200, "aiohttp": "OverBudget"}
    program = _python(str(script), host.url + CREATE, sent, *outcomes)
    done = _run("--base", base, "--per-run", "USD=1.60", *program)
    assert done.stdout.splitlines() == [
        f"by_{name} {code}" for name, first in outcomes.items() for code in (first, "CallRejected", 200)
    ]
    assert done.stderr.splitlines()[:2] == [
        "wan-rules run: 3 sent (3 not ended, as far as was seen), 5 refused (4 rejected, 1 over budget)",
        "  spent 0.00 USD, held 1.50 USD, saved 0.50 USD",
    ]
    assert "over budget at alibaba: it may cost 0.50 USD; 1.50 of 1.60 USD per run is spent or held" in done.stderr
    assert done.returncode == 0
    assert len(host.creates) == 3 + 4


def test_pythons_below_a_program_are_watched_and_count_as_one_run(host: FakeHost, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(EVERY)
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, {str(child)!r}, *sys.argv[1:]], check=True)\n" * 2
    )
    program = _python("-c", parent, host.url + CREATE, json.dumps([payloads.alibaba()]), "requests")
    done = _run("--base", f"alibaba={host.url}/api/v1", "--per-run=USD=0.50", *program)
    assert done.stdout == "by_requests 200\nby_requests OverBudget\n"
    assert "1 sent" in done.stderr


@pytest.mark.parametrize(("outer", "inner"), [("USD=1.60", "USD=9"), ("USD=9", "USD=1.60")], ids=["outer", "inner"])
def test_of_runs_in_one_another_each_keeps_its_limits(host: FakeHost, tmp_path: Path, outer: str, inner: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(EVERY)
    base = ("--base", f"alibaba={host.url}/api/v1")
    within = ("--", str(Path(sys.executable).with_name("wan-rules")), "run", *base, "--per-run", inner)
    names = ("requests", "httpx", "httpx2", "aiohttp")
    program = _python(str(script), host.url + CREATE, json.dumps([payloads.alibaba()]), *names)
    done = _run(*base, "--per-run", outer, *within, *program)
    assert done.stdout == "by_requests 200\nby_httpx 200\nby_httpx2 200\nby_aiohttp OverBudget\n"
    assert (len(host.creates), done.stderr.count("spent 0.00 USD, held 1.50 USD")) == (3, 2)


def test_processes_that_are_forked_while_the_guard_is_set_up_share_its_budget(host: FakeHost) -> None:
    """Three calls begin in threads, the first of which sets the guard up; twelve more are made in forks meanwhile."""
    program = _python("-c", FORKS, host.url + CREATE, json.dumps(payloads.alibaba()))
    done = _run("--base", f"alibaba={host.url}/api/v1", "--per-run=USD=3.99", *program)
    assert done.returncode == 0, done.stderr
    sent, refused = map(int, done.stdout.split())
    assert (sent + refused, len(host.creates)) == (12, 7)  # 7 x 0.50 fit, of which up to three are the threads'


def test_a_dry_run_sends_all_and_says_what_it_would_refuse(host: FakeHost, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(EVERY)
    sent = json.dumps([payloads.alibaba_rejected()])
    program = _python(str(script), host.url + CREATE, sent, "requests")
    done = _run("--dry-run", "--base", f"alibaba={host.url}/api/v1", *program)
    assert done.stdout == "by_requests 200\n"
    assert "dry run: 1 of them would have been refused (1 rejected)" in done.stderr


def test_a_dry_run_says_nothing_against_what_is_told_to_pass(host: FakeHost, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(EVERY)
    later = {**payloads.alibaba(), "model": "wan2.7-r2v-2031-01-01"}
    program = _python(str(script), host.url + CREATE, json.dumps([later]), "requests")
    asked = ("--dry-run", "--base", f"alibaba={host.url}/api/v1")
    done = _run(*asked, "--on-unknown=allow", *program)
    assert "1 sent (1 without a price), 0 refused" in done.stderr
    assert "dry run: 0 of them would have been refused\n" in done.stderr
    assert "dry run: 1 of them would have been refused (1 without a rate)" in _run(*asked, *program).stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(_python("-c", "raise SystemExit(7)"), 7, "0 sent, 0 refused", id="exit-code"),
        pytest.param(
            _python("-c", "import os; os.kill(os.getpid(), 9)"), 128 + signal.SIGKILL, "0 sent, 0 refused", id="killed"
        ),
        pytest.param(_python("-I", "-c", "pass"), 0, "nothing was watched", id="isolated"),
        pytest.param(["--", "true"], 0, "nothing was watched", id="no-python"),
        pytest.param(["--", "no-such-program"], 127, "no-such-program can't be started", id="not-found"),
        pytest.param(["--", "/"], 126, "/ can't be started", id="not-a-program"),
    ],
)
def test_a_command_ends_as_its_program_does(words: list[str], code: int, said: str) -> None:
    done = _run(*words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param([], 2, "no command: write it after --", id="no-command"),
        pytest.param(["--per-day", "USD=5", "--", "true"], 2, "name the file that keeps count", id="day"),
        pytest.param(["--per-run", "USD=5", "--state", "", "--", "true"], 2, "an empty name", id="state"),
        pytest.param(["--per-call", "5", "--", "true"], 2, "write CURRENCY=AMOUNT", id="limit"),
        pytest.param(["--base", "x", "--", "true"], 2, "write HOST=URL", id="base"),
        pytest.param(["--base", "x=y", "--", "true"], 2, "'x' is no host that the guard knows", id="base-host"),
        pytest.param(["--catalogue", "/nowhere", "--", "true"], 2, "/nowhere", id="catalogue"),
    ],
)
def test_what_can_t_be_run_says_why(words: list[str], code: int, said: str) -> None:
    done = run_command("run", *words)
    assert (done.code, said in done.err) == (code, True), done.err


@pytest.mark.parametrize("base", ["https://me:SECRET@gw/v1", "fal=me:SECRET@gw/v1", "fal=ftp://me:SECRET@gw"])
def test_a_password_in_a_base_is_not_repeated(base: str) -> None:
    done = run_command("run", "--base", base, "--", "true")
    assert (done.code, "SECRET" in done.err, "write " in done.err) == (2, False, True)


@pytest.mark.parametrize("dashes", [["--"], []], ids=["after-dashes", "without-dashes"])
def test_what_follows_the_program_is_the_program_s(dashes: list[str]) -> None:
    """A program's own `--dry-run` would leave it in earnest, and the guard without a say."""
    program = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "--dry-run", "--", "--on-unknown=allow"]
    done = _run("--per-run", "USD=1", *dashes, *program)
    assert done.stdout == "['--dry-run', '--', '--on-unknown=allow']\n"
    assert done.stderr == "wan-rules run: 0 sent, 0 refused\n"


def test_facts_are_in_a_file_since_standard_input_is_the_program_s() -> None:
    done = run_command("run", "--facts", "-", "--", "true")
    assert (done.code, "--facts: each Python reads them" in done.err, "or -" in done.err) == (2, True, False)


def _beside(folder: Path, script: str) -> str:
    """A shell's line that runs the script with one more folder on the path."""
    return f'PYTHONPATH="$PYTHONPATH:{folder}" exec {sys.executable} -c "{script}"'


def test_an_interpreter_that_has_no_guard_runs_nothing(tmp_path: Path) -> None:
    missing = tmp_path / "pricing"  # as in an interpreter in which wan-rules is not installed
    missing.mkdir()
    (missing / "__init__.py").write_text("raise ImportError('no pricing here')")
    done = _run("--", "sh", "-c", _beside(tmp_path, "print('ran')"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no wan-rules (no pricing here): its calls would not be watched" in done.stderr


def test_another_sitecustomize_is_run_too(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('theirs')")
    assert _run("--", "sh", "-c", _beside(tmp_path, "print('script')")).stdout == "theirs\nscript\n"


def test_a_file_that_a_program_has_broken_leaves_it_its_exit_code(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('DROP TABLE calls'); sys.exit(7)"
    done = _run("--state", state, *_python("-c", script, state))
    told = f"wan-rules run: what was sent can't be told: {state}: no such table: calls. Name a new file (--state)\n"
    assert (done.returncode, done.stderr) == (7, told)


def test_a_python_that_outlives_its_run_starts_as_any_other(tmp_path: Path) -> None:
    """The run's own folder is gone by then."""
    (tmp_path / "sitecustomize.py").write_text("print('theirs')")
    said, ended = tmp_path / "said", tmp_path / "ended"
    wait = f"while [ ! -e {ended} ]; do sleep 0.05; done"
    _run("--", "sh", "-c", f"({wait}; {_beside(tmp_path, 'print(1)')}) >{said} 2>&1 &")
    ended.touch()
    until = time.monotonic() + 30
    while not (said.exists() and said.read_text().endswith("1\n")):
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.02)
    assert said.read_text() == "theirs\n1\n"


def test_a_program_ends_at_a_signal_to_the_command(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = f"import pathlib, time; pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    command = [str(Path(sys.executable).with_name("wan-rules")), "run", *_python("-c", script)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.terminate()
    assert "0 sent" in process.communicate(timeout=30)[1]
    assert process.returncode == 128 + signal.SIGTERM


def test_its_help_says_what_it_is() -> None:
    done = run_command("run", "--help")
    assert done.code == 0
    assert "--per-run" in done.out


def test_a_long_list_of_refusals_is_cut() -> None:
    calls = [Told("fal", "rejected", "refused", None, None, None, f"reason {number}") for number in range(7)]
    lines = list(tell_run(calls, Settings(), watched=1))
    assert lines[0] == "wan-rules run: 0 sent, 7 refused (7 rejected)"
    assert lines[-1] == "  and 2 more"
