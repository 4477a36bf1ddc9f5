"""The picture of a variance bridge: its bars lie where their amounts say, and its words say the same."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from pricing.tallies import Sum
from pricing.waterfalls import HEIGHT_PX, Waterfall, describe, draw
from tests.drawn import SVG, bars_of, placed, size

AMOUNTS = st.integers(0, 10**15).map(lambda whole: Decimal(whole).scaleb(-9))


def bridge(before: str, *causes: str) -> Sum:
    moved = [*map(Decimal, causes), *[Decimal(0)] * (5 - len(causes))]
    return Sum(3, Decimal(before), Decimal(before) + sum(moved), tuple(moved))


def bars(svg: str) -> list[tuple[str, int, int]]:
    """Class, top and height of each bar, from left to right."""
    return [(rect.get("class", ""), int(rect.get("y", "")), int(rect.get("height", ""))) for rect in bars_of(svg)]


def picture(own: Sum, title: str = "old to new") -> str:
    return draw(Waterfall(title, (("USD", own),)))


def test_bars_lead_from_one_to_the_other() -> None:
    before, more, less, after = bars(picture(bridge("10", "5", "0", "-10")))
    assert (before[0], more[0], less[0], after[0]) == ("total", "more", "less", "total")
    assert (before[2], more[2], less[2], after[2]) == (120, 60, 120, 60)
    assert more[1] + more[2] == before[1]
    assert less[1] == more[1]
    assert less[1] + less[2] == after[1]


def test_it_is_told_in_words() -> None:
    told = describe(Waterfall("x", (("USD", bridge("10", "5", "0", "-10")), ("CNY", bridge("1.5")))))
    assert told == (
        "3 rows in USD: before 10.00; list price +5.00; reference video -10.00; after 5.00. "
        "3 rows in CNY: before 1.50; after 1.50."
    )


def test_small_moves_are_seen() -> None:
    svg = picture(bridge("1000", "2", "-1"))
    _, more, less, _ = bars(svg)
    assert (more[2], less[2]) == (HEIGHT_PX // 2, HEIGHT_PX // 4)
    assert "the bars begin at 998.00" in svg


def test_large_moves_begin_at_nothing() -> None:
    assert "the bars begin" not in picture(bridge("10", "5"))
    assert "the bars begin" not in picture(bridge("10"))


def test_nothing_at_all_is_drawn() -> None:
    assert [height for _, _, height in bars(picture(bridge("0")))] == [1, 1]


def test_titles_are_escaped_and_cut() -> None:
    svg = picture(bridge("1"), title="<&>" * 200)
    assert ET.fromstring(svg).findtext(f"{SVG}title") == "<&>" * 200  # noqa: S314 - our own text
    (shown,) = re.findall(r'<text class="title"[^>]*>([^<]*)<', svg)
    assert shown.endswith("\N{HORIZONTAL ELLIPSIS}")


@given(AMOUNTS, st.lists(AMOUNTS, min_size=5, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_bridge_fits_its_panel(before: Decimal, sizes: list[Decimal], ups: list[bool]) -> None:
    level, causes = before, []
    for moved, up in zip(sizes, ups, strict=True):
        causes.append(moved if up else -min(moved, level))
        level += causes[-1]
    svg = picture(Sum(1, before, level, tuple(causes)))
    assert picture(Sum(1, before, level, tuple(causes))) == svg
    tops = [top for _, top, _ in bars(svg)]
    bottoms = [top + height for _, top, height in bars(svg)]
    assert min(tops) >= 100
    assert max(bottoms) <= 100 + HEIGHT_PX + 1
    assert len(tops) == 2 + sum(bool(cause) for cause in causes)


def test_a_picture_worked_by_hand() -> None:
    """A bar is as wide as the ten characters of "list price"; of 15.00 its 180 px are full."""
    svg = picture(bridge("10", "5"))
    assert size(svg) == (str(16 + 3 * (80 + 24)), str(44 + 280))
    rects, texts, lines = placed(svg)
    assert rects == ["total 16 160 80 120", "more 120 100 80 60", "total 224 100 80 180"]
    assert texts == [
        "16 60 USD, before tax: 3 rows",
        *("56 154 10.00", "56 298 before"),
        *("160 94 +5.00", "160 298 list price"),
        *("264 94 15.00", "264 298 after"),
    ]
    assert lines == ["M96 160h24", "M200 100h24", "M16 280H304"]


def test_each_currency_has_a_panel_below_the_one_before_in_its_own_digits() -> None:
    """Two bars, six characters wide, are narrower than the heading's 23 characters."""
    svg = draw(Waterfall("old to new", (("USD", bridge("10")), ("JPY", bridge("10")))))
    assert size(svg) == (str(16 + 8 * 23 + 16), str(44 + 2 * 280))
    rects, texts, _ = placed(svg)
    assert rects == [f"total {x} {y} 48 180" for y in (100, 380) for x in (16, 88)]
    assert texts[5:] == [
        "16 340 JPY, before tax: 3 rows",
        *("40 374 10", "40 578 before"),
        *("112 374 10", "112 578 after"),
    ]
