"""What the guard adds to a round trip to this machine: `python -m benchmarks.guard [--write]`.

The server is a process of its own that reads no request and always gives the same answer, but for an id; connections
are kept. Each pass is the same requests, through a client with the guard and through one without. The guard only
computes, so what it adds to requests that pass is the processor's time by which both differ, which a busy machine moves
least; it is set beside the quickest round trips of the client alone. Calls that are counted in a file wait for the
disk: they are measured by the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import aiohttp
import httpx
import httpx2
import requests

from benchmarks.results import Row, Subject, describe_machine, gate, rewrite_readme, show, write_table
from benchmarks.servers import run_server
from benchmarks.timing import Pass, Timing, compare, summarise
from pricing.shell.guard import Guard, Settings
from pricing.shell.guard import httpx2_transports as guarded_httpx2
from pricing.shell.guard import httpx_transports as guarded_httpx
from pricing.shell.guard.aiohttp_calls import GuardMiddleware
from pricing.shell.guard.requests_adapter import guard_session

MARKS: Final = ("<!-- guard: begin, written by `python -m benchmarks.guard --write` -->", "<!-- guard: end -->")
PACKAGES: Final = ("httpx2", "httpx", "requests", "aiohttp")
REQUESTS: Final = 40
"""Requests of one pass."""
CALLS: Final = 20
"""The same, of passes with calls that are counted."""
AT_MOST: Final = 1.05
PAIRS: Final = 51
"""Many and short: what is looked for is less than what the machine does besides."""
SYNTHESIS: Final = "/api/v1/services/aigc/video-generation/video-synthesis"
OTHER: Final = {"model": "wan2.7-t2v", "input": {"prompt": "a cat"}}
KNOWN: Final = {
    "model": "wan2.7-r2v",
    "input": {"prompt": "Image 1 walks", "media": [{"type": "reference_image", "url": "https://m.example.com/a.png"}]},
    "parameters": {"resolution": "720P", "duration": 5},
}
SERVER: Final = """
import asyncio, itertools, sys
BODY = b'{"request_id":"r","output":{"task_status":"PENDING","task_id":"%012d"}}'
SIZE, NUMBERS = len(BODY % 0), itertools.count()
ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % SIZE + BODY

