"""A child process that is asked and answers, within a time limit; when it dies, why, and the next one is as good.

Nothing that comes out of it is believed: it looked at what a stranger sent.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO, Final, cast

from wan_rules.shell.detection.messages import Message, MessageError, receive, send

_ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_KEPT: Final = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH")
_SPENT_S: Final = 5


class ChildError(Exception):
    """A child that did not answer; `reason` says why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


def start_python(boot: str, *arguments: int | str, stdin: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """A Python that sees our packages, none of the user's settings, and no secret in its environment."""
    command = [sys.executable, "-I", "-B", "-c", boot, json.dumps(sys.path), *map(str, arguments)]
    return start(command, stdin)


def start(command: Sequence[str], stdin: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """The command, with its output to be read. Raises ChildError."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        return subprocess.Popen(  # noqa: S603 - no shell; the program is ours or the one that a person installed
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | _ONE_THREAD,
        )
    except OSError as error:
        raise ChildError(f"no process could be started: {error.strerror or error}") from None


def ask(process: subprocess.Popen[bytes], message: Message, seconds: float, answer_max: int = 0) -> Message:
    """The answer. Raises ChildError, after which the process is gone."""
    inlet, outlet = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    with limited(process, seconds) as late:
        try:
            send(inlet, message)
            answer = receive(outlet, answer_max)
        except (OSError, MessageError, ValueError):
            answer = None
        if answer is None:
            end(process)
            raise ChildError(tell_end(process, seconds, late=late.is_set()))
    return answer


@contextmanager
def limited(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kill the process if it takes longer; the event says whether that was done."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def end(process: subprocess.Popen[bytes]) -> None:
    """Let it end, or make it."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.close()
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_SPENT_S)


def tell_end(process: subprocess.Popen[bytes], seconds: float, *, late: bool) -> str:
    """Why the process ended without an answer."""
    code = process.returncode
    if late:
        return f"it took longer than {seconds:g} s"
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"it {_SIGNALS.get(name, 'brought the decoder down')} ({name})"
    return f"the process that looked at it ended without an answer (status {code})"


_SIGNALS: Final = {"SIGXCPU": "took more processor time than is allowed", "SIGKILL": "was stopped from outside"}
