"""The log's lines: those of requests a few at a time, and never late or out of turn."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest

from pricing.shell.service import logs
from pricing.shell.service.logs import Told, tell_event, tell_request

TOLD = Told("0001", "POST", "/v1/check", 200, 0.0012344, 'token:"\u00fc"')


def read_events(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]


def test_a_line_of_a_request_says_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    async def tell() -> None:
        tell_request(TOLD)

    asyncio.run(tell())
    logs.flush()
    line = json.loads(capsys.readouterr().err)
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "request",
        "request_id": "0001",
        "method": "POST",
        "route": "/v1/check",
        "status": 200,
        "ms": 1.234,
        "key": 'token:"\u00fc"',
    }


def test_lines_of_requests_are_written_soon(capsys: pytest.CaptureFixture[str]) -> None:
    async def tell() -> list[str]:
        tell_request(TOLD)
        before = read_events(capsys)
        await asyncio.sleep(logs.GATHERED_S * 3)
        return before

    assert asyncio.run(tell()) == []
    assert read_events(capsys) == ["request"]


def test_an_event_comes_at_once_after_what_was_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    async def tell() -> None:
        tell_request(TOLD)
        tell_event("store")
        assert read_events(capsys) == ["request", "store"]

    asyncio.run(tell())


def test_many_lines_do_not_wait(capsys: pytest.CaptureFixture[str]) -> None:
    async def tell() -> None:
        for _ in range(logs.GATHERED + 1):
            tell_request(TOLD)
        assert len(read_events(capsys)) == logs.GATHERED

    asyncio.run(tell())
    logs.flush()


def test_lines_that_an_ended_loop_left_are_written_with_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    async def tell(pause_s: float) -> None:
        await asyncio.sleep(pause_s)
        tell_request(TOLD)

    asyncio.run(tell(0))
    asyncio.run(tell(logs.GATHERED_S * 2))
    assert read_events(capsys) == ["request", "request"]


@pytest.fixture
def libraries() -> Iterator[logging.Logger]:
    """A library's logger while its lines stand in the log."""
    before = logging.root.handlers[:]
    logs.tell_libraries()
    logs.tell_libraries()  # of two workers in one process each does
    yield logging.getLogger("some.library")
    logging.root.handlers[:] = before


def test_what_a_library_warns_of_is_a_line_of_the_log(
    libraries: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries.warning("a %s\nwith more of it", "warning")
    libraries.info("nothing of note")
    try:
        int("a secret")
    except ValueError:
        libraries.exception("x" * 1000)
    warned, failed = map(json.loads, capsys.readouterr().err.splitlines())
    assert warned.pop("at").endswith("Z")
    assert warned == {"event": "library", "name": "some.library", "said": "a warning"}
    assert (failed["error"], len(failed["said"])) == ("ValueError", logs.LONGEST_SAID)
    assert "test_logs.py" in failed["lines"][0]
    assert "secret" not in str(failed)
