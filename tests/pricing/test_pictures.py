"""What every picture has around it: read alone, in light and in dark, and told in words."""

from __future__ import annotations

import re
from typing import Final

import pytest

from pricing.pictures import Caption, Look, Size, cut, write_svg

LOOK: Final = Look(
    "plot", "heading", (".line{fill:none}", ".now{stroke:red}"), (".line{fill:#fff}", ".now{stroke:tan}")
)
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


def drawn(title: str = "Prices", told: str = "One price.") -> str:
    caption = Caption(title, "Prices & more", told)
    return write_svg(["<circle/>", "<path/>"], look=LOOK, caption=caption, size=Size(300, 200))


def mark_of(svg: str) -> str:
    """What tells its ids from those of another picture on the same page."""
    marks: set[str] = set(re.findall(r"wan-(?:title|desc)-([0-9a-f]*)", svg))
    (mark,) = marks
    return mark


def test_a_picture_is_told_and_drawn_on_its_own_ground() -> None:
    svg = drawn()
    assert svg.replace(mark_of(svg), "MARK").splitlines() == [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200"',
        '  class="plot" role="img" aria-labelledby="wan-title-MARK" aria-describedby="wan-desc-MARK">',
        '<title id="wan-title-MARK">Prices</title>',
        '<desc id="wan-desc-MARK">One price.</desc>',
        (
            "<style>.plot{color:#1f2328;font:13px system-ui,sans-serif}"
            ".plot text{fill:currentColor}.plot .heading{font-size:16px;font-weight:600}.plot .panel{fill:#fff}"
            ".plot .line{fill:none}.plot .now{stroke:red}"
            "@media (prefers-color-scheme:dark){.plot{color:#e6edf3}"
            ".plot .panel{fill:#161b22}.plot .line{fill:#fff}.plot .now{stroke:tan}}</style>"
        ),
        '<rect class="panel" width="300" height="200" rx="6"/>',
        '<text class="heading" x="16" y="28">Prices &amp; more</text>',
        "<circle/>",
        "<path/>",
        "</svg>",
    ]


def test_ids_are_eight_digits_of_their_own_and_the_same_each_time() -> None:
    marks = [mark_of(drawn()), mark_of(drawn(title="Others")), mark_of(drawn(told="Two prices."))]
    assert len(set(marks)) == 3
    assert [len(mark) for mark in marks] == [8, 8, 8]
    assert mark_of(drawn()) == marks[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("abc", "abc", id="shorter"),
        pytest.param("abcd", "abcd", id="just-so-long"),
        pytest.param("abcde", f"abc{ELLIPSIS}", id="longer"),
    ],
)
def test_a_text_is_cut_to_so_many_characters_with_its_ellipsis(text: str, shown: str) -> None:
    assert cut(text, 4) == shown
