"""A server that something is set beside, in a process of its own for the length of a measure."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.ports import free_port

TRIES: Final = 600
PAUSE_S: Final = 0.05


class Started(NamedTuple):
    """A server that answers: where, and its process."""

    url: str
    pid: int


@contextmanager
def run_server(*arguments: str) -> Iterator[Started]:
    """What Python runs with these arguments and, as the last of them, a port that is free."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, *arguments, str(port)])
    try:
        _wait(url, process)
        yield Started(url, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers, whatever. Raises AssertionError where it has ended, and TimeoutError."""
    for _ in range(TRIES):
        try:
            urlopen(f"{url}/none", timeout=5).close()  # noqa: S310 - our own server, on this machine
        except HTTPError:
            return  # it answers, and has nothing at this path
        except URLError:
            assert process.poll() is None, f"{process.args!r} ended"
            time.sleep(PAUSE_S)
        else:
            return
    raise TimeoutError(url)
