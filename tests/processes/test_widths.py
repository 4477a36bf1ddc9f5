"""A narrow terminal, and a wide one: what is printed there fits, lines up and is whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

from pricing.shell.text_widths import measure
from tests.shell.runner import AT, CATALOGUE, EXAMPLES, NORTHLIGHT, run, run_process

terminals = pytest.importorskip("tests.processes.test_streams", reason="terminals are looked at where there are any")

MISTAKES: Final = str(EXAMPLES / "alibaba-mistakes.payload.json")
CLIP: Final = str(EXAMPLES / "fal-one-clip.payload.json")
SR: Final = str(EXAMPLES / "atlas-sr.payload.json")
FOLDED: Final = 16
"""Cells that a folded column keeps: a longer word may be broken in it, beside the lines of other columns."""
COMMANDS: Final = {
    "check": ("check", MISTAKES),
    "quote": ("quote", SR, *NORTHLIGHT[:3], "globex", *NORTHLIGHT[4:], *AT),
    "compare": ("compare", CLIP, "--rate", "CNY/USD=0.139", *AT),
    "explain": ("explain", SR, *NORTHLIGHT, *AT),
    "list": ("cards", "list", "--catalogue", str(CATALOGUE)),
    "at": ("cards", "at", "2026-11-15"),
    "show": ("cards", "show", "northlight-atlas", "--catalogue", str(CATALOGUE)),
    "error": ("quote", CLIP, "--catalogue", "nowhere"),
}


def show(*words: str, columns: int) -> list[str]:
    """The lines that a terminal so wide is sent."""
    _, sent = terminals.on_a_terminal(*words, COLUMNS=str(columns), NO_COLOR="1")
    return str(sent).replace("\r", "").splitlines()


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_sixty_columns_hold_every_line_but_a_word_that_is_longer(words: tuple[str, ...]) -> None:
    lines = show(*words, columns=60)
    assert [line for line in lines if measure(line) > 60 and len(line.split()) > 1] == []
    told = "".join("".join(lines).split())
    piped = run(*words)
    for word in (piped.out + piped.err).split():
        assert len(word) > FOLDED or word in told, "it is left out"


def test_prose_stays_readable_on_a_wide_terminal() -> None:
    lines = show(*COMMANDS["compare"], columns=200)
    assert max(map(measure, lines)) <= 100


def test_columns_line_up_beside_names_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CATALOGUE, tmp_path / "价目表👍🏽")
    lines = show("cards", "list", "--catalogue", "价目表👍🏽", columns=100)
    assert all(measure(line) <= 100 for line in lines[1:])
    head = next(line for line in lines if line.startswith("kind"))
    at = head.index("what")
    for line in lines[lines.index(head) + 1 :]:
        begin, cells = "", 0
        for character in line:
            if cells >= at:
                break
            begin += character
            cells = measure(begin)
        assert cells == at
        assert begin.endswith(" ")


@pytest.mark.parametrize(("columns", "widest"), [("44", 44), ("60", 60), ("200", 78)])
def test_help_is_as_wide_as_the_terminal_and_no_wider_than_is_read(columns: str, widest: int) -> None:
    lines = show("quote", "--help", columns=int(columns))
    assert widest - 12 < max(map(measure, lines)) <= widest


def test_help_in_a_pipe_does_not_heed_the_terminal() -> None:
    assert 66 < max(map(measure, run_process("quote", "--help", COLUMNS="45").out.splitlines())) <= 78


def test_columns_of_many_digits_are_a_slip() -> None:
    code, sent = terminals.on_a_terminal(*COMMANDS["list"], COLUMNS="9" * 5000, NO_COLOR="1")
    assert (code, "Traceback" in sent, "kind" in sent) == (0, False, True)
