"""Help is read before anything else: every command has some, with an example that runs, within 100 columns."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.shell.runner import run

COMMANDS = [
    ("check",),
    ("quote",),
    ("plan",),
    ("convert",),
    ("compare",),
    ("explain",),
    ("cards", "list"),
    ("cards", "show"),
    ("cards", "resolve"),
    ("cards", "check"),
    ("cards", "diff"),
    ("cards", "history"),
    ("cards", "at"),
    ("breaks", "list"),
    ("breaks", "accept"),
    ("breaks", "assign"),
    ("drift",),
    ("signoff",),
    ("mcp",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
class TestEachCommand:
    """Each command's help."""

    def test_its_help_is_narrow_and_plain(self, command: tuple[str, ...]) -> None:
        done = run(*command, "--help")
        assert (done.code, done.err) == (0, "")
        assert max(map(len, done.out.splitlines())) <= 100
        assert "\x1b" not in done.out
        assert done.out.startswith(f"Usage: wan-rules {' '.join(command)} ") or " ".join(command) in done.out

    def test_its_example_names_options_that_are_there(self, command: tuple[str, ...]) -> None:
        text = " ".join(run(*command, "--help").out.split())
        found = re.search(r"Example: (wan-rules .*?)(?: Arguments:| Options:)", text)
        assert found is not None
        words = shlex.split(found[1])
        assert tuple(words[1 : 1 + len(command)]) == command
        assert [word for word in words if word.startswith("--") and f"{word} " not in text.split("Options:")[1]] == []

    def test_every_option_says_what_it_is_for(self, command: tuple[str, ...]) -> None:
        options = run(*command, "--help").out.split("Options:")[1]
        flat = re.split(r"\n  (?=--)", f"\n{options.strip()}".replace("\n  --", "\n  --"))
        assert [option for option in flat if len(option.split()) < 3] == []


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
    assert all(re.search(rf"\n  {name}\s+\S", out) for (name, *_) in COMMANDS)


def test_no_sentence_is_cut_off() -> None:
    assert "..." not in run("--help").out.replace("[ARGS]...", "")
    assert "..." not in run("cards", "--help").out.replace("[ARGS]...", "")


def test_the_version_is_told() -> None:
    assert run("--version").code == 0
