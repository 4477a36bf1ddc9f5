"""What all pictures have around them: an SVG text that is read alone, in light and in dark, and told in words.

A picture has its own ground, says all of it in its title and description for those who do not see it, and has ids of
its own, so that it can stand beside others. The same values always give the same text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from html import escape
from typing import Final, NamedTuple


class Look(NamedTuple):
    """How a kind of picture looks: the class of all of it, that of its heading, and its own rules of style.

    `dark` are the rules that take the place of others where the reader's screen is dark.
    """

    kind: str
    heading: str
    light: tuple[str, ...]
    dark: tuple[str, ...]


class Caption(NamedTuple):
    """What a picture says of itself: its title, as much of that as is `shown` above it, and all of it in words."""

    title: str
    shown: str
    told: str


class Size(NamedTuple):
    """Of a picture, in pixels."""

    width: int
    height: int


LEFT_PX: Final = 16
"""Of the heading."""
CHARACTER_PX: Final = 8
"""As wide as a character is, near enough."""
TITLE_CHARACTER_PX: Final = 9
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(drawn: Iterable[str], *, look: Look, caption: Caption, size: Size) -> str:
    """The whole picture: what is drawn below its heading."""
    title, shown, told = caption
    mark = hashlib.sha256(f"{title}\n{told}".encode(errors="replace")).hexdigest()[:8]
    box = f'viewBox="0 0 {size.width} {size.height}" width="{size.width}" height="{size.height}"'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}',
        f'  class="{look.kind}" role="img" aria-labelledby="wan-title-{mark}" aria-describedby="wan-desc-{mark}">',
        f'<title id="wan-title-{mark}">{to_xml(title)}</title>',
        f'<desc id="wan-desc-{mark}">{to_xml(told)}</desc>',
        f"<style>{_write_style(look)}</style>",
        f'<rect class="panel" width="{size.width}" height="{size.height}" rx="6"/>',
        f'<text class="{look.heading}" x="{LEFT_PX}" y="28">{to_xml(shown)}</text>',
        *drawn,
        "</svg>",
    )
    return "\n".join(lines) + "\n"


def _write_style(look: Look) -> str:
    whole = f".{look.kind}"
    heading = f".{look.heading}{{font-size:16px;font-weight:600}}"
    light = "".join(
        f"{whole} {rule}" for rule in ("text{fill:currentColor}", heading, ".panel{fill:#fff}", *look.light)
    )
    dark = "".join(f"{whole} {rule}" for rule in (".panel{fill:#161b22}", *look.dark))
    return (
        f"{whole}{{color:#1f2328;font:13px system-ui,sans-serif}}{light}"
        f"@media (prefers-color-scheme:dark){{{whole}{{color:#e6edf3}}{dark}}}"
    )


def to_xml(text: str) -> str:
    """The text as XML can hold it."""
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def cut(text: str, most: int) -> str:
    """The text, with an ellipsis where it has more characters than that."""
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
