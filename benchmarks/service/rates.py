"""Estimates a second of one worker beside what only parses and what only validates, and how long a caller waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.results import Row, Subject, gate, gate_rate, skip
from benchmarks.servers import run_server
from benchmarks.service.bodies import SHAPES, make_bodies
from benchmarks.service.load import Load, Pace, Sent, run_load, tune_pace
from benchmarks.timing import summarise
from tests.served import serving

OURS: Final = "service"
MODULE: Final = "benchmarks.service.others"
OTHERS: Final = {"echo": "a bare Starlette handler that parses and echoes", "validation": "FastAPI that only validates"}
AT_LEAST: Final = {"echo": 0.6, "validation": 1.5}
SHARE: Final = 0.7
"""The share of the most that a calmer load is."""
NO_FASTAPI: Final = "fastapi is missing: `uv sync --frozen --group bench`"


class Contest(NamedTuple):
    """Who is measured: the URL of each, and the key of ours."""

    urls: Mapping[str, str]
    key: str

    def aim(self, name: str, bodies: list[bytes]) -> Sent:
        """Requests to one of them, all alike."""
        return Sent(self.urls[name], bodies, {"Authorization": f"Bearer {self.key}"})


@contextmanager
def _open() -> Iterator[Contest]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        served = stack.enter_context(serving(folder))
        others = [name for name in OTHERS if name != "validation" or find_spec("fastapi")]
        urls = {OURS: served.url, **{name: stack.enter_context(run_server("-m", MODULE, name)).url for name in others}}
        yield Contest(urls, served.key())


def measure_rates(rounds: int, seconds: int) -> list[Row]:
    """For each shape of body: our rate beside theirs, and latencies at the most and at seven tenths of it."""
    rows: list[Row] = []
    with _open() as contest:
        for shape in SHAPES:
            rows += _measure_shape(contest, shape, rounds, Pace(seconds))
    return rows


def _measure_shape(contest: Contest, shape: str, rounds: int, pace: Pace) -> list[Row]:
    bodies = make_bodies(shape)
    names = list(contest.urls)
    loads: dict[str, list[Load]] = {name: [] for name in names}
    for number in range(rounds + 1):
        for name in names if number % 2 else reversed(names):
            load = check(run_load(contest.aim(name, bodies), pace if number else Pace(1)))
            if number:  # the first one warms up
                loads[name].append(load)
    title = SHAPES[shape].title
    rows = [_compare(title, name, loads) for name in OTHERS]
    rows.append(_tell_wait(f"{title}: p99 at the most", loads[OURS]))
    rate = sorted(load.rate for load in loads[OURS])[rounds // 2] * SHARE
    sent = contest.aim(OURS, bodies)
    calm = tune_pace(sent, pace._replace(rate=rate))
    calmer = [check(run_load(sent, calm)) for _ in range(rounds)]
    reached = sum(load.rate for load in calmer) / len(calmer) / rate * SHARE
    return [*rows, _tell_wait(f"{title}: p99 at {reached:.0%} of the most", calmer)]


def check(load: Load) -> Load:
    """The same load, in which every request was answered with success."""
    assert load.refused == load.broken == 0, f"{load}: the server ended, or refused"
    return load


def _compare(title: str, name: str, loads: Mapping[str, list[Load]]) -> Row:
    subject = Subject(f"estimates of one worker, {title}", OTHERS[name])
    if name not in loads:
        return skip(subject, NO_FASTAPI)
    timing = summarise([1 / load.rate for load in loads[OURS]], [1 / load.rate for load in loads[name]])
    return gate_rate(subject, timing, AT_LEAST[name])


def _tell_wait(what: str, loads: list[Load]) -> Row:
    return gate(Subject(what, "its p50"), summarise([load.p99 for load in loads], [load.p50 for load in loads]), 3)
