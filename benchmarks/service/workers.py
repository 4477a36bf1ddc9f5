"""Two workers beside one: what a request costs the processors, and that limits and reloads are shared by both."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep, time
from typing import Final, NamedTuple

from benchmarks.results import Row, Subject, gate
from benchmarks.service.bodies import SHAPES, make_bodies
from benchmarks.service.load import Pace, Sent, run_load, tune_pace
from benchmarks.service.rates import SHARE, check
from benchmarks.service.running import aim, read_cpu_s
from benchmarks.timing import summarise
from tests.served import CATALOGUE, Served, serving

TWO: Final = ("--workers", "2")
SHAPE: Final = "clip"
A_MINUTE: Final = 600
"""The limit that is tried, and half as many again are asked."""
PATIENCE_S: Final = 10.0


class Heard(NamedTuple):
    """One answer: its status, which worker gave it, and its text."""

    status: int
    worker: str
    text: bytes


def measure_workers(rounds: int, seconds: int) -> list[Row]:
    """Processor time a request, two workers to one; then a limit and a reload over two."""
    return [_measure_cpu(rounds, seconds), _try_limit(), _try_reload()]


def _measure_cpu(rounds: int, seconds: int) -> Row:
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(serving(Path(stack.enter_context(TemporaryDirectory())), *options))
            for options in ((), TWO)
        )
        keys = {served.url: served.key() for served in (one, two)}
        spent: dict[str, list[float]] = {one.url: [], two.url: []}
        sent = {served.url: aim(served, keys[served.url], make_bodies(SHAPE)) for served in (one, two)}
        most = min(check(run_load(each, Pace(2))).rate for each in sent.values())
        paces = {url: tune_pace(each, Pace(seconds, rate=most * SHARE)) for url, each in sent.items()}
        for number in range(rounds):
            for served in (one, two) if number % 2 else (two, one):
                spent[served.url].append(_spend(served, sent[served.url], paces[served.url]))
    subject = Subject(
        f"processor time of an estimate, two workers ({SHAPES[SHAPE].title})", "one worker at the same rate"
    )
    return gate(subject, summarise(spent[two.url], spent[one.url]), 1.1)


def _spend(served: Served, sent: Sent, pace: Pace) -> float:
    """Seconds of processors for one request, over all processes of the service."""
    before = read_cpu_s(served)
    load = check(run_load(sent, pace))
    return (read_cpu_s(served) - before) / load.answers


def _hear(served: Served, key: str, method: str, path: str) -> Heard:
    """One request on a connection of its own, so that either worker may take it."""
    connection = HTTPConnection("127.0.0.1", served.port, timeout=10)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        worker = (answer.getheader("x-request-id") or "")[:16]  # what follows is a number
        return Heard(answer.status, worker, answer.read())
    finally:
        connection.close()


def _try_limit() -> Row:
    with TemporaryDirectory() as folder, serving(Path(folder), *TWO, "--per-minute", str(A_MINUTE)) as served:
        key = served.key()
        if time() % 60 > 40:
            sleep(60.5 - time() % 60)  # all of them within one minute
        begun = int(time()) // 60
        heard = [_hear(served, key, "GET", "/v1/rules") for _ in range(A_MINUTE * 3 // 2)]
        assert int(time()) // 60 == begun, "it took longer than a minute"
    taken = Counter(each.worker for each in heard if each.status == 200)
    measured = f"{taken.total()} of {len(heard)} answered, by two workers ({' + '.join(map(str, taken.values()))})"
    least = A_MINUTE - A_MINUTE // 20  # a lease may be left at one of them
    verdict = "met" if least <= taken.total() <= A_MINUTE and len(taken) == 2 else "NOT MET"
    return Row(f"a limit of {A_MINUTE} a minute over two workers", "", f"{least} to {A_MINUTE}", measured, verdict)


def _try_reload() -> Row:
    with TemporaryDirectory() as folder:
        catalogue = Path(folder) / "catalogue"
        shutil.copytree(CATALOGUE, catalogue)
        with serving(Path(folder), *TWO, catalogue=catalogue) as served:
            key = served.key()
            rename(catalogue, "Northlight, reloaded")
            begun = monotonic()
            assert _hear(served, key, "POST", "/v1/catalogue:reload").status == 200
            seen = _follow(served, key, begun)
    took = monotonic() - begun
    measured = f"{len(seen)} workers have it {max(seen.values()):.2g} s later" if seen else f"not within {took:.0f} s"
    verdict = "met" if len(seen) == 2 else "NOT MET"
    return Row("a catalogue reloaded by one request", "", "two workers have it", measured, verdict)


def _follow(served: Served, key: str, begun: float) -> dict[str, float]:
    """Seconds after which each worker first answered by the new catalogue."""
    seen: dict[str, float] = {}
    while len(seen) < 2 and monotonic() - begun < PATIENCE_S:
        heard = _hear(served, key, "GET", "/v1/catalogue")
        if b"reloaded" in heard.text:
            seen.setdefault(heard.worker, monotonic() - begun)
        sleep(0.002)
    return seen


def rename(catalogue: Path, name: str) -> None:
    """Gives the catalogue in a folder another name, and so another digest."""
    file = catalogue / "catalogue.toml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    renamed = [f'name = "{name}"\n' if line.startswith("name = ") else line for line in lines]
    new = file.with_suffix(".new")
    new.write_text("".join(renamed), encoding="utf-8")
    new.replace(file)
