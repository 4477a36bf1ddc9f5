"""Signed quotes kept on PostgreSQL, beside pgbench inserting rows of that size: one client, each commit on the disk."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final, Self

import psycopg

from benchmarks.results import Row, Subject, gate_rate, skip
from benchmarks.service.bodies import make_bodies
from benchmarks.service.load import Pace, run_load
from benchmarks.service.rates import check
from benchmarks.service.running import aim
from benchmarks.timing import summarise
from pricing.shell.service.app import build_app
from pricing.shell.service.front import Front
from pricing.shell.service.settings import Limits, Settings
from tests.postgres import find_program, run_postgresql
from tests.served import CATALOGUE, serving

PATH: Final = "/v1/quotes"
SHAPE: Final = "clip"
BESIDE: Final = "pgbench inserting rows of that size, with the same indexes"
HTTP: Final = Subject("signed quotes kept on PostgreSQL, over HTTP with one connection", BESIDE)
HERE: Final = Subject("the same in process", BESIDE)
ONE: Final = 1


def measure_stored(rounds: int, seconds: int) -> list[Row]:
    """Our rates, over HTTP and in this process, beside that of pgbench."""
    try:
        find_program("pgbench")
    except FileNotFoundError as error:
        return [skip(subject, error) for subject in (HTTP, HERE)]
    with ExitStack() as stack:
        database = stack.enter_context(run_postgresql()).create()
        folder = Path(stack.enter_context(TemporaryDirectory()))
        served = stack.enter_context(serving(folder, database=database))
        key, bodies = served.key(), make_bodies(SHAPE)
        sent = aim(served, key, bodies, PATH)
        check(run_load(sent, Pace(1, ONE)))  # warms up, and makes the row that is inserted
        script = _write_script(folder, database)
        quote = stack.enter_context(_Inside(folder, database, key, bodies))
        waits: dict[str, list[float]] = {"http": [], "here": [], "pgbench": []}
        for _ in range(rounds):
            waits["pgbench"].append(_run_pgbench(script, database, seconds))
            waits["http"].append(1 / check(run_load(sent, Pace(seconds, ONE))).rate)
            waits["here"].append(_run_for(quote.ask, seconds))
    return [
        gate_rate(HTTP, summarise(waits["http"], waits["pgbench"]), 0.5),
        gate_rate(HERE, summarise(waits["here"], waits["pgbench"]), 0.5),
    ]


def _write_script(folder: Path, database: str) -> Path:
    """What pgbench does: one of our rows again, under an id of its own, into a table like ours."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench (LIKE quotes INCLUDING ALL)")
        row = connection.execute("SELECT row_to_json(quotes) FROM quotes LIMIT 1").fetchone()
        assert row is not None
        shown = connection.execute("SHOW synchronous_commit").fetchone()
        assert shown == ("on",)
        values = {name: value for name, value in row[0].items() if name != "id"}
        literals = [_write_literal(value) for value in values.values()]
    names = ", ".join(("id", *values))
    script = folder / "insert.sql"
    script.write_text(
        "\\set one random(1, 9000000000000000000)\n\\set two random(1, 9000000000000000000)\n"
        f"INSERT INTO bench ({names})\n"
        f"VALUES ('q_' || to_hex(:one::bigint) || to_hex(:two::bigint), {', '.join(literals)});\n",
        encoding="utf-8",
    )
    return script


def _write_literal(value: object) -> str:
    if value is None:
        return "NULL"
    # pgbench takes a colon before a word for a variable of its own
    return str(value) if isinstance(value, int) else "E'" + _escape(str(value)) + "'"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")


def _run_pgbench(script: Path, database: str, seconds: int) -> float:
    """Seconds of one insertion."""
    options = ["-n", "-c1", "-j1", "-M", "prepared", "-T", str(seconds), "-f", str(script)]
    command = [find_program("pgbench"), *options, database]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=seconds + 60)
    assert done.returncode == 0, done.stderr[-500:]
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
    return 1 / float(line.split()[2])


def _run_for(ask: Callable[[], None], seconds: int) -> float:
    """Seconds of one call, over as many as are done in that time."""
    begun, calls = perf_counter(), 0
    while perf_counter() - begun < seconds:
        ask()
        calls += 1
    return (perf_counter() - begun) / calls


class _Inside:
    """The application in this process, with the database of the one that is served."""

    def __init__(self, folder: Path, database: str, key: str, bodies: list[bytes]) -> None:
        many = Limits(key_per_minute=10_000_000)
        settings = Settings(catalogue=str(CATALOGUE), state=folder, database=database, limits=many, log_requests=False)
        self._app: Front = build_app(settings)
        self._headers = [(b"authorization", f"Bearer {key}".encode())]
        self._bodies, self._turn = bodies, 0
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()
        self._app._service.store.close()  # noqa: SLF001 - what the server's end does

    def ask(self) -> None:
        """One quote."""
        self._turn += 1
        self._runner.run(self._ask(self._bodies[self._turn % len(self._bodies)]))

    async def _ask(self, body: bytes) -> None:
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": self._headers}
        await self._app(scope, receive, send)
        assert statuses == [201]
