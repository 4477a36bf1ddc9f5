"""`docs/how-to/run-the-service.md`, read for what it tells to type: its commands, its blocks, its options."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.conftest import ROOT
from tests.deployed import running
from tests.postgres import find_program

PAGE: Final = ROOT / "docs" / "how-to" / "run-the-service.md"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
SECONDS_MAX: Final = 240
CREATE: Final = "wan-rules keys create NAME"
_CHOSEN: Final = {"NAME": "shop", "--account A": "--account acme", "--environment E": "--environment production"}
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EVENT: Final = re.compile(r'tell_event\(\s*"([^"]+)"')


def list_blocks(language: str) -> list[str]:
    """The blocks of a language, in order."""
    return [text for name, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")) if name == language]


def list_languages() -> set[str]:
    """Which languages its blocks are in."""
    return {name for name, _ in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))}


def list_spans() -> list[str]:
    """What stands in backquotes within its sentences."""
    return re.findall(r"`([^`\n]+)`", _BLOCK.sub("", PAGE.read_text(encoding="utf-8")))


def list_commands() -> list[str]:
    """Every line of its shell blocks, and every span of several words that begins with what could be a program.

    An event of the log is several words too: the code says which there are.
    """
    lines = [line for block in list_blocks("sh") for line in block.splitlines()]
    sources = (ROOT / "pricing" / "shell" / "service").glob("*.py")
    events = {event for source in sources for event in _EVENT.findall(source.read_text(encoding="utf-8"))}
    return lines + [span for span in list_spans() if re.match(r"[a-z][\w-]* \S", span) and span not in events]


def list_options() -> set[str]:
    """Every option that it names by itself or gives to `wan-rules`."""
    spans = (span for span in list_spans() if span.startswith(("--", "wan-rules ")))
    return {option for span in spans for option in re.findall(r"--[a-z-]+", span)}


def find_command(start: str) -> str:
    """The one command that begins so."""
    (found,) = {command for command in list_commands() if command.startswith(start)}
    return found


def find_block(language: str, within: str) -> str:
    """The one block of a language that says so."""
    (found,) = (block for block in list_blocks(language) if within in block)
    return found


def fill(text: str, stand_ins: Mapping[str, str]) -> str:
    """The text with what is a reader's own to choose; each of these has to be in it."""
    for shown, ours in stand_ins.items():
        assert shown in text, f"{shown!r} is not in {text!r}"
        text = text.replace(shown, ours)
    return text


def surroundings(**further: str) -> dict[str, str]:
    """What a command sees: our programs first, then those of the newest PostgreSQL, then the machine's."""
    programs = (Path(sys.executable).parent, Path(find_program("pg_dump")).parent, os.environ["PATH"], "/usr/sbin")
    return {"PATH": os.pathsep.join(map(str, programs)), "LANG": "C.UTF-8", **further}


def type_in(folder: Path, script: str, **environment: str) -> str:
    """What a shell that stands in the folder prints; it stops at the first command that fails, which fails the test."""
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=folder,
        env=surroundings(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


def make_key(folder: Path, **environment: str) -> str:
    """The key that the page's command prints: one that quotes and settles, for acme in production."""
    return type_in(folder, fill(find_command(CREATE), _CHOSEN), **environment).strip()


@contextmanager
def starting(folder: Path, script: str, **environment: str) -> Iterator[tuple[str, int]]:
    """The URL and process id of the service that the last command of a script starts, in a shell in the folder."""
    *before, last = script.strip().splitlines()
    words = ["sh", "-eu", "-c", "\n".join([*before, f'exec {last.partition("  #")[0]} "$@"']), "sh"]
    with running(words, folder, folder, **surroundings(**environment)) as found:
        yield found


@contextmanager
def serving(folder: Path, script: str, **environment: str) -> Iterator[str]:
    """Its URL alone."""
    with starting(folder, script, **environment) as (url, _):
        yield url


def list_tests(file: Path) -> Iterator[str]:
    """The names of the tests in a file."""
    yield from re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
