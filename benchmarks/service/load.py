"""Load by wrk: requests that are sent in turn, as fast as they are answered or at a rate, and what it measured."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

MISSING: Final = "wrk is missing: `apt-get install wrk`"
CONNECTIONS: Final = 16


class Sent(NamedTuple):
    """The requests of one run: where to, with which headers and bodies."""

    url: str
    bodies: Sequence[bytes]
    headers: Mapping[str, str] = {}
    path: str = "/v1/estimates"


class Pace(NamedTuple):
    """How long a run lasts, over how many connections, and at which rate; as fast as it can where none is said."""

    seconds: int = 4
    connections: int = CONNECTIONS
    rate: float | None = None


class Load(NamedTuple):
    """What a run came to: answers, seconds, answers that are no success, broken connections, latencies in seconds."""

    answers: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def find_wrk() -> str | None:
    """Where wrk is, if it is installed."""
    return shutil.which("wrk")


def run_load(sent: Sent, pace: Pace) -> Load:
    """One run. Raises CalledProcessError where wrk fails."""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "requests.lua"
        script.write_bytes(_write_script(sent, pace))
        command = ["wrk", "-t1", f"-c{pace.connections}", f"-d{pace.seconds}s", "-s", str(script), sent.url]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=pace.seconds + 60)
    words = done.stdout.rpartition("measured ")[2].split()
    answers, micros, refused, broken, p50, p99 = map(int, words[:6])
    return Load(answers, micros / 1e6, refused, broken, p50 / 1e6, p99 / 1e6)


def tune_pace(sent: Sent, pace: Pace) -> Pace:
    """The pace whose pauses are shorter by what answers and clocks take, so that its rate is come to."""
    assert pace.rate is not None
    trial = run_load(sent, pace._replace(seconds=2))
    spent = pace.connections / trial.rate - pace.connections / pace.rate
    return pace._replace(rate=pace.connections / max(pace.connections / pace.rate - spent, 1e-4))


def _write_script(sent: Sent, pace: Pace) -> bytes:
    headers = "".join(f"[{_quote(name)}]={_quote(value)}," for name, value in sent.headers.items())
    bodies = b",\n".join(b"[==[" + body + b"]==]" for body in sent.bodies)
    pause_ms = 0.0 if pace.rate is None else pace.connections / pace.rate * 1000
    return (
        f'local headers = {{["Content-Type"]="application/json",{headers}}}\n'
        f"local path, pause = {_quote(sent.path)}, {pause_ms:.6f}\n"
    ).encode() + b"local bodies = {\n%b\n}\n%b" % (bodies, _SCRIPT if pace.rate is None else _SCRIPT + _DELAY)


def _quote(text: str) -> str:
    assert not set('"\\\n') & set(text)
    return f'"{text}"'


_SCRIPT: Final = b"""
local requests, turn = {}, 0
function init()
  for i, body in ipairs(bodies) do requests[i] = wrk.format("POST", path, headers, body) end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local e = summary.errors
  print(string.format("measured %d %d %d %d %d %d", summary.requests, summary.duration, e.status,
    e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""
_DELAY: Final = b"""
local debt = 0
function delay()
  local wanted = pause * 2 * math.random() + debt
  local whole = math.floor(wanted)
  debt = wanted - whole
  return whole
end
"""
"""Waits of 0 to twice the mean, in whole milliseconds; what is cut off is waited for next time."""
