"""Markdown that every generated page is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

NOTE: Final = "<!-- Written by docs/generate.py from the code: change that, not this page. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, with an empty line after it; bars inside a cell are escaped."""
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from (_row([cell.replace("|", "\\|").replace("\n", " ") for cell in row]) for row in rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def code(word: object) -> str:
    """The word as code."""
    return f"`{word}`"


def fenced(language: str, *lines: str) -> Iterator[str]:
    """A block of code, with an empty line after it."""
    yield from (f"```{language}", *lines, "```", "")


def page(lines: Iterable[str]) -> str:
    """The text of a page: no empty line twice, one newline at the end."""
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip() + "\n"
