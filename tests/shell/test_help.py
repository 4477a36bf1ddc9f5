"""Help is read before anything else: that of every command fits a screen, and its example is run here.

The commands are those that the application itself names: a new one can't be left out.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from pricing.shell.cli import app
from pricing.shell.helping import split_example
from tests.conftest import ROOT
from tests.shell.runner import run, run_process

COMMAND: Final[Any] = typer.main.get_command(app)
SCREEN: Final = 24
WINDOW: Final = 45
"""Lines of a screen, and of a window that holds the help of a command with twenty options."""


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - the library's own, not named
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, (*path, *name.split()))


FOUND: Final = dict(walk(COMMAND))
EACH: Final = pytest.mark.parametrize("path", FOUND, ids=[" ".join(path) or "alone" for path in FOUND])


def read_help(path: tuple[str, ...], columns: int) -> list[str]:
    """The lines of a command's help at a terminal so wide."""
    settings = {"resilient_parsing": True, "terminal_width": columns - 2}
    parent = COMMAND.make_context("wan-rules", [], **settings) if path else None
    context = FOUND[path].make_context(" ".join(path) or "wan-rules", [], parent=parent, **settings)
    return str(FOUND[path].get_help(context)).splitlines()


@EACH
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_line_of_help_is_longer_than_the_terminal(path: tuple[str, ...], columns: int) -> None:
    assert max(map(len, read_help(path, columns))) <= columns


@EACH
def test_help_fits_a_screen_unless_there_are_many_options(path: tuple[str, ...]) -> None:
    lines = read_help(path, 80)
    many = len(FOUND[path].params) + len(getattr(FOUND[path], "commands", ())) > 8
    assert len(lines) <= (WINDOW if many else SCREEN)


@EACH
def test_every_option_says_what_it_is_for_on_one_line_or_two(path: tuple[str, ...]) -> None:
    for parameter in FOUND[path].params:
        short = (parameter.help or "").partition("\n\n")[0]
        assert 3 <= len(short) <= 90, parameter.name


@EACH
def test_help_is_plain_and_whole(path: tuple[str, ...]) -> None:
    done = run(*path, "--help")
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert done.out.startswith(f"Usage: {' '.join(('wan-rules', *path))} ")


# Examples


def read_example(path: tuple[str, ...]) -> list[str]:
    """The words of the example that the help of a command shows, at the narrowest, as a shell joins them."""
    text = "\n".join(read_help(path, 60)).partition("Example:")[2]
    words = []
    for line in text.strip().splitlines():
        words += shlex.split(line.removesuffix("\\"))
        if not line.endswith("\\"):
            return words
    return words


@EACH
def test_the_example_is_of_the_command_and_is_copied_as_it_is(path: tuple[str, ...]) -> None:
    words = read_example(path)
    assert words == shlex.split(split_example(FOUND[path].help)[1])
    assert tuple(words[: 1 + len(path)]) == ("wan-rules", *path)


SEQUENCES: Final = (
    [("reconcile",), ("breaks",), ("breaks", "list"), ("breaks", "assign"), ("breaks", "accept")],
    [("rate",), ("drift",)],
    [("keys", "create"), ("keys",), ("keys", "list"), ("keys", "revoke"), ("keys", "sign-with-new")],
)
"""Examples of which the later ones read what the earlier ones wrote."""
CODES: Final[dict[tuple[str, ...], int]] = {("check",): 1, ("reconcile",): 1}
"""How an example ends where it is not with 0: the request is rejected; the invoice has breaks."""
SERVERS: Final = {("serve",), ("mcp",), ("run",)}
"""What starts something else is run below, in a cheap form."""
STRANGERS: Final = {("quote", "verify"), ("signoff",)}
"""What reads an answer of a service is run where there is one, in tests/serving/test_service_commands.py; signing off
computes a month again, which the tutorial's test does."""


LATER: Final = {path for sequence in SEQUENCES for path in sequence}


@pytest.fixture(autouse=True)
def _beside_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    monkeypatch.chdir(tmp_path)


def run_example(path: tuple[str, ...]) -> None:
    _, *words = read_example(path)
    if path == ("keys", "revoke"):
        words[-1] = run("keys", "list", "--format", "json").document["keys"][0]["id"]
    if path == ("settle",):
        quoted = run("quote", "examples/alibaba-five-references.payload.json", "--format", "json")
        Path("quote.json").write_text(quoted.out, encoding="utf-8")
    done = run(*words)
    assert "Traceback" not in done.err
    assert done.code == CODES.get(path, 0), done.err


@pytest.mark.parametrize("path", [path for path in FOUND if path not in SERVERS | STRANGERS | LATER], ids=" ".join)
def test_the_example_runs(path: tuple[str, ...]) -> None:
    run_example(path)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence[0][0])
def test_the_examples_that_follow_each_other_run(sequence: list[tuple[str, ...]]) -> None:
    for path in sequence:
        run_example(path)


@pytest.mark.parametrize("path", sorted(STRANGERS | SERVERS), ids=" ".join)
def test_the_example_of_what_is_not_run_here_is_understood(path: tuple[str, ...]) -> None:
    words = read_example(path)[1 + len(path) :]
    parent = COMMAND.make_context("wan-rules", [], resilient_parsing=True)
    assert FOUND[path].make_context(" ".join(path), words, parent=parent).params


def test_the_example_of_run_starts_a_program() -> None:
    _, *words = read_example(("run",))
    done = run_process(*words[: words.index("--") + 1], "true")
    assert (done.code, "Traceback" in done.err) == (0, False)


@pytest.mark.parametrize("arguments", [(), ("cards",)], ids=["alone", "cards"])
def test_a_command_alone_shows_its_help(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert "Commands:" in done.out + done.err
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "nonsense"),
        (("quote",), "payload"),
        (("quote", "-", "--nonsense"), "--nonsense"),
        (("quote", "-", "--at"), "--at"),
        (("quote", "-", "--format", "jsonl,json"), "jsonl"),
        (("convert", "-"), "--to"),
        (("convert", "-", "--to", "fal", "--order", "any"), "images-first"),
        (("cards", "show"), "card"),
        (("cards", "check"), "catalogue"),
        (("cards", "check", "prices", "--max-age-days", "-1"), "--max-age-days"),
        (("cards", "resolve"), "host"),
        (("plan", "-", "--format", "jsonl"), "jsonl"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_hint(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err.lower()  # Typer 0.26 writes an argument in capitals
    assert "Traceback" not in done.err


def test_the_first_help_lists_every_command_whole() -> None:
    out = run("--help").out
    assert all(re.search(rf"\n  {re.escape(name)}\s+\S", out) for name in COMMAND.commands)


def test_no_sentence_is_cut_off() -> None:
    assert "..." not in run("--help").out.replace("[ARGS]...", "")
    assert "..." not in run("cards", "--help").out.replace("[ARGS]...", "")


def test_the_version_is_told() -> None:
    assert run("--version").code == 0
