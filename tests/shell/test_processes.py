"""The command as a process: bytes, pipes, terminals, exit codes as a shell sees them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.shell.runner import (
    AT,
    COMMAND,
    EXAMPLES,
    as_bytes,
    fal,
    run_process,
    surroundings,
)

pty = pytest.importorskip("pty", reason="terminals are looked at where there are any")

ESCAPE: Final = "\x1b"
MISTAKES: Final = str(EXAMPLES / "alibaba-mistakes.payload.json")
TABLE: Final = ("compare", str(EXAMPLES / "fal-one-clip.payload.json"), *AT)


def on_a_terminal(*arguments: str, **more: str) -> tuple[int, str]:
    """The exit code and what a terminal was sent, by the command and its complaints."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=surroundings(**more)
    )
    os.close(theirs)
    sent = b""
    while chunk := _read(ours):
        sent += chunk
    os.close(ours)
    return process.wait(timeout=60), sent.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux: the other end is closed
        return b""


def piped_to_a_reader_that_leaves(*arguments: str, stdin: bytes = b"") -> tuple[int, bytes]:
    """The exit code and stderr of the command whose reader closes the pipe after a byte."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(stdin)
    process.stdin.close()
    process.stdout.read(1)
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    return process.wait(timeout=60), complaints


def test_a_terminal_has_colour() -> None:
    code, sent = on_a_terminal("check", MISTAKES)
    assert code == 1
    assert f"{ESCAPE}[31mrejected{ESCAPE}[0m" in sent
    assert f"{ESCAPE}[33mwarning{ESCAPE}[0m WAN003" in sent


PRINTED: Final = pytest.mark.parametrize(
    "arguments", [("check", MISTAKES), TABLE, ("cards", "list")], ids=["check", "table", "list"]
)


@PRINTED
def test_a_pipe_has_no_escape_codes(arguments: tuple[str, ...]) -> None:
    done = run_process(*arguments)
    assert ESCAPE not in done.out + done.err


@PRINTED
def test_a_terminal_has_none_where_they_are_not_wanted(arguments: tuple[str, ...]) -> None:
    _, sent = on_a_terminal(*arguments, NO_COLOR="1")
    assert ESCAPE not in sent


def test_json_has_no_colour_on_a_terminal() -> None:
    _, sent = on_a_terminal("check", MISTAKES, "--format", "json")
    assert ESCAPE not in sent
    assert json.loads(sent)["verdict"] == "rejected"


def test_a_table_is_as_wide_as_its_terminal() -> None:
    _, sent = on_a_terminal(*TABLE, COLUMNS="60", NO_COLOR="1")
    head = sent.replace("\r", "").split("\n\n")[0]
    assert max(map(len, head.replace(f"{ESCAPE}[1m", "").replace(f"{ESCAPE}[0m", "").splitlines())) <= 60


@pytest.mark.parametrize("form", ["jsonl", "text"])
def test_a_reader_that_leaves_ends_it_quietly(form: str) -> None:
    if form == "jsonl":
        many = (json.dumps({"payload": fal()}) + "\n").encode() * 300
        code, complaints = piped_to_a_reader_that_leaves("quote", "-", "--format", form, *AT, stdin=many)
    else:
        code, complaints = piped_to_a_reader_that_leaves("check", MISTAKES)
    assert complaints == b""
    assert code not in {2, 3, 4}


def test_a_reader_that_leaves_is_no_rejection() -> None:
    many = (json.dumps({"payload": fal()}) + "\n").encode() * 300
    assert piped_to_a_reader_that_leaves("quote", "-", "--format", "jsonl", *AT, stdin=many)[0] == 141


def test_text_is_utf_8_whatever_the_locale() -> None:
    payload = fal(prompt="图1 vafflar éé 🎬", colour="grün")
    done = run_process("check", "-", stdin=payload, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.code == 0
    told = run_process("quote", "-", "--format", "json", stdin=payload, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert told.document["request"]["prompt"] == payload["prompt"]


def test_a_byte_order_mark_and_raw_bytes() -> None:
    assert run_process("check", "-", stdin=b"\xef\xbb\xbf" + as_bytes(fal())).code == 0
    done = run_process("check", "-", stdin=b"\xff\xfe\x00")
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_a_name_in_no_encoding_is_an_error_in_text() -> None:
    done = run_process("check", b"n\xff.json")
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_a_name_in_no_encoding_is_an_error_in_json() -> None:
    done = run_process("check", b"n\xff.json", "--format", "json")
    assert (done.code, done.err) == (2, "")
    assert done.document["error"]["code"] == "unusable_input"


def test_a_full_disk_is_one_message() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "check", MISTAKES],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
            env=surroundings(),
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_help_is_for_everyone() -> None:
    done = run_process("--help")
    assert (done.code, done.err) == (0, "")
    for command in ("check", "quote", "plan", "convert", "compare", "explain", "cards"):
        assert f"  {command} " in done.out


def test_completion_is_there() -> None:
    done = run_process("--show-completion", "bash", _WAN_RULES_COMPLETE="", SHELL="/bin/bash")
    assert "Traceback" not in done.err
