"""`wan-rules mcp` as the process that an agent's program starts, spoken to by the official client."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from tests.shell.runner import CATALOGUE, COMMAND, FACTS, IMAGE, alibaba, fal, surroundings

NORTHLIGHT = ("--catalogue", str(CATALOGUE), "--account", "acme", "--environment", "production")


def started(*options: str) -> StdioServerParameters:
    return StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "mcp", *options], env=surroundings())


def start(*options: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen((*COMMAND, "mcp", *options), stdin=pipe, stdout=pipe, stderr=pipe, env=surroundings())


def line(method: str, number: int | None = None, **params: object) -> bytes:
    message: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(message if number is None else {**message, "id": number}).encode() + b"\n"


HELLO = line("initialize", 1, protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_checks_quotes_compares_and_explains(mode: str) -> None:
    async def talk() -> None:
        async with Client(started(*NORTHLIGHT), mode=mode) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == ["check", "quote", "compare", "explain"]
            assert client.server_info is not None
            assert client.server_info.name == "wan-rules"
            checked = await client.call_tool("check", {"payload": fal(duration=12)})
            assert checked.structured_content["verdict"] == "rejected"
            quoted = await client.call_tool("quote", {"payload": alibaba(), "facts": {IMAGE: FACTS[IMAGE]}})
            assert (quoted.is_error, quoted.structured_content["account"]) == (False, "acme")
            compared = await client.call_tool("compare", {"payload": fal(), "hosts": ["fal"]})
            assert compared.structured_content["options"]
            explained = await client.call_tool("explain", {"payload": fal(), "at": "2026-11-15"})
            assert "Total: " in explained.structured_content["sentences"][-1] or explained.structured_content["quote"]
            failed = await client.call_tool("quote", {"payload": fal(), "account": "globex"})
            assert (failed.is_error, failed.structured_content["error"]["code"]) == (True, "unusable_input")
            again = await client.call_tool("quote", {"payload": fal()})
            assert not again.is_error

    asyncio.run(asyncio.wait_for(talk(), 60))


def test_stdout_has_nothing_but_the_protocol_and_the_end_of_stdin_ends_it() -> None:
    with start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        call = line("tools/call", 2, name="quote", arguments={"payload": fal()})
        process.stdin.write(HELLO + line("notifications/initialized") + b"no JSON\n" + b'{"a":' * 500 + b"\n" + call)
        process.stdin.flush()
        messages: list[Any] = [json.loads(process.stdout.readline()) for _ in range(4)]
        process.stdin.close()  # only now: what is unanswered at the end of stdin is dropped
        rest = process.stdout.read()
        assert process.stderr is not None
        told = process.stderr.read()
    answered = {message["id"]: message for message in messages if message["id"]}
    assert (list(answered), rest) == ([1, 2], b"")
    assert [message["error"]["code"] for message in messages if message["id"] is None] == [-32700, -32700]
    assert answered[2]["result"]["structuredContent"]["total"] == "0.30"
    assert (process.returncode, b"Traceback" in told) == (0, False)


def nest(levels: int) -> bytes:
    return line("tools/call", 9, name="check", arguments={"payload": "@"}).replace(
        b'"@"', b"[" * levels + b"]" * levels
    )


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        pytest.param(b"no JSON", (-32700, None), id="no JSON"),
        pytest.param(b"\xff\xfe", (-32700, None), id="no UTF-8"),
        pytest.param(b'{"a":' * 100_000, (-32700, None), id="deep and unfinished"),
        pytest.param(nest(300), (-32600, 9), id="deeper than the SDK reads"),
        pytest.param(b"[]", (-32600, None), id="no object"),
        pytest.param(b"null", (-32600, None), id="null"),
        pytest.param(b'{"id": "x", "method": "ping"}', (-32600, "x"), id="no version"),
        pytest.param(b'{"jsonrpc": "2.0", "id": 7, "method": 3}', (-32600, 7), id="no method"),
        pytest.param(b'{"jsonrpc": "2.0", "id": 7, "result": 3}', (-32600, None), id="a response, whose id is ours"),
        pytest.param(
            b'{"jsonrpc": "2.0", "id": 7, "error": {"id": 8, "method": "x"}}', (-32600, None), id="an id within"
        ),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_line_that_is_no_message_is_answered(sent: bytes, answered: tuple[int, object], *, first: bool) -> None:
    with start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        before, after = (b"", HELLO) if first else (HELLO, line("ping", 1))
        process.stdin.write(before + sent.rstrip() + b"\n" + after)
        process.stdin.flush()
        messages = [json.loads(process.stdout.readline()) for _ in range(2 if first else 3)]
        process.stdin.close()
        assert process.stdout.read() == b""
    (refused,) = [message for message in messages if "error" in message]
    assert (refused["error"]["code"], refused["id"]) == answered
    assert [message["id"] for message in messages if "result" in message] == ([1] if first else [1, 1])
    assert process.returncode == 0


def test_an_interrupt_ends_it_quietly() -> None:
    with start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(HELLO)
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)  # while it waits for more
        assert process.wait(10) == -signal.SIGINT
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--account", "acme"), "knows no accounts"),
        (("--catalogue", str(CATALOGUE), "--account", "nobody", "--environment", "production"), "nobody"),
        (("--catalogue", "nowhere"), "nowhere"),
        (("--region", "moon"), "moon"),
    ],
)
def test_a_start_that_could_never_answer_ends_with_2(options: tuple[str, ...], said: str) -> None:
    process = start(*options)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert said in err.decode()


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['mcp'] = None\n")
    environment = surroundings()
    environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
    words = (sys.executable, "-m", "pricing.shell.cli", "mcp")
    done = subprocess.run(
        words, capture_output=True, env=environment, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"pip install 'wan-rules[mcp]'" in done.stderr
