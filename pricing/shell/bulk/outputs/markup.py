"""HTML written by small functions: every text that came from outside is escaped here, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple, NewType

from pricing.shell.text import plain

Html = NewType("Html", str)
"""Markup that is safe to stand in the page."""


_MARKUP: Final = re.compile("<[^>]*>")


class Cell(NamedTuple):
    """One cell of a table; `head` names its row."""

    content: Html
    style: str = ""
    head: bool = False
    columns: int = 1


def word(text: str) -> Html:
    """The text of ours, escaped."""
    return Html(escape(text))


def foreign(text: str) -> Html:
    """The text of others: no control character steers the page, and no direction of writing leaves its place."""
    return Html(f"<bdi>{escape(plain(text))}</bdi>")


def tag(name: str, content: Iterable[Html] | Html, style: str = "") -> Html:
    """An element, with a class where one is named."""
    inner = content if isinstance(content, str) else "".join(content)
    named = f' class="{style}"' if style else ""
    return Html(f"<{name}{named}>{inner}</{name}>")


def join(parts: Iterable[Html], by: str = "") -> Html:
    """The parts one after the other."""
    return Html(by.join(parts))


def number(text: str) -> Cell:
    """A cell that holds a number."""
    return Cell(word(text), "number")


def row(cells: Iterable[Cell]) -> Html:
    """A row of a table."""
    return tag("tr", [_cell(cell) for cell in cells])


def _cell(cell: Cell) -> Html:
    name, scope = ("th", ' scope="row"') if cell.head else ("td", "")
    style = f' class="{cell.style}"' if cell.style else ""
    wide = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return Html(f"<{name}{scope}{style}{wide}>{cell.content}</{name}>")


def table(caption: Html, heads: Sequence[tuple[str, str]], groups: Iterable[Html], style: str = "") -> Html:
    """A table with its caption and the heads of its columns (name, class), which repeat on every sheet of paper."""
    names = [_head(name, kind) for name, kind in heads]
    parts = (tag("caption", caption), tag("thead", tag("tr", names)), join(groups, "\n"))
    region = f'class="wide" role="region" tabindex="0" aria-label="{_MARKUP.sub("", caption)}"'
    return Html(f"<div {region}>\n{tag('table', parts, style)}\n</div>")


def _head(name: str, style: str) -> Html:
    named = f' class="{style}"' if style else ""
    return Html(f'<th scope="col"{named}>{escape(name)}</th>')


def section(mark: str, heading: str, parts: Iterable[Html]) -> Html:
    """A section with a heading that can be linked to."""
    inner = join(parts, "\n")
    return Html(f'<section aria-labelledby="{mark}">\n<h2 id="{mark}">{escape(heading)}</h2>\n{inner}\n</section>')


def facts(pairs: Iterable[tuple[str, Html]]) -> Html:
    """Names and what they say."""
    return tag("dl", [join((tag("dt", word(name)), tag("dd", said))) for name, said in pairs])
