"""A server that a page starts: it answers at a free port instead of the one shown, and ends with the page."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

SECONDS_MAX = 30


@dataclass(frozen=True, slots=True)
class Served:
    """A server, the file of what it says, the port that the page shows and the one at which it is."""

    process: subprocess.Popen[bytes]
    log: Path
    shown: str
    port: str

    def hide(self, text: str) -> str:
        """The text with the port at which it is."""
        return text.replace(self.shown, self.port)

    def show(self, text: str) -> str:
        """The text with the port that the page shows."""
        return text.replace(self.port, self.shown)

    @property
    def answers(self) -> bool:
        """Whether somebody takes connections there."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(self.port)), timeout=1):
            return True
        return False

    def wait(self) -> str:
        """What it has said when it answers, has ended, or has taken too long."""
        until = time.monotonic() + SECONDS_MAX
        while not self.answers and self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        return self.show(self.log.read_text(encoding="utf-8"))

    def end(self) -> None:
        """It is gone, with all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def start(command: str, shown: str, environment: Mapping[str, str]) -> Served:
    """The server that a command starts; `shown` is the port in the command."""
    port = str(free_port())
    log = Path("server.log").resolve()
    with log.open("wb") as said:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command.replace(shown, port)}"],  # ended when it has ended itself
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Served(process, log, shown, port)
