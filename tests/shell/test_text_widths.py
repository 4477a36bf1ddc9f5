"""Texts in cells of a terminal: how wide they are, and that what is made of them fits and loses nothing."""

# ruff: noqa: RUF001 - wide characters that look like narrow ones are what is tested

from __future__ import annotations

from typing import Final
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell import text_widths
from pricing.shell.text import plain
from pricing.shell.text_widths import chop, fold, measure, pad, split_characters
from tests.strategies import examples

ACCENT: Final = "\N{COMBINING ACUTE ACCENT}"
CHARACTERS: Final = (
    "a",
    "Z",
    " ",
    "-",
    "/",
    "图",
    "한",
    "。",
    "（",
    "é",
    "א",
    "ب",
    "👍",
    "🏽",
    ACCENT,
    "❤",
    "\ufe0f",
    "🇩",
    "🇪",
)
TEXTS: Final = st.lists(st.sampled_from(CHARACTERS) | st.characters(codec="utf-8"), max_size=40).map(
    lambda points: plain("".join(points))
)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("abc", 3, id="latin"),
        pytest.param("图1和视频2", 10, id="chinese"),
        pytest.param("한글", 4, id="korean"),
        pytest.param("\u1112\u1161\u11ab", 2, id="korean-in-parts"),
        pytest.param("ﾊﾛｰ", 3, id="half-width-japanese"),
        pytest.param("ｗａｎ", 6, id="full-width-latin"),
        pytest.param(f"cafe{ACCENT}", 4, id="accent"),
        pytest.param("שלום", 4, id="hebrew"),
        pytest.param("مرحبا", 5, id="arabic"),
        pytest.param("👍", 2, id="emoji"),
        pytest.param("👍🏽", 2, id="emoji-with-a-skin"),
        pytest.param("❤", 1, id="heart-as-text"),
        pytest.param("❤\ufe0f", 2, id="heart-as-emoji"),
        pytest.param("1\ufe0f\u20e3", 2, id="keycap"),
        pytest.param("🇩🇪🇫🇷", 4, id="flags"),
        pytest.param("\u3000", 2, id="wide-blank"),
        pytest.param("\x1b[31mred\x1b[0m", 3, id="our-colour"),
    ],
)
def test_how_wide_a_text_is(text: str, cells: int) -> None:
    assert measure(text) == cells


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        pytest.param(f"e{ACCENT}a", [f"e{ACCENT}", "a"], id="accent"),
        pytest.param("🇩🇪🇫🇷🇮", ["🇩🇪", "🇫🇷", "🇮"], id="flags"),
        pytest.param("👍🏽!", ["👍🏽", "!"], id="skin"),
        pytest.param(f"{ACCENT}a", [ACCENT, "a"], id="accent-on-nothing"),
    ],
)
def test_what_is_one_to_the_eye_is_one_piece(text: str, characters: list[str]) -> None:
    assert list(split_characters(text)) == characters


@examples(300)
@given(text=TEXTS, room=st.integers(4, 40))
def test_folding_loses_nothing_but_blanks_and_keeps_the_room(text: str, room: int) -> None:
    lines = list(fold(text, room, "- ", "  "))
    assert "".join("".join(line[2:] for line in lines).split()) == "".join(text.split())
    for line in lines:
        assert measure(line) <= room or len(line[2:].split()) == 1


@examples(300)
@given(text=TEXTS, cells=st.integers(2, 40))
def test_chopping_keeps_the_room_whatever_the_words(text: str, cells: int) -> None:
    lines = list(chop(text, cells))
    assert all(measure(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@examples(100)
@given(text=TEXTS, cells=st.integers(0, 60))
def test_a_padded_text_has_its_width_or_its_own(text: str, cells: int) -> None:
    assert measure(pad(text, cells)) == measure(pad(text, cells, right=True)) == max(measure(text), cells)


def test_prose_breaks_between_chinese_characters_and_never_before_a_full_stop() -> None:
    lines = list(fold("提示词太长。请缩短（至多五千字）。", 12))
    assert lines == ["提示词太长。", "请缩短（至多", "五千字）。"]


def test_a_long_word_stays_whole_to_be_copied() -> None:
    url = f"https://media.example.com/{'a' * 40}"
    assert list(fold(f"see {url} there", 20)) == ["see", url, "there"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[2Jb", "a\\x1b[2Jb", id="escape"),
        pytest.param("a\x9b2Jb", "a\\x9b2Jb", id="one-byte-escape"),
        pytest.param("a\x07\x08\x7f", "a\\x07\\x08\\x7f", id="bell-backspace-delete"),
        pytest.param("a\r\nb\tc", "a\\r\\nb\\tc", id="ends-of-lines"),
        pytest.param("a\u202eb", "a\\u202eb", id="turn-of-direction"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="no-width"),
        pytest.param("a\U000e0041", "a\\U000e0041", id="tag"),
        pytest.param("a\udcff", "a\\udcff", id="no-encoding"),
        pytest.param(
            "\N{NO-BREAK SPACE}图\u3000图 👍🏽 cafe\u0301",
            "\N{NO-BREAK SPACE}图\u3000图 👍🏽 cafe\u0301",
            id="as-it-is",
        ),
    ],
)
def test_what_is_not_seen_is_spelt_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_folding_takes_time_by_the_length_and_not_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def look(point: str) -> str:
        seen.append(point)
        return east_asian_width(point)

    monkeypatch.setattr(text_widths, "east_asian_width", look)
    assert "".join(fold("字" * 1000, 500)) == "字" * 1000
    assert len(seen) < 10_000
    seen.clear()
    assert "".join(chop("字/" * 1000, 10)) == "字/" * 1000
    assert len(seen) < 20_000