class Constant(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""
    def data_received(self, data):
        self.data += data
        head, mark, rest = self.data.partition(b"\\r\\n\\r\\n")
        if not mark:
            return
        lines = head.lower().split(b"\\r\\n")
        size = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        if len(rest) >= size:
            self.data = rest[size:]
            self.transport.write(ANSWER % next(NUMBERS))

async def main():
    server = await asyncio.get_running_loop().create_server(Constant, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(main())
"""


class Asked(NamedTuple):
    """What every request of a pass is: to where, with what, and how often."""

    url: str
    body: bytes
    times: int = REQUESTS


Opener = Callable[[Guard | None, Asked], Iterator[Pass]]


def open_httpx2(guard: Guard | None, asked: Asked) -> Iterator[Pass]:
    """A pass through httpx2."""
    transport = httpx2.HTTPTransport() if guard is None else guarded_httpx2.GuardTransport(guard)
    with httpx2.Client(transport=transport) as client:
        yield lambda _: [client.post(asked.url, content=asked.body).content for _ in range(asked.times)]


def open_httpx(guard: Guard | None, asked: Asked) -> Iterator[Pass]:
    """A pass through httpx."""
    transport = httpx.HTTPTransport() if guard is None else guarded_httpx.GuardTransport(guard)
    with httpx.Client(transport=transport) as client:
        yield lambda _: [client.post(asked.url, content=asked.body).content for _ in range(asked.times)]


def open_requests(guard: Guard | None, asked: Asked) -> Iterator[Pass]:
    """A pass through requests."""
    with requests.Session() as session:
        if guard is not None:
            guard_session(session, guard)
        yield lambda _: [session.post(asked.url, data=asked.body, timeout=20).content for _ in range(asked.times)]


def open_aiohttp(guard: Guard | None, asked: Asked) -> Iterator[Pass]:
    """A pass through aiohttp, one request after the other."""
    loop = asyncio.new_event_loop()

    async def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(middlewares=() if guard is None else (GuardMiddleware(guard),))

    session = loop.run_until_complete(open_session())

    async def ask() -> None:
        for _ in range(asked.times):
            async with session.post(asked.url, data=asked.body) as response:
                await response.read()

    yield lambda _: loop.run_until_complete(ask())
    loop.run_until_complete(session.close())
    loop.close()


CLIENTS: Final[dict[str, Opener]] = {
    "httpx2": open_httpx2,
    "httpx": open_httpx,
    "requests": open_requests,
    "aiohttp": open_aiohttp,
}


def measure_guard(pairs: int) -> Iterator[Row]:
    """Requests to elsewhere and for other models, which have a target; calls that are checked, priced and counted."""
    with run_server("-c", SERVER) as (url, _), TemporaryDirectory() as folder:
        other = Guard(Settings())
        here = Guard(Settings(bases={"alibaba": [f"{url}/api/v1"]}, state=str(Path(folder) / "ledger.sqlite")))
        memory = Guard(Settings(bases={"alibaba": [f"{url}/api/v1"]}))
        for name, opener in CLIENTS.items():
            elsewhere = Asked(f"{url}/anything", json.dumps(OTHER).encode())
            subject = Subject(f"{name}, to another server", name, REQUESTS)
            yield gate(subject, _find_added(opener, other, elsewhere, pairs), AT_MOST)
            another = Asked(url + SYNTHESIS, json.dumps(OTHER).encode())
            subject = Subject(f"{name}, for another model at the same URL", name, REQUESTS)
            yield gate(subject, _find_added(opener, here, another, pairs), AT_MOST)
        call = Asked(url + SYNTHESIS, json.dumps(KNOWN).encode(), CALLS)
        for guard, where in ((memory, "counted in memory"), (here, "counted in a file")):
            subject = Subject(f"httpx2, a call that is checked, priced and {where}", "httpx2", CALLS)
            yield show(subject, _time(open_httpx2, guard, call, pairs))
        for guard in (other, here, memory):
            guard.close()


def _time(opener: Opener, guard: Guard, asked: Asked, pairs: int) -> Timing:
    """By the clock, in alternating rounds."""
    with _open(opener, guard, asked) as ours, _open(opener, None, asked) as theirs:
        return compare(ours, theirs, pairs)


def _find_added(opener: Opener, guard: Guard, asked: Asked, pairs: int) -> Timing:
    """The quickest round trip, with the processor's time that the guard adds and without. Round 0 does not count."""
    with _open(opener, guard, asked) as ours, _open(opener, None, asked) as theirs:
        measured = [_measure_pair(ours, theirs, number) for number in range(pairs + 1)][1:]
    trip_s = min(theirs.clock_s for _, theirs in measured)
    added = [with_guard.work_s - without.work_s for with_guard, without in measured]
    return summarise([trip_s + more for more in added], [trip_s] * pairs)


class Took(NamedTuple):
    """Seconds of a pass, by the clock and of the processor in this process."""

    clock_s: float
    work_s: float


def _measure_pair(ours: Pass, theirs: Pass, number: int) -> tuple[Took, Took]:
    if number % 2:
        return _measure(ours, number), _measure(theirs, number)
    later = _measure(theirs, number)
    return _measure(ours, number), later


def _measure(work: Pass, number: int) -> Took:
    clock, worked = time.perf_counter_ns(), time.process_time_ns()
    work(number)
    return Took((time.perf_counter_ns() - clock) / 1e9, (time.process_time_ns() - worked) / 1e9)


@contextmanager
def _open(opener: Opener, guard: Guard | None, asked: Asked) -> Iterator[Pass]:
    yield from opener(guard, asked)


def main() -> None:
    """Measure, print the table, and with `--write` put it into the README."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guard", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"pairs of rounds ({PAIRS})")
    arguments, load = parser.parse_args(), os.getloadavg()[0]
    text = f"{write_table(list(measure_guard(arguments.pairs)))}\n{describe_machine(load, PACKAGES)}"
    print(text)
    if arguments.write:
        rewrite_readme(text, MARKS)


if __name__ == "__main__":
    main()
