"""A child process that crashes, hangs, eats memory or talks nonsense ends as a reason, never as ours."""

from __future__ import annotations

import sys
import time
from typing import Final

import pytest

from wan_rules.shell.detection.children import ChildError, ask, end, start_python
from wan_rules.shell.detection.messages import Message

HEAD: Final = """
import json, sys; sys.path[:] = json.loads(sys.argv[1])
from wan_rules.shell.detection.confinement import Limits, allow_time, confine, seal
from wan_rules.shell.detection.messages import Message, receive, send
held = confine(Limits(int(sys.argv[2]), int(sys.argv[3])))
seal()
message = receive(sys.stdin.buffer, 1 << 20)
def answer(**head): send(sys.stdout.buffer, Message(head, message.body))
"""
MEMORY: Final = 300 * 1024 * 1024
linux_only: Final = pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's")


def answer(script: str, *, seconds: float = 20, processor_s: int = 10, body: bytes = b"") -> Message:
    process = start_python(HEAD + script, MEMORY, processor_s)
    try:
        return ask(process, Message({"do": "it"}, body), seconds, answer_max=1 << 20)
    finally:
        end(process)


def test_an_answer_is_what_was_sent() -> None:
    body = bytes(range(256)) * 4000
    assert answer("answer(done=True)", body=body) == Message({"done": True}, body)


CRASHES: Final = {
    "segmentation-fault": ("import os; os.kill(os.getpid(), 11)", "it brought the decoder down (SIGSEGV)"),
    "abort": ("import os; os.abort()", "it brought the decoder down (SIGABRT)"),
    "exit": ("raise SystemExit(7)", "ended without an answer (status 7)"),
    "nonsense": ("sys.stdout.buffer.write(b'hello\\n')", "ended without an answer"),
    "a-list": ("sys.stdout.buffer.write(b'[1]\\n')", "ended without an answer"),
    "too-much": ("sys.stdout.buffer.write(b'{\"bytes\": 9999999999}\\n')", "ended without an answer"),
    "too-little": ("sys.stdout.buffer.write(b'{\"bytes\": 9}\\nabc')", "ended without an answer"),
    "deep": ("sys.stdout.buffer.write(b'[' * 500000 + b'\\n')", "ended without an answer"),
}


@pytest.mark.parametrize(("script", "said"), CRASHES.values(), ids=CRASHES)
def test_a_crash_is_told(script: str, said: str) -> None:
    with pytest.raises(ChildError) as caught:
        answer(script)
    assert said in caught.value.reason


def test_a_hang_ends_in_time() -> None:
    began = time.monotonic()
    with pytest.raises(ChildError, match=r"it took longer than 0\.5 s"):
        answer("import time; time.sleep(60)", seconds=0.5)
    assert time.monotonic() - began < 5


def test_a_child_that_does_not_listen_ends_in_time() -> None:
    process = start_python("import time; time.sleep(60)")
    with pytest.raises(ChildError, match=r"it took longer than 0\.5 s"):
        ask(process, Message({}, b"x" * 10_000_000), 0.5)


@linux_only
def test_a_busy_loop_runs_out_of_processor_time() -> None:
    with pytest.raises(ChildError, match="more processor time than is allowed"):
        answer("while True: pass", processor_s=1)


@linux_only
def test_memory_runs_out_inside_the_child() -> None:
    script = "try: bytearray(1 << 30)\nexcept MemoryError: answer(fault='memory')"
    assert answer(script).head == {"fault": "memory"}


WAYS_OUT: Final = {
    "socket": "import socket; socket.socket()",
    "name": "import socket; socket.getaddrinfo('example.com', 80)",
    "program": "import subprocess; subprocess.run(['true'])",
    "shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "file": "open('/tmp/left-behind', 'w')",
    "low-level-file": "import os; os.open('/tmp/left-behind', os.O_CREAT | os.O_WRONLY)",
    "library": "import ctypes; ctypes.CDLL(None)",
}


@pytest.mark.parametrize("script", WAYS_OUT.values(), ids=WAYS_OUT)
def test_python_s_ways_out_are_refused(script: str) -> None:
    told = answer(f"try:\n    {script}\nexcept PermissionError as error: answer(refused=str(error))")
    assert "refused in this process" in str(told.head["refused"])


@linux_only
def test_the_system_holds_what_the_child_says_it_holds() -> None:
    script = (
        "import resource; answer(held=held, files=resource.getrlimit(resource.RLIMIT_FSIZE), "
        "interfaces=[line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]])"
    )
    told = answer(script).head
    assert {"memory", "processor", "files", "privileges"} <= set(told["held"])
    assert told["files"] == [0, 0]
    assert "network" not in told["held"] or set(told["interfaces"]) <= {"lo"}


def test_no_secret_of_ours_is_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    told = answer("import os; answer(names=list(os.environ))").head["names"]
    assert "AWS_SECRET_ACCESS_KEY" not in told
