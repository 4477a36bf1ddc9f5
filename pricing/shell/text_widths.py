"""How many cells of a terminal a text takes, and texts made to fit them: padded, folded, chopped.

A cell holds one Latin letter; a Chinese character takes two, an accent over the letter before it none. What is one to
the eye stays in one piece: a letter and its accents, an emoji and its skin, the two letters of a flag.
Widths are those of the Unicode that Python knows. Control characters are spelt out before (`spell_out`); the colours
of `text.Paint` take no cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, east_asian_width

COLOUR: Final = re.compile(r"\x1b\[(?:0|1|3[0-7])m")
"""What `text.Paint` writes around a word."""
_SKINS: Final = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_WIDENING: Final = frozenset((0xFE0F, *_SKINS, *_FLAG_LETTERS))
"""What makes two cells of a narrow character before it: the sign that an emoji is wanted, a skin, a second letter."""
_JAMO: Final = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))
_CLOSING: Final = "，。、；：！？）」』】》〉”’…％,.;:!?)]}"  # noqa: RUF001 - the marks of Chinese prose
_OPENING: Final = "（「『【《〈“‘([{"  # noqa: RUF001 - the same
_WORD: Final = re.compile(r"(\s*)(\S+)")


def spell_out(text: str) -> str:
    """The text without control characters: what a payload says must not steer a terminal, nor hide in it.

    What can't be seen is spelt out as Python would: ends of lines, turns of direction, joiners. Blanks stay.
    """
    return text if text.isprintable() else "".join(map(_spell_out_one, text))


def _spell_out_one(character: str) -> str:
    seen = character.isprintable() or category(character) == "Zs"
    return character if seen else character.encode("unicode_escape").decode()


def measure(text: str) -> int:
    """The cells that the text takes."""
    if "\x1b" in text:
        text = COLOUR.sub("", text)
    return len(text) if text.isascii() else sum(map(_measure_whole, split_characters(text)))


def _measure_whole(character: str) -> int:
    first = _measure_point(character[0])
    if len(character) == 1 or first != 1 or character[0].isspace():
        return first
    return 2 if any(ord(point) in _WIDENING for point in character[1:]) else 1


def _measure_point(point: str) -> int:
    code = ord(point)
    if code < 0x300:  # noqa: PLR2004 - the first accent
        return 1
    if category(point) in {"Mn", "Me", "Cf"} or any(code in jamo for jamo in _JAMO):
        return 0
    return 2 if east_asian_width(point) in {"W", "F"} else 1


def split_characters(text: str) -> Iterator[str]:
    """The text in pieces of what is one character to the eye: joined they are the text."""
    whole = ""
    for point in text:
        if whole and not _belongs(point, whole):
            yield whole
            whole = ""
        whole += point
    if whole:
        yield whole


def _belongs(point: str, before: str) -> bool:
    """Whether the point is seen on or in what stands before it."""
    code = ord(point)
    if code in _FLAG_LETTERS:
        return len(before) == 1 and ord(before) in _FLAG_LETTERS
    return (code in _SKINS and not before.isascii()) or _measure_point(point) == 0


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """The text with blanks after it, or before it, up to so many cells."""
    blanks = " " * (cells - measure(text))
    return f"{blanks}{text}" if right else f"{text}{blanks}"


def _take(text: str, cells: int) -> str:
    """As many of the first characters as so many cells hold."""
    kept = ""
    for character in split_characters(text):
        cells -= _measure_whole(character)
        if cells < 0:
            break
        kept += character
    return kept


def fold(text: str, room: int, first: str = "", rest: str = "") -> Iterator[str]:
    """The text in lines of so many cells, indented so; broken between words, and between Chinese characters.

    A word that is longer than a line stays whole on one of its own, so that it can be copied.
    """
    line, cells, empty = [first], measure(first), True
    for gap, piece in _split_pieces(text):
        wanted = measure(gap) + measure(piece)
        if not empty and cells + wanted > room:
            yield "".join(line)
            line, cells = [rest], measure(rest)
            gap, wanted = "", measure(piece)  # noqa: PLW2901 - no blank begins a line
        line += (gap, piece)
        cells, empty = cells + wanted, False  # counted on: to measure the whole line for each piece takes its square
    if not empty:
        yield "".join(line)


def _split_pieces(text: str) -> Iterator[tuple[str, str]]:
    """What may not be broken, each with the blanks before it."""
    for gap, word in _WORD.findall(text):
        pieces = [word] if word.isascii() else list(_split_word(word))
        yield gap, pieces[0]
        yield from (("", piece) for piece in pieces[1:])


def _split_word(word: str) -> Iterator[str]:
    """The word, broken around its wide characters, but before no mark that closes and after none that opens."""
    piece = ""
    for character in split_characters(word):
        wide = _measure_whole(character) > 1 or (piece != "" and measure(piece[-1]) > 1)
        if piece and wide and character not in _CLOSING and piece[-1] not in _OPENING:
            yield piece
            piece = ""
        piece += character
    yield piece


def chop(text: str, cells: int) -> Iterator[str]:
    """The text in lines of so many cells at most: a longer word is broken too, after a mark where it has one."""
    for line in fold(text, cells):
        left = measure(line)
        while left > cells:
            head = _end_at_mark(_take(line, cells)) or line
            yield head
            line, left = line[len(head) :], left - measure(head)  # noqa: PLW2901 - what is left of it
        if line:
            yield line


def _end_at_mark(head: str) -> str:
    """The head of a long word, up to a mark that parts it, where there is one in its second half."""
    for marks in ("/:@", "-_,."):
        end = max(map(head.rfind, marks)) + 1
        if end > len(head) // 2:
            return head[:end]
    return head
