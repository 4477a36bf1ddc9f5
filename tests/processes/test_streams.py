"""The command as a process: bytes, pipes, terminals, exit codes as a shell sees them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from pricing.shell import offered_words
from pricing.shell.catalogues import load_published
from tests.shell.runner import (
    AT,
    CATALOGUE,
    COMMAND,
    EXAMPLES,
    Done,
    as_bytes,
    fal,
    run_process,
    surroundings,
    write_json,
)
from wan_rules.hosts import HOSTS
from wan_rules.request import RESOLUTIONS

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


@pytest.mark.parametrize(
    ("said", "coloured"),
    [
        pytest.param({}, False, id="nothing-said"),
        pytest.param({"FORCE_COLOR": ""}, False, id="force-empty"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="forced"),
        pytest.param({"FORCE_COLOR": "1", "TERM": "dumb"}, True, id="forced-and-dumb"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="forced-and-none"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": ""}, True, id="forced-and-none-empty"),
    ],
)
def test_a_pipe_has_colour_where_it_is_forced(said: dict[str, str], *, coloured: bool) -> None:
    done = run_process("check", MISTAKES, **said)
    assert (ESCAPE in done.out) is coloured
    assert ESCAPE not in done.err


@pytest.mark.parametrize(
    ("said", "coloured"),
    [
        pytest.param({}, True, id="nothing-said"),
        pytest.param({"NO_COLOR": "1"}, False, id="none"),
        pytest.param({"NO_COLOR": ""}, True, id="none-empty"),
        pytest.param({"TERM": "dumb"}, False, id="dumb"),
        pytest.param({"TERM": "dumb", "FORCE_COLOR": "1"}, True, id="dumb-and-forced"),
        pytest.param({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, id="none-and-forced"),
    ],
)
def test_a_terminal_has_colour_unless_it_is_dumb_or_told_not_to(said: dict[str, str], *, coloured: bool) -> None:
    _, sent = on_a_terminal("check", MISTAKES, **said)
    assert (ESCAPE in sent) is coloured


@pytest.mark.parametrize("arguments", [TABLE, ("cards", "list")], ids=["table", "list"])
def test_whatever_prints_has_colour_by_the_same_words(arguments: tuple[str, ...]) -> None:
    assert ESCAPE in run_process(*arguments, FORCE_COLOR="1").out
    assert ESCAPE not in run_process(*arguments).out
    assert ESCAPE in on_a_terminal(*arguments)[1]
    assert ESCAPE not in on_a_terminal(*arguments, NO_COLOR="1")[1]


def test_json_has_no_colour_on_a_terminal() -> None:
    _, sent = on_a_terminal("check", MISTAKES, "--format", "json")
    assert ESCAPE not in sent
    assert json.loads(sent)["verdict"] == "rejected"


def test_a_table_is_as_wide_as_its_terminal() -> None:
    _, sent = on_a_terminal(*TABLE, COLUMNS="60", NO_COLOR="1")
    head = sent.replace("\r", "").split("\n\n")[0]
    assert max(map(len, head.splitlines())) <= 60


def test_a_table_in_a_pipe_is_not_broken_whatever_the_terminal() -> None:
    for term in ("xterm", "dumb"):
        assert max(map(len, run_process("cards", "list", TERM=term).out.splitlines())) > 80


def test_a_table_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    folder = shutil.copytree(CATALOGUE, tmp_path / "priser på film")
    done = run_process("cards", "list", "--catalogue", str(folder), LC_ALL="C", PYTHONIOENCODING="ascii", COLUMNS="400")
    assert (done.code, done.err) == (0, "")
    assert "priser på film" in done.out


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


WRITES: Final = pytest.mark.parametrize(
    "arguments",
    [
        ("check", MISTAKES),
        ("check", MISTAKES, "--format", "json"),
        ("check", str(EXAMPLES / "batch.jsonl"), "--format", "jsonl"),
        ("convert", str(EXAMPLES / "fal-one-clip.payload.json"), "--to", "atlas"),
        TABLE,
        ("cards", "list"),
    ],
    ids=["text", "json", "jsonl", "convert", "table", "list"],
)


@WRITES
def test_a_reader_that_left_before_is_no_error_either(arguments: tuple[str, ...]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        env=surroundings(),
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (141, b"")


def redirected(how: str, *arguments: str) -> Done:
    """The command as a shell starts it with `<&-` and the like."""
    done = subprocess.run(
        ["sh", "-c", f"exec {shlex.join([*COMMAND, *arguments])} {how}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
        env=surroundings(),
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@WRITES
@pytest.mark.parametrize(
    ("how", "said"), [(">&-", "standard output is closed"), (">/dev/full", "No space left on device")]
)
def test_an_output_that_takes_nothing_is_one_message(arguments: tuple[str, ...], how: str, said: str) -> None:
    assert redirected(how, *arguments) == (2, "", f"wan-rules: can't write: {said}\n")
    assert redirected(f"{how} 2>&-", *arguments) == (2, "", "")


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("quote", "--help")])
def test_help_that_nobody_takes_is_one_message(arguments: tuple[str, ...]) -> None:
    assert redirected(">/dev/full", *arguments) == (2, "", "wan-rules: can't write: No space left on device\n")


@pytest.mark.parametrize(
    "arguments",
    [("check", "-"), ("check", "-", "--format", "jsonl"), ("plan", "-"), ("check", MISTAKES, "--facts", "-")],
    ids=["text", "jsonl", "plan", "facts"],
)
@pytest.mark.parametrize(
    ("how", "said"), [("<&-", "standard input is closed: name a file"), ("0>>/dev/null", "- can't be read")]
)
def test_an_input_that_gives_nothing_is_one_message(arguments: tuple[str, ...], how: str, said: str) -> None:
    done = redirected(how, *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_closed_input_is_a_document_in_json() -> None:
    done = redirected("<&-", "check", "-", "--format", "json")
    assert (done.code, done.err) == (2, "")
    assert "standard input is closed" in done.document["error"]["message"]


@pytest.mark.parametrize("how", ["2>&-", "2>/dev/full"])
def test_complaints_that_nobody_takes_change_nothing_else(how: str) -> None:
    assert redirected(how, "check", "nowhere.json") == (2, "", "")
    assert redirected(how, "check", "nowhere.jsonl", "--format", "jsonl") == (2, "", "")
    convert = ("convert", str(EXAMPLES / "fal-one-clip.payload.json"), "--to", "atlas")
    heard = redirected("", *convert)
    assert heard.err
    assert redirected(how, *convert) == (heard.code, heard.out, "")


def test_all_streams_closed_is_still_an_exit_code() -> None:
    assert redirected("<&- >&- 2>&-", "check", "-").code == 2


def test_a_name_that_is_too_long_is_read_and_not_written() -> None:
    for option in ("--catalogue", "--facts"):
        done = redirected("", "quote", MISTAKES, option, "a" * 300)
        assert (done.code, done.out) == (2, "")
        assert f"{'a' * 300}" in done.err
        assert "can't be read: File name too long" in done.err


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_a_named_pipe_is_read_as_a_file_is(form: str, tmp_path: Path) -> None:
    name = write_json(tmp_path / "in.json", {"payload": fal()} if form == "jsonl" else fal())
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", f"cat {shlex.quote(name)} > {shlex.quote(str(pipe))}"]):
        done = run_process("check", str(pipe), "--format", form)
    assert (done.code, done.err) == (0, "")
    assert "undetermined" in done.out


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


def test_help_is_for_everyone() -> None:
    done = run_process("--help")
    assert (done.code, done.err) == (0, "")
    for command in ("check", "quote", "plan", "convert", "compare", "explain", "cards"):
        assert f"  {command} " in done.out


def test_completion_is_there() -> None:
    done = run_process("--show-completion", "bash", _WAN_RULES_COMPLETE="", SHELL="/bin/bash")
    assert "Traceback" not in done.err


def completed(line: str) -> list[str]:
    """What bash is told when the line's last word is to be completed."""
    program = "import sys; sys.argv[0] = 'wan-rules'; from pricing.shell.cli import main; main()"
    asked = {"_WAN_RULES_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=60,
        env=surroundings(**asked),
    )
    return done.stdout.decode().split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("wan-rules quote --host ", offered_words.HOST_WORDS, id="host"),
        pytest.param("wan-rules quote --host a", ["alibaba", "atlas"], id="host-begun"),
        pytest.param("wan-rules check --host x", [], id="host-of-none"),
        pytest.param("wan-rules convert --to f", ["fal"], id="to"),
        pytest.param("wan-rules cards resolve ", offered_words.HOST_WORDS, id="resolve"),
        pytest.param("wan-rules cards resolve r", ["runware"], id="resolve-begun"),
        pytest.param("wan-rules explain --region ", offered_words.REGION_WORDS, id="region"),
        pytest.param("wan-rules explain --region m", ["mainland"], id="region-begun"),
        pytest.param("wan-rules compare --hosts ", offered_words.HOST_WORDS, id="hosts"),
        pytest.param("wan-rules compare --hosts fal,a", ["fal,alibaba", "fal,atlas"], id="second-host"),
        pytest.param("wan-rules compare --tiers 1", ["1080P", "1080P-SR", "1440P-SR"], id="tiers"),
        pytest.param(
            "wan-rules compare --tiers 720P,1080P,1", ["720P,1080P,1080P-SR", "720P,1080P,1440P-SR"], id="3rd"
        ),
        pytest.param("wan-rules quote --format j", ["json", "jsonl"], id="format"),
    ],
)
def test_a_shell_completes_values(line: str, words: list[str]) -> None:
    assert completed(line) == list(words)


def test_what_is_completed_is_what_is_known() -> None:
    assert tuple(HOSTS) == offered_words.HOST_WORDS
    assert RESOLUTIONS == offered_words.TIER_WORDS
    regions = {card.card.region for card in load_published().cards.values()}
    assert {region for region in regions if region} == set(offered_words.REGION_WORDS)
